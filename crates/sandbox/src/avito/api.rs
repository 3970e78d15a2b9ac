//! The routes of Avito's API, and the recorder around them.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State as Shared};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::caller::Caller;
use super::endpoint::{self, Endpoint};
use super::record::Call;
use super::refusal::Refusal;
use super::state::State;
use super::{chats, messages, token, voice, webhooks};
use crate::server::Wire;

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route(endpoint::TOKEN, post(token::issue))
        .route(endpoint::SELF, get(own_account))
        .route(endpoint::CHATS, get(chats::list))
        .route(endpoint::CHAT, get(chats::one))
        .route(endpoint::MESSAGES, get(messages::history))
        .route(endpoint::MESSAGES_SLASH, get(messages::history))
        .route(endpoint::MESSAGES_SEND, post(messages::send))
        .route(endpoint::MESSAGE, post(messages::delete))
        .route(endpoint::VOICES, get(voice::links))
        .route(endpoint::READ, post(messages::mark_read))
        .route(endpoint::SUBSCRIBE, post(webhooks::subscribe))
        .route(endpoint::UNSUBSCRIBE, post(webhooks::unsubscribe))
        .route(endpoint::SUBSCRIPTIONS, post(webhooks::list))
        .fallback(|| async { Refusal::not_found("path") })
        .method_not_allowed_fallback(|| async { Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed") })
        .layer(from_fn_with_state(Arc::clone(&state), record))
        .with_state(state)
}

/// Writes down each call, puts refusals into the shape in force, and cuts where cutting was ordered.
async fn record(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let matched = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let endpoint = Endpoint::of(request.method(), matched);
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let at_ms = state.look(|world| world.uptime_ms());
    let began = Instant::now();

    let mut response = next.run(request).await;
    let answered = match response.extensions_mut().remove::<Refusal>() {
        Some(refusal) => refusal.render(state.look(|world| world.knobs.error_shape)),
        None => Some(response),
    };

    let status = answered.as_ref().map(|response| response.status().as_u16());
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    state.change(|world| world.note_call(Call { endpoint, method, path, status, at_ms, took_ms }));
    answered.unwrap_or_else(|| {
        wire.cut();
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

async fn own_account(Shared(state): Shared<Arc<State>>, caller: Caller) -> Result<Response, Refusal> {
    let name = state.look(|world| world.account(caller.account).map(|found| found.account.name.clone()));
    let name = name.ok_or_else(|| Refusal::not_found("account"))?;
    let id = caller.account;
    Ok(Json(json!({
        "id": id,
        "name": name,
        "email": format!("shop-{id}@example.com"),
        "phone": "70000000000",
        "phones": ["70000000000"],
        "profile_url": format!("https://avito.ru/user/{id}/profile"),
    }))
    .into_response())
}
