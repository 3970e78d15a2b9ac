//! The webhook's envelope, version 3, and the ways it may come out of shape.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use super::chat::{Chat, PAYWALL_TEXT};
use super::fault::Fault;
use super::message::Message;

/// The fields of `payload.value` that a receiver must be able to do without.
const OPTIONAL: [&str; 4] = ["item_id", "published_at", "read", "chat_type"];

/// The body that announces `message`, out of shape as `fault` has it.
pub(super) fn body(message: &Message, chat: &Chat, now_s: i64, fault: Option<&Fault>, dice: &mut StdRng) -> String {
    let mut payload_type = "message";
    let mut value = value(message, chat);
    match fault {
        Some(Fault::UnknownPayloadType) => payload_type = "chat_pinned",
        Some(Fault::UnknownMessageType) => {
            value.insert("type".into(), json!("hologram"));
            value.insert("content".into(), json!({}));
        }
        Some(Fault::FieldsMissing { fields }) if fields.is_empty() => {
            value.retain(|name, _| !OPTIONAL.contains(&name.as_str()));
        }
        Some(Fault::FieldsMissing { fields }) => value.retain(|name, _| !fields.contains(name)),
        Some(Fault::PaywallText) => drop(value.insert("content".into(), json!({"text": PAYWALL_TEXT}))),
        _ => {}
    }
    json!({
        "id": uuid(dice),
        "version": "v3.0.0",
        "timestamp": now_s,
        "payload": {"type": payload_type, "value": value},
    })
    .to_string()
}

fn value(message: &Message, chat: &Chat) -> Map<String, Value> {
    let mut value = Map::from_iter([
        ("id".to_owned(), json!(message.id)),
        ("chat_id".to_owned(), json!(message.chat)),
        ("user_id".to_owned(), json!(chat.account)),
        ("author_id".to_owned(), json!(message.author)),
        ("created".to_owned(), json!(message.created)),
        ("type".to_owned(), json!(message.content.wire_type())),
        ("chat_type".to_owned(), json!(chat.chat_type())),
        ("content".to_owned(), message.content.wire_content(&message.id)),
    ]);
    if let Some(listing) = &chat.listing {
        value.insert("item_id".into(), json!(listing.id));
    }
    if let Ok(published) = jiff::Timestamp::from_second(message.created) {
        value.insert("published_at".into(), json!(published.to_string()));
    }
    value
}

/// A version 4 UUID from the server's own dice, so that a run can be repeated.
fn uuid(dice: &mut StdRng) -> String {
    let mut hex = hex::encode(dice.random::<[u8; 16]>());
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "a");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
