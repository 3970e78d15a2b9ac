//! Google refuses, hangs, breaks off and is gone.

use std::time::{Duration, Instant};

use sandbox::clock::SandboxClock;
use sandbox::google::{Fault, GoogleConfig, Order, Quota, SERVICE_ACCOUNT_EMAIL, Sharing, Spreadsheet};
use sheets::SheetsError;

use crate::harness::{FRESH, Office, STALE, price, seller, seller_with, set_price};

/// What the asker waits at the most when there is an older copy, with a slow machine's indulgence.
const SOON: Duration = Duration::from_secs(4);

#[tokio::test]
async fn each_failure_says_what_it_is() {
    let faults = [
        (Order::from(Fault::ServerError).on("read"), "unreadable"),
        (Order::from(Fault::Unavailable).on("sheet"), "unreadable"),
        (Order::from(Fault::CutBody).on("read"), "unreadable"),
        (Order::from(Fault::Cut).on("read").times(3), "unreadable"),
        (Order::from(Fault::CutBody).on("token"), "unreadable"),
        (Order::from(Fault::ServerError).on("token"), "read"),
        (Order::from(Fault::ServerError).on("token").always(), "unreadable"),
        (Order::from(Fault::Unauthenticated).on("sheet").always(), "key_refused"),
        (Order::from(Fault::QuotaExhausted).on("read"), "quota"),
    ];
    for (order, name) in faults {
        let office = Office::open().await;
        let worker = office.worker().await;
        office.google.order(order.clone());
        let ended = worker.snapshot(&seller()).await.map_or_else(|error| error.name(), |_| "read");
        assert_eq!(ended, name, "{order:?}");
    }
}

#[tokio::test]
async fn a_google_that_does_not_answer_is_given_up_in_time() {
    let mut office = Office::open().await;
    office.timeout = Duration::from_millis(300);
    for call in ["token", "sheet", "read"] {
        let worker = office.worker().await;
        office.google.order(Order::from(Fault::Slow { ms: 20_000 }).on(call));
        let begun = Instant::now();
        let error = worker.read_now(&seller()).await.unwrap_err();
        assert!(error.to_string().contains("did not answer within 300 ms"), "{call}: {error}");
        assert!(begun.elapsed() < SOON, "{call}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_key_that_google_does_not_take_is_no_outage() {
    let long_ago = SandboxClock::fixed(946_684_800);
    let office = Office::open_with(GoogleConfig { clock: long_ago, ..GoogleConfig::demo() }).await;
    let error = office.worker().await.snapshot(&seller()).await.unwrap_err();
    assert!(matches!(error, SheetsError::KeyRefused { .. }), "{error}");
    assert!(error.to_string().contains("clock"), "{error}");
}

#[tokio::test]
async fn who_has_to_do_something_is_told_what() {
    let office = Office::open().await;
    office.google.share(&seller().sheet_id, Sharing::Nobody).unwrap();
    let worker = office.worker().await;
    let error = worker.snapshot(&seller()).await.unwrap_err();
    assert!(matches!(error, SheetsError::NotShared { .. }), "{error}");
    assert!(error.to_string().contains(SERVICE_ACCOUNT_EMAIL), "{error}");
    assert_eq!(worker.account(), Some(SERVICE_ACCOUNT_EMAIL));

    let error = worker.snapshot(&seller_with("other", "nowhere")).await.unwrap_err();
    assert!(matches!(&error, SheetsError::NoSuchSheet { sheet } if sheet == "nowhere"), "{error}");

    let keyless = office.worker_with(None).await.unwrap();
    let error = keyless.snapshot(&seller_with("keyless", "any")).await.unwrap_err();
    assert!(matches!(error, SheetsError::NoKey), "{error}");

    for bad in ["nonsense".to_owned(), office.key().replace("service_account", "authorized_user")] {
        let error = office.worker_with(Some(bad)).await.unwrap_err();
        assert!(matches!(error, SheetsError::BadKey { .. }), "{error}");
    }
    let broken = office.key().replace("\\nMII", "\\n###");
    let error = office.worker_with(Some(broken)).await.unwrap().read_now(&seller()).await.unwrap_err();
    assert!(matches!(error, SheetsError::BadKey { .. }), "{error}");
}

#[tokio::test]
async fn a_spreadsheet_without_goods_is_no_shop_that_sells_nothing() {
    let office = Office::open().await;
    for (id, text, about) in [
        ("empty", "tab = []", "Нет листа «Товары»"),
        ("bare", "[[tab]]\nname = \"Товары\"\nrows = []", "Не нашли строку заголовков"),
        (
            "wrong",
            "[[tab]]\nname = \"Товары\"\nrows = [[\"Название\", \"Остаток\"], [\"Сумка\", \"мало\"]]",
            "Товары!B2: Остаток «мало» не читается",
        ),
    ] {
        office.google.put(Spreadsheet::from_toml(id, text).unwrap());
        let error = office.worker().await.snapshot(&seller_with(id, id)).await.unwrap_err();
        assert!(matches!(error, SheetsError::NoGoods { .. }) && error.to_string().contains(about), "{id}: {error}");
    }
}

#[tokio::test]
async fn while_google_is_down_the_copy_serves_until_it_may_be_wrong_and_then_nothing_does() {
    let office = Office::open().await;
    let worker = office.worker().await;
    worker.snapshot(&seller()).await.unwrap();
    set_price(&office.google, "3600");
    office.google.order(Order::from(Fault::ServerError).always());

    for _ in 0..4 {
        office.pass(FRESH / 2);
        assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3500.0);
    }
    office.pass(STALE);
    let error = worker.snapshot(&seller()).await.unwrap_err();
    assert!(matches!(error, SheetsError::TooOld { .. }), "{error}");
    assert!(runtime::chain(&error).contains("500"), "{}", runtime::chain(&error));

    office.google.clear_orders();
    office.pass(Duration::from_secs(10));
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0, "it comes back by itself");
}

#[tokio::test]
async fn a_failing_google_is_not_asked_again_at_every_message() {
    let office = Office::open().await;
    let worker = office.worker().await;
    office.google.order(Order::from(Fault::ServerError).on("sheet").always());
    for _ in 0..20 {
        worker.snapshot(&seller()).await.unwrap_err();
    }
    assert_eq!(office.asked(), (1, 0));
    office.pass(Duration::from_secs(6));
    worker.snapshot(&seller()).await.unwrap_err();
    assert_eq!(office.asked(), (2, 0));
}

#[tokio::test]
async fn a_slow_google_does_not_use_up_the_buyers_time() {
    let office = Office::open().await;
    let worker = office.worker().await;
    worker.snapshot(&seller()).await.unwrap();
    set_price(&office.google, "3600");
    office.pass(FRESH * 2);
    office.google.order(Order::from(Fault::Slow { ms: 5_000 }).on("read"));
    let begun = Instant::now();
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3500.0);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    worker.finish().await;
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0, "and the answer is not lost");
}

#[tokio::test]
async fn all_workers_together_stay_within_the_limit() {
    let mut office = Office::open().await;
    office.reads_per_minute = 6;
    office.google.set_quota(Quota::per_minute(6));
    let workers = [office.worker().await, office.worker().await];
    let mut quota = 0;
    for n in 0..8 {
        let result = workers[n % 2].read_now(&seller()).await;
        quota += usize::from(matches!(result, Err(SheetsError::Quota { .. })));
    }
    assert_eq!(quota, 8 - 3, "the operator looks at the tabs each time, and at the cells");
    assert!(office.google.seen().calls.iter().all(|call| call.status != 429), "{:?}", office.google.seen().calls);
}

#[tokio::test]
async fn when_google_says_too_many_nobody_asks_for_a_while() {
    let office = Office::open().await;
    let workers = [office.worker().await, office.worker().await];
    office.google.order(Order::from(Fault::QuotaExhausted).on("read"));
    let error = workers[0].read_now(&seller()).await.unwrap_err();
    assert!(matches!(error, SheetsError::Quota { .. }), "{error}");
    let asked = office.asked();
    let error = workers[1].read_now(&seller()).await.unwrap_err();
    assert!(matches!(error, SheetsError::Quota { retry_after } if retry_after > Duration::from_secs(20)), "{error}");
    assert_eq!(office.asked(), asked);
}
