//! The sandbox's own API, by which another process reads and plays.

use sandbox::avito::Endpoint;
use serde_json::{Value, json};

use crate::bench::{ACCOUNT, BAG, Receiver, avito};
use crate::shape::check;

#[tokio::test]
async fn another_process_can_open_a_chat_speak_in_it_and_read_it() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    let new = json!({"buyer": {"id": 5, "name": "Зоя"}, "listing": {"id": 6, "title": "Шапка", "price": 890}});
    let (status, opened) = api.post("sandbox/chat", new).await;
    assert_eq!(status, 200, "{opened}");
    let chat = opened["id"].as_str().unwrap().to_owned();
    assert!(chat.starts_with("u2i-") && chat.len() == 26, "{chat}");

    let (_, text) = api.post("sandbox/buyer", json!({"chat": chat, "text": "Есть?"})).await;
    api.post("sandbox/buyer", json!({"chat": chat, "kind": "call", "status": "missed"})).await;
    api.post("sandbox/seller", json!({"chat": chat, "text": "Да"})).await;
    assert_eq!(receiver.next().await.json()["payload"]["value"]["id"], text["id"]);
    assert_eq!(receiver.next().await.json()["payload"]["value"]["type"], "call");
    assert_eq!(receiver.next().await.text(), "Да");

    let (_, state) = api.get("sandbox/state").await;
    let shown = state["chats"].as_array().unwrap().iter().find(|found| found["id"] == chat.as_str()).unwrap();
    let message = |author: u64, origin: &str| {
        json!({
            "id": "<hex32>", "chat": chat, "author": author, "origin": origin, "created": "<int>",
            "read": null, "at_ms": "<int>", "visible_at_ms": "<int>",
        })
    };
    let with = |mut message: Value, more: Value| {
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    check(
        shown,
        &json!({
            "id": chat, "account": ACCOUNT, "created": "<int>", "buyer": {"id": 5, "name": "Зоя"},
            "listing": {"id": 6, "title": "Шапка", "price": 890},
            "messages": [
                with(message(5, "buyer"), json!({"kind": "text", "text": "Есть?"})),
                with(message(5, "buyer"), json!({"kind": "call", "status": "missed"})),
                with(message(ACCOUNT, "seller_typed"), json!({"kind": "text", "text": "Да"})),
            ],
        }),
    );
    check(
        &state["accounts"][0],
        &json!({
            "user_id": ACCOUNT, "name": "Магазин", "paywall": "paid",
            "subscription": {"url": receiver.url, "by": "caller"},
        }),
    );
}

#[tokio::test]
async fn another_process_can_order_and_take_back_faults() {
    let (avito, api) = avito().await;
    let fault = json!({"kind": "error_before_accepting", "status": 503, "times": 2});
    assert_eq!(api.post("sandbox/fault", fault).await, (200, json!({"ok": true})));
    assert_eq!(api.send(BAG, "Да").await.0, 503);
    let (_, state) = api.get("sandbox/state").await;
    assert_eq!(state["orders"][0]["times"], 1);
    api.call("DELETE", "sandbox/fault", None).await.unwrap();
    assert_eq!(api.send(BAG, "Да").await.0, 200);
    api.post("sandbox/fault", json!({"kind": "cut_before_accepting", "rate": 1.0})).await;
    assert!(api.try_send(BAG, "Да").await.is_err());
    assert_eq!(avito.open_orders(), []);
}

#[tokio::test]
async fn another_process_can_do_everything_else() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::start().await;
    let ok = (200, json!({"ok": true}));
    let register = json!({"account": ACCOUNT, "url": receiver.url});
    assert_eq!(api.post("sandbox/subscription", register).await, ok);
    assert_eq!(receiver.next().await.body, "{}");
    let (_, said) = api.post("sandbox/buyer", json!({"chat": BAG, "text": "Ау"})).await;
    let first = receiver.next().await.body;
    assert_eq!(api.post("sandbox/redeliver", json!({"message": said["id"]})).await, ok);
    assert_eq!(
        receiver.next().await.json()["payload"]["value"],
        serde_json::from_str::<Value>(&first).unwrap()["payload"]["value"]
    );
    let (_, forged) = api.post("sandbox/forge", json!({"chat": BAG, "text": "Я Авито"})).await;
    assert_eq!(forged["outcome"], json!({"kind": "answered", "status": 200}));
    assert_eq!(api.post("sandbox/paywall", json!({"account": ACCOUNT, "paywall": "unpaid"})).await, ok);
    assert_eq!(api.send(BAG, "Да").await.0, 402);
    assert_eq!(api.post("sandbox/subscription", json!({"account": ACCOUNT})).await, ok);

    let (_, calls) = api.get("sandbox/calls").await;
    assert_eq!(calls.as_array().unwrap().last().unwrap()["endpoint"], "send");
    let (_, deliveries) = api.get("sandbox/deliveries").await;
    assert_eq!(deliveries.as_array().unwrap().len(), 4);
    assert_eq!(api.get("sandbox/sent").await.1, json!([]));
    assert!(avito.calls().iter().all(|call| call.endpoint != Endpoint::Unknown), "not calls of Avito");
}

#[tokio::test]
async fn a_reader_of_the_state_can_wait_for_news() {
    let (avito, api) = avito().await;
    let (_, state) = api.get("sandbox/state").await;
    let news = format!("sandbox/state?since={}", state["version"]);
    let (answer, said) = tokio::join!(api.get(&news), async { avito.buyer_says(BAG, "Ау") });
    said.unwrap();
    assert!(answer.1["version"].as_u64() > state["version"].as_u64());
}

#[tokio::test]
async fn a_mistake_is_told() {
    let (_avito, api) = avito().await;
    for (path, body, status) in [
        ("sandbox/buyer", json!({"chat": "u2i-none", "text": "Ау"}), 404),
        ("sandbox/seller", json!({"chat": "u2i-none", "text": "Ау"}), 404),
        ("sandbox/redeliver", json!({"message": "none"}), 404),
        ("sandbox/chat", json!({"id": BAG, "buyer": {"id": 1, "name": "А"}}), 400),
        ("sandbox/chat", json!({"account": 7, "buyer": {"id": 1, "name": "А"}}), 404),
        ("sandbox/subscription", json!({"account": ACCOUNT, "url": "http://127.0.0.1:9/"}), 400),
        ("sandbox/fault", json!({"kind": "no such thing"}), 400),
        ("sandbox/buyer", json!({"chat": BAG}), 400),
    ] {
        let (got, answer) = api.post(path, body.clone()).await;
        assert_eq!(got, status, "{path} {body}: {answer}");
    }
}
