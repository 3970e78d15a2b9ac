//! The memory on a cluster: every operation finds the node that has its key.

use std::time::Duration;

use domain::conversation::Conversation;
use domain::ids::{ConversationId, SellerId};
use sandbox::redis::Cluster;
use settings::StoreSettings;
use store::{ReadPermit, SheetTabs, Store, TakenBy, Takeover};

use crate::harness::{redis_settings, store_settings};
use crate::tables::copy;

const MOMENT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn everything_is_remembered_wherever_it_lies() {
    let cluster = Cluster::start();
    let settings = StoreSettings { shards: 16, ..store_settings() };
    let store = Store::connect(&redis_settings(&cluster.url()), &settings).await.unwrap();
    store.ping().await.unwrap();
    // More than enough for every node to have some.
    for number in 0..24 {
        remembers_a_chat(&store, &format!("demo:chat-{number}").parse().unwrap()).await;
        remembers_a_seller(&store, &format!("seller-{number}").parse().unwrap()).await;
    }
}

async fn remembers_a_chat(store: &Store, id: &ConversationId) {
    store.save_conversation(id, &Conversation::default()).await.unwrap();
    assert_eq!(store.conversation(id).await.unwrap(), Conversation::default());
    let takeover = Takeover { by: TakenBy::Seller, since_ms: 7, until_ms: None };
    store.set_takeover(id, &takeover, MOMENT).await.unwrap();
    assert_eq!(store.takeover(id).await.unwrap(), Some(takeover));
    store.clear_takeover(id).await.unwrap();
    let message = "m1".parse().unwrap();
    store.record_sent(id, &message).await.unwrap();
    assert!(store.is_ours(id, &message).await.unwrap());
    store.save_chat_info(id, &store::ChatInfo::default()).await.unwrap();
    assert_eq!(store.chat_info(id).await.unwrap(), Some(store::ChatInfo::default()));
    assert_eq!(store.remembered(id, 5).await.unwrap().sent, ["m1".parse().unwrap()]);
}

async fn remembers_a_seller(store: &Store, id: &SellerId) {
    let lock = store.try_refresh_lock(id, MOMENT).await.unwrap().unwrap();
    assert!(store.try_refresh_lock(id, MOMENT).await.unwrap().is_none());
    store.save_catalog(id, &copy("v1", 7), MOMENT).await.unwrap();
    assert!(store.catalog(id).await.unwrap().is_some() && store.catalog_state(id).await.unwrap().copy.is_some());
    store.outdate_catalog(id, 8, MOMENT).await.unwrap();
    store.release_refresh_lock(lock).await.unwrap();
    let tabs = SheetTabs { titles: vec!["Товары".to_owned()], listed_at_ms: 7 };
    store.save_sheet_tabs(id.as_str(), &tabs, MOMENT).await.unwrap();
    assert!(store.sheet_tabs(id.as_str()).await.unwrap().is_some());
    assert_eq!(store.take_read(id.as_str(), 60, MOMENT, 7).await.unwrap(), ReadPermit::Granted);
    assert!(store.has_reads_left(id.as_str(), 2, MOMENT, 7).await.unwrap());
    let duty = store.take_duty(id.as_str(), MOMENT).await.unwrap().unwrap();
    store.end_duty(duty, Duration::ZERO).await.unwrap();
    assert!(store.records(id, 5).await.unwrap().is_empty());
}
