//! Registering, replacing, listing and removing the address that gets the webhooks.

use sandbox::avito::{DeliveryOutcome, Subscriber};
use serde_json::json;

use crate::bench::{ACCOUNT, BAG, Next, Receiver, avito, deliveries};

#[tokio::test]
async fn an_address_is_probed_with_an_empty_object_and_the_newest_replaces_the_old() {
    let (avito, api) = avito().await;
    let (mut first, mut second) = (Receiver::start().await, Receiver::start().await);
    let list = || async { api.post("messenger/v1/subscriptions", None).await };
    assert_eq!(list().await, (200, json!({"subscriptions": []})));

    let (status, answer) = api.post("messenger/v3/webhook", json!({"url": first.url})).await;
    assert_eq!((status, answer), (200, json!({"ok": true})));
    assert_eq!(first.next().await.body, "{}");
    assert_eq!(list().await.1, json!({"subscriptions": [{"url": first.url, "version": "3"}]}));

    api.post("messenger/v3/webhook", json!({"url": second.url})).await;
    assert_eq!(second.next().await.body, "{}");
    assert_eq!(list().await.1, json!({"subscriptions": [{"url": second.url, "version": "3"}]}));
    avito.buyer_says(BAG, "Ау").unwrap();
    assert_eq!(second.next().await.text(), "Ау");
    assert!(first.rest().is_empty(), "the old address gets nothing any more");
}

#[tokio::test]
async fn an_address_that_does_not_answer_200_is_refused_and_the_old_one_stays() {
    let (avito, api) = avito().await;
    let (good, bad) = (Receiver::of(&avito).await, Receiver::start().await);
    bad.answers(Next::Status(401));
    let (status, answer) = api.post("messenger/v3/webhook", json!({"url": bad.url})).await;
    assert_eq!(status, 400, "{answer}");
    let nobody = json!({"url": "http://127.0.0.1:9/"});
    assert_eq!(api.post("messenger/v3/webhook", nobody).await.0, 400);
    let registered = avito.look(|world| world.subscription(ACCOUNT).cloned()).unwrap();
    assert_eq!((registered.url, registered.by), (good.url, Subscriber::Caller));
}

#[tokio::test]
async fn a_removed_address_gets_nothing() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    let other = json!({"url": "https://example.com/"});
    assert_eq!(api.post("messenger/v1/webhook/unsubscribe", other).await, (200, json!({"ok": true})));
    assert!(avito.look(|world| world.subscription(ACCOUNT).is_some()), "another address was meant");

    let ours = json!({"url": receiver.url});
    assert_eq!(api.post("messenger/v1/webhook/unsubscribe", ours).await, (200, json!({"ok": true})));
    avito.buyer_says(BAG, "Ау").unwrap();
    let last = deliveries(&avito, 2).await.pop().unwrap();
    assert_eq!(last.outcome, DeliveryOutcome::NoSubscription);
    assert!(receiver.rest().is_empty());
}

#[tokio::test]
async fn another_program_can_take_the_subscription() {
    let (avito, api) = avito().await;
    let mut receiver = Receiver::of(&avito).await;
    avito.other_program_subscribes(ACCOUNT);
    avito.buyer_says(BAG, "Ау").unwrap();
    assert_eq!(deliveries(&avito, 2).await[1].outcome, DeliveryOutcome::OtherProgram);
    assert!(receiver.rest().is_empty());
    let (_, list) = api.post("messenger/v1/subscriptions", None).await;
    assert_ne!(list["subscriptions"][0]["url"], json!(receiver.url));
}
