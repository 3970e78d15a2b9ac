//! What a webhook's body says.
//!
//! Not here: whether the body is genuine (that is checked before anything is parsed), whose account it is,
//! and what becomes of it.

use domain::ids::{ChatId, ConversationId, ItemId, MessageId, SellerId, UserId};
use domain::message::{Content, Message, Side};
use serde_json::Value;

use crate::content::{self, Reading};
use crate::json::{id, number, text};

/// What Avito tells us.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// `{}`: Avito tries whether the address answers.
    Probe,
    /// Somebody wrote in a chat.
    Message(Inbound),
    /// Avito itself wrote in a chat: not for us.
    SystemNote,
    /// A message whose text is withheld for want of a subscription.
    Paywall,
    /// Something that we have no reading for.
    Unknown {
        /// What it is, or what it lacks, in a few words.
        what: String,
    },
}

/// A message as the webhook brought it, before we know which seller's it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// Avito's id of it.
    pub id: MessageId,
    /// The chat.
    pub chat: ChatId,
    /// The account the webhook belongs to.
    pub account: UserId,
    /// Who wrote it; the account itself for what we or the seller wrote.
    pub author: UserId,
    /// When it was written, in seconds since 1970; 0 where Avito does not say.
    pub created_s: i64,
    /// The listing the chat is about.
    pub item: Option<ItemId>,
    /// What was said.
    pub content: Content,
}

/// The body is no JSON.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the webhook's body as JSON")]
pub struct ParseError(#[from] serde_json::Error);

/// Read a webhook's body.
///
/// The shape is that of `POST /messenger/v3/webhook` subscriptions, version 3: an envelope with `payload.type`
/// and `payload.value`. Whatever is JSON is read as some event: Avito may send us new things any day.
///
/// # Errors
/// Only when the body is no JSON.
pub fn parse(body: &[u8]) -> Result<Event, ParseError> {
    let envelope: Value = serde_json::from_slice(body)?;
    if envelope.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(Event::Probe);
    }
    let Some(payload) = envelope.get("payload") else {
        return Ok(unknown("no payload"));
    };
    match text(payload, "type") {
        Some("message") => Ok(message(&envelope, payload.get("value").unwrap_or(&Value::Null))),
        Some(other) => Ok(unknown(&format!("payload type {other:?}"))),
        None => Ok(unknown("no payload type")),
    }
}

fn message(envelope: &Value, value: &Value) -> Event {
    match content::read(value) {
        Reading::Said(content) => {
            inbound(envelope, value, content).map_or_else(|lacks| unknown(&lacks), Event::Message)
        }
        Reading::SystemNote => Event::SystemNote,
        Reading::Paywall => Event::Paywall,
    }
}

fn inbound(envelope: &Value, value: &Value, content: Content) -> Result<Inbound, String> {
    let lacks = |field: &'static str| move || format!("a message without a usable {field}");
    Ok(Inbound {
        id: id(value, "id").ok_or_else(lacks("id"))?,
        chat: id(value, "chat_id").ok_or_else(lacks("chat_id"))?,
        account: UserId(number(value, "user_id").ok_or_else(lacks("user_id"))?),
        author: UserId(number(value, "author_id").ok_or_else(lacks("author_id"))?),
        created_s: number(value, "created").or_else(|| number(envelope, "timestamp")).unwrap_or(0),
        item: number(value, "item_id").filter(|item| *item != 0).map(ItemId),
        content,
    })
}

/// `what` may quote the outside and ends in a log line, so it is kept short.
fn unknown(what: &str) -> Event {
    Event::Unknown { what: what.chars().take(80).collect() }
}

impl Inbound {
    /// Which side of the chat wrote it.
    pub fn side(&self) -> Side {
        if self.author == self.account { Side::Account } else { Side::Buyer }
    }

    /// The message as it travels on, now that its seller is known. `received_ms` is when its webhook came in.
    pub fn into_message(self, seller: SellerId, side: Side, received_ms: i64) -> Message {
        Message {
            id: self.id,
            conversation: ConversationId { seller, chat: self.chat },
            side,
            author: self.author,
            created_s: self.created_s,
            received_ms,
            item: self.item,
            content: self.content,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A buyer's question as Avito sends it, for a test to change.
    fn question() -> Value {
        json!({
            "id": "5d0f4c1e-1c1e-4f5e-9a57-2b6f0f1d7a10", "version": "v3.0.0", "timestamp": 1757600001,
            "payload": {"type": "message", "value": {
                "id": "da47387aa97e86b10fdd51394262a815", "chat_id": "u2i-xNG6BsZqGy6XaZaW0oZvlQ",
                "user_id": 353200000, "author_id": 121180000, "created": 1757600000, "type": "text",
                "chat_type": "u2i", "content": {"text": "Ещё в наличии?"}, "item_id": 3363700000_u64,
                "published_at": "2025-09-11T14:13:20Z"
            }}
        })
    }

    fn with(field: &str, value: Value) -> Value {
        let mut body = question();
        body["payload"]["value"][field] = value;
        body
    }

    fn without(field: &str) -> Value {
        let mut body = question();
        body["payload"]["value"].as_object_mut().unwrap().remove(field);
        body
    }

    fn read(body: &Value) -> Event {
        parse(body.to_string().as_bytes()).unwrap()
    }

    fn asked() -> Inbound {
        Inbound {
            id: "da47387aa97e86b10fdd51394262a815".parse().unwrap(),
            chat: "u2i-xNG6BsZqGy6XaZaW0oZvlQ".parse().unwrap(),
            account: UserId(353200000),
            author: UserId(121180000),
            created_s: 1757600000,
            item: Some(ItemId(3363700000)),
            content: Content::Text { text: "Ещё в наличии?".into() },
        }
    }

    #[test]
    fn a_buyers_message_is_read_with_whatever_is_there() {
        let cases = [
            ("whole", question(), asked()),
            ("no item", without("item_id"), Inbound { item: None, ..asked() }),
            ("item 0", with("item_id", json!(0)), Inbound { item: None, ..asked() }),
            ("no chat type", without("chat_type"), asked()),
            ("no published_at", without("published_at"), asked()),
            ("no type", without("type"), asked()),
            ("no created", without("created"), Inbound { created_s: 1757600001, ..asked() }),
            ("numbers as text", with("author_id", json!("121180000")), asked()),
            ("a field we do not know", with("mood", json!({"a": [1]})), asked()),
            ("read", with("read", json!(null)), asked()),
        ];
        for (name, body, expected) in cases {
            assert_eq!(read(&body), Event::Message(expected), "{name}");
        }
    }

    #[test]
    fn an_unknown_message_type_is_still_a_message() {
        let Event::Message(inbound) = read(&with("type", json!("hologram"))) else { panic!("no message") };
        assert_eq!(inbound.content, Content::Unknown { kind: "hologram".into() });
    }

    #[test]
    fn what_is_no_message_is_told_apart() {
        let cases = [
            (json!({}), Event::Probe),
            (with("author_id", json!(0)), Event::SystemNote),
            (with("content", json!({"text": "Перейдите на подписку с API мессенджера"})), Event::Paywall),
            (json!([]), unknown("no payload")),
            (json!(null), unknown("no payload")),
            (json!({"id": "x"}), unknown("no payload")),
            (json!({"payload": {"value": {}}}), unknown("no payload type")),
            (json!({"payload": {"type": "order", "value": {}}}), unknown("payload type \"order\"")),
            (json!({"payload": {"type": "message"}}), unknown("a message without a usable id")),
            (without("chat_id"), unknown("a message without a usable chat_id")),
            (with("chat_id", json!("a chat")), unknown("a message without a usable chat_id")),
            (without("user_id"), unknown("a message without a usable user_id")),
            (without("author_id"), unknown("a message without a usable author_id")),
        ];
        for (body, expected) in cases {
            assert_eq!(read(&body), expected, "{body}");
        }
        for body in ["", "{", "hello", "{\"payload\":"] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn the_accounts_own_message_is_on_its_side() {
        let Event::Message(inbound) = read(&with("author_id", json!(353200000))) else { panic!("no message") };
        assert_eq!(inbound.side(), Side::Account);
        let side = inbound.side();
        let message = inbound.into_message("demo".parse().unwrap(), side, 5);
        assert_eq!(message.conversation.to_string(), "demo:u2i-xNG6BsZqGy6XaZaW0oZvlQ");
        assert_eq!((message.side, message.received_ms), (Side::Account, 5));
        assert_eq!(asked().side(), Side::Buyer);
    }
}
