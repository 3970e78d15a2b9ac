//! The page on loopback: the buyer's chat to write to, the trace of each decision, the seller's Telegram, live.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::clock::{Clock, SystemClock};
use domain::decision::Decision;
use domain::record::DecisionRecord;
use futures::Stream;
use sandbox::avito::{Message, Origin};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::summary::Summary;
use super::telegram;
use super::transcript;
use crate::system::System;

/// How often the page looks for something new.
const LOOK: Duration = Duration::from_millis(200);

/// How many decisions the page shows.
const TURNS: usize = 200;

/// The page being served; dropping it ends it.
pub(super) struct Page {
    url: String,
    _serving: JoinSet<()>,
}

impl Page {
    /// Serves the page on this machine only.
    ///
    /// # Errors
    /// When the port is taken.
    pub(super) async fn open(system: Arc<System>, port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| format!("serving the page on port {port}; hint: --port 0 takes a free one"))?;
        let url = format!("http://{}/", listener.local_addr()?);
        let routes = Router::new()
            .route("/", get(|| async { Html(include_str!("page.html")) }))
            .route("/events", get(events))
            .route("/write", post(write))
            .route("/telegram", post(telegram::act))
            .with_state(system);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(error = %runtime::chain(&error), "the page ended");
            }
        });
        Ok(Self { url, _serving: serving })
    }

    /// Where it is.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// Somebody writes from the page.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "as")]
    side: WrittenAs,
    chat: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenAs {
    Buyer,
    Seller,
}

async fn write(State(system): State<Arc<System>>, Json(written): Json<Written>) -> (StatusCode, String) {
    let avito = &system.sandbox.avito;
    let said = match written.side {
        WrittenAs::Buyer => avito.buyer_says(&written.chat, written.text),
        WrittenAs::Seller => avito.seller_types(&written.chat, written.text),
    };
    match said {
        Ok(_) => (StatusCode::NO_CONTENT, String::new()),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    }
}

/// The whole state, whenever it changed.
async fn events(State(system): State<Arc<System>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stream = futures::stream::unfold((system, String::new()), |(system, shown)| async move {
        loop {
            match state(&system).await.map(|state| state.to_string()) {
                Ok(state) if state != shown => {
                    return Some((Ok(Event::default().data(&state)), (system, state)));
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(error = format!("{error:#}"), "the page cannot read the state"),
            }
            tokio::time::sleep(LOOK).await;
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn state(system: &System) -> anyhow::Result<Value> {
    let mut records = system.store.records(system.seller(), TURNS).await?;
    records.reverse();
    let started_ms = system.sandbox.avito.look(|world| SystemClock.now_ms() - world.uptime_ms() as i64);
    let chats = system.sandbox.avito.look(|world| {
        let chat = |chat: &sandbox::avito::Chat| {
            json!({
                "id": chat.id,
                "buyer": chat.buyer.name,
                "listing": chat.listing.as_ref().map(|listing| &listing.title),
                "messages": chat.messages.iter().map(|said| message(said, started_ms)).collect::<Vec<_>>(),
            })
        };
        world.chats().map(chat).collect::<Vec<_>>()
    });
    Ok(json!({
        "chats": chats,
        "turns": records.iter().map(turn).collect::<Vec<_>>(),
        "telegram": telegram::shown(&system.sandbox.telegram),
        "totals": Summary::of(system).await?.totals(),
    }))
}

fn message(said: &Message, started_ms: i64) -> Value {
    let who = match said.origin {
        Origin::Buyer | Origin::System => "buyer",
        Origin::Api => "us",
        Origin::SellerTyped => "seller",
    };
    json!({ "who": who, "text": said.content.text().unwrap_or("[вложение]"), "at_ms": started_ms + said.at_ms as i64 })
}

fn turn(record: &DecisionRecord) -> Value {
    let mut turn = serde_json::to_value(record).unwrap_or_default();
    turn["chat"] = json!(record.conversation.chat);
    turn["trace"]["decisions"] = record.trace.decisions.iter().map(decision).collect();
    turn
}

/// A decision with its facts as people read them.
fn decision(decision: &Decision) -> Value {
    let facts: Vec<Value> = decision
        .facts
        .iter()
        .map(|fact| json!({ "name": fact.name, "text": fact.value.to_string(), "from": transcript::source(&fact.source) }))
        .collect();
    json!({ "verdict": decision.verdict, "facts": facts })
}
