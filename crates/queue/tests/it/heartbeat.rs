//! The lease and the heart that renews it.

use std::sync::mpsc;
use std::time::Duration;

use queue::{Heartbeat, Pulse, QueueError, WorkerId};
use sandbox::redis::RedisServer;
use settings::QueueSettings;

use crate::system::{System, settings, token};

/// Short, so that a few beats fit into a test.
fn quick() -> QueueSettings {
    QueueSettings { lease: Duration::from_millis(400), heartbeat: Duration::from_millis(50), ..settings() }
}

/// A heart that tells when it has lost its lease.
fn start(system: &System, worker: &WorkerId, pulse: &Pulse) -> (Heartbeat, mpsc::Receiver<()>) {
    let (lost, told) = mpsc::channel();
    let on_lost = Box::new(move || lost.send(()).unwrap());
    let heart = Heartbeat::start(&system.redis, &system.settings, worker.clone(), pulse.clone(), on_lost).unwrap();
    (heart, told)
}

#[tokio::test]
async fn a_lease_is_there_from_the_start_and_renewed_as_long_as_the_worker_ticks() {
    let system = System::start_with(quick(), RedisServer::start()).await;
    let (worker, pulse) = (WorkerId::random(), Pulse::new());
    let (heart, lost) = start(&system, &worker, &pulse);
    assert_eq!(system.queue.depth().await.unwrap().workers, 1);
    // Twice the lease.
    for _ in 0..16 {
        pulse.touch();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(system.queue.depth().await.unwrap().workers, 1);
    }
    assert!(heart.beaten().age() < Duration::from_millis(400));
    assert!(lost.try_recv().is_err());
    heart.stop();
    assert_eq!(system.queue.depth().await.unwrap().workers, 0, "gone home");
}

#[tokio::test]
async fn a_worker_that_stands_still_gets_no_beat_and_learns_that_it_lost_its_lease() {
    let system = System::start_with(quick(), RedisServer::start()).await;
    let (worker, pulse) = (WorkerId::random(), Pulse::new());
    let (_heart, lost) = start(&system, &worker, &pulse);
    system.writes("a", "m1").await;
    assert_eq!(system.take(&worker).await, Some(token("a")));
    // The pulse is not touched. After two seconds no beat follows, and 400 ms later the lease is over.
    let mut reaped = 0;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        reaped += system.housekeep().await.reaped;
        if reaped > 0 {
            break;
        }
    }
    assert_eq!(reaped, 1);
    assert!(lost.try_recv().is_err(), "it does not know yet");
    pulse.touch();
    lost.recv_timeout(Duration::from_secs(2)).expect("told with the first beat after");
    system.is_sound().await;
}

#[tokio::test]
async fn what_lands_in_the_hands_of_a_worker_that_has_gone_home_is_found_at_once() {
    let system = System::start().await;
    let worker = WorkerId::random();
    let (heart, _lost) = start(&system, &worker, &Pulse::new());
    system.housekeep().await;
    heart.stop();
    system.writes("a", "m1").await;
    system.take(&worker).await;
    assert_eq!(system.housekeep().await.reaped, 1);
    system.is_sound().await;
}

#[tokio::test]
async fn a_heart_gets_over_a_short_outage() {
    let settings = QueueSettings { lease: Duration::from_secs(5), heartbeat: Duration::from_millis(50), ..settings() };
    let mut system = System::start_with(settings, RedisServer::start()).await;
    let (worker, pulse) = (WorkerId::random(), Pulse::new());
    let (heart, lost) = start(&system, &worker, &pulse);
    system.server.restart();
    let before = heart.beaten().age();
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        pulse.touch();
        if heart.beaten().age() < before {
            break;
        }
    }
    assert!(lost.try_recv().is_err());
    assert_eq!(system.queue.depth().await.unwrap().workers, 1);
    heart.stop();
}

#[tokio::test]
async fn a_heart_that_stops_without_a_goodbye_leaves_its_lease_to_run_out() {
    let system = System::start_with(settings(), RedisServer::start()).await;
    let (heart, _lost) = start(&system, &WorkerId::random(), &Pulse::new());
    drop(heart);
    assert_eq!(system.queue.depth().await.unwrap().workers, 1);
}

#[tokio::test]
async fn without_redis_there_is_no_heartbeat() {
    let mut system = System::start().await;
    system.server.kill();
    let started = Heartbeat::start(&system.redis, &system.settings, WorkerId::random(), Pulse::new(), Box::new(|| {}));
    assert!(matches!(started, Err(QueueError::Unavailable { .. })));
}
