//! When Redis is doubted: after a change of server, and when it is known to have forgotten something.

use std::time::Duration;

use queue::Memory;
use sandbox::redis::RedisServer;

use crate::system::{System, settings};

/// A buyer writes in a new chat, and a worker takes it up.
async fn memory(system: &System, chat: &str) -> Memory {
    let worker = system.worker().await;
    system.writes(chat, "m1").await;
    system.opens(&worker).await.memory
}

#[tokio::test]
async fn a_server_that_was_started_anew_is_doubted_for_a_while() {
    let doubt_for = Duration::from_secs(2);
    let settings = ::settings::QueueSettings { doubt_for, ..settings() };
    let mut system = System::start_with(settings, RedisServer::start()).await;
    assert_eq!(memory(&system, "a").await, Memory::Whole, "the first server ever");
    assert_eq!(memory(&system, "b").await, Memory::Whole);
    system.server.restart();
    // The first call after a restart finds the connection broken.
    system.redis::<String>(&["PING"]).await;
    while system.queue.depth().await.is_err() {}
    assert_eq!(memory(&system, "c").await, Memory::Doubtful);
    assert_eq!(memory(&system, "d").await, Memory::Doubtful);
    system.redis::<()>(&["HSET", "q:{s00}:server", "doubt", "1"]).await;
    assert_eq!(memory(&system, "e").await, Memory::Whole, "long ago");
}

#[tokio::test]
async fn what_is_known_to_have_forgotten_is_doubted() {
    let system = System::start().await;
    system.queue.doubt(0).await.unwrap();
    assert_eq!(memory(&system, "a").await, Memory::Doubtful);
    assert_eq!(memory(&system, "b").await, Memory::Doubtful);
}

#[tokio::test]
async fn a_counter_that_went_back_tells_that_something_was_forgotten() {
    let system = System::start().await;
    for chat in ["a", "b", "c"] {
        assert_eq!(memory(&system, chat).await, Memory::Whole);
    }
    system.redis::<()>(&["SET", "q:{s00}:epoch", "1"]).await;
    assert_eq!(memory(&system, "d").await, Memory::Doubtful);
    assert_eq!(memory(&system, "e").await, Memory::Doubtful, "and all that follow, for a while");
}
