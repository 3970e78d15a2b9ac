//! A master dies, or freezes, and a replica takes its place.

use std::sync::Arc;

use runtime::shutdown::Shutdown;
use sandbox::redis::SentinelSet;
use tokio::task::JoinSet;

use crate::shop::{Shop, chats_for_each};
use crate::worker::Worker;

const SHARDS: u16 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_outlives_its_master_while_a_replica_is_stalled() {
    let mut set = SentinelSet::start();
    let shop = Shop::open(&set.url(), SHARDS, 1).await;
    let worker = Worker::start(&shop);
    let (mut buyers, leave) = (JoinSet::new(), Shutdown::new());
    let chats = chats_for_each(&shop.queue, SHARDS, 4);
    for chat in &chats {
        buyers.spawn(Arc::clone(&shop).buyer(chat.clone(), leave.clone()));
    }
    let all_answered = |so_many: usize| {
        let (shop, chats) = (&shop, &chats);
        async move { shop.until("each chat goes on", || chats.iter().all(|chat| shop.answered(chat) >= so_many)).await }
    };
    all_answered(5).await;

    // One replica stands still, so that the other one is the only one that has everything.
    let (killed, stalled) = (set.master(), set.replicas()[0]);
    set.servers[stalled].pause();
    let before = chats.iter().map(|chat| shop.answered(chat)).max().unwrap();
    all_answered(before + 5).await;
    set.servers[killed].kill();
    set.wait_for_another_master(killed);
    assert_ne!(set.master(), stalled);

    // Alone the new master accepts nothing. As soon as it is not, everything goes on.
    set.servers[stalled].resume();
    let before = chats.iter().map(|chat| shop.answered(chat)).max().unwrap();
    all_answered(before + 5).await;
    set.servers[killed].restart();
    set.wait_for_replicas();
    leave.trigger();
    buyers.join_all().await;
    shop.is_done().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_master_is_left_and_not_returned_to_when_it_thaws() {
    let set = SentinelSet::start();
    let shop = Shop::open(&set.url(), 1, 1).await;

    // Without a replica that keeps up nothing is accepted; what was written all the same is accepted later.
    for replica in set.replicas() {
        set.servers[replica].pause();
    }
    shop.try_write("a", "m0").await.unwrap_err();
    for replica in set.replicas() {
        set.servers[replica].resume();
    }
    while shop.try_write("a", "m0").await.is_err() {}

    let worker = Worker::start(&shop);
    let leave = Shutdown::new();
    let mut buyers = JoinSet::new();
    for chat in ["b", "c"] {
        buyers.spawn(Arc::clone(&shop).buyer(chat.to_owned(), leave.clone()));
    }
    let go_on = || {
        let before = [shop.answered("b"), shop.answered("c")];
        let go_on = move |shop: &Shop| shop.answered("b") > before[0] + 5 && shop.answered("c") > before[1] + 5;
        let shop = Arc::clone(&shop);
        async move { shop.until("both chats go on", || go_on(&shop)).await }
    };
    go_on().await;
    let frozen = set.master();
    set.servers[frozen].pause();
    go_on().await;
    assert_ne!(set.master(), frozen);
    set.servers[frozen].resume();
    go_on().await;
    set.wait_for_replicas();

    leave.trigger();
    buyers.join_all().await;
    shop.is_done().await;
    worker.stop().await;
}
