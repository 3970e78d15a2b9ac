//! The sandbox's own small API, for another process, a script or a page. Not part of the OpenAI API.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /sandbox/state?since=<version>` | | latencies, counters, the last calls, open orders; with `since`, waits up to 25 s for something newer |
//! | `POST /sandbox/latency` | `{"ms"}`, `"job"`: `routing` or `wording` unless both | `{"ok":true}` |
//! | `POST /sandbox/fault` | a [`Fault`], with `"on"` and `"times"` | `{"ok":true}` |
//! | `DELETE /sandbox/fault` | | `{"ok":true}` |
//!
//! A mistake is a 400 with `{"error":"…"}`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::world::{Job, World};
use super::{Fault, Order};
use crate::service::control::{Asked, Since, control, done};

pub(super) fn router(world: Arc<World>) -> Router {
    let routes = Router::new()
        .route("/state", get(state))
        .route("/latency", post(latency))
        .route("/fault", post(order).delete(clear))
        .with_state(world);
    control(routes)
}

async fn state(Shared(world): Shared<Arc<World>>, Query(since): Query<Since>) -> Response {
    since.wait(&world.state).await;
    let ms = |latency: Duration| u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    let view = world.state.read(|state| {
        json!({
            "version": world.state.version(),
            "latency_ms": {"routing": ms(state.routing_latency), "wording": ms(state.wording_latency)},
            "seen": state.seen,
            "orders": world.orders.open(),
        })
    });
    Json(view).into_response()
}

#[derive(Deserialize)]
struct Latency {
    ms: u64,
    job: Option<Job>,
}

async fn latency(Shared(world): Shared<Arc<World>>, Asked(body): Asked<Latency>) -> Response {
    let latency = Duration::from_millis(body.ms);
    world.state.change(|state| {
        if body.job != Some(Job::Wording) {
            state.routing_latency = latency;
        }
        if body.job != Some(Job::Routing) {
            state.wording_latency = latency;
        }
    });
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
