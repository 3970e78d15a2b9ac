//! A message as the chat shows it, and the JSON Telegram writes it in.

use serde::Serialize;
use serde_json::{Value, json};

use super::chat::Person;
use super::html::Entity;

/// A message in a chat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// Its id: here unique over all chats.
    pub id: i32,
    /// Its chat.
    pub chat: i64,
    /// Who wrote it.
    pub author: Author,
    /// What is read: without markup.
    pub text: String,
    /// What was sent: with markup.
    pub source: String,
    /// The buttons under it, by row.
    pub buttons: Vec<Vec<Button>>,
    /// The topic it is in, in a group that has topics.
    pub topic: Option<i32>,
    /// The message it answers.
    pub reply_to: Option<i32>,
    /// Seconds since 1970.
    pub date: i64,
    /// When it was last edited.
    pub edit_date: Option<i64>,
    /// Whether it is still there.
    pub presence: Presence,
    /// Whether the phone made a sound.
    pub sound: Sound,
    #[serde(skip)]
    pub(super) entities: Vec<Entity>,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// Ours.
    Bot,
    /// Somebody.
    Person(Person),
}

/// Whether a message is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It is.
    There,
    /// It was deleted.
    Deleted,
}

/// Whether a message made itself heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// It did.
    Rang,
    /// It came with `disable_notification`.
    Silent,
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What the bot is told when it is pressed.
    pub data: Option<String>,
    /// Where it leads.
    pub url: Option<String>,
}

impl Message {
    /// All buttons, row after row.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().flatten()
    }

    /// `chat` and `bot` are the JSON of the message's chat and of the bot. Without the message it answers.
    pub(super) fn json(&self, chat: &Value, bot: &Value) -> Value {
        let from = self.author.json(bot);
        let mut message =
            json!({"message_id": self.id, "from": from, "chat": chat, "date": self.date, "text": self.text});
        if let Some(topic) = self.topic {
            (message["message_thread_id"], message["is_topic_message"]) = (json!(topic), json!(true));
        }
        if let Some(edited) = self.edit_date {
            message["edit_date"] = json!(edited);
        }
        if !self.entities.is_empty() {
            message["entities"] = self.entities.iter().map(Entity::json).collect();
        }
        if !self.buttons.is_empty() {
            let rows: Vec<Vec<Value>> = self.buttons.iter().map(|row| row.iter().map(Button::json).collect()).collect();
            message["reply_markup"] = json!({"inline_keyboard": rows});
        }
        message
    }

    /// What is told of it where it is answered in another topic.
    pub(super) fn seen_from_elsewhere(&self, chat: &Value, bot: &Value) -> Value {
        let origin = json!({"type": "user", "sender_user": self.author.json(bot), "date": self.date});
        json!({"origin": origin, "chat": chat, "message_id": self.id})
    }
}

impl Author {
    fn json(&self, bot: &Value) -> Value {
        match self {
            Self::Bot => bot.clone(),
            Self::Person(person) => person.json(),
        }
    }
}

impl Button {
    fn json(&self) -> Value {
        let mut button = json!({"text": self.text});
        if let Some(data) = &self.data {
            button["callback_data"] = json!(data);
        }
        if let Some(url) = &self.url {
            button["url"] = json!(url);
        }
        button
    }
}
