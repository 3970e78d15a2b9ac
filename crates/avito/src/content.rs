//! What a message holds, read from its `type` and `content`: the same in webhooks, histories and chat lists.
//!
//! Also the two things that look like a buyer's words and are not: Avito's own notes, and the sentence that
//! Avito puts in place of a text when the account has no subscription.

use domain::message::Content;
use serde_json::Value;

use crate::json::{number, text, words};

/// What a message turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// Somebody said something.
    Said(Content),
    /// Avito itself speaks. Nobody is to be answered.
    SystemNote,
    /// The text is withheld. What the buyer wrote is unknown.
    Paywall,
}

/// Avito marks its own notes with this, also those that otherwise look like a buyer's message.
const SYSTEM_PREFIX: &str = "[Системное сообщение]";

/// How the sentence begins that replaces a text. Seen in chat lists and as the message of a 402.
const PAYWALL_PREFIX: &str = "Перейдите на подписку с API мессенджера";

/// What stands in place of a text that was taken back, where the type still says `text`.
const DELETED: &str = "Сообщение удалено";

/// Whether `text` is the sentence that Avito puts in place of what it withholds.
pub(crate) fn is_paywall(text: &str) -> bool {
    text.trim_start().starts_with(PAYWALL_PREFIX)
}

/// Read one message object: `{"author_id", "type", "content": {…}, …}`, each of them perhaps missing.
pub(crate) fn read(message: &Value) -> Reading {
    let content = message.get("content").unwrap_or(&Value::Null);
    let kind = text(message, "type");
    let said = text(content, "text").unwrap_or_default();

    if is_system_note(message, content, kind, said) {
        return Reading::SystemNote;
    }
    if is_paywall(said) {
        return Reading::Paywall;
    }
    Reading::Said(said_with(kind, content))
}

/// Any one of the signs is enough: some notes carry only the prefix, some only the flow.
fn is_system_note(message: &Value, content: &Value, kind: Option<&str>, said: &str) -> bool {
    number::<u64>(message, "author_id") == Some(0)
        || kind == Some("system")
        || said.trim_start().starts_with(SYSTEM_PREFIX)
        || [message, content].iter().any(|holder| holder.get("flow_id").is_some_and(|flow| !flow.is_null()))
}

fn said_with(kind: Option<&str>, content: &Value) -> Content {
    let inner = |key| content.get(key).unwrap_or(&Value::Null);
    match kind {
        Some("text") | None => plain_text(kind, content),
        Some("image") => Content::Image { url: largest_size(inner("image")) },
        Some("voice") => Content::Voice { voice_id: words(inner("voice"), "voice_id").map(str::to_owned) },
        Some("video") => Content::Video,
        Some("file") => Content::File,
        Some("location") => {
            let place = inner("location");
            Content::Location { title: owned(words(place, "title").or_else(|| words(place, "text"))) }
        }
        // `appCall` comes with an empty content. Without a status nobody knows whether the call was taken,
        // and a buyer left waiting costs more than a look at the phone.
        Some("call" | "appCall") => {
            Content::Call { missed: words(inner("call"), "status").is_none_or(|status| status == "missed") }
        }
        Some("link") => {
            let link = inner("link");
            Content::Link { text: owned(words(link, "text")), url: owned(words(link, "url")) }
        }
        Some("item") => Content::Item { title: owned(words(inner("item"), "title")) },
        Some("deleted") => Content::Deleted,
        Some(other) => unknown(other),
    }
}

fn plain_text(kind: Option<&str>, content: &Value) -> Content {
    match words(content, "text") {
        Some(text) if text.trim().trim_end_matches('.') == DELETED => Content::Deleted,
        Some(text) => Content::Text { text: text.to_owned() },
        None => unknown(kind.unwrap_or("missing")),
    }
}

/// The type's name goes to a card and a log line, so it is kept short.
fn unknown(kind: &str) -> Content {
    Content::Unknown { kind: kind.chars().take(40).collect() }
}

/// Sizes are keyed `"1280x960"`.
fn largest_size(image: &Value) -> Option<String> {
    let area = |size: &str| -> Option<u64> {
        let (width, height) = size.split_once('x')?;
        width.parse::<u64>().ok()?.checked_mul(height.parse().ok()?)
    };
    let sizes = image.get("sizes")?.as_object()?;
    let (_, url) = sizes.iter().filter(|(_, url)| url.is_string()).max_by_key(|(size, _)| area(size))?;
    url.as_str().map(str::to_owned)
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(words: &str) -> Content {
        Content::Text { text: words.into() }
    }

    fn unknown(kind: &str) -> Content {
        Content::Unknown { kind: kind.into() }
    }

    #[test]
    fn every_type_is_read_with_and_without_its_content() {
        let link = |text: &str, url: &str| Content::Link { text: text.into(), url: url.into() };
        let cases = [
            ("text", json!({"text": "Ещё в наличии?"}), text("Ещё в наличии?")),
            ("text", json!({}), unknown("text")),
            ("text", json!({"text": "  "}), unknown("text")),
            (
                "image",
                json!({"image": {"sizes": {"1280x960": "big", "140x105": "small", "odd": "odd", "32x32": null}}}),
                Content::Image { url: Some("big".into()) },
            ),
            ("image", json!({}), Content::Image { url: None }),
            ("voice", json!({"voice": {"voice_id": "v1"}}), Content::Voice { voice_id: Some("v1".into()) }),
            ("voice", json!({}), Content::Voice { voice_id: None }),
            ("video", json!({}), Content::Video),
            ("file", json!({}), Content::File),
            (
                "location",
                json!({"location": {"kind": "street", "lat": 55.6, "lon": 37.6, "title": "Тверская, 1", "text": "x"}}),
                Content::Location { title: "Тверская, 1".into() },
            ),
            ("location", json!({"location": {"text": "Тверская"}}), Content::Location { title: "Тверская".into() }),
            ("location", json!({}), Content::Location { title: String::new() }),
            ("call", json!({"call": {"status": "missed", "target_user_id": 1}}), Content::Call { missed: true }),
            ("call", json!({"call": {"status": "answered"}}), Content::Call { missed: false }),
            ("appCall", json!({}), Content::Call { missed: true }),
            (
                "link",
                json!({"link": {"text": "вот", "url": "https://a.b", "preview": null}}),
                link("вот", "https://a.b"),
            ),
            ("link", json!({}), link("", "")),
            (
                "item",
                json!({"item": {"title": "Сумка", "price_string": "1 ₽"}}),
                Content::Item { title: "Сумка".into() },
            ),
            ("deleted", json!({}), Content::Deleted),
            ("text", json!({"text": "Сообщение удалено"}), Content::Deleted),
            (
                "text",
                json!({"text": "Сообщение удалено случайно, повторю"}),
                text("Сообщение удалено случайно, повторю"),
            ),
            ("hologram", json!({"hologram": 1}), unknown("hologram")),
            ("hologram", json!(null), unknown("hologram")),
        ];
        for (kind, content, expected) in cases {
            let message = json!({"author_id": 121180000, "type": kind, "content": content});
            assert_eq!(read(&message), Reading::Said(expected), "{message}");
        }
    }

    #[test]
    fn a_message_that_lacks_its_type_is_read_by_its_text() {
        assert_eq!(read(&json!({"content": {"text": "Да"}})), Reading::Said(text("Да")));
        assert_eq!(read(&json!({"author_id": 1})), Reading::Said(unknown("missing")));
    }

    #[test]
    fn any_single_sign_of_a_system_note_is_enough() {
        for message in [
            json!({"author_id": 0, "type": "text", "content": {"text": "Оцените"}}),
            json!({"author_id": "0", "type": "text", "content": {"text": "Оцените"}}),
            json!({"author_id": 5, "type": "system", "content": {"text": "Оцените"}}),
            json!({"author_id": 5, "type": "text", "content": {"text": "[Системное сообщение] Оцените"}}),
            json!({"author_id": 5, "type": "text", "content": {"text": "Оцените", "flow_id": "flower_161071"}}),
            json!({"author_id": 5, "type": "text", "flow_id": 3, "content": {"text": "Оцените"}}),
        ] {
            assert_eq!(read(&message), Reading::SystemNote, "{message}");
        }
        let buyer = json!({"author_id": 5, "type": "text", "content": {"text": "Что за системное сообщение?", "flow_id": null}});
        assert!(matches!(read(&buyer), Reading::Said(_)));
    }

    #[test]
    fn the_paywall_sentence_is_nobodys_words() {
        for said in [
            "Перейдите на подписку с API мессенджера",
            " Перейдите на подписку с API мессенджера, чтобы читать сообщения.",
        ] {
            let message = json!({"author_id": 5, "type": "text", "content": {"text": said}});
            assert_eq!(read(&message), Reading::Paywall, "{said}");
        }
        let quoted = json!({"author_id": 5, "type": "text", "content": {"text": "Мне пишут «Перейдите на подписку с API мессенджера»"}});
        assert!(matches!(read(&quoted), Reading::Said(_)));
    }
}
