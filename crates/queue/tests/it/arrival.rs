//! Messages arrive: once, in order, all of them in one turn.

use queue::{BeginSend, Completed, Enqueued, Merge};
use settings::QueueSettings;
use std::time::Duration;

use crate::system::{System, ids, settings, token};
use sandbox::redis::RedisServer;

const NEED: Duration = Duration::from_secs(3);

#[tokio::test]
async fn a_message_delivered_twice_is_answered_once() {
    let system = System::start().await;
    for (id, expected) in [
        ("m1", Enqueued::New),
        ("m1", Enqueued::Duplicate),
        ("m2", Enqueued::New),
        ("m1", Enqueued::Duplicate),
        ("m2", Enqueued::Duplicate),
    ] {
        assert_eq!(system.writes("a", id).await, expected, "{id}");
    }
    let worker = system.worker().await;
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m1", "m2"]);
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(system.writes("a", "m2").await, Enqueued::Duplicate, "also after it was answered");
    system.is_done().await;
}

#[tokio::test]
async fn the_same_id_in_two_chats_is_two_messages() {
    let system = System::start().await;
    assert_eq!(system.writes("a", "m1").await, Enqueued::New);
    assert_eq!(system.writes("b", "m1").await, Enqueued::New);
    system.is_sound().await;
}

#[tokio::test]
async fn a_full_mailbox_accepts_nothing_and_forgets_what_it_refused() {
    let system = System::start_with(QueueSettings { mailbox_max: 2, ..settings() }, RedisServer::start()).await;
    for (id, expected) in
        [("m1", Enqueued::New), ("m2", Enqueued::New), ("m3", Enqueued::MailboxFull), ("m1", Enqueued::Duplicate)]
    {
        assert_eq!(system.writes("a", id).await, expected, "{id}");
    }
    let worker = system.worker().await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    assert_eq!(system.writes("a", "m3").await, Enqueued::New, "there is room again");
    system.is_sound().await;
}

#[tokio::test]
async fn a_burst_is_one_turn() {
    let system = System::start().await;
    for id in ["m1", "m2", "m3"] {
        system.writes("a", id).await;
    }
    let worker = system.worker().await;
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m1", "m2", "m3"]);
    assert_eq!(system.take(&worker).await, None, "one token for all three");
    assert_eq!(system.queue.complete(&claim).await.unwrap(), Completed::Done);
    system.is_done().await;
}

#[tokio::test]
async fn a_batch_is_the_oldest_and_the_rest_is_the_next_turns() {
    let system = System::start_with(QueueSettings { max_batch: 2, ..settings() }, RedisServer::start()).await;
    for id in ["m1", "m2", "m3"] {
        system.writes("a", id).await;
    }
    let worker = system.worker().await;
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m1", "m2"]);
    // What does not fit into a batch is no reason to think again.
    assert_eq!(system.queue.begin_send(&claim, "plan", 0, Merge::Allow, NEED).await.unwrap(), BeginSend::Go);
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(ids(&system.opens(&worker).await), ["m3"]);
    system.is_sound().await;
}

#[tokio::test]
async fn a_message_during_the_turn_is_answered_with_the_others() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let mut claim = system.opens(&worker).await;
    system.writes("a", "m2").await;
    let begin = system.queue.begin_send(&claim, "plan for one", 0, Merge::Allow, NEED).await.unwrap();
    assert_eq!(begin, BeginSend::Newer);
    system.queue.refresh(&mut claim).await.unwrap();
    assert_eq!(ids(&claim), ["m1", "m2"]);
    let begin = system.queue.begin_send(&claim, "plan for both", 0, Merge::Allow, NEED).await.unwrap();
    assert_eq!(begin, BeginSend::Go);
    system.queue.complete(&claim).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn a_message_that_came_too_late_for_the_turn_gets_one_of_its_own() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;
    system.writes("a", "m2").await;
    let begin = system.queue.begin_send(&claim, "plan", 0, Merge::Never, NEED).await.unwrap();
    assert_eq!(begin, BeginSend::Go);
    system.writes("a", "m3").await;
    assert_eq!(system.take(&worker).await, None, "not while the first turn runs");
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(ids(&system.opens(&worker).await), ["m2", "m3"]);
    system.is_sound().await;
}

#[tokio::test]
async fn conversations_are_served_in_the_order_they_began_to_wait() {
    let system = System::start_with(QueueSettings { shards: 1, ..settings() }, RedisServer::start()).await;
    let worker = system.worker().await;
    for (chat, id) in [("a", "m1"), ("b", "m2"), ("a", "m3"), ("c", "m4")] {
        system.writes(chat, id).await;
    }
    for chat in ["a", "b", "c"] {
        assert_eq!(system.take(&worker).await, Some(token(chat)));
    }
    system.is_sound().await;
}
