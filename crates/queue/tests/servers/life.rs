//! Everything that can happen to a conversation, in a cluster.

use std::sync::Arc;
use std::time::Duration;

use queue::{
    Attempt, BeginSend, Claim, Completed, Dropped, Enqueued, Fetcher, Heartbeat, Merge, Nacked, Pulse, Released,
    Retried, StepState, WorkerId,
};
use sandbox::redis::Cluster;
use settings::UnsafeRedis;

use crate::shop::{Shop, chats_for_each, conversation, message, token};

const SHARDS: u16 = 16;
const NEED: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn every_command_finds_its_node() {
    let cluster = Cluster::start();
    let shop = Shop::open(&cluster.url(), SHARDS, 0).await;
    shop.queue.demand_safe_redis(UnsafeRedis::Refuse).await.unwrap();
    let (id, pulse) = (WorkerId::random(), Pulse::new());
    let started = {
        let (redis, settings, id, pulse) = (shop.redis.clone(), shop.settings.clone(), id.clone(), pulse.clone());
        tokio::task::spawn_blocking(move || Heartbeat::start(&redis, &settings, id, pulse, Box::new(|| {})))
    };
    let heart = started.await.unwrap().unwrap();
    assert_eq!(shop.queue.depth().await.unwrap().workers, 1, "on the books of all shards, and counted once");

    for chat in chats_for_each(&shop.queue, SHARDS, 1) {
        pulse.touch();
        live(&shop, &id, &chat).await;
    }
    let depth = shop.queue.depth().await.unwrap();
    let shards = u64::from(SHARDS);
    assert_eq!((depth.enqueued, depth.answered, depth.buried), (4 * shards, 3 * shards, 2 * shards), "{depth:?}");
    assert_eq!((depth.retried, depth.dropped, depth.away), (shards, shards, 0), "{depth:?}");
    assert!(depth.is_idle() && depth.dead == 0, "{depth:?}");
    assert!(shop.queue.dead_letters(10).await.unwrap().is_empty());

    tokio::task::spawn_blocking(move || heart.stop()).await.unwrap();
    assert_eq!(shop.queue.depth().await.unwrap().workers, 0);
    assert_eq!(shop.queue.invariants().await.unwrap(), []);
}

/// Two messages answered in two steps, one given up and put back, one given up and dropped.
async fn live(shop: &Shop, id: &WorkerId, chat: &str) {
    let queue = &shop.queue;
    let conversation = conversation(chat);
    let shard = queue.shard_number(&conversation);
    let mut fetcher = Fetcher::new(&shop.redis, &shop.settings, id.clone(), shard);

    assert_eq!(queue.enqueue(&message(chat, "m1")).await.unwrap(), Enqueued::New);
    assert_eq!(queue.enqueue(&message(chat, "m1")).await.unwrap(), Enqueued::Duplicate);
    assert_eq!(fetcher.next().await.unwrap(), Some(token(chat)));
    assert_eq!(queue.held(id).await.unwrap(), [token(chat)]);
    let mut claim = claim(shop, id, chat).await;
    assert_eq!(queue.enqueue(&message(chat, "m2")).await.unwrap(), Enqueued::New);
    assert_eq!(queue.begin_send(&claim, "plan", 0, Merge::Allow, NEED).await.unwrap(), BeginSend::Newer);
    queue.refresh(&mut claim).await.unwrap();
    assert_eq!(queue.begin_send(&claim, "plan", 0, Merge::Allow, NEED).await.unwrap(), BeginSend::Go);
    queue.record_step(&claim, 0).await.unwrap();
    assert_eq!(queue.begin_send(&claim, "plan", 1, Merge::Never, NEED).await.unwrap(), BeginSend::Go);
    queue.take_back(&claim, 1).await.unwrap();
    assert_eq!(queue.nack(&claim, Duration::ZERO, Attempt::Free, "later").await.unwrap(), Nacked::Delayed);
    assert_eq!(queue.housekeep().await.unwrap().promoted, 1);
    assert_eq!(fetcher.next().await.unwrap(), Some(token(chat)));
    let claimed = self::claim(shop, id, chat).await;
    assert_eq!(claimed.journal.as_ref().map(|journal| (journal.step, journal.state)), Some((1, StepState::Pending)));
    assert_eq!(queue.release(&claimed).await.unwrap(), Released::Done);
    assert_eq!(fetcher.next().await.unwrap(), Some(token(chat)));
    let claimed = self::claim(shop, id, chat).await;
    assert_eq!(queue.complete(&claimed).await.unwrap(), Completed::Done);

    for (message_id, retried) in [("m3", true), ("m4", false)] {
        queue.enqueue(&message(chat, message_id)).await.unwrap();
        for nacked in [Nacked::Delayed, Nacked::DeadLettered] {
            queue.housekeep_shard(shard).await.unwrap();
            assert_eq!(fetcher.next().await.unwrap(), Some(token(chat)));
            let claim = self::claim(shop, id, chat).await;
            assert_eq!(queue.nack(&claim, Duration::ZERO, Attempt::Counted, "no").await.unwrap(), nacked);
        }
        let letter = queue.untold_dead_letters(10).await.unwrap().pop().unwrap();
        queue.tell_later(letter.id, Duration::from_secs(60)).await.unwrap();
        queue.mark_told(letter.id).await.unwrap();
        assert!(queue.untold_dead_letters(10).await.unwrap().is_empty());
        assert_eq!(queue.dead_letters(10).await.unwrap().len(), 1);
        if retried {
            assert_eq!(queue.retry_dead_letter(letter.id).await.unwrap(), Retried::Done);
            assert_eq!(fetcher.next().await.unwrap(), Some(token(chat)));
            let claim = self::claim(shop, id, chat).await;
            queue.complete(&claim).await.unwrap();
        } else {
            assert_eq!(queue.drop_dead_letter(letter.id).await.unwrap(), Dropped::Done);
        }
    }
    let ids = ["m1", "m5"].map(|id| id.parse().unwrap());
    assert_eq!(queue.arrivals(&conversation, &ids.each_ref()).await.unwrap().seen, [true, false]);
    let asked = ["m4", "m6"].map(|id| Arc::new(message(chat, id)));
    assert_eq!(queue.forgotten(shard, &asked).await.unwrap(), asked[1..]);
}

async fn claim(shop: &Shop, id: &WorkerId, chat: &str) -> Claim {
    shop.queue.claim(id, &token(chat)).await.unwrap().unwrap()
}
