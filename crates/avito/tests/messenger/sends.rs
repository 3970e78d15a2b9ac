//! What a send reports against what is in the chat afterwards.

use std::time::{Duration, Instant};

use avito::{Refusal, SendOutcome};
use sandbox::avito::{Endpoint, Fault, Order, Scope};

use crate::shop::{CHAT, DEADLINE, Shop, TOO_SLOW_MS, chat, messenger};

fn kind(outcome: &SendOutcome) -> String {
    match outcome {
        SendOutcome::Sent { .. } => "sent".to_owned(),
        SendOutcome::NotSent(Refusal::RetryAfter(after)) => format!("retry after {}", after.as_secs()),
        SendOutcome::NotSent(Refusal::Retry { .. }) => "retry".to_owned(),
        SendOutcome::NotSent(Refusal::Unauthorized { .. }) => "unauthorized".to_owned(),
        SendOutcome::NotSent(Refusal::Final { .. }) => "final".to_owned(),
        SendOutcome::NotSent(Refusal::Paywall) => "paywall".to_owned(),
        SendOutcome::Unknown { .. } => "unknown".to_owned(),
    }
}

/// Under the ordered faults a send reports `expected`, is in the chat `times`, and was posted `posted` times.
async fn check(orders: Vec<Order>, expected: &str, times: usize, posted: usize) {
    let shop = Shop::open().await;
    for order in &orders {
        shop.avito.order(order.clone());
    }
    let began = Instant::now();
    let outcome = shop.messenger.send(&chat(), "Да, есть.").await;
    let took = began.elapsed();

    assert_eq!(kind(&outcome), expected, "{orders:?}: {outcome:?}");
    assert!(took < DEADLINE + Duration::from_secs(1), "{orders:?} took {took:?}");
    assert_eq!(shop.avito.sent().len(), times, "{orders:?} in the chat");
    // A call that is still being answered is not in the list yet.
    if took < DEADLINE {
        assert_eq!(shop.calls(Endpoint::Send), posted, "{orders:?} posted");
    }
    assert!(shop.avito.open_orders().is_empty(), "{orders:?} did not play");
}

#[tokio::test]
async fn a_send_is_in_the_chat_under_the_id_it_reports() {
    let shop = Shop::open().await;
    let SendOutcome::Sent { id, created_s } = shop.messenger.send(&chat(), "Да, есть: красная, 3 500 ₽").await
    else {
        panic!("not sent")
    };
    let history = shop.avito.history(CHAT);
    assert_eq!((history[0].id.as_str(), history[0].created), (id.as_str(), created_s));
    assert_eq!(shop.avito.sent()[0].text, "Да, есть: красная, 3 500 ₽");
}

#[tokio::test]
async fn what_was_certainly_not_obeyed_is_not_sent() {
    check(vec![Fault::Paywall.into()], "paywall", 0, 1).await;
    check(vec![Fault::TooManyRequests { retry_after_s: Some(7) }.into()], "retry after 7", 0, 1).await;
    check(vec![Fault::TooManyRequests { retry_after_s: None }.into()], "retry after 5", 0, 1).await;
    check(vec![Fault::ErrorBeforeAccepting { status: 400 }.into()], "final", 0, 1).await;
}

#[tokio::test]
async fn what_may_have_been_obeyed_is_unknown_and_never_posted_again() {
    check(vec![Fault::ErrorBeforeAccepting { status: 500 }.into()], "unknown", 0, 1).await;
    check(vec![Fault::ErrorBeforeAccepting { status: 503 }.into()], "unknown", 0, 1).await;
    check(vec![Fault::CutBeforeAccepting.into()], "unknown", 0, 1).await;
    check(vec![Fault::ErrorAfterAccepting { status: 502 }.into()], "unknown", 1, 1).await;
    check(vec![Fault::CutAfterAccepting.into()], "unknown", 1, 1).await;
    check(vec![Fault::LateApplication { ms: TOO_SLOW_MS }.into()], "unknown", 1, 1).await;
    check(vec![Fault::GarbledAnswer.into()], "unknown", 1, 1).await;
    check(vec![Fault::SlowAnswer { ms: TOO_SLOW_MS }.into()], "unknown", 1, 1).await;
}

#[tokio::test]
async fn an_expired_token_is_replaced_once() {
    check(vec![Fault::ExpiredToken403.into()], "sent", 1, 2).await;
    check(vec![Fault::ExpiredToken401.into()], "sent", 1, 2).await;
    check(vec![Order::from(Fault::ExpiredToken403).times(2)], "unauthorized", 0, 2).await;
    check(vec![Order::from(Fault::ExpiredToken401).times(2)], "unauthorized", 0, 2).await;
    check(vec![Fault::ExpiredToken403.into(), Fault::CutAfterAccepting.into()], "unknown", 1, 2).await;
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let token = |fault| vec![Order::from(fault).on(Scope::Only(Endpoint::Token))];
    check(token(Fault::ErrorBeforeAccepting { status: 500 }), "retry", 0, 0).await;
    check(token(Fault::CutBeforeAccepting), "retry", 0, 0).await;
    check(token(Fault::TooManyRequests { retry_after_s: Some(3) }), "retry after 3", 0, 0).await;
    check(token(Fault::SlowHistory { ms: TOO_SLOW_MS }), "retry", 0, 0).await;
    let refused_then_down = vec![
        Fault::ExpiredToken403.into(),
        Order::from(Fault::ErrorBeforeAccepting { status: 500 }).on(Scope::Only(Endpoint::Token)).after(1),
    ];
    check(refused_then_down, "retry", 0, 1).await;
}

#[tokio::test]
async fn a_wrong_key_pair_is_told_from_an_avito_that_is_not_there() {
    let shop = Shop::open().await;
    let wrong = messenger(shop.avito.base_url(), "another secret");
    assert_eq!(kind(&wrong.send(&chat(), "Да").await), "unauthorized");

    let nobody = messenger("http://127.0.0.1:1/", "demo-client-secret");
    assert_eq!(kind(&nobody.send(&chat(), "Да").await), "retry");
    assert_eq!(shop.avito.sent(), []);
}

#[tokio::test]
async fn a_text_that_avito_would_refuse_is_not_even_posted() {
    let shop = Shop::open().await;
    for text in ["", " \n", &"я".repeat(1001)] {
        assert_eq!(kind(&shop.messenger.send(&chat(), text).await), "final");
    }
    assert_eq!(shop.avito.calls(), []);
    assert_eq!(kind(&shop.messenger.send(&chat(), &"я".repeat(1000)).await), "sent");
}

#[tokio::test]
async fn what_may_not_be_sent_any_more_never_leaves() {
    let shop = Shop::open().await;
    assert_eq!(kind(&shop.messenger.send_by(&chat(), "Да", Instant::now()).await), "retry");
    assert_eq!(shop.avito.sent(), []);
    assert_eq!(kind(&shop.messenger.send_by(&chat(), "Да", Instant::now() + DEADLINE).await), "sent");
}

#[tokio::test]
async fn a_chat_that_is_not_there_is_final() {
    let shop = Shop::open().await;
    for odd in ["u2i-nowhere", "a/b?c#d%20e"] {
        let outcome = shop.messenger.send(&odd.parse().unwrap(), "Да").await;
        assert!(
            matches!(&outcome, SendOutcome::NotSent(Refusal::Final { why }) if why.contains("chat not found")),
            "{outcome:?}"
        );
    }
}
