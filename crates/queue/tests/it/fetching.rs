//! The blocking take.

use std::time::{Duration, Instant};

use queue::Fetcher;
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, ids, settings, token};

#[tokio::test]
async fn an_idle_fetch_outlives_the_usual_timeout_and_still_takes() {
    let block = Duration::from_millis(2_200);
    let system = System::start_with(QueueSettings { block, ..settings() }, RedisServer::start()).await;
    let worker = system.worker().await;
    let mut fetcher = Fetcher::new(&system.redis, &system.settings, worker.clone(), 0);
    let began = Instant::now();
    assert_eq!(fetcher.next().await.unwrap(), None);
    assert!(began.elapsed() >= block, "{:?}", began.elapsed());

    // The next one is waiting when the message comes.
    let late = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        system.writes("a", "m1").await;
    };
    let (taken, ()) = tokio::join!(fetcher.next(), late);
    assert_eq!(taken.unwrap(), Some(token("a")));
    assert_eq!(system.queue.held(&worker).await.unwrap(), [token("a")]);
    system.is_sound().await;
}

#[tokio::test]
async fn what_waits_is_taken_together_oldest_first_and_no_more_than_asked_for() {
    let system = System::start().await;
    let worker = system.worker().await;
    let mut fetcher = Fetcher::new(&system.redis, &system.settings, worker.clone(), 0);
    assert_eq!(fetcher.waiting(5).await.unwrap(), [], "there is no connection yet");
    for chat in ["a", "b", "c", "d"] {
        system.writes(chat, &format!("m-{chat}")).await;
    }
    assert_eq!(fetcher.next().await.unwrap(), Some(token("a")));
    assert_eq!(fetcher.waiting(2).await.unwrap(), [token("b"), token("c")]);
    assert_eq!(fetcher.waiting(5).await.unwrap(), [token("d")]);
    assert_eq!(fetcher.waiting(5).await.unwrap(), []);
    assert_eq!(system.queue.held(&worker).await.unwrap(), ["d", "c", "b", "a"].map(token));
    system.is_sound().await;
}

#[tokio::test]
async fn a_waiting_fetch_holds_nobody_up() {
    let system = System::start().await;
    let mut fetcher = Fetcher::new(&system.redis, &system.settings, system.worker().await, 0);
    let others = async {
        let began = Instant::now();
        for _ in 0..20 {
            system.queue.depth().await.unwrap();
        }
        let took = began.elapsed();
        system.writes("a", "m1").await;
        took
    };
    let (taken, took) = tokio::join!(fetcher.next(), others);
    assert_eq!(taken.unwrap(), Some(token("a")));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_token_whose_answer_was_lost_is_found_in_our_hands() {
    let system = System::start().await;
    let worker = system.worker().await;
    let mut fetcher = Fetcher::new(&system.redis, &system.settings, worker.clone(), 0);
    for chat in ["a", "b"] {
        system.writes(chat, "m1").await;
    }
    assert_eq!(fetcher.next().await.unwrap(), Some(token("a")));

    // The command lies in the socket of a frozen Redis when we stop to listen.
    system.server.pause();
    tokio::time::timeout(Duration::from_millis(100), fetcher.next()).await.unwrap_err();
    system.server.resume();
    while system.queue.depth().await.unwrap().ready > 0 {}

    assert_eq!(system.queue.held(&worker).await.unwrap(), [token("b"), token("a")]);
    system.is_sound().await;
    for lost_or_not in ["a", "b"] {
        let claim = system.queue.claim(&worker, &token(lost_or_not)).await.unwrap().unwrap();
        system.queue.complete(&claim).await.unwrap();
    }
    system.is_done().await;
}

#[tokio::test]
async fn a_fetcher_gets_over_a_redis_that_went_away() {
    let mut system = System::start().await;
    let worker = system.worker().await;
    let mut fetcher = Fetcher::new(&system.redis, &system.settings, worker.clone(), 0);
    system.writes("a", "m1").await;
    assert_eq!(fetcher.next().await.unwrap(), Some(token("a")));
    system.server.kill();
    fetcher.next().await.unwrap_err();
    fetcher.next().await.unwrap_err();
    system.server.restart();
    system.writes("b", "m2").await;
    assert_eq!(fetcher.next().await.unwrap(), Some(token("b")));
    assert_eq!(system.queue.held(&worker).await.unwrap().len(), 2);
    system.is_sound().await;
}

#[tokio::test]
async fn each_shard_has_its_fetcher_and_no_conversation_is_in_two() {
    let system = System::start_with(QueueSettings { shards: 3, ..settings() }, RedisServer::start()).await;
    let worker = system.worker().await;
    let chats: Vec<String> = (0..12).map(|chat| format!("chat-{chat}")).collect();
    for chat in &chats {
        system.writes(chat, "m1").await;
    }
    let ready = system.queue.depth().await.unwrap().ready;
    let mut taken = Vec::new();
    for shard in 0..3 {
        let mut fetcher = Fetcher::new(&system.redis, &system.settings, worker.clone(), shard);
        let before = taken.len();
        while taken.len() < ready && system.redis::<u64>(&["LLEN", &format!("q:{{s{shard:02}}}:ready")]).await > 0 {
            taken.extend(fetcher.next().await.unwrap());
        }
        assert!(taken.len() > before, "shard {shard} has none of twelve conversations");
    }
    assert_eq!(taken.len(), 12);
    for token in &taken {
        let claim = system.queue.claim(&worker, token).await.unwrap().unwrap();
        assert_eq!(ids(&claim), ["m1"]);
        system.queue.complete(&claim).await.unwrap();
    }
    system.is_done().await;
}
