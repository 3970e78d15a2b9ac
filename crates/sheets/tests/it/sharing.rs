//! One read for everybody, and again when it is time.

use std::time::Duration;

use futures::future::join_all;
use sandbox::google::{Fault, Order, Spreadsheet};

use crate::harness::{FRESH, Office, price, seller, seller_with, set_price};

#[tokio::test]
async fn however_many_ask_at_once_google_is_asked_once() {
    let office = Office::open().await;
    let workers = [office.worker().await, office.worker().await, office.worker().await];
    let asked = workers.iter().flat_map(|worker| (0..20).map(|_| worker.snapshot(&seller())));
    let snapshots: Vec<_> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
    assert!(snapshots.iter().all(|snapshot| snapshot.products.len() == 21 && snapshot.problems.is_empty()));
    assert_eq!(office.asked(), (1, 1));
}

#[tokio::test]
async fn a_change_is_seen_when_the_copy_is_no_longer_fresh_and_not_before() {
    let office = Office::open().await;
    let (one, other) = (office.worker().await, office.worker().await);
    assert_eq!(price(&one.snapshot(&seller()).await.unwrap()), 3500.0);
    set_price(&office.google, "3600");

    office.pass(FRESH / 2);
    assert_eq!(price(&one.snapshot(&seller()).await.unwrap()), 3500.0);
    assert_eq!(price(&other.snapshot(&seller()).await.unwrap()), 3500.0);
    assert_eq!(office.asked(), (1, 1));

    office.pass(FRESH);
    assert_eq!(price(&other.snapshot(&seller()).await.unwrap()), 3600.0);
    assert_eq!(price(&one.snapshot(&seller()).await.unwrap()), 3600.0);
    assert_eq!(office.asked(), (1, 2), "the tabs were known");
}

#[tokio::test]
async fn a_copy_in_use_is_read_anew_before_anybody_has_to_wait_for_it() {
    let office = Office::open().await;
    let worker = office.worker().await;
    worker.snapshot(&seller()).await.unwrap();
    set_price(&office.google, "3600");

    office.pass(FRESH / 10 * 9);
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3500.0, "nobody waits");
    worker.finish().await;
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0);
    assert_eq!(office.asked(), (1, 2));
}

#[tokio::test]
async fn a_new_worker_begins_with_the_copy_of_the_others_even_if_google_is_gone() {
    let office = Office::open().await;
    office.worker().await.snapshot(&seller()).await.unwrap();
    office.google.down();
    assert_eq!(price(&office.worker().await.snapshot(&seller()).await.unwrap()), 3500.0);
}

#[tokio::test]
async fn another_spreadsheet_of_the_same_seller_is_another_table() {
    let office = Office::open().await;
    let text = "[[tab]]\nname = \"Товары\"\nrows = [[\"Название\", \"Остаток\"], [\"Шкаф\", 1]]";
    office.google.put(Spreadsheet::from_toml("another", text).unwrap());
    let worker = office.worker().await;
    assert_eq!(worker.snapshot(&seller()).await.unwrap().products.len(), 21);
    let moved = seller_with("demo", "another");
    assert_eq!(worker.snapshot(&moved).await.unwrap().products.len(), 1);
    assert_eq!(office.worker().await.snapshot(&moved).await.unwrap().products.len(), 1);
}

#[tokio::test]
async fn a_renamed_tab_is_found_at_once() {
    let office = Office::open().await;
    let worker = office.worker().await;
    let before = worker.snapshot(&seller()).await.unwrap();
    let text = SHEET.replace("\"Магазин\"", "\"О нас\"");
    office.google.put(Spreadsheet::from_toml(&seller().sheet_id, &text).unwrap());
    office.pass(FRESH * 2);
    let after = worker.snapshot(&seller()).await.unwrap();
    assert_eq!(after.shop[0].name.at.to_string(), "О нас!A2");
    assert_eq!(before.shop.len(), after.shop.len());
}

#[tokio::test]
async fn a_tab_that_was_added_or_hidden_is_noticed() {
    let office = Office::open().await;
    let worker = office.worker().await;
    worker.snapshot(&seller()).await.unwrap();
    let added = format!("{SHEET}\n[[tab]]\nname = \"Товары 2\"\nrows = [[\"Название\", \"Остаток\"], [\"Шкаф\", 1]]\n");
    office.google.put(Spreadsheet::from_toml(&seller().sheet_id, &added).unwrap());
    office.pass(FRESH * 2);
    assert_eq!(worker.snapshot(&seller()).await.unwrap().products.len(), 22, "the list of the tabs was old");

    let hidden = added.replace("name = \"Товары 2\"", "name = \"Товары 2\"\nhidden = true");
    office.google.put(Spreadsheet::from_toml(&seller().sheet_id, &hidden).unwrap());
    office.pass(FRESH);
    assert_eq!(worker.snapshot(&seller()).await.unwrap().products.len(), 21, "hidden means not for eyes, at once");
}

#[tokio::test]
async fn without_redis_a_worker_goes_on_with_its_own_copy_and_reads_for_itself() {
    let mut office = Office::open().await;
    let worker = office.worker().await;
    worker.snapshot(&seller()).await.unwrap();
    set_price(&office.google, "3600");
    office.redis.kill();
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3500.0);
    office.pass(FRESH * 2);
    // The first try may use up the asker's patience with Redis; the reading goes on.
    worker.snapshot(&seller()).await.unwrap();
    worker.finish().await;
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0);
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_make_an_old_copy_young_for_ever() {
    let office = Office::open().await;
    let worker = office.worker().await;
    office.pass(Duration::from_secs(10 * 3600));
    worker.snapshot(&seller()).await.unwrap();
    set_price(&office.google, "3600");
    office.clock.set(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0);
    set_price(&office.google, "3700");
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3600.0, "the new copy is kept");
}

#[tokio::test]
async fn a_token_that_was_withdrawn_is_renewed() {
    let office = Office::open().await;
    let worker = office.worker().await;
    worker.snapshot(&seller()).await.unwrap();
    office.google.expire_tokens();
    assert_eq!(price(&worker.read_now(&seller()).await.unwrap()), 3500.0);
    office.google.order(Order::from(Fault::Unauthenticated).on("read"));
    assert_eq!(price(&worker.read_now(&seller()).await.unwrap()), 3500.0);
}

#[tokio::test]
async fn the_operators_check_replaces_the_copies() {
    let office = Office::open().await;
    let (one, other) = (office.worker().await, office.worker().await);
    one.snapshot(&seller()).await.unwrap();
    set_price(&office.google, "3600");
    assert_eq!(price(&other.read_now(&seller()).await.unwrap()), 3600.0);
    assert_eq!(price(&one.snapshot(&seller()).await.unwrap()), 3600.0);
}

pub(crate) const SHEET: &str = include_str!("../../../sandbox/data/sheet.toml");
