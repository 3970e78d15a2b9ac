//! Turns that fail, and turns that kill.

use std::time::Duration;

use queue::{Attempt, Merge, Nacked};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, ids, message, settings, token};

#[tokio::test]
async fn a_message_is_given_up_after_its_last_attempt_and_not_before() {
    let system = System::start_with(QueueSettings { max_attempts: 3, ..settings() }, RedisServer::start()).await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    for (attempt, failed_before, expected) in [
        (Attempt::Counted, 0, Nacked::Delayed),
        (Attempt::Free, 1, Nacked::Delayed),
        (Attempt::Free, 1, Nacked::Delayed),
        (Attempt::Counted, 1, Nacked::Delayed),
        (Attempt::Counted, 2, Nacked::DeadLettered),
    ] {
        let claim = system.opens(&worker).await;
        assert_eq!(claim.attempts, failed_before);
        let nacked = system.queue.nack(&claim, Duration::ZERO, attempt, "the model is down").await.unwrap();
        assert_eq!(nacked, expected);
        system.housekeep().await;
        system.is_sound().await;
    }
    let letters = system.queue.dead_letters(10).await.unwrap();
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!((letter.conversation.as_str(), letter.error.as_str()), ("demo:a", "the model is down"));
    assert_eq!(letter.message().unwrap(), message("a", "m1"));
    assert!(letter.at_ms > 1_700_000_000_000, "{}", letter.at_ms);
    system.is_done().await;
}

#[tokio::test]
async fn what_came_after_the_messages_that_failed_has_attempts_of_its_own() {
    let system = System::start_with(QueueSettings { max_attempts: 1, ..settings() }, RedisServer::start()).await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;
    system.writes("a", "m2").await;
    for _ in 0..2 {
        let nacked = system.queue.nack(&claim, Duration::ZERO, Attempt::Counted, "why").await.unwrap();
        assert_eq!(nacked, Nacked::DeadLettered, "also when told twice");
    }
    let claim = system.opens(&worker).await;
    assert_eq!((ids(&claim), claim.attempts), (vec!["m2"], 0));
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(system.queue.dead_letters(10).await.unwrap().len(), 1);
    system.is_done().await;
}

#[tokio::test]
async fn a_delayed_conversation_comes_back_when_its_time_has_come_and_takes_no_second_token() {
    let system = System::start().await;
    let worker = system.worker().await;
    system.writes("a", "m1").await;
    let claim = system.opens(&worker).await;
    system.queue.nack(&claim, Duration::from_secs(3600), Attempt::Counted, "why").await.unwrap();
    system.writes("a", "m2").await;
    assert_eq!(system.housekeep().await.promoted, 0);
    assert_eq!(system.take(&worker).await, None);
    system.is_sound().await;
    // The hour passes.
    system.redis::<()>(&["ZADD", "q:{s00}:delayed", "1", token("a").as_str()]).await;
    assert_eq!(system.housekeep().await.promoted, 1);
    assert_eq!(ids(&system.opens(&worker).await), ["m1", "m2"]);
    system.is_sound().await;
}

#[tokio::test]
async fn a_turn_that_kills_its_workers_is_poison() {
    let system = System::start_with(QueueSettings { max_crashes: 3, ..settings() }, RedisServer::start()).await;
    system.writes("poison", "m1").await;
    system.writes("poison", "m2").await;
    for crash in 1..=3 {
        let worker = system.worker().await;
        let claim = system.opens(&worker).await;
        system.queue.begin_send(&claim, "text", 0, Merge::Never, Duration::from_secs(1)).await.unwrap();
        system.dies(&worker).await;
        let done = system.housekeep().await;
        let expected = if crash < 3 { vec![] } else { vec![token("poison")] };
        assert_eq!(done.poisoned, expected, "crash {crash}");
        system.housekeep().await;
        system.is_sound().await;
    }
    let letters = system.queue.dead_letters(10).await.unwrap();
    let newest_first: Vec<_> = letters.iter().map(|letter| letter.message().unwrap().id.to_string()).collect();
    assert_eq!(newest_first, ["m2", "m1"]);
    for part in ["poison: 3 workers died", "whether it arrived is unknown"] {
        assert!(letters[0].error.contains(part), "{}", letters[0].error);
    }
    system.is_done().await;
}

#[tokio::test]
async fn a_conversation_that_was_only_in_the_wrong_hands_is_not_to_blame() {
    let system = System::start_with(QueueSettings { max_crashes: 2, ..settings() }, RedisServer::start()).await;
    system.writes("a", "m1").await;
    let living = system.worker().await;
    for before in ["nothing", "a turn that was put off", "a turn that was given back", "one crash"] {
        match before {
            "a turn that was put off" => {
                let claim = system.opens(&living).await;
                system.queue.nack(&claim, Duration::ZERO, Attempt::Free, "later").await.unwrap();
                system.housekeep().await;
            }
            "a turn that was given back" => {
                system.queue.release(&system.opens(&living).await).await.unwrap();
            }
            "one crash" => {
                let victim = system.worker().await;
                system.opens(&victim).await;
                system.dies(&victim).await;
                assert_eq!(system.housekeep().await.reaped, 1);
            }
            _ => {}
        }
        let worker = system.worker().await;
        assert_eq!(system.take(&worker).await, Some(token("a")), "taken, never claimed");
        system.dies(&worker).await;
        assert_eq!(system.housekeep().await.reaped, 1, "after {before}");
    }
    system.is_sound().await;
}

#[tokio::test]
async fn what_a_dead_worker_held_is_next_oldest_first() {
    let system = System::start().await;
    let (dead, heir) = (system.worker().await, system.worker().await);
    for chat in ["a", "b", "c"] {
        system.writes(chat, "m1").await;
    }
    system.opens(&dead).await;
    system.opens(&dead).await;
    system.dies(&dead).await;
    system.housekeep().await;
    for chat in ["a", "b", "c"] {
        assert_eq!(system.take(&heir).await, Some(token(chat)));
    }
}
