//! The sandbox's own small API, for another process, a script or a page. Not part of Telegram.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /sandbox/state?since=<version>` | | chats, messages, presses, calls, open orders; with `since`, waits up to 25 s for something newer |
//! | `POST /sandbox/say` | `{"chat","text"}`, `"reply_to"` a message, `"who"` a [`Person`] unless it is the chat's own | `{"id"}` |
//! | `POST /sandbox/press` | `{"message","data"}`, `"who"` | `{"id"}` |
//! | `POST /sandbox/chat` | a [`Chat`] | `{"ok":true}` |
//! | `POST /sandbox/latency` | `{"ms"}` | `{"ok":true}` |
//! | `POST /sandbox/fault` | a [`Fault`], with `"on"` and `"times"` | `{"ok":true}` |
//! | `DELETE /sandbox/fault` | | `{"ok":true}` |
//!
//! A mistake is a 400 or 404 with `{"error":"…"}`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::chat::{Chat, Person};
use super::world::{TelegramError, World};
use super::{Fault, Order};
use crate::service::control::{Asked, Since, control, done, mistake};

pub(super) fn router(world: Arc<World>) -> Router {
    let routes = Router::new()
        .route("/state", get(state))
        .route("/say", post(say))
        .route("/press", post(press))
        .route("/chat", post(chat))
        .route("/latency", post(latency))
        .route("/fault", post(order).delete(clear))
        .with_state(world);
    control(routes)
}

async fn state(Shared(world): Shared<Arc<World>>, Query(since): Query<Since>) -> Response {
    since.wait(&world.state).await;
    let view = world.state.read(|state| {
        json!({
            "version": world.state.version(),
            "chats": state.chats,
            "messages": state.seen.messages,
            "presses": state.seen.presses,
            "calls": state.seen.calls,
            "commands": state.seen.commands,
            "waiting_updates": state.updates.len(),
            "latency_ms": u64::try_from(state.latency.as_millis()).unwrap_or(u64::MAX),
            "orders": world.orders.open(),
        })
    });
    Json(view).into_response()
}

#[derive(Deserialize)]
struct Say {
    chat: i64,
    text: String,
    reply_to: Option<i32>,
    who: Option<Person>,
}

async fn say(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Say>) -> Response {
    with_id(world.says((body.chat, None), body.who, &body.text, body.reply_to))
}

#[derive(Deserialize)]
struct PressIt {
    message: i32,
    data: String,
    who: Option<Person>,
}

async fn press(Shared(world): Shared<Arc<World>>, Asked(body): Asked<PressIt>) -> Response {
    with_id(world.presses(body.message, body.who, &body.data))
}

async fn chat(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Chat>) -> Response {
    world.state.change(|state| state.open(body));
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

async fn order(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Order<Fault>>) -> Response {
    world.orders.add(body);
    done()
}

async fn clear(Shared(world): Shared<Arc<World>>) -> Response {
    world.orders.clear();
    done()
}

fn with_id(result: Result<impl Serialize, TelegramError>) -> Response {
    match result {
        Ok(id) => Json(json!({"id": id})).into_response(),
        Err(error) => mistake(StatusCode::NOT_FOUND, &error.to_string()),
    }
}
