//! Chats and people, and the JSON Telegram writes them in.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Ids of supergroups lie below this; those of plain groups between it and 0.
const SUPERGROUPS_BELOW: i64 = -1_000_000_000_000;

/// A chat. Its id tells its kind, as in Telegram: above 0 private, far below 0 a supergroup, else a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Its id; a private chat's is its person's.
    pub id: i64,
    /// A group's title.
    #[serde(default)]
    pub title: Option<String>,
    /// The one who speaks in it when nobody else is named.
    pub person: Person,
}

/// Somebody who is not a bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Above 0.
    pub id: i64,
    /// How the person is called.
    pub first_name: String,
    /// The name without the @, where there is one.
    #[serde(default)]
    pub username: Option<String>,
}

/// A topic of a group.
#[derive(Debug, Clone)]
pub(super) struct Topic {
    pub(super) chat: i64,
    /// Its id: that of the message that opened it.
    pub(super) id: i32,
    pub(super) name: String,
    /// Since when, in seconds since 1970.
    pub(super) date: i64,
}

impl Topic {
    /// The message that opened it.
    pub(super) fn json(&self, chat: &Value, bot: &Value) -> Value {
        json!({
            "message_id": self.id, "message_thread_id": self.id, "is_topic_message": true, "from": bot, "chat": chat,
            "date": self.date, "forum_topic_created": {"name": self.name, "icon_color": 7_322_096},
        })
    }
}

impl Chat {
    pub(super) fn json(&self) -> Value {
        let title = self.title.as_deref().unwrap_or("Группа");
        match self.id {
            SUPERGROUPS_BELOW..0 => {
                json!({"id": self.id, "type": "group", "title": title, "all_members_are_administrators": false})
            }
            ..SUPERGROUPS_BELOW => json!({"id": self.id, "type": "supergroup", "title": title}),
            0.. => {
                let mut chat = json!({"id": self.id, "type": "private", "first_name": self.person.first_name});
                if let Some(username) = &self.person.username {
                    chat["username"] = json!(username);
                }
                chat
            }
        }
    }
}

impl Person {
    pub(super) fn json(&self) -> Value {
        let mut user = json!({"id": self.id, "is_bot": false, "first_name": self.first_name, "language_code": "ru"});
        if let Some(username) = &self.username {
            user["username"] = json!(username);
        }
        user
    }
}
