//! One message of a chat: what it holds, who said it, and how Avito writes it in JSON.
//!
//! Not here: the envelope of a webhook ([`super::envelope`]).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What Avito puts before the text of its own notes.
pub const SYSTEM_PREFIX: &str = "[Системное сообщение] ";

/// The author of Avito's own notes.
pub(super) const SYSTEM_AUTHOR: u64 = 0;

/// One message, as the sandbox knows it. Serialized, it is the control API's view, not Avito's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The chat it stands in.
    pub chat: String,
    /// Who wrote it; 0 for Avito itself.
    pub author: u64,
    /// How it came about.
    pub origin: Origin,
    /// Seconds since 1970, by the sandbox's clock.
    pub created: i64,
    /// What it holds.
    #[serde(flatten)]
    pub content: Content,
    /// When the other side read it, in seconds since 1970.
    pub read: Option<i64>,
    /// When it was said, in milliseconds since the sandbox started.
    pub at_ms: u64,
    /// From when on the history shows it, in milliseconds since the sandbox started.
    pub visible_at_ms: u64,
}

/// How a message came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The buyer said it.
    Buyer,
    /// The seller typed it in Avito's own app.
    SellerTyped,
    /// A program sent it through the API.
    Api,
    /// Avito itself.
    System,
}

impl Origin {
    /// Whether it comes from the account, whoever held the pen.
    pub fn is_account(self) -> bool {
        matches!(self, Self::SellerTyped | Self::Api)
    }
}

/// What a message holds. In the control API: `{"kind":"text","text":"…"}`, `{"kind":"voice"}` and so on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    Image,
    /// A voice message; what was said, nobody knows.
    Voice,
    /// A phone call through Avito.
    Call {
        /// `missed` and the like.
        status: String,
    },
    /// A place on the map.
    Location {
        /// Its name.
        title: String,
    },
    /// A link with a preview.
    Link {
        /// The words of the link.
        text: String,
        /// Where it leads.
        url: String,
    },
    /// Another listing.
    Item {
        /// Its title.
        title: String,
    },
    /// Avito's own note. The prefix is added.
    System {
        /// The note, without the prefix.
        text: String,
    },
    /// A message that was taken back.
    Deleted,
    /// A call inside the app; arrives empty.
    AppCall,
    /// A file; arrives empty.
    File,
    /// A video; arrives empty.
    Video,
    /// A type that Avito may invent tomorrow.
    Other {
        /// Its name.
        name: String,
    },
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text { text: text.to_owned() }
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text { text }
    }
}

impl Content {
    /// A missed call, the usual one.
    pub fn missed_call() -> Self {
        Self::Call { status: "missed".into() }
    }

    /// The words, where there are any.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text } | Self::System { text } => Some(text),
            _ => None,
        }
    }

    /// Avito's name of the type.
    pub(super) fn wire_type(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Call { .. } => "call",
            Self::Location { .. } => "location",
            Self::Link { .. } => "link",
            Self::Item { .. } => "item",
            Self::System { .. } => "system",
            Self::Deleted => "deleted",
            Self::AppCall => "appCall",
            Self::File => "file",
            Self::Video => "video",
            Self::Other { name } => name,
        }
    }

    /// Avito's `content`; `of` is the message's id, from which links and ids are made up.
    pub(super) fn wire_content(&self, of: &str) -> Value {
        match self {
            Self::Text { text } => json!({"text": text}),
            Self::Image => json!({"image": {"sizes": image_sizes(of)}}),
            Self::Voice => json!({"voice": {"voice_id": format!("voice-{of}")}}),
            Self::Call { status } => json!({"call": {"status": status, "target_user_id": 1}}),
            Self::Location { title } => {
                json!({"location": {"kind": "street", "lat": 55.599799, "lon": 37.603954, "title": title, "text": title}})
            }
            Self::Link { text, url } => json!({"link": {"text": text, "url": url, "preview": null}}),
            Self::Item { title } => json!({"item": {
                "title": title, "price_string": "1\u{a0}990 ₽",
                "item_url": "https://avito.ru/moskva/item_1", "image_url": image_url(of, "140x105"),
            }}),
            Self::System { text } => json!({"text": format!("{SYSTEM_PREFIX}{text}"), "flow_id": "flower_161071"}),
            Self::Deleted | Self::AppCall | Self::File | Self::Video | Self::Other { .. } => json!({}),
        }
    }
}

fn image_sizes(of: &str) -> Value {
    ["32x32", "140x105", "640x480", "1280x960"]
        .map(|size| (size.to_owned(), json!(image_url(of, size))))
        .into_iter()
        .collect()
}

fn image_url(of: &str, size: &str) -> String {
    format!("https://img.avito.st/image/{size}/{of}.jpg")
}

impl Message {
    /// As in `GET …/messages/`.
    pub(super) fn to_history(&self) -> Value {
        let mut value = self.to_last_message();
        value["isRead"] = json!(self.read.is_some());
        if let Some(read) = self.read {
            value["read"] = json!(read);
        }
        value
    }

    /// As in a chat's `last_message`.
    pub(super) fn to_last_message(&self) -> Value {
        json!({
            "id": self.id,
            "author_id": self.author,
            "created": self.created,
            "direction": self.direction(),
            "type": self.content.wire_type(),
            "content": self.content.wire_content(&self.id),
        })
    }

    /// As the answer to the call that sent it.
    pub(super) fn to_sent(&self) -> Value {
        json!({
            "id": self.id,
            "created": self.created,
            "direction": self.direction(),
            "type": self.content.wire_type(),
            "content": self.content.wire_content(&self.id),
        })
    }

    fn direction(&self) -> &'static str {
        if self.origin.is_account() { "out" } else { "in" }
    }
}
