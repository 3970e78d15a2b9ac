//! The books: who works, what is wrong, how much there is.

use queue::{Violation, WorkerId};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, settings, token};

#[tokio::test]
async fn a_token_in_the_hands_of_a_worker_nobody_knows_is_found() {
    // A process that was frozen for minutes took one more token before it learned that it was dead.
    let system = System::start().await;
    let ghost = WorkerId::random();
    system.writes("a", "m1").await;
    system.take(&ghost).await;
    assert_eq!(system.queue.invariants().await.unwrap(), [Violation::UnknownWorker(ghost)]);
    assert_eq!(system.housekeep().await.reaped, 1, "the first round of a new worker looks for such");
    system.is_sound().await;
}

#[tokio::test]
async fn a_living_worker_is_left_alone_and_a_dead_one_struck_off() {
    let system = System::start().await;
    let (living, dead) = (system.worker().await, system.worker().await);
    system.writes("a", "m1").await;
    system.opens(&living).await;
    // Just dead: a command of it may still be waiting on the server.
    system.lease(&dead, -1000).await;
    system.housekeep().await;
    let on_the_books: u64 = system.redis(&["ZCARD", "q:{s00}:workers"]).await;
    assert_eq!(on_the_books, 2);
    system.dies(&dead).await;
    system.housekeep().await;
    let left: Vec<String> = system.redis(&["ZRANGE", "q:{s00}:workers", "0", "-1"]).await;
    assert_eq!(left, [living.as_str()]);
    assert_eq!(system.queue.held(&living).await.unwrap(), [token("a")]);
}

#[tokio::test]
async fn two_who_tidy_at_once_take_each_token_once() {
    let system = System::start().await;
    let dead = system.worker().await;
    for chat in 0..20 {
        system.writes(&format!("chat-{chat}"), "m1").await;
        system.opens(&dead).await;
    }
    system.dies(&dead).await;
    let (one, other) = tokio::join!(system.housekeep(), system.housekeep());
    assert_eq!(one.reaped + other.reaped, 20, "{one:?} {other:?}");
    system.is_sound().await;
}

#[tokio::test]
async fn depth_counts_every_list_over_all_shards() {
    let system = System::start_with(QueueSettings { shards: 2, ..settings() }, RedisServer::start()).await;
    let (worker, dead) = (system.worker().await, system.worker().await);
    for chat in 0..6 {
        system.writes(&format!("chat-{chat}"), "m1").await;
    }
    let [first, second, _third] = [system.opens(&worker).await, system.opens(&worker).await, system.opens(&dead).await];
    system.queue.complete(&first).await.unwrap();
    let an_hour = std::time::Duration::from_secs(3600);
    system.queue.nack(&second, an_hour, queue::Attempt::Free, "later").await.unwrap();
    system.lease(&dead, -1).await;
    let depth = system.queue.depth().await.unwrap();
    let lists = (depth.ready, depth.delayed, depth.processing, depth.dead, depth.workers);
    assert_eq!(lists, (3, 1, 1, 0, 1));
    assert_eq!((depth.enqueued, depth.answered, depth.buried), (6, 1, 0));
    assert!(!depth.is_idle());
}

#[tokio::test]
async fn each_violation_is_named() {
    let cases: [(&[&[&str]], &str); 6] = [
        (&[&["LPOP", "q:{s00}:ready"]], "demo:a has unanswered messages and no token"),
        (&[&["LPUSH", "q:{s00}:ready", "demo:a"]], "the token demo:a lies in ready and ready"),
        (&[&["LPUSH", "q:{s00}:ready", "demo:b"]], "the token demo:b in ready has no conversation"),
        (&[&["LPUSH", "q:{s00}:mb:demo:b", "{}"]], "the mailbox of demo:b has no conversation"),
        (
            &[&["HSET", "q:{s00}:c:demo:a", "phase", "S", "out_n", "1"]],
            "demo:a is in the middle of a send that is not in its journal",
        ),
        (&[&["HSET", "q:{s00}:c:demo:a", "epoch", "9"]], "demo:a has an epoch that was never given out"),
    ];
    let system = System::start().await;
    for (tampering, expected) in cases {
        system.redis::<()>(&["FLUSHALL"]).await;
        system.writes("a", "m1").await;
        system.is_sound().await;
        for command in tampering {
            system.redis::<redis::Value>(command).await;
        }
        let found = system.queue.invariants().await.unwrap();
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told, [expected]);
    }
}

#[tokio::test]
async fn every_command_names_the_shards_own_keys_only() {
    let system = System::start_with(QueueSettings { shards: 2, ..settings() }, RedisServer::start()).await;
    let worker = system.worker().await;
    for chat in 0..6 {
        system.writes(&format!("chat-~{{{chat}}}"), "m1").await;
    }
    for _ in 0..3 {
        let claim = system.opens(&worker).await;
        system.queue.complete(&claim).await.unwrap();
    }
    let keys: Vec<String> = system.redis(&["KEYS", "*"]).await;
    for key in keys {
        assert!(key.starts_with("q:{s00}:") || key.starts_with("q:{s01}:"), "{key}");
    }
    system.is_sound().await;
}
