//! The sandbox's own small API, for another process, a script or a page: read everything, speak for the people,
//! order faults. Not part of Avito.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /sandbox/state?since=<version>` | | accounts, chats with messages, the last deliveries, open orders; with `since`, waits up to 25 s for something newer |
//! | `GET /sandbox/deliveries`, `GET /sandbox/calls`, `GET /sandbox/sent` | | all of them |
//! | `POST /sandbox/buyer` | `{"chat","text"}` or `{"chat","kind":"voice"}` (a [`Content`]) | `{"id"}` |
//! | `POST /sandbox/seller` | `{"chat","text"}` | `{"id"}` |
//! | `POST /sandbox/chat` | a [`ChatPreset`] | `{"id"}` |
//! | `POST /sandbox/fault` | an [`Order`], or a fault with `"rate"` | `{"ok":true}` |
//! | `DELETE /sandbox/fault` | | `{"ok":true}` |
//! | `POST /sandbox/paywall` | `{"account","paywall":"paid"}` or `"unpaid"` | `{"ok":true}` |
//! | `POST /sandbox/redeliver` | `{"message"}` | `{"ok":true}` |
//! | `POST /sandbox/forge` | `{"chat","text"}` | the delivery |
//! | `POST /sandbox/subscription` | `{"account","url"}`, or without `url` for another program's | `{"ok":true}` |
//!
//! A mistake is a 400 or 404 with `{"error":"…"}`.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::config::ChatPreset;
use super::delivery;
use super::fault::{Fault, Order};
use super::message::{Content, Origin};
use super::record::DeliveryOutcome;
use super::state::State;
use super::webhooks;
use super::world::{Paywall, SandboxError};
use crate::service::control::{Asked, Since, control, done, mistake};

/// How many deliveries the state shows.
const DELIVERIES_SHOWN: usize = 50;

pub(super) fn router(state: Arc<State>) -> Router {
    let routes = Router::new()
        .route("/state", get(read_state))
        .route("/deliveries", get(deliveries))
        .route("/calls", get(calls))
        .route("/sent", get(sent))
        .route("/buyer", post(buyer))
        .route("/seller", post(seller))
        .route("/chat", post(open_chat))
        .route("/fault", post(order).delete(clear))
        .route("/paywall", post(paywall))
        .route("/redeliver", post(redeliver))
        .route("/forge", post(forge))
        .route("/subscription", post(subscription))
        .with_state(state);
    control(routes)
}

/// Everything worth showing, at one instant.
pub(super) fn view(state: &State) -> Value {
    let version = state.world.version();
    state.look(|world| {
        let accounts: Vec<Value> = world
            .accounts
            .iter()
            .map(|found| {
                json!({
                    "user_id": found.account.user_id,
                    "name": found.account.name,
                    "paywall": found.paywall,
                    "subscription": found.subscription,
                })
            })
            .collect();
        let deliveries = world.deliveries();
        json!({
            "version": version,
            "uptime_ms": world.uptime_ms(),
            "accounts": accounts,
            "chats": world.chats().collect::<Vec<_>>(),
            "deliveries": &deliveries[deliveries.len().saturating_sub(DELIVERIES_SHOWN)..],
            "orders": world.faults.open_orders(),
            "counts": {"calls": world.calls().len(), "deliveries": deliveries.len(), "sent": world.sent().len()},
        })
    })
}

async fn read_state(Shared(state): Shared<Arc<State>>, Query(since): Query<Since>) -> Json<Value> {
    since.wait(&state.world).await;
    Json(view(&state))
}

async fn deliveries(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(json!(state.look(|world| world.deliveries().to_vec())))
}

async fn calls(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(json!(state.look(|world| world.calls().to_vec())))
}

async fn sent(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(json!(state.look(|world| world.sent().to_vec())))
}

/// Words without a kind are a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Content(Content),
    Text { text: String },
}

#[derive(Deserialize)]
struct BuyerSays {
    chat: String,
    #[serde(flatten)]
    said: Said,
}

async fn buyer(Shared(state): Shared<Arc<State>>, Asked(body): Asked<BuyerSays>) -> Result<Json<Value>, Mistake> {
    let content = match body.said {
        Said::Content(content) => content,
        Said::Text { text } => Content::Text { text },
    };
    let origin = if matches!(content, Content::System { .. }) { Origin::System } else { Origin::Buyer };
    Ok(Json(json!({"id": state.say(&body.chat, content, origin)?})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    chat: String,
    text: String,
}

async fn seller(Shared(state): Shared<Arc<State>>, Asked(body): Asked<Words>) -> Result<Json<Value>, Mistake> {
    Ok(Json(json!({"id": state.say(&body.chat, body.text.into(), Origin::SellerTyped)?})))
}

async fn forge(Shared(state): Shared<Arc<State>>, Asked(body): Asked<Words>) -> Result<Json<Value>, Mistake> {
    let (account, forged) = state.forged_body(&body.chat, &body.text)?;
    Ok(Json(json!(delivery::post_forged(&state, account, &forged).await)))
}

async fn open_chat(Shared(state): Shared<Arc<State>>, Asked(body): Asked<ChatPreset>) -> Result<Json<Value>, Mistake> {
    Ok(Json(json!({"id": state.open_chat(body)?})))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ordered {
    Chance {
        rate: f64,
        #[serde(flatten)]
        fault: Fault,
    },
    Order(Order),
}

async fn order(Shared(state): Shared<Arc<State>>, Asked(body): Asked<Ordered>) -> Response {
    state.change(|world| match body {
        Ordered::Chance { rate, fault } => world.faults.add_rate(fault, rate),
        Ordered::Order(order) => world.faults.order(order),
    });
    done()
}

async fn clear(Shared(state): Shared<Arc<State>>) -> Response {
    state.change(|world| world.faults.clear());
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetPaywall {
    account: u64,
    paywall: Paywall,
}

async fn paywall(Shared(state): Shared<Arc<State>>, Asked(body): Asked<SetPaywall>) -> Result<Response, Mistake> {
    state.change(|world| world.account_mut(body.account).map(|found| found.paywall = body.paywall))?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redeliver {
    message: String,
}

async fn redeliver(Shared(state): Shared<Arc<State>>, Asked(body): Asked<Redeliver>) -> Result<Response, Mistake> {
    state.redeliver(&body.message)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    account: u64,
    url: Option<String>,
}

async fn subscription(Shared(state): Shared<Arc<State>>, Asked(body): Asked<Register>) -> Result<Response, Mistake> {
    state.change(|world| world.account_mut(body.account).map(drop))?;
    let Some(url) = body.url else {
        delivery::replace_subscription(&state, body.account);
        return Ok(done());
    };
    match webhooks::register(&state, body.account, &url).await {
        DeliveryOutcome::Answered { status: 200 } => Ok(done()),
        outcome => Err(Mistake::Refused(format!("the probe was not answered with 200: {outcome:?}"))),
    }
}

/// What a caller of the control API got wrong.
enum Mistake {
    NotThere(SandboxError),
    Refused(String),
}

impl From<SandboxError> for Mistake {
    fn from(error: SandboxError) -> Self {
        Self::NotThere(error)
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        match self {
            Self::NotThere(error @ SandboxError::ChatExists(_)) => mistake(StatusCode::BAD_REQUEST, &error.to_string()),
            Self::NotThere(error) => mistake(StatusCode::NOT_FOUND, &error.to_string()),
            Self::Refused(text) => mistake(StatusCode::BAD_REQUEST, &text),
        }
    }
}
