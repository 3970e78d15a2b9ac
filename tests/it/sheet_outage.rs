//! Google answers 500 for ten minutes: buyers are answered from the copy while it may still be true, then by a human,
//! and then from the table again. The minutes pass as the test says.

use std::time::Duration;

use it::{Shop, ended};
use sandbox::google::{Fault, Order};

const QUESTION: &str = "Сколько стоит красная сумка?";

/// Written as replies write it, with a space that does not break.
const PRICE: &str = "3\u{a0}500";
const RAISED: &str = "3\u{a0}600";

/// A buyer asks for the price: how it ended, what was said, and how old the copy was, in whole minutes.
async fn ask(shop: &Shop, buyer: &str) -> ((&'static str, &'static str), String, Option<i64>) {
    let buyer = shop.buyer(buyer);
    let record = buyer.says(QUESTION).await;
    (ended(&record), buyer.heard().join("\n"), record.trace.snapshot_age_ms.map(|age_ms| age_ms / 60_000))
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_are_answered_from_the_copy_then_by_a_human_and_then_from_the_table_again() {
    let shop = Shop::open_with("").await;
    let minutes = |minutes: u64| shop.system.clock.advance(Duration::from_secs(60 * minutes));
    let google = &shop.system.sandbox.google;
    let (how, said, age) = ask(&shop, "Анна").await;
    assert!(how == ("replied", "") && said.contains(PRICE), "{how:?}: {said}");
    assert_eq!(age, Some(0));

    minutes(6);
    google.order(Order::from(Fault::ServerError).always());
    google.set_cell("Товары", "G2", "3600").unwrap();
    for (buyer, wait, old) in [("Виктор", 0, 6), ("Игорь", 4, 10), ("Мария", 4, 14)] {
        minutes(wait);
        let (how, said, age) = ask(&shop, buyer).await;
        assert!(how == ("replied", "") && said.contains(PRICE), "{buyer}: {how:?}: {said}");
        assert_eq!(age, Some(old), "the record says how old the copy was");
    }
    minutes(2);
    let (how, said, _) = ask(&shop, "Дмитрий").await;
    assert_eq!(how, ("escalated", "table_unreadable"), "{said}");
    assert!(!said.contains("500") && !said.contains("600"), "{said}");

    google.clear_orders();
    shop.system.clock.advance(Duration::from_secs(10));
    let (how, said, age) = ask(&shop, "Елена").await;
    assert!(how == ("replied", "") && said.contains(RAISED), "{how:?}: {said}");
    assert_eq!(age, Some(0));
    shop.close().await;
}
