//! What the fake Telegram holds: chats, messages, updates not yet fetched, and the record of calls.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::chat::{Chat, Person, Topic};
use super::message::{Author, Message, Presence, Sound};
use super::{Fault, TelegramConfig, html};
use crate::clock::SandboxClock;
use crate::service::orders::Orders;
use crate::service::watched::Watched;

/// How many calls the record keeps.
const CALLS_KEPT: usize = 1000;

/// Everything the handlers share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) state: Watched<State>,
    pub(super) orders: Orders<Fault>,
    pub(super) clock: SandboxClock,
    pub(super) token: String,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    bot: Value,
    pub(super) chats: Vec<Chat>,
    pub(super) topics: Vec<Topic>,
    pub(super) latency: Duration,
    /// Not yet confirmed by an offset, oldest first.
    pub(super) updates: VecDeque<Update>,
    next_update: u32,
    next_message: i32,
    /// How many times updates were asked for: only the last to ask gets them.
    pub(super) polls: u64,
    pub(super) seen: Seen,
}

/// Something the bot is to be told.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) id: u32,
    /// `message` or `callback_query`.
    pub(super) kind: &'static str,
    content: Value,
}

impl Update {
    pub(super) fn json(&self) -> Value {
        let mut update = json!({"update_id": self.id});
        update[self.kind] = self.content.clone();
        update
    }
}

/// Everything that was said, pressed and called.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Seen {
    /// All messages, oldest first, the deleted ones too.
    pub messages: Vec<Message>,
    /// The buttons pressed, oldest first.
    pub presses: Vec<Press>,
    /// The last calls, oldest first.
    pub calls: VecDeque<Call>,
    /// The commands the bot has announced: name and description.
    pub commands: Vec<(String, String)>,
}

/// A button pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Press {
    /// The callback's id.
    pub id: String,
    /// The message under which it was.
    pub message: i32,
    /// What the bot is told.
    pub data: String,
    /// Who pressed it.
    pub who: Person,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What the bot answered: the little text that pops up, often empty. `None` while the clock turns.
    pub answered: Option<String>,
}

/// One call of the bot.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// The method as it was called.
    pub method: String,
    /// The chat, where there is one.
    pub chat: Option<i64>,
    /// The status answered, or that would have been had the connection not been cut.
    pub status: u16,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Seen {
    /// The bot's own messages, oldest first, the deleted ones too.
    pub fn from_bot(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| message.author == Author::Bot)
    }

    /// The message with this id.
    pub fn message(&self, id: i32) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// How many times a method was called, named in any case.
    pub fn count(&self, method: &str) -> usize {
        self.calls.iter().filter(|call| call.method.eq_ignore_ascii_case(method)).count()
    }

    pub(super) fn note(&mut self, call: Call) {
        if self.calls.len() == CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }
}

/// Something a person cannot do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TelegramError {
    /// No chat has this id.
    #[error("there is no chat {0}")]
    NoChat(i64),
    /// The chat has no topic of this id.
    #[error("there is no topic {0}")]
    NoTopic(i32),
    /// No message has this id, or it was deleted.
    #[error("there is no message {0}")]
    NoMessage(i32),
    /// The message has no button that says so.
    #[error("message {message} has no button with the data {data}")]
    NoButton {
        /// The message.
        message: i32,
        /// The data looked for.
        data: String,
    },
}

impl World {
    pub(super) fn new(config: TelegramConfig) -> Self {
        let id = config.token.split(':').next().and_then(|id| id.parse::<u64>().ok()).unwrap_or(1);
        let bot = json!({"id": id, "is_bot": true, "first_name": "SaleSphere", "username": config.bot_username});
        let state = State {
            bot,
            chats: config.chats,
            topics: Vec::new(),
            latency: config.latency,
            updates: VecDeque::new(),
            next_update: 1,
            next_message: 1,
            polls: 0,
            seen: Seen::default(),
        };
        Self { state: Watched::new(state), orders: Orders::default(), clock: config.clock, token: config.token }
    }

    /// A person writes, in the chat itself or in a topic of it.
    pub(super) fn says(
        &self,
        (chat, topic): (i64, Option<i32>),
        who: Option<Person>,
        text: &str,
        reply_to: Option<i32>,
    ) -> Result<i32, TelegramError> {
        let date = self.clock.now_s();
        self.state.change(|state| {
            let person = who.unwrap_or(state.chat(chat)?.person.clone());
            if let Some(topic) = topic.filter(|topic| state.topic(chat, *topic).is_none()) {
                return Err(TelegramError::NoTopic(topic));
            }
            if let Some(message) = reply_to {
                state.there(chat, message)?;
            }
            let (text, entities) = html::plain(text);
            let author = Author::Person(person);
            let draft = Draft { author, source: text.clone(), text, entities, topic, reply_to };
            let id = state.add(chat, draft, date);
            let content = state.json(id);
            state.tell("message", content);
            Ok(id)
        })
    }

    /// A person deletes a message.
    pub(super) fn deletes(&self, message: i32) -> Result<(), TelegramError> {
        self.state.change(|state| {
            let chat = state.seen.message(message).ok_or(TelegramError::NoMessage(message))?.chat;
            state.there(chat, message)?.presence = Presence::Deleted;
            Ok(())
        })
    }

    /// A person presses a button.
    pub(super) fn presses(&self, message: i32, who: Option<Person>, data: &str) -> Result<String, TelegramError> {
        let at_ms = self.clock.now_ms();
        self.state.change(|state| {
            let found = state.seen.message(message).filter(|found| found.presence == Presence::There);
            let found = found.ok_or(TelegramError::NoMessage(message))?;
            let chat = found.chat;
            if !found.buttons().any(|button| button.data.as_deref() == Some(data)) {
                return Err(TelegramError::NoButton { message, data: data.to_owned() });
            }
            let who = who.unwrap_or(state.chat(chat)?.person.clone());
            let id = format!("{}{:06}", 7_000_000_000_u64, state.seen.presses.len() + 1);
            let content = json!({
                "id": id, "from": who.json(), "message": state.json(message), "chat_instance": chat.to_string(), "data": data,
            });
            state.tell("callback_query", content);
            let press = Press { id: id.clone(), message, data: data.to_owned(), who, at_ms, answered: None };
            state.seen.presses.push(press);
            Ok(id)
        })
    }
}

/// A message about to be written.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) author: Author,
    pub(super) text: String,
    pub(super) source: String,
    pub(super) entities: Vec<html::Entity>,
    pub(super) topic: Option<i32>,
    pub(super) reply_to: Option<i32>,
}

impl State {
    pub(super) fn bot(&self) -> &Value {
        &self.bot
    }

    pub(super) fn chat(&self, id: i64) -> Result<&Chat, TelegramError> {
        self.chats.iter().find(|chat| chat.id == id).ok_or(TelegramError::NoChat(id))
    }

    pub(super) fn open(&mut self, chat: Chat) {
        self.chats.retain(|known| known.id != chat.id);
        self.chats.push(chat);
    }

    /// The message, if it is in this chat and still there.
    pub(super) fn there(&mut self, chat: i64, id: i32) -> Result<&mut Message, TelegramError> {
        let fits =
            |message: &&mut Message| message.id == id && message.chat == chat && message.presence == Presence::There;
        self.seen.messages.iter_mut().find(fits).ok_or(TelegramError::NoMessage(id))
    }

    pub(super) fn add(&mut self, chat: i64, draft: Draft, date: i64) -> i32 {
        let id = self.next_message;
        self.next_message += 1;
        self.seen.messages.push(Message {
            id,
            chat,
            author: draft.author,
            text: draft.text,
            source: draft.source,
            buttons: Vec::new(),
            topic: draft.topic,
            reply_to: draft.reply_to,
            date,
            edit_date: None,
            presence: Presence::There,
            sound: Sound::Rang,
            entities: draft.entities,
        });
        id
    }

    /// The topic, if the chat has it.
    pub(super) fn topic(&self, chat: i64, id: i32) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.chat == chat && topic.id == id)
    }

    /// One more topic; its id is that of the message that says so.
    pub(super) fn open_topic(&mut self, chat: i64, name: &str, date: i64) -> Result<i32, TelegramError> {
        self.chat(chat)?;
        let id = self.next_message;
        self.next_message += 1;
        self.topics.push(Topic { chat, id, name: name.to_owned(), date });
        Ok(id)
    }

    /// The message as Telegram writes it, with the one it answers.
    pub(super) fn json(&self, id: i32) -> Value {
        let Some(message) = self.seen.message(id) else { return Value::Null };
        let Ok(chat) = self.chat(message.chat) else { return Value::Null };
        let mut chat = chat.json();
        if self.topics.iter().any(|topic| topic.chat == message.chat) {
            chat["is_forum"] = json!(true);
        }
        let mut written = message.json(&chat, &self.bot);
        let answered = message.reply_to.and_then(|id| self.seen.message(id));
        match (answered, message.topic.and_then(|topic| self.topic(message.chat, topic))) {
            (Some(answered), _) if answered.topic == message.topic => {
                written["reply_to_message"] = answered.json(&chat, &self.bot);
            }
            (Some(answered), _) => written["external_reply"] = answered.seen_from_elsewhere(&chat, &self.bot),
            // What answers nothing in a topic answers the message that opened it.
            (None, Some(topic)) => written["reply_to_message"] = topic.json(&chat, &self.bot),
            (None, None) => {}
        }
        written
    }

    fn tell(&mut self, kind: &'static str, content: Value) {
        let id = self.next_update;
        self.next_update += 1;
        self.updates.push_back(Update { id, kind, content });
    }
}
