//! `/bot<token>/<method>`: a call from its arrival to its answer, with the faults ordered for it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::Fault;
use super::methods;
use super::params::Params;
use super::refusal::Refusal;
use super::updates::get_updates;
use super::world::{Call, World};
use crate::server::Wire;

pub(super) fn router(world: Arc<World>) -> Router {
    Router::new().route("/{bot}/{method}", get(receive).post(receive)).with_state(world)
}

async fn receive(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path((bot, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = check_token(&world, &bot).and_then(|()| Params::read(query.as_deref(), &headers, &body));
    let fault = world.orders.take(&method);
    pause(world.state.read(|state| state.latency)).await;
    if let Some(Fault::Slow { ms }) = fault {
        pause(Duration::from_millis(ms)).await;
    }
    let chat = params.as_ref().ok().and_then(|params| params.integer("chat_id"));
    let result = match (fault.as_ref().and_then(instead), params) {
        (Some(refusal), _) | (None, Err(refusal)) => Err(refusal),
        (None, Ok(params)) => obey(&world, &method, &params).await,
    };
    let status = result.as_ref().map_or_else(|refusal| refusal.status, |_| StatusCode::OK);
    let call = Call { method, chat, status: status.as_u16(), at_ms: world.clock.now_ms() };
    world.state.change(|state| state.seen.note(call));
    match fault {
        Some(Fault::Cut | Fault::HangUp) => {
            wire.cut();
            status.into_response()
        }
        Some(Fault::NotJson) => "<html>OK</html>".into_response(),
        _ => (status, axum::Json(written(result))).into_response(),
    }
}

async fn obey(world: &World, method: &str, params: &Params) -> Result<Value, Refusal> {
    if method.eq_ignore_ascii_case("getUpdates") {
        return get_updates(world, params).await;
    }
    let date = world.clock.now_s();
    world.state.change(|state| methods::call(method, state, params, date))
}

/// A token of the wrong form is an unknown address, a wrong token of the right form is unauthorized.
fn check_token(world: &World, bot: &str) -> Result<(), Refusal> {
    let not_found = || Refusal::new(StatusCode::NOT_FOUND, "Not Found");
    let token = bot.strip_prefix("bot").ok_or_else(not_found)?;
    let (id, secret) = token.split_once(':').ok_or_else(not_found)?;
    if secret.is_empty() || id.parse::<u64>().is_err() {
        return Err(not_found());
    }
    if token == world.token { Ok(()) } else { Err(Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized")) }
}

/// The answer that the fault puts in place of obeying.
fn instead(fault: &Fault) -> Option<Refusal> {
    match fault {
        Fault::RetryAfter { seconds } => Some(Refusal::retry_after(*seconds)),
        Fault::ServerError | Fault::HangUp => {
            Some(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"))
        }
        Fault::BadGateway => Some(Refusal::new(StatusCode::BAD_GATEWAY, "Bad Gateway")),
        Fault::Blocked => Some(Refusal::new(StatusCode::FORBIDDEN, "Forbidden: bot was blocked by the user")),
        Fault::Cut | Fault::NotJson | Fault::Slow { .. } => None,
    }
}

fn written(result: Result<Value, Refusal>) -> Value {
    result.map_or_else(|refusal| refusal.body(), |result| json!({"ok": true, "result": result}))
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
