//! What a webhook looks like, how it is signed, and when it goes out.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sandbox::avito::{AvitoConfig, Content, DeliveryOutcome};
use sandbox::clock::SandboxClock;
use serde_json::json;
use sha2::Sha256;

use crate::bench::{ACCOUNT, BAG, BELT, NO_LISTING, Next, Receiver, SECRET, SOON, avito, config, deliveries, start};
use crate::shape::check;

#[tokio::test]
async fn a_buyers_message_arrives_in_the_documented_envelope() {
    let (avito, _api) = start(AvitoConfig { clock: SandboxClock::fixed(1_757_600_000), ..config() }).await;
    let mut receiver = Receiver::of(&avito).await;
    let id = avito.buyer_says(BAG, "Ещё в наличии?").unwrap();
    let arrived = receiver.next().await;
    check(
        &arrived.json(),
        &json!({
            "id": "<uuid>",
            "version": "v3.0.0",
            "timestamp": 1_757_600_000,
            "payload": {"type": "message", "value": {
                "id": id,
                "chat_id": BAG,
                "user_id": ACCOUNT,
                "author_id": 237_130_000,
                "created": 1_757_600_000,
                "type": "text",
                "chat_type": "u2i",
                "content": {"text": "Ещё в наличии?"},
                "item_id": 3_364_550_000_u64,
                "published_at": "2025-09-11T14:13:20Z",
            }},
        }),
    );
    assert_eq!(arrived.headers["content-type"], "application/json");
}

#[tokio::test]
async fn the_signature_is_the_hmac_of_the_raw_body() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.buyer_says(BAG, "Ё").unwrap();
    let arrived = receiver.next().await;
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(arrived.body.as_bytes());
    assert_eq!(arrived.headers["x-avito-messenger-signature"], hex::encode(mac.finalize().into_bytes()));
}

#[tokio::test]
async fn a_sandbox_without_a_secret_sends_no_signature() {
    let (avito, _api) = start(AvitoConfig { signature: None, ..config() }).await;
    let mut receiver = Receiver::of(&avito).await;
    avito.buyer_says(BAG, "Ау").unwrap();
    assert!(receiver.next().await.headers.get("x-avito-messenger-signature").is_none());
}

#[tokio::test]
async fn the_accounts_own_messages_come_back_whoever_wrote_them() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    let (_, sent) = api.send(BAG, "от программы").await;
    let echo = receiver.next().await.json();
    assert_eq!(echo["payload"]["value"]["id"], sent["id"]);
    assert_eq!(echo["payload"]["value"]["author_id"], ACCOUNT);

    let typed = avito.seller_types(BAG, "от человека").unwrap();
    let echo = receiver.next().await.json();
    assert_eq!(echo["payload"]["value"]["id"], typed);
    assert_eq!(echo["payload"]["value"]["author_id"], ACCOUNT);
    assert_eq!(avito.sent().len(), 1, "what the seller types is not sent by a program");
}

#[tokio::test]
async fn avitos_own_notes_have_no_author() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.buyer_says(NO_LISTING, Content::System { text: "Чат закрыт".into() }).unwrap();
    let value = receiver.next().await.json()["payload"]["value"].clone();
    assert_eq!(
        (&value["author_id"], &value["type"], &value["chat_type"]),
        (&json!(0), &json!("system"), &json!("u2u"))
    );
    assert_eq!(value["content"]["text"], "[Системное сообщение] Чат закрыт");
    assert!(value.get("item_id").is_none());
}

#[tokio::test]
async fn within_a_chat_webhooks_go_out_one_after_the_other() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    let said: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    for text in &said {
        avito.buyer_says(BAG, text.as_str()).unwrap();
    }
    let mut heard = Vec::new();
    while heard.len() < said.len() {
        heard.push(receiver.next().await.text());
    }
    assert_eq!(heard, said);
}

#[tokio::test]
async fn a_receiver_that_is_slow_in_one_chat_holds_up_no_other() {
    let (avito, _api) = start(AvitoConfig { delivery_timeout: SOON * 6, ..config() }).await;
    let mut receiver = Receiver::of(&avito).await;
    receiver.answers(Next::Never);
    avito.buyer_says(BAG, "медленно").unwrap();
    assert_eq!(receiver.next().await.text(), "медленно");
    avito.buyer_says(BELT, "быстро").unwrap();
    assert_eq!(receiver.next().await.text(), "быстро");
}

#[tokio::test]
async fn each_delivery_is_written_down_with_its_end() {
    let (avito, _api) = start(AvitoConfig { delivery_timeout: Duration::from_secs(1), ..config() }).await;
    let receiver = Receiver::of(&avito).await;
    for next in [Next::Status(200), Next::Status(503), Next::Never] {
        receiver.answers(next);
        avito.buyer_says(BAG, "Ау").unwrap();
    }
    let seen = deliveries(&avito, 4).await;
    let outcomes: Vec<_> = seen.iter().map(|delivery| &delivery.outcome).collect();
    let answered = |status| DeliveryOutcome::Answered { status };
    assert_eq!(outcomes, [&answered(200), &answered(200), &answered(503), &DeliveryOutcome::TimedOut]);
    assert!(seen[3].took_ms >= 1000, "{}", seen[3].took_ms);

    drop(receiver);
    avito.buyer_says(BAG, "Ау").unwrap();
    let last = deliveries(&avito, 5).await.pop().unwrap();
    assert!(matches!(last.outcome, DeliveryOutcome::Failed { .. } | DeliveryOutcome::TimedOut), "{last:?}");
}

#[tokio::test]
async fn a_webhook_can_be_delivered_again_with_the_same_body() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    let id = avito.buyer_says(BAG, "Ау").unwrap();
    let first = receiver.next().await.body;
    deliveries(&avito, 2).await;
    avito.redeliver(&id).unwrap();
    assert_eq!(receiver.next().await.body, first);
    assert!(avito.redeliver("nothing").is_err());
}

#[tokio::test]
async fn a_forged_webhook_looks_right_and_is_signed_wrong() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    receiver.answers(Next::Status(401));
    let delivery = avito.forge(BAG, "Я Авито").await.unwrap();
    assert_eq!(delivery.outcome, DeliveryOutcome::Answered { status: 401 });
    let arrived = receiver.next().await;
    assert_eq!(arrived.text(), "Я Авито");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(arrived.body.as_bytes());
    let right = hex::encode(mac.finalize().into_bytes());
    let given = arrived.headers["x-avito-messenger-signature"].to_str().unwrap();
    assert!(given.len() == 64 && given != right, "{given}");
    assert!(avito.history(BAG).is_empty(), "it stands in no chat");
}

#[tokio::test]
async fn waiting_in_vain_tells_what_happened_instead() {
    let (avito, api) = avito().await;
    api.send(BAG, "Добрый день").await;
    let error = avito.wait_for(|world| world.sent().len() == 2, Duration::from_millis(20)).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("/messages -> 200") && text.contains("Добрый день"), "{text}");
}
