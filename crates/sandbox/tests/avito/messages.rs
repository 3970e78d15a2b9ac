//! Sending, the history, reading and taking back.

use std::time::Duration;

use sandbox::avito::{AvitoConfig, Content, MessagesShape, Origin};
use sandbox::clock::SandboxClock;
use serde_json::{Value, json};

use crate::bench::{ACCOUNT, BAG, avito, config, start};
use crate::shape::check;

#[tokio::test]
async fn a_sent_text_is_answered_with_its_id_and_stands_in_the_chat() {
    let (avito, api) = avito().await;
    let longest = "ы".repeat(1000);
    let (status, answer) = api.send(BAG, &longest).await;
    assert_eq!(status, 200);
    check(
        &answer,
        &json!({"id": "<hex32>", "created": "<int>", "direction": "out", "type": "text", "content": {"text": longest}}),
    );
    let sent = avito.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((&json!(sent[0].id), sent[0].text.as_str(), sent[0].chat.as_str()), (&answer["id"], &*longest, BAG));
    assert_eq!(avito.history(BAG)[0].origin, Origin::Api);
}

#[tokio::test]
async fn the_chat_in_the_path_may_be_encoded() {
    let (_avito, api) = avito().await;
    let (status, _) = api.send(&BAG.replace('~', "%7E").replace('-', "%2D"), "Да").await;
    assert_eq!(status, 200);
    assert_eq!(api.history(BAG).await.1[0]["content"]["text"], "Да");
}

#[tokio::test]
async fn the_history_is_newest_first_bare_or_wrapped_and_reads_nothing() {
    let (avito, api) = avito().await;
    avito.buyer_says(BAG, "один").unwrap();
    avito.seller_types(BAG, "два").unwrap();
    api.send(BAG, "три").await;
    let message = |author: u64, direction: &str, text: &str| {
        json!({
            "id": "<hex32>", "author_id": author, "created": "<int>", "direction": direction,
            "type": "text", "content": {"text": text}, "isRead": false,
        })
    };
    let expected =
        json!([message(ACCOUNT, "out", "три"), message(ACCOUNT, "out", "два"), message(237_130_000, "in", "один")]);
    for _twice in 0..2 {
        check(&api.history(BAG).await.1, &expected);
    }
    let (_, page) = api.get(&format!("messenger/v3/accounts/{ACCOUNT}/chats/{BAG}/messages?limit=1&offset=1")).await;
    check(&page, &json!([message(ACCOUNT, "out", "два")]));
    avito.set_messages_shape(MessagesShape::Wrapped);
    check(&api.history(BAG).await.1, &json!({"messages": expected}));
}

#[tokio::test]
async fn a_read_chat_says_when_it_was_read() {
    let clock = SandboxClock::fixed(1_711_102_794);
    let (avito, api) = start(AvitoConfig { clock, ..config() }).await;
    avito.buyer_says(BAG, "Ау").unwrap();
    let (status, answer) = api.post(&format!("messenger/v1/accounts/{ACCOUNT}/chats/{BAG}/read"), None).await;
    assert_eq!((status, answer), (200, json!({"ok": true})));
    let (_, history) = api.history(BAG).await;
    assert_eq!((&history[0]["isRead"], &history[0]["read"]), (&json!(true), &json!(1_711_102_794)));
}

#[tokio::test]
async fn a_message_of_ones_own_can_be_taken_back_for_an_hour() {
    let clock = SandboxClock::fixed(1_757_600_000);
    let (avito, api) = start(AvitoConfig { clock: clock.clone(), ..config() }).await;
    let buyers = avito.buyer_says(BAG, "Ау").unwrap();
    let early = api.send(BAG, "раз").await.1["id"].as_str().unwrap().to_owned();
    let late = api.send(BAG, "два").await.1["id"].as_str().unwrap().to_owned();
    let take_back = |id: String| {
        let api = api.clone();
        async move { api.post(&format!("messenger/v1/accounts/{ACCOUNT}/chats/{BAG}/messages/{id}"), None).await.0 }
    };
    clock.advance(Duration::from_secs(3600));
    assert_eq!(take_back(early).await, 200);
    clock.advance(Duration::from_secs(1));
    assert_eq!(take_back(late).await, 400);
    assert_eq!(take_back(buyers).await, 404, "the buyer's words are not ours to take back");
    let (_, history) = api.history(BAG).await;
    assert_eq!((&history[1]["type"], &history[1]["content"]), (&json!("deleted"), &json!({})));
    assert_eq!(history[0]["type"], "text");
}

/// Content of each kind, as type and content on the wire.
#[tokio::test]
async fn every_kind_of_message_has_the_documented_content() {
    let (avito, api) = avito().await;
    let sizes = json!({"32x32": "<text>", "140x105": "<text>", "640x480": "<text>", "1280x960": "<text>"});
    let text = |text: &str| text.to_owned();
    let table: Vec<(Content, &str, Value)> = vec![
        (Content::Image, "image", json!({"image": {"sizes": sizes}})),
        (Content::Voice, "voice", json!({"voice": {"voice_id": "<text>"}})),
        (Content::missed_call(), "call", json!({"call": {"status": "missed", "target_user_id": 1}})),
        (
            Content::Location { title: text("Казань") },
            "location",
            json!({"location": {"kind": "street", "lat": 55.599_799, "lon": 37.603_954, "title": "Казань", "text": "Казань"}}),
        ),
        (
            Content::Link { text: text("тут"), url: text("https://example.com") },
            "link",
            json!({"link": {"text": "тут", "url": "https://example.com", "preview": null}}),
        ),
        (
            Content::Item { title: text("Шапка") },
            "item",
            json!({"item": {"title": "Шапка", "price_string": "1\u{a0}990 ₽", "item_url": "<text>", "image_url": "<text>"}}),
        ),
        (
            Content::System { text: text("Покупатель оплатил заказ") },
            "system",
            json!({"text": "[Системное сообщение] Покупатель оплатил заказ", "flow_id": "<text>"}),
        ),
        (Content::Deleted, "deleted", json!({})),
        (Content::AppCall, "appCall", json!({})),
        (Content::File, "file", json!({})),
        (Content::Video, "video", json!({})),
        (Content::Other { name: text("poll") }, "poll", json!({})),
    ];
    for (content, kind, shape) in table {
        let is_system = matches!(content, Content::System { .. });
        avito.buyer_says(BAG, content).unwrap();
        let newest = api.history(BAG).await.1[0].clone();
        assert_eq!(newest["type"], kind);
        check(&newest["content"], &shape);
        assert_eq!(newest["author_id"], if is_system { 0 } else { 237_130_000 }, "{kind}");
    }
}

#[tokio::test]
async fn ids_are_32_hexadecimal_digits_and_repeat_only_from_the_same_seed() {
    let ids = |seed: u64| async move {
        let (avito, _api) = start(AvitoConfig { id_seed: seed, ..config() }).await;
        (0..3).map(|_| avito.buyer_says(BAG, "а").unwrap()).collect::<Vec<_>>()
    };
    let (first, again, other) = (ids(1).await, ids(1).await, ids(2).await);
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert!(first.iter().all(|id| id.len() == 32 && id.chars().all(|c| "0123456789abcdef".contains(c))), "{first:?}");
}
