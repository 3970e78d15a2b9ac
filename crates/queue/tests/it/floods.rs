//! Floods: all is accepted, and answered together.

use std::time::Duration;

use queue::{Attempt, Enqueued, Merge};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, ids, settings, token};

const MINUTE_MS: i64 = 60_000;

async fn system(flood_per_minute: usize, max_batch: usize) -> System {
    let settings = QueueSettings { flood_per_minute, max_batch, ..settings() };
    System::start_with(settings, RedisServer::start()).await
}

/// The buyer of `chat` writes the messages of these numbers, and each is accepted.
async fn writes(system: &System, chat: &str, numbers: std::ops::RangeInclusive<u32>) {
    for number in numbers {
        assert_eq!(system.writes(chat, &format!("m{number}")).await, Enqueued::New, "m{number}");
    }
}

/// In how many milliseconds the token of `chat` is due; `None` if it is not delayed.
async fn due_in(system: &System, chat: &str) -> Option<i64> {
    let due: Option<i64> = system.redis(&["ZSCORE", "q:{s00}:delayed", token(chat).as_str()]).await;
    let (seconds, micros): (i64, i64) = system.redis(&["TIME"]).await;
    due.map(|due| due - seconds * 1000 - micros / 1000)
}

#[tokio::test]
async fn a_flood_is_accepted_whole_and_waits_for_one_turn_in_a_minute() {
    let system = system(3, 50).await;
    let worker = system.worker().await;
    writes(&system, "a", 1..=3).await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();

    writes(&system, "a", 4..=4).await;
    let first = due_in(&system, "a").await.expect("the fourth in a minute is a flood");
    assert!((MINUTE_MS - 5_000..=MINUTE_MS).contains(&first), "{first}");
    writes(&system, "a", 5..=9).await;
    assert!(due_in(&system, "a").await.unwrap() <= first, "further ones do not put it off");
    assert_eq!(system.writes("a", "m4").await, Enqueued::Duplicate);
    system.housekeep().await;
    assert_eq!(system.take(&worker).await, None);
    writes(&system, "b", 1..=1).await;
    assert_eq!(system.take(&worker).await, Some(token("b")), "nobody else waits for it");
    system.is_sound().await;

    system.delays_end().await;
    system.housekeep().await;
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m4", "m5", "m6", "m7", "m8", "m9"]);
    system.queue.complete(&claim).await.unwrap();
    system.queue.complete(&system.queue.claim(&worker, &token("b")).await.unwrap().unwrap()).await.unwrap();
    system.is_done().await;
}

#[tokio::test]
async fn a_flood_that_begins_in_a_turn_does_not_get_the_next_at_once() {
    for ending in ["answered", "given up"] {
        let system = system(3, 50).await;
        let worker = system.worker().await;
        writes(&system, "a", 1..=3).await;
        let claim = system.opens(&worker).await;
        let need = Duration::from_secs(1);
        system.queue.begin_send(&claim, "plan", 0, Merge::Never, need).await.unwrap();
        writes(&system, "a", 4..=6).await;
        if ending == "answered" {
            system.queue.complete(&claim).await.unwrap();
        } else {
            for _ in 0..system.settings.max_attempts {
                system.redis::<()>(&["HSET", "q:{s00}:c:demo:a", "att", "99"]).await;
                system.queue.nack(&claim, Duration::ZERO, Attempt::Counted, "why").await.unwrap();
            }
        }
        assert!(due_in(&system, "a").await.is_some_and(|due| due > MINUTE_MS - 5_000), "{ending}");
        system.is_sound().await;
    }
}

#[tokio::test]
async fn a_flood_of_more_than_a_turn_takes_is_worked_off_meanwhile() {
    let system = system(3, 4).await;
    let worker = system.worker().await;
    writes(&system, "a", 1..=1).await;
    let claim = system.opens(&worker).await;
    writes(&system, "a", 2..=10).await;
    system.queue.complete(&claim).await.unwrap();
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m2", "m3", "m4", "m5"], "nine were waiting");
    system.queue.complete(&claim).await.unwrap();
    let claim = system.opens(&worker).await;
    assert_eq!(ids(&claim), ["m6", "m7", "m8", "m9"], "five were waiting");
    system.queue.complete(&claim).await.unwrap();
    assert_eq!(system.take(&worker).await, None);
    assert!(due_in(&system, "a").await.is_some(), "one waits");
    system.is_sound().await;
}

#[tokio::test]
async fn after_its_minute_a_conversation_is_like_any_other() {
    let system = system(3, 50).await;
    let worker = system.worker().await;
    writes(&system, "a", 1..=4).await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    // The minute passes.
    for number in 1..=4 {
        system.redis::<()>(&["ZADD", "q:{s00}:seen:demo:a", "1", &format!("m{number}")]).await;
    }
    writes(&system, "a", 5..=5).await;
    assert_eq!(ids(&system.opens(&worker).await), ["m5"]);
}

#[tokio::test]
async fn with_a_limit_of_zero_nothing_is_a_flood() {
    let system = system(0, 50).await;
    writes(&system, "a", 1..=199).await;
    let worker = system.worker().await;
    system.queue.complete(&system.opens(&worker).await).await.unwrap();
    assert_eq!(system.opens(&worker).await.messages.len(), 50);
}
