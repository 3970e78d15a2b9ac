//! How a claim ends, and that the end is told again to whoever asks twice.

use std::time::Duration;

use queue::{Attempt, BeginSend, Completed, Merge, Nacked, QueueError, Released};

use crate::system::{System, ids, token};

const NEED: Duration = Duration::from_secs(3);

#[tokio::test]
async fn an_end_that_is_told_twice_ends_once_and_answers_the_same() {
    let system = System::start().await;
    let worker = system.worker().await;

    system.writes("completed", "m1").await;
    let claim = system.opens(&worker).await;
    for _ in 0..3 {
        assert_eq!(system.queue.complete(&claim).await.unwrap(), Completed::Done);
        // Answered while the first answer was on its way: the repetition must not trim it.
        system.writes("completed", "m2").await;
    }
    assert_eq!(system.mailbox("completed").await, ["m2"]);
    system.queue.complete(&system.opens(&worker).await).await.unwrap();

    system.writes("delayed", "m1").await;
    let claim = system.opens(&worker).await;
    for _ in 0..3 {
        let nacked = system.queue.nack(&claim, Duration::ZERO, Attempt::Counted, "why").await.unwrap();
        assert_eq!(nacked, Nacked::Delayed);
    }
    system.housekeep().await;
    let claim = system.opens(&worker).await;
    assert_eq!(claim.attempts, 1, "counted once");
    system.queue.complete(&claim).await.unwrap();

    system.writes("released", "m1").await;
    let claim = system.opens(&worker).await;
    for _ in 0..3 {
        assert_eq!(system.queue.release(&claim).await.unwrap(), Released::Done);
    }
    system.is_sound().await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn an_end_is_no_receipt_for_another_end() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;
    system.queue.release(&claim).await.unwrap();
    assert_eq!(system.queue.complete(&claim).await.unwrap(), Completed::Fenced);
    let nacked = system.queue.nack(&claim, Duration::ZERO, Attempt::Counted, "why").await.unwrap();
    assert_eq!(nacked, Nacked::Fenced);
    assert_eq!(system.mailbox("a").await, ["m1"]);
    system.is_sound().await;
}

#[tokio::test]
async fn a_holder_who_was_taken_for_dead_can_do_nothing_any_more() {
    let system = System::start().await;
    let (frozen, other) = (system.worker().await, system.worker().await);
    system.writes("a", "m1").await;
    let mut old = system.opens(&frozen).await;
    system.dies(&frozen).await;
    assert_eq!(system.housekeep().await.reaped, 1);
    // The frozen one thaws, first while nobody holds the conversation, then while another does.
    for new in [None, Some(system.opens(&other).await)] {
        let queue = &system.queue;
        assert_eq!(queue.begin_send(&old, "p", 0, Merge::Never, NEED).await.unwrap(), BeginSend::Fenced);
        assert!(matches!(queue.record_step(&old, 0).await, Err(QueueError::Fenced { .. })));
        assert!(matches!(queue.take_back(&old, 0).await, Err(QueueError::Fenced { .. })));
        assert!(matches!(queue.refresh(&mut old).await, Err(QueueError::Fenced { .. })));
        assert_eq!(queue.complete(&old).await.unwrap(), Completed::Fenced);
        assert_eq!(queue.nack(&old, Duration::ZERO, Attempt::Counted, "w").await.unwrap(), Nacked::Fenced);
        assert_eq!(queue.release(&old).await.unwrap(), Released::Fenced);
        assert!(queue.claim(&frozen, &old.token).await.unwrap().is_none());
        assert_eq!(system.mailbox("a").await, ["m1"]);
        system.is_sound().await;
        if let Some(new) = new {
            assert!(new.epoch > old.epoch);
            assert_eq!(queue.complete(&new).await.unwrap(), Completed::Done);
        }
    }
    system.is_done().await;
}

#[tokio::test]
async fn a_second_claim_of_the_same_worker_fences_its_first() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let first = system.opens(&worker).await;
    let second = system.queue.claim(&worker, &first.token).await.unwrap().unwrap();
    assert_eq!(system.queue.complete(&first).await.unwrap(), Completed::Fenced);
    assert_eq!(system.queue.complete(&second).await.unwrap(), Completed::Done);
    system.is_done().await;
}

#[tokio::test]
async fn a_worker_that_goes_home_leaves_its_conversations_to_the_next() {
    let system = System::start().await;
    let (leaving, next) = (system.worker().await, system.worker().await);
    for chat in ["claimed", "only-taken", "untouched"] {
        system.writes(chat, "m1").await;
    }
    let running = system.opens(&leaving).await;
    assert_eq!(system.take(&leaving).await, Some(token("only-taken")));
    assert_eq!(system.queue.release_held(&leaving).await.unwrap(), 2);
    assert_eq!(system.queue.complete(&running).await.unwrap(), Completed::Fenced);
    system.is_sound().await;
    for _ in 0..3 {
        let claim = system.opens(&next).await;
        assert_eq!((ids(&claim), claim.attempts), (vec!["m1"], 0));
        system.queue.complete(&claim).await.unwrap();
    }
    assert_eq!(system.housekeep().await.poisoned, [], "going home is no crash");
    system.is_done().await;
}
