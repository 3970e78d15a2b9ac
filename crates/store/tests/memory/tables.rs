//! The shared copy of the table, the lock and the reads of a minute.

use std::time::Duration;

use domain::catalog::{CatalogSnapshot, Cell, CellRef, ShopFact};
use store::{CatalogState, CatalogVersion, ReadPermit, SheetTabs};

use crate::harness::{Memory, seller};

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) fn copy(version: &str, read_at_ms: i64) -> CatalogSnapshot {
    let cell = |text: &str| Cell::new(text.to_owned(), CellRef::at("Магазин", 0, 1));
    CatalogSnapshot {
        version: version.into(),
        read_at_ms,
        products: Vec::new(),
        delivery: Vec::new(),
        shop: vec![ShopFact { name: cell("Адрес"), value: cell("ул. Лесная, 5") }],
        faq: Vec::new(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

#[tokio::test]
async fn the_copy_is_what_was_saved_last_and_its_version_is_had_without_it() {
    let memory = Memory::start().await;
    let store = &memory.store;
    assert_eq!(store.catalog_state(&seller()).await.unwrap(), CatalogState::default());
    assert_eq!(store.catalog(&seller()).await.unwrap(), None);

    store.save_catalog(&seller(), &copy("v1", 1000), MINUTE).await.unwrap();
    store.save_catalog(&seller(), &copy("v2", 2000), MINUTE).await.unwrap();
    assert_eq!(store.catalog(&seller()).await.unwrap(), Some(copy("v2", 2000)));
    let version = CatalogVersion { version: "v2".into(), read_at_ms: 2000 };
    let known = CatalogState { copy: Some(version), changed_at_ms: None };
    assert_eq!(store.catalog_state(&seller()).await.unwrap(), known);
    memory.assert_lives("catalog:demo", MINUTE);

    store.save_catalog(&seller(), &copy("v2", 3000), MINUTE).await.unwrap();
    assert_eq!(store.catalog(&seller()).await.unwrap(), Some(copy("v2", 3000)));

    store.forget_catalog(&seller()).await.unwrap();
    assert_eq!(store.catalog(&seller()).await.unwrap(), None);
}

#[tokio::test]
async fn a_copy_of_another_version_counts_as_absent() {
    let memory = Memory::start().await;
    memory.ask::<()>(&["HSET", "catalog:demo", "version", "v9", "read_at", "5", "body", "{\"goods\": []}"]);
    assert_eq!(memory.store.catalog(&seller()).await.unwrap(), None);
}

#[tokio::test]
async fn one_reads_at_a_time_and_a_late_release_takes_nothing_from_the_next() {
    let memory = Memory::start().await;
    let (store, other) = (&memory.store, memory.another().await);
    let lock = store.try_refresh_lock(&seller(), MINUTE).await.unwrap().expect("nobody has it");
    assert!(other.try_refresh_lock(&seller(), MINUTE).await.unwrap().is_none());
    memory.assert_lives("catalog-lock:demo", MINUTE);

    memory.ask::<()>(&["DEL", "catalog-lock:demo"]);
    let next = other.try_refresh_lock(&seller(), MINUTE).await.unwrap().expect("the time of the first was over");
    store.release_refresh_lock(lock).await.unwrap();
    assert!(store.try_refresh_lock(&seller(), MINUTE).await.unwrap().is_none());

    other.release_refresh_lock(next).await.unwrap();
    let again = store.try_refresh_lock(&seller(), MINUTE).await.unwrap().expect("given back");
    store.release_refresh_lock(again).await.unwrap();
}

#[tokio::test]
async fn a_change_of_the_table_is_known_beside_the_copy_and_without_one() {
    let memory = Memory::start().await;
    let (store, other) = (&memory.store, memory.another().await);
    store.outdate_catalog(&seller(), 1500, MINUTE).await.unwrap();
    let changed = CatalogState { copy: None, changed_at_ms: Some(1500) };
    assert_eq!(other.catalog_state(&seller()).await.unwrap(), changed);
    memory.assert_lives("catalog:demo", MINUTE);
    other.save_catalog(&seller(), &copy("v1", 2000), MINUTE).await.unwrap();
    let copy = Some(CatalogVersion { version: "v1".into(), read_at_ms: 2000 });
    assert_eq!(store.catalog_state(&seller()).await.unwrap(), CatalogState { copy, changed_at_ms: Some(1500) });
}

/// Some time; what matters is what passes.
const NOW_MS: i64 = 1_800_000_000_000;

#[tokio::test]
async fn all_workers_together_make_no_more_reads_than_allowed_in_any_minute() {
    let memory = Memory::start().await;
    let other = memory.another().await;
    for (n, at_s) in [0, 10, 20].into_iter().enumerate() {
        let store = if n % 2 == 0 { &memory.store } else { &other };
        let permit = store.take_read("a@b", 3, MINUTE, NOW_MS + at_s * 1000).await.unwrap();
        assert_eq!(permit, ReadPermit::Granted, "read {n}");
    }
    for (at_s, permit) in [
        (20, ReadPermit::After(Duration::from_secs(40))),
        (59, ReadPermit::After(Duration::from_secs(1))),
        (60, ReadPermit::Granted),
        (61, ReadPermit::After(Duration::from_secs(9))),
        (70, ReadPermit::Granted),
    ] {
        assert_eq!(other.take_read("a@b", 3, MINUTE, NOW_MS + at_s * 1000).await.unwrap(), permit, "at {at_s} s");
    }
    assert_eq!(other.take_read("another@b", 3, MINUTE, NOW_MS).await.unwrap(), ReadPermit::Granted);
}

#[tokio::test]
async fn how_many_reads_are_left_can_be_asked_without_taking_one() {
    let memory = Memory::start().await;
    let left =
        async |limit, at_s: i64| memory.store.has_reads_left("a", limit, MINUTE, NOW_MS + at_s * 1000).await.unwrap();
    assert!(left(1, 0).await && left(1, 0).await);
    memory.store.take_read("a", 60, MINUTE, NOW_MS).await.unwrap();
    assert!(!left(1, 0).await && left(2, 0).await && left(1, 60).await);
}

#[tokio::test]
async fn nobody_reads_while_google_wants_none_and_a_shorter_pause_ends_no_longer_one() {
    let memory = Memory::start().await;
    let other = memory.another().await;
    memory.store.pause_reads("a", Duration::from_secs(100), NOW_MS).await.unwrap();
    memory.store.pause_reads("a", Duration::from_secs(5), NOW_MS).await.unwrap();
    for (at_s, permit) in [(0, ReadPermit::After(Duration::from_secs(100))), (100, ReadPermit::Granted)] {
        assert_eq!(other.take_read("a", 60, MINUTE, NOW_MS + at_s * 1000).await.unwrap(), permit, "at {at_s} s");
    }
}

#[tokio::test]
async fn a_worker_whose_clock_was_far_ahead_stops_nobody() {
    let memory = Memory::start().await;
    let ahead_ms = NOW_MS + 3_600_000;
    assert_eq!(memory.store.take_read("a", 1, MINUTE, ahead_ms).await.unwrap(), ReadPermit::Granted);
    memory.store.pause_reads("a", Duration::from_secs(100), ahead_ms).await.unwrap();
    assert_eq!(memory.store.take_read("a", 1, MINUTE, NOW_MS).await.unwrap(), ReadPermit::Granted);
}

#[tokio::test]
async fn the_tabs_of_a_spreadsheet_are_listed_once_for_all() {
    let memory = Memory::start().await;
    let other = memory.another().await;
    assert_eq!(other.sheet_tabs("1AbC").await.unwrap(), None);
    let tabs = SheetTabs { titles: vec!["Товары".to_owned(), "FAQ".to_owned()], listed_at_ms: NOW_MS };
    memory.store.save_sheet_tabs("1AbC", &tabs, MINUTE).await.unwrap();
    assert_eq!(other.sheet_tabs("1AbC").await.unwrap(), Some(tabs));
    memory.assert_lives("sheet-tabs:1AbC", MINUTE);
    other.forget_sheet_tabs("1AbC").await.unwrap();
    assert_eq!(other.sheet_tabs("1AbC").await.unwrap(), None);
}
