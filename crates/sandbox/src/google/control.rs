//! The sandbox's own small API, for another process, a script or a page. Not part of Google.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /sandbox/state?since=<version>` | | spreadsheets, counters, the last calls, open orders; with `since`, waits up to 25 s for something newer |
//! | `GET /sandbox/service-account.json` | | a fresh throw-away key file for the address it was asked at |
//! | `POST /sandbox/cell` | `{"tab","cell","text"}`, `"spreadsheet"` unless it is the first | `{"ok":true}` |
//! | `POST /sandbox/arrange` | `{"tab"}` with what to merge, hide and note, as in [`Arrange`]; `"spreadsheet"` unless it is the first | `{"ok":true}` |
//! | `POST /sandbox/share` | `{"spreadsheet","with":"anyone"}`, `"nobody"` or `{"with":["e-mail"]}`; with `"role":"writer"`, who of them may write | `{"ok":true}` |
//! | `POST /sandbox/quota` | `{"reads_per_minute"}` | `{"ok":true}` |
//! | `POST /sandbox/latency` | `{"ms"}` | `{"ok":true}` |
//! | `POST /sandbox/expire-tokens` | | `{"ok":true}` |
//! | `POST /sandbox/fault` | a [`Fault`], with `"on"` and `"times"` | `{"ok":true}` |
//! | `DELETE /sandbox/fault` | | `{"ok":true}` |
//!
//! A mistake is a 400 or 404 with `{"error":"…"}`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::key::service_account_json;
use super::layout::Arrange;
use super::spreadsheet::{Sharing, SheetError};
use super::world::{State, World};
use super::{Fault, Order, Quota};
use crate::service::control::{Asked, Since, control, done, mistake};

pub(super) fn router(world: Arc<World>) -> Router {
    let routes = Router::new()
        .route("/state", get(state))
        .route("/service-account.json", get(key_file))
        .route("/cell", post(cell))
        .route("/arrange", post(arrange))
        .route("/share", post(share))
        .route("/quota", post(quota))
        .route("/latency", post(latency))
        .route("/expire-tokens", post(expire_tokens))
        .route("/fault", post(order).delete(clear))
        .with_state(world);
    control(routes)
}

async fn state(Shared(world): Shared<Arc<World>>, Query(since): Query<Since>) -> Response {
    since.wait(&world.state).await;
    let view = world.state.read(|state| {
        json!({
            "version": world.state.version(),
            "spreadsheets": state.spreadsheets,
            "quota": state.quota,
            "latency_ms": u64::try_from(state.latency.as_millis()).unwrap_or(u64::MAX),
            "seen": state.seen,
            "orders": world.orders.open(),
        })
    });
    axum::Json(view).into_response()
}

async fn key_file(headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let address = format!("http://{host}/");
    // Making a key is a part of a second of pure computing: not on the thread that answers everybody.
    match tokio::task::spawn_blocking(move || service_account_json(&address)).await {
        Ok(Ok(file)) => ([(header::CONTENT_TYPE, "application/json")], file).into_response(),
        Ok(Err(error)) => mistake(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        Err(error) => mistake(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

#[derive(Deserialize)]
struct Cell {
    spreadsheet: Option<String>,
    tab: String,
    cell: String,
    text: Value,
}

async fn cell(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Cell>) -> Response {
    let text = body.text.as_str().map_or_else(|| body.text.to_string(), str::to_owned);
    finish(world.state.change(|state| state.pick(body.spreadsheet.as_deref())?.set_cell(&body.tab, &body.cell, &text)))
}

#[derive(Deserialize)]
struct Arranged {
    spreadsheet: Option<String>,
    tab: String,
    #[serde(flatten)]
    order: Arrange,
}

async fn arrange(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Arranged>) -> Response {
    finish(world.state.change(|state| state.pick(body.spreadsheet.as_deref())?.arrange(&body.tab, &body.order)))
}

#[derive(Deserialize)]
struct Share {
    spreadsheet: String,
    with: Sharing,
    #[serde(default)]
    role: Role,
}

/// What is shared, by Google Drive's names.
#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Role {
    #[default]
    Reader,
    Writer,
}

async fn share(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Share>) -> Response {
    finish(world.state.change(|state| {
        let sheet = state.find_mut(&body.spreadsheet)?;
        match body.role {
            Role::Reader => sheet.sharing = body.with,
            Role::Writer => sheet.editing = body.with,
        }
        Ok(())
    }))
}

#[derive(Deserialize)]
struct Reads {
    reads_per_minute: usize,
}

async fn quota(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Reads>) -> Response {
    world.state.change(|state| state.quota = Quota::per_minute(body.reads_per_minute));
    done()
}

#[derive(Deserialize)]
struct Latency {
    ms: u64,
}

async fn latency(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Latency>) -> Response {
    world.state.change(|state| state.latency = Duration::from_millis(body.ms));
    done()
}

async fn expire_tokens(Shared(world): Shared<Arc<World>>) -> Response {
    world.state.change(State::expire_tokens);
    done()
}

async fn order(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Order<Fault>>) -> Response {
    world.orders.add(body);
    done()
}

async fn clear(Shared(world): Shared<Arc<World>>) -> Response {
    world.orders.clear();
    done()
}

fn finish(result: Result<(), SheetError>) -> Response {
    match result {
        Ok(()) => done(),
        Err(error @ SheetError::NotACell(_)) => mistake(StatusCode::BAD_REQUEST, &error.to_string()),
        Err(error) => mistake(StatusCode::NOT_FOUND, &error.to_string()),
    }
}
