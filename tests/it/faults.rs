//! A bad day outside: whatever Avito, Telegram, Google or the model do, a message comes to one end.

use it::{PATIENCE, Shop, ended};
use sandbox::avito::{Fault, Order};

/// Settling an unknown send takes two looks this far apart; in production ten seconds.
const SETTLE: &str = "queue.settle = \"200ms\"\nqueue.retry_base = \"20ms\"\n";

const QUESTION: &str = "Красная сумка есть в наличии?";

/// `fault` strikes while Анна asks; she must be answered all the same, once.
async fn answered_once_through(fault: impl Into<Order>) {
    let fault = fault.into();
    let shop = Shop::open_with(SETTLE).await;
    shop.system.sandbox.avito.order(fault.clone());
    let record = shop.buyer("Анна").says(QUESTION).await;
    assert_eq!(ended(&record), ("replied", ""), "{fault:?}");
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(shop.buyer("Анна").heard().len(), 1, "{fault:?}");
    assert!(shop.system.sandbox.avito.open_orders().is_empty(), "{fault:?} never played");
    shop.close().await;
}

macro_rules! answered_once_through {
    ($($name:ident: $fault:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            answered_once_through($fault).await;
        }
    )*};
}

answered_once_through! {
    a_webhook_that_comes_twice: Fault::Duplicate;
    a_webhook_with_fields_missing: Fault::FieldsMissing { fields: Vec::new() };
    a_chat_that_tells_nothing: Fault::ChatFieldsMissing;
    an_echo_before_the_send_returns: Fault::EarlyEcho;
    an_echo_that_never_comes: Fault::NoEcho;
    an_expired_token_told_by_403: Fault::ExpiredToken403;
    an_expired_token_told_by_401: Fault::ExpiredToken401;
    a_fresh_token_that_is_refused_as_well: Order::from(Fault::ExpiredToken401).times(2);
    too_many_requests: Fault::TooManyRequests { retry_after_s: None };
    too_many_requests_for_a_second: Fault::TooManyRequests { retry_after_s: Some(1) };
    a_500_before_the_send_is_accepted: Fault::ErrorBeforeAccepting { status: 500 };
    a_502_after_the_send_is_accepted: Fault::ErrorAfterAccepting { status: 502 };
    a_cut_before_the_send_is_accepted: Fault::CutBeforeAccepting;
    a_cut_after_the_send_is_accepted: Fault::CutAfterAccepting;
    a_garbled_answer: Fault::GarbledAnswer;
    a_send_that_is_applied_late: Fault::LateApplication { ms: 50 };
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_paid_subscription_a_human_is_called() {
    let shop = Shop::open_with(SETTLE).await;
    shop.system.sandbox.avito.order(Fault::Paywall);
    let record = shop.buyer("Анна").says(QUESTION).await;
    assert_eq!(ended(&record), ("escalated", "dead_letter"));
    assert_eq!(shop.buyer("Анна").heard(), Vec::<String>::new());
    assert_eq!(shop.cards().len(), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sentence_that_stands_for_an_unpaid_message_is_never_answered() {
    let shop = Shop::open_with(SETTLE).await;
    let avito = &shop.system.sandbox.avito;
    let buyer = shop.buyer("Анна");
    avito.order(Fault::PaywallText);
    avito.buyer_says(&buyer.chat, QUESTION).unwrap();
    avito.wait_for(|world| world.deliveries().len() == 1, PATIENCE).await.unwrap();
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(buyer.heard(), Vec::<String>::new());
    shop.close_without_following_messages().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_gets_through_whatever_telegram_does() {
    use sandbox::telegram::Fault::*;
    for fault in [ServerError, BadGateway, RetryAfter { seconds: 1 }, Cut, HangUp] {
        let shop = Shop::open_with("telegram.retry_after = \"100ms\"\n").await;
        shop.system.sandbox.telegram.order(sandbox::telegram::Order::from(fault.clone()).on("sendMessage"));
        let record = shop.buyer("Дмитрий").says("Верните деньги, она сломана!").await;
        assert_eq!(ended(&record), ("escalated", "complaint"), "{fault:?}");
        assert_eq!(shop.buyer("Дмитрий").heard().len(), 1, "{fault:?}: the holding line");
        assert!(!shop.cards().is_empty(), "{fault:?}");
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_may_have_been_shown_says_so_also_after_a_refusal() {
    use sandbox::telegram::Fault::*;
    let shop = Shop::open_with("telegram.retry_after = \"100ms\"\n").await;
    for fault in [Cut, RetryAfter { seconds: 1 }] {
        shop.system.sandbox.telegram.order(sandbox::telegram::Order::from(fault).on("sendMessage"));
    }
    shop.buyer("Дмитрий").says("Верните деньги, она сломана!").await;
    let again: Vec<bool> = shop.cards().iter().map(|card| card.contains("(повторно)")).collect();
    assert_eq!(again, [false, true]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_cannot_be_read_calls_a_human() {
    let shop = Shop::open_with(SETTLE).await;
    shop.system.sandbox.google.down();
    let record = shop.buyer("Анна").says(QUESTION).await;
    assert_eq!(ended(&record), ("escalated", "table_unreadable"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_once_is_asked_again() {
    let shop = Shop::open_with(SETTLE).await;
    shop.system.sandbox.model.order(sandbox::model::Fault::ServerError);
    let record = shop.buyer("Анна").says("Подскажите, чем кожа красной сумки обработана?").await;
    assert_ne!(ended(&record), ("escalated", "model_down"));
    assert!(shop.system.sandbox.model.seen().routing >= 2);
    shop.close().await;
}
