//! Webhooks get lost: what they should have brought is found in the unread chats, once, and never over the seller.

use std::time::Duration;

use it::{Buyer, PATIENCE, Shop, ended};
use sandbox::avito::{Call, Content, Endpoint, Fault, Order, Paywall, World};

const QUESTION: &str = "Красная сумка есть в наличии?";

/// Sweeps come quickly.
const OFTEN: &str = "worker.sweep_every = \"100ms\"\n";
/// One sweep at the start, and then none before the test is over.
const SELDOM: &str = "worker.sweep_every = \"1h\"\n";

/// The buyer says something, and its webhook never comes. Returns the message's id.
fn says_in_vain(shop: &Shop, buyer: &Buyer<'_>, content: impl Into<Content>) -> String {
    let avito = &shop.system.sandbox.avito;
    avito.order(Fault::DroppedDelivery);
    avito.buyer_says(&buyer.chat, content).unwrap()
}

/// So much later that no webhook is waited for any more.
fn later(shop: &Shop) {
    shop.system.clock.advance(Duration::from_secs(10));
}

/// How many sweeps there were.
fn sweeps(world: &World) -> usize {
    world.calls().iter().filter(|call| call.endpoint == Endpoint::Chats).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_webhook_got_lost_is_answered_whatever_it_holds() {
    let shop = Shop::open_with(OFTEN).await;
    let cases =
        [("Анна", Content::from(QUESTION), ("replied", "")), ("Дмитрий", Content::Voice, ("escalated", "not_text"))];
    for (name, content, expected) in cases {
        let buyer = shop.buyer(name);
        let message = says_in_vain(&shop, &buyer, content);
        later(&shop);
        let record = shop.system.record_of(&message, PATIENCE).await.unwrap();
        assert_eq!(ended(&record), expected, "{name}");
        shop.system.drained(PATIENCE).await.unwrap();
        assert_eq!(buyer.heard().len(), 1, "{name}");
    }
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_passed_over_is_answered_after_the_one_that_came() {
    let shop = Shop::open_with(OFTEN).await;
    let buyer = shop.buyer("Анна");
    let lost = says_in_vain(&shop, &buyer, QUESTION);
    let record = buyer.says("А доставка в Казань сколько стоит?").await;
    assert_eq!(ended(&record), ("replied", ""));
    later(&shop);
    let record = shop.system.record_of(&lost, PATIENCE).await.unwrap();
    assert_eq!(ended(&record), ("replied", ""));
    let avito = &shop.system.sandbox.avito;
    let before = avito.look(sweeps);
    avito.wait_for(|world| sweeps(world) > before + 2, PATIENCE).await.unwrap();
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(buyer.heard().len(), 2);
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_seller_spoke_the_sweep_does_not_make_us_speak() {
    let shop = Shop::open_with(OFTEN).await;
    let avito = &shop.system.sandbox.avito;
    let buyer = shop.buyer("Анна");
    avito.order(Order::from(Fault::DroppedDelivery).times(3));
    avito.buyer_says(&buyer.chat, QUESTION).unwrap();
    avito.seller_types(&buyer.chat, "Здравствуйте, это Пётр. Да, есть.").unwrap();
    let after = avito.buyer_says(&buyer.chat, "А доставка?").unwrap();
    later(&shop);
    let record = shop.system.record_of(&after, PATIENCE).await.unwrap();
    assert_eq!(ended(&record), ("silent", "seller_speaks"));
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(buyer.heard(), Vec::<String>::new());
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_subscription_nothing_is_taken_for_a_buyers_words() {
    let shop = Shop::open_with(OFTEN).await;
    let avito = &shop.system.sandbox.avito;
    let buyer = shop.buyer("Анна");
    let account = shop.system.settings.sellers[0].profile.account.0;
    avito.set_paywall(account, Paywall::Unpaid).unwrap();
    says_in_vain(&shop, &buyer, QUESTION);
    later(&shop);
    let refused = |call: &Call| call.endpoint == Endpoint::Messages && call.status == Some(402);
    avito.wait_for(|world| world.calls().iter().any(refused), PATIENCE).await.unwrap();
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(shop.system.queue.depth().await.unwrap().enqueued, 0);
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_of_redis_nobody_waits_for_the_next_sweep() {
    let mut shop = Shop::open_with(SELDOM).await;
    shop.system.sandbox.avito.wait_for(|world| sweeps(world) > 0, PATIENCE).await.unwrap();
    let lost = says_in_vain(&shop, &shop.buyer("Анна"), QUESTION);
    later(&shop);
    // Some seconds pass: so soon after the start nobody would call for another sweep.
    shop.system.store.wake_duty("sweep-call:demo").await.unwrap();
    shop.system.redis.restart();
    let record = shop.system.record_of(&lost, PATIENCE).await.unwrap();
    assert_eq!(ended(&record), ("replied", ""));
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_of_avito_the_sweep_finds_what_was_said_meanwhile() {
    let shop = Shop::open_with(OFTEN).await;
    let avito = &shop.system.sandbox.avito;
    avito.down();
    let lost = says_in_vain(&shop, &shop.buyer("Анна"), QUESTION);
    later(&shop);
    avito.up().await.unwrap();
    let record = shop.system.record_of(&lost, PATIENCE).await.unwrap();
    assert_eq!(ended(&record), ("replied", ""));
    shop.close_without_following_messages().await;
}
