//! A part of a cluster is away: frozen, or dead. Its conversations wait, and the others do not notice.

use std::sync::Arc;
use std::time::{Duration, Instant};

use queue::{Fetcher, WorkerId};
use runtime::shutdown::Shutdown;
use sandbox::redis::Cluster;
use tokio::task::JoinSet;

use crate::shop::{Shop, chats_for_each, conversation, token};
use crate::worker::Worker;

const SHARDS: u16 = 16;

/// The one that suffers.
const NODE: usize = 1;

/// How long it is away: longer than a lease.
const AWAY: Duration = Duration::from_secs(3);

/// What an answer may take on the other nodes, in a test on a busy machine. Undisturbed it is some milliseconds; one
/// that waited for the node would take as long as this is away.
const UNDISTURBED: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_away_stops_its_own_chats_only() {
    let mut cluster = Cluster::start();
    let shop = Shop::open(&cluster.url(), SHARDS, 0).await;
    let worker = Worker::start(&shop);
    let leave = Shutdown::new();
    let mut buyers = JoinSet::new();
    let chats = chats_for_each(&shop.queue, SHARDS, 1);
    for chat in &chats {
        buyers.spawn(Arc::clone(&shop).buyer(chat.clone(), leave.clone()));
    }
    let (its_chats, others): (Vec<_>, Vec<_>) =
        chats.iter().cloned().partition(|chat| owner(&cluster, &shop, chat) == NODE);
    assert!(!its_chats.is_empty() && !others.is_empty());
    let more = |chats: &[String], so_many: usize| {
        let wanted: Vec<_> = chats.iter().map(|chat| (chat.clone(), shop.answered(chat) + so_many)).collect();
        let shop = Arc::clone(&shop);
        async move {
            shop.until("these chats go on", || wanted.iter().all(|(chat, count)| shop.answered(chat) >= *count)).await;
        }
    };
    more(&chats, 3).await;

    for fault in ["frozen", "killed"] {
        match fault {
            "frozen" => cluster.servers[NODE].pause(),
            _ => cluster.servers[NODE].kill(),
        }
        // What was under way is over by then.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (since, stuck) = (Instant::now(), its_chats.iter().map(|chat| shop.answered(chat)).collect::<Vec<_>>());
        tokio::time::sleep(AWAY).await;
        more(&others, 3).await;
        let longest = shop.longest_wait(&others, since);
        assert!(longest < UNDISTURBED, "{fault}: {longest:?}");
        assert_eq!(its_chats.iter().map(|chat| shop.answered(chat)).collect::<Vec<_>>(), stuck, "{fault}");
        assert_eq!(shop.queue.depth().await.unwrap().away, its_chats.len(), "{fault}");
        match fault {
            "frozen" => cluster.servers[NODE].resume(),
            _ => cluster.servers[NODE].restart(),
        }
        more(&chats, 3).await;
    }
    assert_eq!(worker.restarts(), 0, "it lost its leases in one part only");
    leave.trigger();
    buyers.join_all().await;
    shop.is_done().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_moves_is_followed() {
    let cluster = Cluster::start();
    let shop = Shop::open(&cluster.url(), SHARDS, 0).await;
    let chat = &chats_for_each(&shop.queue, SHARDS, 1)[5];
    let worker = WorkerId::random();
    let mut fetcher = Fetcher::new(&shop.redis, &shop.settings, worker.clone(), 5);
    let mut to = owner(&cluster, &shop, chat);
    for id in ["m1", "m2", "m3"] {
        // Empty again, so the slot can be given away by a word.
        assert_eq!(fetcher.next().await.ok().flatten(), None);
        to = (to + 1) % cluster.servers.len();
        cluster.hand_over("q:{s05}:ready", to);
        shop.try_write(chat, id).await.unwrap();
        let begun = Instant::now();
        let taken = loop {
            assert!(begun.elapsed() < Duration::from_secs(10));
            if let Ok(Some(taken)) = fetcher.next().await {
                break taken;
            }
        };
        assert_eq!(taken, token(chat));
        let claim = shop.queue.claim(&worker, &taken).await.unwrap().unwrap();
        shop.queue.complete(&claim).await.unwrap();
        cluster.clear();
    }
}

fn owner(cluster: &Cluster, shop: &Shop, chat: &str) -> usize {
    let shard = shop.queue.shard_number(&conversation(chat));
    cluster.owner(&format!("q:{{s{shard:02}}}:ready"))
}
