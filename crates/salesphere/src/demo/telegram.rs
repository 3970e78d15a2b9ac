//! The seller's Telegram on the page: what stands in his chats with the bot, and what he does there. The page's server
//! acts as his phone would: whatever is pressed or written goes to the bot through Telegram.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use sandbox::telegram::{Author, Message, Presence, Press, Sound, Telegram, TelegramError};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::system::System;

/// How many of the newest messages are shown.
const SHOWN: usize = 100;

/// What the seller does.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Act {
    /// He presses a button.
    Press {
        /// Under this message.
        message: i32,
        /// The button's data.
        data: String,
    },
    /// He writes.
    Say {
        /// The words.
        text: String,
        /// In answer to this message.
        reply_to: Option<i32>,
    },
}

/// Does what the seller does. A mistake (a button that is gone by now) is told to the page.
pub(super) async fn act(State(system): State<Arc<System>>, Json(act): Json<Act>) -> (StatusCode, String) {
    let telegram = &system.sandbox.telegram;
    let done: Result<(), TelegramError> = match act {
        Act::Press { message, data } => telegram.person_presses(message, &data).map(drop),
        Act::Say { text, reply_to } => {
            let chat = system.settings.sellers[0].telegram_chat;
            telegram.person_says(chat, &text, reply_to).map(drop)
        }
    };
    match done {
        Ok(()) => (StatusCode::NO_CONTENT, String::new()),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    }
}

/// The newest messages of all chats with the bot, and what popped up for the buttons pressed.
pub(super) fn shown(telegram: &Telegram) -> Value {
    let seen = telegram.seen();
    let there: Vec<&Message> = seen.messages.iter().filter(|message| message.presence == Presence::There).collect();
    let popped_up =
        seen.presses.iter().rev().find(|press| press.answered.as_ref().is_some_and(|text| !text.is_empty()));
    let newest = &there[there.len().saturating_sub(SHOWN)..];
    json!({
        "messages": newest.iter().map(|one| message(one, seen.presses.iter())).collect::<Vec<_>>(),
        "popped_up": popped_up.map(|press| json!({"id": press.id, "text": press.answered})),
    })
}

fn message<'a>(message: &Message, presses: impl Iterator<Item = &'a Press>) -> Value {
    let who = match &message.author {
        Author::Bot => None,
        Author::Person(person) => Some(&person.first_name),
    };
    let buttons: Vec<Vec<Value>> = message
        .buttons
        .iter()
        .map(|row| {
            row.iter().map(|button| json!({"text": button.text, "data": button.data, "url": button.url})).collect()
        })
        .collect();
    let waiting = presses.filter(|press| press.message == message.id && press.answered.is_none());
    json!({
        "id": message.id,
        "who": who,
        "html": if who.is_some() { None } else { Some(&message.source) },
        "text": message.text,
        "buttons": buttons,
        "waiting": waiting.map(|press| &press.data).collect::<Vec<_>>(),
        "reply_to": message.reply_to,
        "silent": message.sound == Sound::Silent,
        "at_ms": message.date * 1000,
        "edited_ms": message.edit_date.map(|date| date * 1000),
    })
}
