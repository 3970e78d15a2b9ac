//! Redis dies and comes back, freezes and thaws.

use std::time::Duration;

use queue::{Attempt, BeginSend, Enqueued, Merge, QueueError, StepState};

use crate::system::{System, ids, token};

#[tokio::test]
async fn a_killed_redis_has_lost_nothing_it_acknowledged() {
    let mut system = System::start().await;
    let worker = system.worker().await;
    for chat in ["sending", "delayed", "taken"] {
        system.writes(chat, "m1").await;
    }
    let sending = system.opens(&worker).await;
    let need = Duration::from_secs(1);
    assert_eq!(system.queue.begin_send(&sending, "text", 0, Merge::Never, need).await.unwrap(), BeginSend::Go);
    let delayed = system.opens(&worker).await;
    system.queue.nack(&delayed, Duration::ZERO, Attempt::Counted, "why").await.unwrap();
    system.take(&worker).await;
    system.writes("waiting", "m1").await;

    system.server.restart();

    system.is_sound().await;
    assert_eq!(system.writes("waiting", "m1").await, Enqueued::Duplicate);
    assert_eq!(system.queue.held(&worker).await.unwrap(), [token("taken"), token("sending")]);
    let resumed = system.queue.claim(&worker, &sending.token).await.unwrap().unwrap();
    assert!(resumed.epoch > delayed.epoch);
    assert_eq!(resumed.journal.as_ref().map(|journal| journal.state), Some(StepState::Begun));
    system.queue.complete(&resumed).await.unwrap();
    system.queue.complete(&system.queue.claim(&worker, &token("taken")).await.unwrap().unwrap()).await.unwrap();
    system.housekeep().await;
    for _ in 0..2 {
        let claim = system.opens(&worker).await;
        assert_eq!(ids(&claim), ["m1"]);
        system.queue.complete(&claim).await.unwrap();
    }
    system.is_done().await;
}

#[tokio::test]
async fn the_first_command_after_a_restart_goes_through() {
    let mut system = System::start().await;
    for round in 0..3 {
        assert_eq!(system.writes("a", &format!("m{round}")).await, Enqueued::New);
        system.server.restart();
    }
    assert_eq!(system.mailbox("a").await, ["m0", "m1", "m2"]);
}

#[tokio::test]
async fn what_was_sent_to_a_frozen_redis_is_done_once_whoever_repeats_it() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;

    system.server.pause();
    assert!(matches!(system.queue.complete(&claim).await, Err(QueueError::Unavailable { .. })), "too late");
    let enqueued = system.queue.enqueue(&crate::system::message("a", "m2")).await;
    assert!(matches!(enqueued, Err(QueueError::Unavailable { .. })));
    system.server.resume();

    // Both were executed on waking. Who asks again hears so.
    assert_eq!(system.queue.complete(&claim).await.unwrap(), queue::Completed::Done);
    assert_eq!(system.writes("a", "m2").await, Enqueued::Duplicate);
    assert_eq!(ids(&system.opens(&worker).await), ["m2"]);
    system.is_sound().await;
}

#[tokio::test]
async fn without_redis_there_is_no_queue_and_the_reason_is_told() {
    let mut system = System::start().await;
    system.server.kill();
    let error = queue::Queue::connect(&system.redis, &system.settings).await.unwrap_err();
    assert!(matches!(error, QueueError::Unavailable { doing: "connect", .. }), "{error}");
}
