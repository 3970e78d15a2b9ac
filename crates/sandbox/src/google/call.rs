//! One call from its arrival to its answer: the wait, the work, the record, and the fault ordered for it.
//!
//! Not here: what the work is.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Fault;
use super::answer::{Refusal, Status};
use super::world::{Call, Grant, State, World};
use crate::server::Wire;
use crate::service::half::half;

/// Answers one call: `work` does it, unless an ordered fault stands in its way.
pub(super) async fn answer(
    world: &World,
    wire: &Wire,
    call: &'static str,
    about: Vec<String>,
    work: impl FnOnce(&mut State, i64) -> Result<Value, Refusal>,
) -> Response {
    let fault = world.orders.take(call);
    wait(world.state.read(|state| state.latency)).await;
    if let Some(Fault::Slow { ms }) = fault {
        wait(Duration::from_millis(ms)).await;
    }
    let began = Instant::now();
    let now_ms = world.clock.now_ms();
    let (status, text) = world.state.change(|state| {
        let result = match fault.as_ref().and_then(refusal) {
            Some(refusal) => Err(refusal),
            None => work(state, now_ms),
        };
        let (status, body) = result.map_or_else(|refusal| (refusal.status, refusal.body()), |body| (Status::Ok, body));
        let text = body.to_string();
        state.seen.note(Call { call, about, status: status.code(), at_ms: now_ms, took: began.elapsed() });
        (status, text)
    });
    match fault {
        Some(Fault::CutBody) => half(&text),
        Some(Fault::Cut) => {
            wire.cut();
            StatusCode::OK.into_response()
        }
        _ => json(status, text),
    }
}

/// Who asks, by the bearer token in the headers.
pub(super) fn caller<'a>(state: &'a State, headers: &HeaderMap, now_ms: i64) -> Result<&'a Grant, Refusal> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    token.and_then(|token| state.granted(token, now_ms)).ok_or_else(Refusal::unauthenticated)
}

/// The answer that the fault puts in place of the work's own.
fn refusal(fault: &Fault) -> Option<Refusal> {
    match fault {
        Fault::ServerError => Some(Refusal::new(Status::Internal, "Internal error encountered.")),
        Fault::Unavailable => Some(Refusal::new(Status::Unavailable, "The service is currently unavailable.")),
        Fault::QuotaExhausted => Some(Refusal::quota()),
        Fault::Unauthenticated => Some(Refusal::unauthenticated()),
        Fault::CutBody | Fault::Cut | Fault::Slow { .. } => None,
    }
}

async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

fn json(status: Status, text: String) -> Response {
    let status = StatusCode::from_u16(status.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = HeaderValue::from_static("application/json; charset=UTF-8");
    (status, [(header::CONTENT_TYPE, kind)], text).into_response()
}
