//! The messages of a chat: sent, listed, read, taken back.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::config::MessagesShape;
use super::fault::Fault;
use super::message::{Content, Message};
use super::query::{Page, Pairs};
use super::refusal::Refusal;
use super::state::{Accepted, State};

/// The longest text Avito takes, in characters.
const TEXT_CHARS: usize = 1000;

/// For how long a message can be taken back, in seconds.
const DELETABLE_S: i64 = 3600;

/// `POST …/messages`: a text.
pub(super) async fn send(Shared(state): Shared<Arc<State>>, caller: Caller, body: Bytes) -> Result<Response, Refusal> {
    let text = parse_text(&body)?;
    tokio::time::sleep(state.look(|world| world.knobs.send_latency)).await;
    let accepted = state.accept(caller.account, &caller.chat, &text).ok_or_else(|| Refusal::not_found("chat"))?;
    let Accepted { message, fault, early_echo } = accepted;
    if let Some(echoed) = early_echo {
        // However the delivery ends, it ends within its own time limit.
        drop(echoed.await);
    }
    match fault {
        Some(Fault::ErrorAfterAccepting { status }) => Err(Refusal::broken(status)),
        Some(Fault::CutAfterAccepting | Fault::LateApplication { .. }) => Err(Refusal::Cut),
        Some(Fault::GarbledAnswer) => Ok(Html("<html><body>OK</body></html>").into_response()),
        Some(Fault::SlowAnswer { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(Json(message.to_sent()).into_response())
        }
        _ => Ok(Json(message.to_sent()).into_response()),
    }
}

/// `GET …/messages/`: the newest first. Marks nothing as read.
pub(super) async fn history(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Query(query): Query<Pairs>,
) -> Result<Json<Value>, Refusal> {
    let page = Page::parse(&query)?;
    state.look(|world| {
        world
            .chat(&caller.chat)
            .filter(|chat| chat.account == caller.account)
            .ok_or_else(|| Refusal::not_found("chat"))?;
        let shown = page.of(world.shown(&caller.chat).map(Message::to_history));
        Ok(Json(match world.knobs.messages_shape {
            MessagesShape::Bare => json!(shown),
            MessagesShape::Wrapped => json!({"messages": shown}),
        }))
    })
}

/// `POST …/read`: everything the buyer said is read.
pub(super) async fn mark_read(Shared(state): Shared<Arc<State>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    state.change(|world| {
        let now = world.clock.now_s();
        let chat = world.chats.get_mut(&caller.chat).filter(|chat| chat.account == caller.account);
        let chat = chat.ok_or_else(|| Refusal::not_found("chat"))?;
        for message in chat.messages.iter_mut().filter(|message| !message.origin.is_account()) {
            message.read.get_or_insert(now);
        }
        Ok(Json(json!({"ok": true})))
    })
}

/// `POST …/messages/{message}`: one of the account's own, within the hour, is taken back.
pub(super) async fn delete(Shared(state): Shared<Arc<State>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    state.change(|world| {
        let now = world.clock.now_s();
        let chat = world.chats.get_mut(&caller.chat).filter(|chat| chat.account == caller.account);
        let chat = chat.ok_or_else(|| Refusal::not_found("chat"))?;
        let message = chat.messages.iter_mut().find(|said| said.id == caller.message && said.origin.is_account());
        let message = message.ok_or_else(|| Refusal::not_found("message"))?;
        if now - message.created > DELETABLE_S {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "the message is older than an hour"));
        }
        message.content = Content::Deleted;
        Ok(Json(json!({})))
    })
}

#[derive(Deserialize)]
struct SendBody {
    message: SendMessage,
    r#type: String,
}

#[derive(Deserialize)]
struct SendMessage {
    text: String,
}

fn parse_text(body: &[u8]) -> Result<String, Refusal> {
    let body: SendBody = serde_json::from_slice(body).map_err(|error| Refusal::field("body", &error.to_string()))?;
    if body.r#type != "text" {
        return Err(Refusal::field("type", "must be text"));
    }
    match body.message.text.chars().count() {
        0 => Err(Refusal::field("message.text", "must not be empty")),
        1..=TEXT_CHARS => Ok(body.message.text),
        _ => Err(Refusal::field("message.text", "must not be longer than 1000 characters")),
    }
}
