//! What an operator sees of a queue: every conversation once, where its token lies, and how long it waits.

use std::collections::BTreeMap;
use std::time::Duration;

use queue::{Attempt, ShardStatus, Whereabouts};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, message, settings};

#[tokio::test]
async fn every_conversation_is_seen_once_and_where_it_is() {
    let system =
        System::start_with(QueueSettings { max_attempts: 2, shards: 3, ..settings() }, RedisServer::start()).await;
    for (chat, id) in [("held", "m1"), ("held", "m2"), ("delayed", "m3"), ("dead", "m4"), ("dead", "m5")] {
        system.writes(chat, id).await;
    }
    let worker = system.worker().await;
    for _ in 0..3 {
        let claim = system.opens(&worker).await;
        let delay = match claim.conversation.chat.as_str() {
            "held" => continue,
            "delayed" => Duration::from_secs(60),
            _ => Duration::ZERO,
        };
        system.queue.nack(&claim, delay, Attempt::Counted, "down").await.unwrap();
    }
    system.housekeep().await;
    let claim = system.opens(&worker).await;
    system.queue.nack(&claim, Duration::ZERO, Attempt::Counted, "down").await.unwrap();
    system.writes("ready", "m6").await;

    let shards = system.queue.status().await.unwrap();
    assert_eq!(shards.iter().map(|shard| shard.shard).collect::<Vec<_>>(), [0, 1, 2]);
    let mut seen = BTreeMap::new();
    for shard in &shards {
        for conversation in &shard.conversations {
            let place = match &conversation.place {
                Whereabouts::Ready => "ready".to_owned(),
                Whereabouts::Delayed { due_ms } => format!("delayed for {} s", (due_ms - shard.at_ms + 999) / 1000),
                Whereabouts::Held { worker } => format!("held by {worker}"),
            };
            let told = (place, conversation.messages, conversation.attempts, conversation.oldest_ms);
            assert_eq!(seen.insert(conversation.token.as_str(), told), None, "{shards:#?}");
        }
    }
    let since = |id: &str| Some(message("any", id).received_ms);
    let expected = BTreeMap::from([
        ("demo:delayed", ("delayed for 60 s".to_owned(), 1, 1, since("m3"))),
        ("demo:held", (format!("held by {worker}"), 2, 0, since("m1"))),
        ("demo:ready", ("ready".to_owned(), 1, 0, since("m6"))),
    ]);
    assert_eq!(seen, expected);
    let sum = |of: fn(&ShardStatus) -> u64| shards.iter().map(of).sum::<u64>();
    assert_eq!((sum(|shard| shard.dead as u64), sum(|shard| shard.untold as u64)), (2, 2));
    assert_eq!(sum(|shard| shard.epoch), 4, "four claims");
    for shard in &shards {
        assert!(shard.leases[&worker] > shard.at_ms, "{shard:?}");
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_counted_all_the_same() {
    let system = System::start().await;
    system.writes("a", "m1").await;
    system.redis::<()>(&["RPUSH", "q:{s00}:mb:demo:a", "\u{1b}rubbish"]).await;
    let [shard] = system.queue.status().await.unwrap().try_into().unwrap();
    let [conversation] = shard.conversations.try_into().unwrap();
    assert_eq!((conversation.messages, conversation.oldest_ms), (2, None));
}
