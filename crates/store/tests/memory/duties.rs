//! Duties that one worker does for all.

use std::time::Duration;

use crate::harness::Memory;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_duty_is_one_workers_and_then_rests() {
    let memory = Memory::start().await;
    let (store, other) = (&memory.store, memory.another().await);
    let duty = store.take_duty("sweep:demo", MINUTE).await.unwrap().expect("nobody has it");
    assert!(other.take_duty("sweep:demo", MINUTE).await.unwrap().is_none());
    let another = other.take_duty("sweep:anna", MINUTE).await.unwrap().expect("another duty");
    memory.assert_lives("duty:sweep:demo", MINUTE);
    store.keep_duty(&duty, 5 * MINUTE).await.unwrap();
    memory.assert_lives("duty:sweep:demo", 5 * MINUTE);

    store.end_duty(duty, 10 * MINUTE).await.unwrap();
    assert!(other.take_duty("sweep:demo", MINUTE).await.unwrap().is_none(), "it rests");
    memory.assert_lives("duty:sweep:demo", 10 * MINUTE);
    other.end_duty(another, Duration::ZERO).await.unwrap();
    let another = store.take_duty("sweep:anna", MINUTE).await.unwrap().expect("it does not rest");
    store.end_duty(another, Duration::ZERO).await.unwrap();

    other.wake_duty("sweep:demo").await.unwrap();
    let awake = other.take_duty("sweep:demo", MINUTE).await.unwrap().expect("it rests no longer");
    other.end_duty(awake, Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn whoever_was_too_slow_ends_nobody_elses_duty() {
    let memory = Memory::start().await;
    let (store, other) = (&memory.store, memory.another().await);
    for rest in [Duration::ZERO, 10 * MINUTE] {
        let slow = store.take_duty("tell", MINUTE).await.unwrap().expect("nobody has it");
        memory.ask::<()>(&["DEL", "duty:tell"]);
        let next = other.take_duty("tell", MINUTE).await.unwrap().expect("the time of the first was over");
        store.keep_duty(&slow, 10 * MINUTE).await.unwrap();
        memory.assert_lives("duty:tell", MINUTE);
        store.end_duty(slow, rest).await.unwrap();
        assert!(store.take_duty("tell", MINUTE).await.unwrap().is_none());
        memory.assert_lives("duty:tell", MINUTE);
        other.end_duty(next, Duration::ZERO).await.unwrap();
    }
}
