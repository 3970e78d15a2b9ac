//! Registering, removing and listing the address that gets an account's webhooks.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::delivery;
use super::record::DeliveryOutcome;
use super::refusal::Refusal;
use super::state::State;
use super::world::{Subscriber, Subscription};

/// `POST /messenger/v3/webhook`: the address is probed, then replaces the one before.
pub(super) async fn subscribe(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let url = parse_url(&body)?;
    match register(&state, caller.account, &url).await {
        DeliveryOutcome::Answered { status: 200 } => Ok(Json(json!({"ok": true}))),
        other => Err(Refusal::field("url", &format!("the probe was not answered with 200: {other:?}"))),
    }
}

/// `POST /messenger/v1/webhook/unsubscribe`. An address that is not registered stays so: that is no error.
pub(super) async fn unsubscribe(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let url = parse_url(&body)?;
    state.change(|world| {
        if let Ok(account) = world.account_mut(caller.account) {
            account.subscription.take_if(|subscription| subscription.url == url);
        }
    });
    Ok(Json(json!({"ok": true})))
}

/// `POST /messenger/v1/subscriptions`, with an empty body.
pub(super) async fn list(Shared(state): Shared<Arc<State>>, caller: Caller) -> Json<Value> {
    let subscriptions = state.look(|world| {
        let subscription = world.subscription(caller.account);
        subscription.map(|found| json!({"url": found.url, "version": "3"})).into_iter().collect::<Vec<_>>()
    });
    Json(json!({"subscriptions": subscriptions}))
}

/// Probes `url` and, when it answers 200, makes it the account's address.
pub(super) async fn register(state: &State, account: u64, url: &str) -> DeliveryOutcome {
    let probed = delivery::probe(state, url).await;
    if probed.is_accepted() {
        state.change(|world| {
            if let Ok(account) = world.account_mut(account) {
                account.subscription = Some(Subscription { url: url.to_owned(), by: Subscriber::Caller });
            }
        });
    }
    probed.outcome
}

#[derive(Deserialize)]
struct UrlBody {
    url: String,
}

fn parse_url(body: &[u8]) -> Result<String, Refusal> {
    let body: UrlBody = serde_json::from_slice(body).map_err(|error| Refusal::field("body", &error.to_string()))?;
    reqwest::Url::parse(&body.url).map_err(|error| Refusal::field("url", &error.to_string()))?;
    Ok(body.url)
}
