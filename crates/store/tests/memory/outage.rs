//! Redis gone, frozen and back.

use std::time::{Duration, Instant};

use store::{Store, StoreError};

use crate::harness::{Memory, chat, redis_settings, store_settings};

#[tokio::test]
async fn where_nobody_listens_it_says_so_in_time() {
    let begun = Instant::now();
    let result = Store::connect(&redis_settings("redis://127.0.0.1:1/0"), &store_settings()).await;
    assert!(matches!(result, Err(StoreError::Unreachable { .. })), "{result:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_frozen_redis_is_an_error_after_the_response_timeout_and_no_more_once_it_runs_on() {
    let memory = Memory::start().await;
    let mut settings = redis_settings(&memory.server.url());
    settings.response_timeout = Duration::from_millis(100);
    let store = Store::connect(&settings, &store_settings()).await.unwrap();

    memory.server.pause();
    let begun = Instant::now();
    assert!(matches!(store.ping().await, Err(StoreError::Unreachable { .. })));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());

    memory.server.resume();
    until_it_answers(&store).await;
}

#[tokio::test]
async fn after_a_restart_it_goes_on_with_what_was_saved() {
    let mut memory = Memory::start().await;
    let message = "m1".parse().unwrap();
    memory.store.record_sent(&chat(), &message).await.unwrap();
    memory.server.kill();
    assert!(memory.store.ping().await.is_err());
    memory.server.restart();
    until_it_answers(&memory.store).await;
    assert!(memory.store.is_ours(&chat(), &message).await.unwrap());
}

async fn until_it_answers(store: &Store) {
    let begun = Instant::now();
    while let Err(error) = store.ping().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{error}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
