//! Redis comes back with less than it had confirmed, and is asked for it.

use std::sync::Arc;
use std::time::Duration;

use domain::message::Message;
use queue::{Queue, QueueError};

use crate::system::{System, message, settings};

/// What the buyers wrote, oldest first: of each message its chat and its id.
const WRITTEN: [(&str, &str); 5] = [("a", "m1"), ("b", "m1"), ("a", "m2"), ("a", "m3"), ("b", "m2")];

fn written() -> Vec<Arc<Message>> {
    WRITTEN.iter().map(|(chat, id)| Arc::new(message(chat, id))).collect()
}

/// What Redis lost of it, oldest first but shard by shard.
async fn lost(system: &System) -> Vec<(String, String)> {
    let mut lost = Vec::new();
    for shard in 0..system.settings.shards {
        let of_shard: Vec<_> =
            written().into_iter().filter(|written| system.queue.shard_number(&written.conversation) == shard).collect();
        lost.extend(system.queue.forgotten(shard, &of_shard).await.unwrap());
    }
    lost.iter().map(|message| (message.conversation.chat.to_string(), message.id.to_string())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(chat, id)| ((*chat).to_owned(), (*id).to_owned())).collect()
}

#[tokio::test]
async fn what_redis_lost_is_told_in_the_order_it_came() {
    for shards in [1, 16] {
        let mut system = System::start_with(queue_settings(shards, 200), sandbox::redis::RedisServer::start()).await;
        for (chat, id) in WRITTEN {
            system.writes(chat, id).await;
        }
        assert_eq!(lost(&system).await, pairs(&[]));
        system.server.restart();
        assert_eq!(lost(&system).await, pairs(&[]), "its log was whole");

        // An older state: the last two never happened.
        system.server.kill();
        std::fs::remove_dir_all(system.server.directory().join("appendonlydir")).unwrap();
        system.server.restart();
        for (chat, id) in &WRITTEN[..3] {
            system.writes(chat, id).await;
        }
        let mut lost = lost(&system).await;
        lost.sort();
        assert_eq!(lost, pairs(&WRITTEN[3..]), "{shards} shards");
    }
}

#[tokio::test]
async fn what_a_conversation_need_not_remember_any_more_is_not_taken_for_lost() {
    let system = System::start_with(queue_settings(1, 2), sandbox::redis::RedisServer::start()).await;
    for (chat, id) in WRITTEN {
        system.writes(chat, id).await;
    }
    assert_eq!(lost(&system).await, pairs(&[]));
    system.redis::<()>(&["FLUSHALL"]).await;
    assert_eq!(lost(&system).await, pairs(&WRITTEN));
}

#[tokio::test]
async fn a_lost_connection_is_told_at_once_and_a_question_without_messages_asks_whether_redis_is_there() {
    let mut system = System::start().await;
    let mut losses = system.queue.losses();
    assert!(system.queue.forgotten(0, &[]).await.unwrap().is_empty());
    assert!(!losses.has_changed().unwrap());
    system.server.kill();
    tokio::time::timeout(Duration::from_secs(5), losses.changed()).await.unwrap().unwrap();
    let away = system.queue.forgotten(0, &[]).await;
    assert!(matches!(away, Err(QueueError::Unavailable { .. })), "{away:?}");
}

#[tokio::test]
async fn a_queue_can_be_opened_while_redis_is_away() {
    let mut system = System::start().await;
    system.server.kill();
    let queue = Queue::lazy(&system.redis, &system.settings);
    assert!(queue.forgotten(0, &[]).await.is_err());
    system.server.restart();
    while queue.forgotten(0, &[]).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(queue.enqueue(&message("a", "m1")).await.unwrap(), queue::Enqueued::New);
}

fn queue_settings(shards: u16, seen_max: usize) -> ::settings::QueueSettings {
    ::settings::QueueSettings { shards, seen_max, ..settings() }
}
