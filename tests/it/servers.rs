//! The whole shop on several servers of Redis: a master that dies is replaced, and a node of a cluster that is away
//! keeps its own buyers waiting and nobody else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use it::{Buyer, PATIENCE, Shop};
use salesphere::system::SystemOptions;
use sandbox::redis::{Cluster, SentinelSet};
use settings::Env;

const QUESTION: &str = "Красная сумка есть в наличии?";
const ANOTHER: &str = "А доставка в Казань сколько стоит?";

/// Some of the shop's buyers.
const BUYERS: [&str; 10] = ["Анна", "Виктор", "Ольга", "Игорь", "Мария", "Сергей", "Дмитрий", "Елена", "Павел", "Нина"];

/// The product promises two seconds. A busy machine that runs other tests gets twice that; one that waited for the
/// frozen node would need longer than this is frozen.
const PROMPTLY: Duration = Duration::from_secs(4);

async fn open(redis_url: String, operator: &str) -> Shop {
    let env = BTreeMap::from([("SALESPHERE__REDIS__URL".to_owned(), redis_url)]);
    let quick = "worker.burst_quiet = \"20ms\"\nworker.burst_max = \"100ms\"\n";
    let options =
        SystemOptions { operator: format!("{quick}{operator}"), env: Env::Given(env), ..SystemOptions::default() };
    Shop::open(options).await
}

/// The buyer writes, and Avito delivers it. Returns the message's id.
fn writes(shop: &Shop, buyer: &Buyer<'_>) -> String {
    shop.system.sandbox.avito.buyer_says(&buyer.chat, ANOTHER).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_node_of_a_cluster_keeps_its_own_buyers_waiting_only() {
    let cluster = Cluster::start();
    let shop = open(cluster.url(), "queue.shards = 16\n").await;
    let buyers = BUYERS.map(|name| shop.buyer(name));
    for buyer in &buyers {
        buyer.says(QUESTION).await;
    }
    let owner = |buyer: &Buyer<'_>| {
        let conversation = shop.system.conversation(&buyer.chat).unwrap();
        cluster.owner(&format!("q:{{s{:02}}}:ready", shop.system.queue.shard_number(&conversation)))
    };
    // The records of all turns lie on one node, and we want to read them.
    let frozen = (0..cluster.servers.len())
        .find(|node| *node != cluster.owner("records:demo") && buyers.iter().any(|buyer| owner(buyer) == *node))
        .expect("ten buyers are on more than one node");
    let (waiting, served): (Vec<_>, Vec<_>) = buyers.iter().partition(|buyer| owner(buyer) == frozen);
    assert!(!served.is_empty());

    cluster.servers[frozen].pause();
    let since = Instant::now();
    let waiting: Vec<_> = waiting.into_iter().map(|buyer| (buyer, buyer.heard(), writes(&shop, buyer))).collect();
    for (buyer, message) in served.iter().map(|buyer| (buyer, writes(&shop, buyer))).collect::<Vec<_>>() {
        shop.system.record_of(&message, PATIENCE).await.unwrap();
        assert_eq!(buyer.heard().len(), 2);
    }
    assert!(since.elapsed() < PROMPTLY, "{:?}", since.elapsed());
    for (buyer, heard, _) in &waiting {
        assert_eq!(buyer.heard(), *heard);
    }
    cluster.servers[frozen].resume();
    for (_, _, message) in &waiting {
        shop.system.record_of(message, PATIENCE).await.unwrap();
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_buyers_write_while_a_master_is_replaced_is_answered_after() {
    let mut set = SentinelSet::start();
    // In a system that ends with its lease somebody would start it anew; nobody does so here.
    let shop = open(set.url(), "redis.wait_replicas = 1\nqueue.lease = \"30s\"\n").await;
    let buyers = BUYERS.map(|name| shop.buyer(name));
    for buyer in &buyers {
        buyer.says(QUESTION).await;
    }
    let killed = set.master();
    set.servers[killed].kill();
    let messages = buyers.each_ref().map(|buyer| writes(&shop, buyer));
    for message in &messages {
        shop.system.record_of(message, PATIENCE).await.unwrap();
    }
    assert_ne!(set.master(), killed);
    for buyer in &buyers {
        assert_eq!(buyer.heard().len(), 2);
    }
    set.servers[killed].restart();
    set.wait_for_replicas();
    shop.close().await;
}
