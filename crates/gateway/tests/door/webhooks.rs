//! What is let in, what is dropped, what is queued: one request, its status, and what is in the queue after it.

use domain::message::{Content, Message, Side};
use serde_json::json;

use crate::house::{House, LOG, OFF, REQUIRE};
use crate::post::{Post, question, raw, sign};

const ANNA: &str = "token-of-anna-0001";
const BORIS: &str = "token-of-boris-001";

/// Nothing is queued, whatever the status.
async fn dropped(mode: &str, post: Post, status: u16) {
    let house = House::open(mode).await;
    assert_eq!(house.receives(&post).await, status, "{mode}\n{post:?}");
    assert_eq!(house.queued().await, Vec::<Vec<Message>>::new(), "{mode}\n{post:?}");
}

/// It is answered with 200 and queued.
async fn queued(mode: &str, post: Post) -> Message {
    let house = House::open(mode).await;
    assert_eq!(house.receives(&post).await, 200, "{mode}\n{post:?}");
    house.only_message().await
}

#[tokio::test]
async fn a_signed_question_is_queued_as_it_was_asked() {
    let message = queued(REQUIRE, question()).await;
    assert_eq!(message.id.as_str(), "da47387aa97e86b10fdd51394262a815");
    assert_eq!(message.conversation.to_string(), "anna:u2i-xNG6BsZqGy6XaZaW0oZvlQ");
    assert_eq!((message.side, message.author.0), (Side::Buyer, 121180000));
    assert_eq!((message.created_s, message.item.map(|item| item.0)), (1757600000, Some(3363700000)));
    assert_eq!(message.text(), Some("Ещё в наличии?"));
    assert!(message.received_ms > 1_757_600_000_000, "{}", message.received_ms);
}

#[tokio::test]
async fn every_right_proof_opens_the_door() {
    let signature = sign("key-of-the-shop", &question().body);
    for (mode, post) in [
        (REQUIRE, question().with_signature(&format!("sha256={signature}"))),
        (REQUIRE, question().with_signature(&signature.to_uppercase())),
        (REQUIRE, question().by(ANNA)),
        (LOG, question().by(ANNA)),
        (LOG, question().by(ANNA).unsigned()),
        (LOG, question().by(ANNA).signed_with("another key")),
        (OFF, question().by(ANNA).unsigned()),
    ] {
        queued(mode, post).await;
    }
}

#[tokio::test]
async fn a_wrong_or_missing_proof_is_401_and_nothing_is_read() {
    for (mode, post) in [
        (REQUIRE, question().unsigned()),
        (REQUIRE, question().signed_with("another key")),
        (REQUIRE, question().with_signature("")),
        (REQUIRE, question().with_signature("not hex")),
        (REQUIRE, question().with_signature(&sign("key-of-the-shop", b"another body"))),
        (REQUIRE, question().by(ANNA).unsigned()),
        (REQUIRE, question().by("another-token-0001")),
        (REQUIRE, raw("{}").unsigned()),
        (REQUIRE, raw("not json").unsigned()),
        (LOG, question()),
        (LOG, question().unsigned()),
        (LOG, question().by("another-token-0001")),
        (OFF, question()),
        (OFF, question().by("another-token-0001")),
        (OFF, question().by("%FF%FE")),
        (OFF, question().by("token-of-anna-000")),
        (OFF, raw("{}").unsigned()),
    ] {
        dropped(mode, post, 401).await;
    }
}

#[tokio::test]
async fn what_is_no_webhook_is_told_so() {
    let longest = 65536;
    for (post, status) in [
        (raw("not json"), 400),
        (raw(""), 400),
        (raw(vec![0xFF, 0xFE]), 400),
        (raw("{"), 400),
        (raw(vec![b' '; longest + 1]), 413),
        (raw(vec![b' '; longest]), 400),
        (raw(vec![b' '; longest + 1]).unsigned(), 413),
        (question().to("/webhook"), 404),
        (question().to("/webhook/avito/"), 404),
        (question().to("/webhook/avito/a/b"), 404),
        (question().to("/healthz"), 405),
    ] {
        dropped(REQUIRE, post, status).await;
    }
}

#[tokio::test]
async fn what_is_not_for_us_is_200_and_dropped() {
    for post in [
        raw("{}"),
        raw("[]"),
        raw("null"),
        question().changed(|envelope| envelope["payload"]["type"] = json!("chat_pinned")),
        question().changed(|envelope| envelope["payload"] = json!({})),
        question().with("author_id", json!(0)),
        question().with("type", json!("system")),
        question().saying("[Системное сообщение] Оцените продавца"),
        question().with("content", json!({"text": "Оцените", "flow_id": "flower_161071"})),
        question().saying("Перейдите на подписку с API мессенджера"),
        question().with("chat_id", json!(null)),
        question().with("id", json!(null)),
        question().with("user_id", json!(999)),
        question().with("user_id", json!(999)).by(ANNA),
        question().by(BORIS),
    ] {
        dropped(REQUIRE, post, 200).await;
    }
}

#[tokio::test]
async fn a_message_without_words_is_a_message_all_the_same() {
    for (kind, content, expected) in [
        ("hologram", json!({}), Content::Unknown { kind: "hologram".to_owned() }),
        ("voice", json!({}), Content::Voice { voice_id: None }),
        ("file", json!({}), Content::File),
        ("deleted", json!({}), Content::Deleted),
        ("text", json!({"text": "Сообщение удалено"}), Content::Deleted),
    ] {
        let message = queued(REQUIRE, question().with("type", json!(kind)).with("content", content)).await;
        assert_eq!(message.content, expected);
    }
}

#[tokio::test]
async fn each_seller_gets_what_is_his() {
    let to_boris = || question().with("user_id", json!(353200001));
    for (post, seller) in [(question(), "anna"), (to_boris(), "boris"), (to_boris().by(BORIS), "boris")] {
        assert_eq!(queued(REQUIRE, post).await.conversation.seller.as_str(), seller);
    }
}
