//! The shared copy of the table, the lock and the reads of a minute.

use std::time::Duration;

use domain::catalog::{CatalogSnapshot, Cell, CellRef, ShopFact};
use store::{CatalogVersion, ReadPermit};

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
    }
}

#[tokio::test]
async fn the_copy_is_what_was_saved_last_and_its_version_is_had_without_it() {
    let memory = Memory::start().await;
    let store = &memory.store;
    assert_eq!(store.catalog_version(&seller()).await.unwrap(), None);
    assert_eq!(store.catalog(&seller()).await.unwrap(), None);

    store.save_catalog(&seller(), &copy("v1", 1000), MINUTE).await.unwrap();
    store.save_catalog(&seller(), &copy("v2", 2000), MINUTE).await.unwrap();
    assert_eq!(store.catalog(&seller()).await.unwrap(), Some(copy("v2", 2000)));
    let version = CatalogVersion { version: "v2".into(), read_at_ms: 2000 };
    assert_eq!(store.catalog_version(&seller()).await.unwrap(), Some(version));
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
async fn all_workers_together_make_no_more_reads_than_allowed() {
    let memory = Memory::start().await;
    let other = memory.another().await;
    for n in 0..3 {
        let store = if n % 2 == 0 { &memory.store } else { &other };
        assert_eq!(store.take_read("a@b", 3, MINUTE).await.unwrap(), ReadPermit::Granted, "read {n}");
    }
    let ReadPermit::After(wait) = other.take_read("a@b", 3, MINUTE).await.unwrap() else { panic!("a fourth read") };
    assert!(wait <= MINUTE && wait > Duration::from_secs(30), "{wait:?}");
    assert_eq!(other.take_read("another@b", 3, MINUTE).await.unwrap(), ReadPermit::Granted);
}

#[tokio::test]
async fn a_read_can_be_made_again_when_the_window_has_passed_it() {
    let memory = Memory::start().await;
    let window = Duration::from_millis(200);
    assert_eq!(memory.store.take_read("a", 1, window).await.unwrap(), ReadPermit::Granted);
    while let ReadPermit::After(wait) = memory.store.take_read("a", 1, window).await.unwrap() {
        assert!(wait <= window);
        tokio::time::sleep(wait).await;
    }
}

#[tokio::test]
async fn nobody_reads_while_google_wants_none() {
    let memory = Memory::start().await;
    let other = memory.another().await;
    memory.store.pause_reads("a", Duration::from_secs(100)).await.unwrap();
    memory.store.pause_reads("a", Duration::from_secs(5)).await.unwrap();
    let ReadPermit::After(wait) = other.take_read("a", 60, MINUTE).await.unwrap() else { panic!("read in a pause") };
    assert!(wait > Duration::from_secs(60), "{wait:?}");

    memory.store.pause_reads("b", Duration::from_millis(50)).await.unwrap();
    while let ReadPermit::After(wait) = memory.store.take_read("b", 1, MINUTE).await.unwrap() {
        assert!(wait <= Duration::from_millis(50));
        tokio::time::sleep(wait).await;
    }
}

#[tokio::test]
async fn the_tabs_of_a_spreadsheet_are_listed_once_for_all() {
    let memory = Memory::start().await;
    let other = memory.another().await;
    assert_eq!(other.sheet_tabs("1AbC").await.unwrap(), None);
    let tabs = ["Товары".to_owned(), "FAQ".to_owned()];
    memory.store.save_sheet_tabs("1AbC", &tabs, MINUTE).await.unwrap();
    assert_eq!(other.sheet_tabs("1AbC").await.unwrap().as_deref(), Some(&tabs[..]));
    memory.assert_lives("sheet-tabs:1AbC", MINUTE);
    other.forget_sheet_tabs("1AbC").await.unwrap();
    assert_eq!(other.sheet_tabs("1AbC").await.unwrap(), None);
}
