//! Every fault that can be ordered, seen from outside.

use std::time::{Duration, Instant};

use sandbox::avito::{AvitoConfig, DeliveryOutcome, Endpoint, Fault, Faults, Order, PAYWALL_TEXT, Scope, Subscriber};
use serde_json::{Value, json};

use crate::bench::{ACCOUNT, BAG, BELT, Receiver, SOON, avito, config, deliveries, start};

// A call, before anything is done.

#[tokio::test]
async fn an_expired_token_stays_expired_and_a_new_one_works() {
    for (fault, status) in [(Fault::ExpiredToken403, 403), (Fault::ExpiredToken401, 401)] {
        let (avito, mut api) = avito().await;
        avito.order(fault);
        let (got, answer) = api.send(BAG, "Да").await;
        assert_eq!((got, &answer["error"]["code"]), (status, &json!(status)));
        assert_eq!(api.send(BAG, "Да").await.0, 403, "the old token is not good again");
        api.refresh().await;
        assert_eq!(api.send(BAG, "Да").await.0, 200);
        assert_eq!(avito.sent().len(), 1);
    }
}

/// Fault, status, `Retry-After`.
#[tokio::test]
async fn a_send_refused_before_it_is_accepted_leaves_no_message() {
    for (fault, status, retry_after) in [
        (Fault::Paywall, 402, None),
        (Fault::TooManyRequests { retry_after_s: None }, 429, None),
        (Fault::TooManyRequests { retry_after_s: Some(2) }, 429, Some("2")),
        (Fault::ErrorBeforeAccepting { status: 503 }, 503, None),
        (Fault::ErrorBeforeAccepting { status: 500 }, 500, None),
    ] {
        let (avito, api) = avito().await;
        avito.order(fault.clone());
        let path = format!("messenger/v1/accounts/{ACCOUNT}/chats/{BAG}/messages");
        let body = json!({"message": {"text": "Да"}, "type": "text"});
        let answer = api.response("POST", &path, Some(body)).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{fault:?}");
        let given = answer.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!(given, retry_after, "{fault:?}");
        assert_eq!(answer.headers().contains_key("x-ratelimit-limit"), status == 429, "{fault:?}");
        let error: Value = answer.json().await.unwrap();
        assert_eq!(error["error"]["code"], status, "{fault:?}");
        if status == 402 {
            assert_eq!(error["error"]["message"], PAYWALL_TEXT);
        }
        assert!(avito.history(BAG).is_empty(), "{fault:?}");
        assert_eq!(api.send(BAG, "Да").await.0, 200, "{fault:?} plays once");
    }
}

#[tokio::test]
async fn a_connection_cut_before_accepting_leaves_no_message() {
    let (avito, api) = avito().await;
    avito.order(Fault::CutBeforeAccepting);
    assert!(api.try_send(BAG, "Да").await.is_err());
    assert!(avito.history(BAG).is_empty());
    assert_eq!(avito.calls().last().unwrap().status, None);
    assert_eq!(api.send(BAG, "Да").await.0, 200, "the server is still there");
}

#[tokio::test]
async fn a_calls_fault_can_be_sent_to_any_call() {
    let (avito, api) = avito().await;
    avito.order(Order::from(Fault::ErrorBeforeAccepting { status: 502 }).on(Scope::Only(Endpoint::Chat)));
    avito.order(Order::from(Fault::TooManyRequests { retry_after_s: None }).on(Scope::Only(Endpoint::Token)));
    assert_eq!(api.send(BAG, "Да").await.0, 200);
    assert_eq!(api.get(&format!("messenger/v2/accounts/{ACCOUNT}/chats/{BAG}")).await.0, 502);
    assert_eq!(api.token(&[("grant_type", "client_credentials")]).await.0, 429);
    assert!(avito.open_orders().is_empty());
}

// A send that was accepted.

/// Fault, and what the caller sees of it.
#[tokio::test]
async fn a_send_that_ends_badly_after_accepting_is_in_the_chat_all_the_same() {
    #[derive(Debug, PartialEq)]
    enum Seen {
        Status(u16),
        Broken,
        Garbled,
    }
    for (fault, expected) in [
        (Fault::ErrorAfterAccepting { status: 500 }, Seen::Status(500)),
        (Fault::ErrorAfterAccepting { status: 504 }, Seen::Status(504)),
        (Fault::CutAfterAccepting, Seen::Broken),
        (Fault::GarbledAnswer, Seen::Garbled),
    ] {
        let (avito, api) = avito().await;
        let mut receiver = Receiver::of(&avito).await;
        avito.order(fault.clone());
        let seen = match api.try_send(BAG, "Да").await {
            Ok((200, Value::String(_))) => Seen::Garbled,
            Ok((status, _)) => Seen::Status(status),
            Err(_) => Seen::Broken,
        };
        assert_eq!(seen, expected, "{fault:?}");
        assert_eq!(api.history(BAG).await.1[0]["content"]["text"], "Да", "{fault:?}");
        assert_eq!(receiver.next().await.text(), "Да", "{fault:?}: its webhook comes");
        assert_eq!(avito.sent()[0].fault, Some(fault));
    }
}

#[tokio::test]
async fn a_slow_answer_comes_after_the_message_is_in_the_chat() {
    let (avito, api) = avito().await;
    avito.order(Fault::SlowAnswer { ms: 1000 });
    let began = Instant::now();
    let accepted = async {
        avito.wait_for(|world| world.history(BAG).len() == 1, SOON).await.unwrap();
        began.elapsed()
    };
    let ((status, _), accepted) = tokio::join!(api.send(BAG, "Да"), accepted);
    assert_eq!(status, 200);
    assert!(accepted < Duration::from_secs(1), "accepted before it is answered");
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_late_application_shows_the_message_after_the_caller_was_cut_off() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::LateApplication { ms: 1000 });
    let began = Instant::now();
    assert!(api.try_send(BAG, "Да").await.is_err());
    assert_eq!(api.history(BAG).await.1, json!([]), "not there yet");
    assert_eq!(receiver.next().await.text(), "Да");
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(api.history(BAG).await.1[0]["content"]["text"], "Да");
}

#[tokio::test]
async fn the_history_can_lag_behind_a_send_that_was_answered() {
    let (avito, api) = avito().await;
    avito.order(Fault::HistoryLag { ms: 600_000 });
    assert_eq!(api.send(BAG, "первое").await.0, 200);
    assert_eq!(api.send(BAG, "второе").await.0, 200);
    let (_, shown) = api.history(BAG).await;
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["content"]["text"], "второе");
    assert_eq!(avito.history(BAG).len(), 2, "the truth has both");
}

#[tokio::test]
async fn the_history_can_be_slow() {
    let (avito, api) = avito().await;
    avito.order(Fault::SlowHistory { ms: 1000 });
    let began = Instant::now();
    assert_eq!(api.send(BAG, "Да").await.0, 200);
    assert!(began.elapsed() < Duration::from_secs(1), "a send is not a history");
    let began = Instant::now();
    assert_eq!(api.history(BAG).await.0, 200);
    assert!(began.elapsed() >= Duration::from_secs(1));
}

// The webhook of the account's own message.

#[tokio::test]
async fn an_early_echo_arrives_before_the_send_call_returns() {
    let (avito, api) = start(AvitoConfig { echo_delay: SOON * 6, ..config() }).await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::EarlyEcho);
    let (status, sent) = api.send(BAG, "Да").await;
    assert_eq!(status, 200);
    let arrived = receiver.rest();
    assert_eq!(arrived.len(), 1, "delivered and answered by now");
    assert_eq!(arrived[0].json()["payload"]["value"]["id"], sent["id"]);
}

#[tokio::test]
async fn an_echo_may_never_come() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::NoEcho);
    api.send(BAG, "без эха").await;
    api.send(BAG, "с эхом").await;
    assert_eq!(receiver.next().await.text(), "с эхом");
}

// The webhook of a message.

#[tokio::test]
async fn a_duplicate_is_the_same_body_twice() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::Duplicate);
    avito.buyer_says(BAG, "Ау").unwrap();
    assert_eq!(receiver.next().await.body, receiver.next().await.body);
}

#[tokio::test]
async fn a_message_can_be_overtaken_by_the_next_of_its_chat() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Order::from(Fault::Reorder).times(2));
    for text in ["один", "два", "три"] {
        avito.buyer_says(BAG, text).unwrap();
    }
    let heard = [receiver.next().await.text(), receiver.next().await.text(), receiver.next().await.text()];
    assert_eq!(heard, ["три", "один", "два"]);
}

#[tokio::test]
async fn a_message_that_nothing_overtakes_arrives_all_the_same() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::Reorder);
    avito.buyer_says(BAG, "одно").unwrap();
    avito.buyer_says(BELT, "другой чат").unwrap();
    assert_eq!(receiver.next().await.text(), "другой чат");
    assert_eq!(receiver.next().await.text(), "одно");
}

#[tokio::test]
async fn a_dropped_delivery_never_arrives() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::DroppedDelivery);
    avito.buyer_says(BAG, "потеряно").unwrap();
    avito.buyer_says(BAG, "дошло").unwrap();
    assert_eq!(receiver.next().await.text(), "дошло");
    assert_eq!(deliveries(&avito, 3).await[1].outcome, DeliveryOutcome::Dropped);
    assert_eq!(api.history(BAG).await.1.as_array().unwrap().len(), 2, "the chat has both");
}

#[tokio::test]
async fn a_delivery_cut_short_arrives_whole_and_its_answer_is_not_read() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::DeliveryCut);
    avito.buyer_says(BAG, "Ау").unwrap();
    let arrived = receiver.next().await;
    assert_eq!(arrived.text(), "Ау");
    assert!(arrived.headers.contains_key("x-avito-messenger-signature"));
    assert_eq!(deliveries(&avito, 2).await[1].outcome, DeliveryOutcome::CutByUs);
}

#[tokio::test]
async fn a_stalled_delivery_never_becomes_a_request() {
    let (avito, _api) = start(AvitoConfig { delivery_timeout: Duration::from_millis(200), ..config() }).await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::DeliveryStalled);
    avito.buyer_says(BAG, "половина").unwrap();
    avito.buyer_says(BAG, "целое").unwrap();
    assert_eq!(receiver.next().await.text(), "целое");
    let seen = deliveries(&avito, 3).await;
    assert_eq!(seen[1].outcome, DeliveryOutcome::CutByUs);
    assert!(seen[1].took_ms >= 200, "{}", seen[1].took_ms);
}

#[tokio::test]
async fn a_probe_may_come_at_any_time() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Fault::Probe);
    avito.buyer_says(BAG, "Ау").unwrap();
    assert_eq!(receiver.next().await.body, "{}");
    assert_eq!(receiver.next().await.text(), "Ау");
}

#[tokio::test]
async fn the_subscription_may_be_taken_over_between_two_messages() {
    let (avito, _api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.order(Order::from(Fault::SubscriptionReplaced).after(1));
    for text in ["раз", "два", "три"] {
        avito.buyer_says(BAG, text).unwrap();
    }
    let seen = deliveries(&avito, 4).await;
    assert_eq!(seen[2].outcome, DeliveryOutcome::OtherProgram);
    assert_eq!(seen[3].outcome, DeliveryOutcome::OtherProgram);
    assert_eq!(receiver.rest().iter().map(|arrived| arrived.text()).collect::<Vec<_>>(), ["раз"]);
    assert_eq!(avito.look(|world| world.subscription(ACCOUNT).unwrap().by), Subscriber::OtherProgram);
}

// What the webhook says.

/// Fault, path into the payload, what stands there.
#[tokio::test]
async fn a_webhook_can_be_out_of_shape() {
    let fields =
        |names: &[&str]| Fault::FieldsMissing { fields: names.iter().map(|name| (*name).to_owned()).collect() };
    for (fault, at, expected) in [
        (Fault::UnknownPayloadType, "/type", json!("chat_pinned")),
        (Fault::UnknownMessageType, "/value/type", json!("hologram")),
        (Fault::UnknownMessageType, "/value/content", json!({})),
        (Fault::PaywallText, "/value/content/text", json!(PAYWALL_TEXT)),
        (fields(&[]), "/value/item_id", Value::Null),
        (fields(&[]), "/value/chat_type", Value::Null),
        (fields(&[]), "/value/published_at", Value::Null),
        (fields(&[]), "/value/author_id", json!(237_130_000)),
        (fields(&["author_id"]), "/value/author_id", Value::Null),
        (fields(&["author_id"]), "/value/chat_type", json!("u2i")),
        (fields(&["id", "content"]), "/value/content", Value::Null),
    ] {
        let (avito, _api) = avito().await;
        let mut receiver = Receiver::of(&avito).await;
        avito.order(fault.clone());
        avito.buyer_says(BAG, "Ау").unwrap();
        let payload = receiver.next().await.json()["payload"].clone();
        assert_eq!(payload.pointer(at).cloned().unwrap_or(Value::Null), expected, "{fault:?} at {at}");
        assert_eq!(avito.history(BAG)[0].content.text(), Some("Ау"), "{fault:?}: the chat is not touched");
    }
}

// By chance.

#[tokio::test]
async fn faults_by_chance_are_the_same_from_the_same_seed_and_are_written_down() {
    let run = || async {
        let faults = Faults::seeded(11).rate(Fault::Duplicate, 0.3).rate(Fault::CutAfterAccepting, 0.3);
        let (avito, api) = start(AvitoConfig { faults, ..config() }).await;
        for n in 0..30 {
            avito.buyer_says(BAG, "Ау").unwrap();
            drop(api.try_send(BAG, &n.to_string()).await);
        }
        avito.played().into_iter().map(|played| played.fault).collect::<Vec<_>>()
    };
    let first = run().await;
    assert_eq!(first, run().await);
    assert!(first.contains(&Fault::Duplicate) && first.contains(&Fault::CutAfterAccepting), "{first:?}");
    assert!((10..=50).contains(&first.len()), "{} of 90", first.len());
}

#[tokio::test]
async fn faults_can_be_taken_back() {
    let (avito, api) = avito().await;
    avito.order(Order::from(Fault::Paywall).times(100));
    avito.set_faults(Faults::seeded(1).rate(Fault::CutBeforeAccepting, 1.0));
    assert_eq!(api.send(BAG, "Да").await.0, 402);
    avito.clear_faults();
    assert_eq!(api.send(BAG, "Да").await.0, 200);
}

// The whole server.

#[tokio::test]
async fn a_server_that_was_down_comes_back_with_everything_it_knew() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    api.send(BAG, "до").await;
    assert_eq!(receiver.next().await.text(), "до");
    avito.down();
    assert!(api.try_send(BAG, "во время").await.is_err());
    avito.buyer_says(BAG, "люди говорят").unwrap();
    assert_eq!(receiver.next().await.text(), "люди говорят");
    avito.up().await.unwrap();
    assert_eq!(api.send(BAG, "после").await.0, 200, "with the same token");
    assert_eq!(api.history(BAG).await.1.as_array().unwrap().len(), 3);
}
