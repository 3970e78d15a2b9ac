//! The decision records.

use std::time::Duration;

use domain::record::{DecisionRecord, Ending, SilentReason, Trace};

use crate::harness::{Memory, chat, seller};

const DAY_MS: i64 = 24 * 3600 * 1000;

fn record(turn: &str, at_ms: i64) -> DecisionRecord {
    DecisionRecord {
        turn: turn.into(),
        conversation: chat(),
        messages: vec!["m1".parse().unwrap()],
        question: "Красная сумка есть?".into(),
        at_ms,
        ending: Ending::Silent(SilentReason::HandedOver),
        said: vec!["Да, есть".into()],
        trace: Trace { snapshot_age_ms: Some(12), ..Trace::default() },
        total_ms: 340,
    }
}

fn turns(records: &[DecisionRecord]) -> Vec<&str> {
    records.iter().map(|record| record.turn.as_str()).collect()
}

#[tokio::test]
async fn the_newest_come_first_and_no_more_than_allowed_are_kept() {
    let memory = Memory::start().await;
    let now = 100 * DAY_MS;
    for (n, turn) in ["a", "b", "c", "d"].iter().enumerate() {
        memory.store.append_record(&record(turn, now + n as i64)).await.unwrap();
    }
    let kept = memory.store.records(&seller(), 10).await.unwrap();
    assert_eq!(turns(&kept), ["d", "c", "b"]);
    assert_eq!(turns(&memory.store.records(&seller(), 2).await.unwrap()), ["d", "c"]);
    assert_eq!(turns(&memory.store.records(&seller(), 0).await.unwrap()), [""; 0]);
    assert_eq!(kept[0], record("d", now + 3));
    assert_eq!(turns(&memory.store.records(&"other".parse().unwrap(), 2).await.unwrap()), [""; 0]);
    memory.assert_lives("records:demo", Duration::from_secs(7 * 24 * 3600));
}

#[tokio::test]
async fn a_record_is_kept_once_and_for_a_week() {
    let memory = Memory::start().await;
    let now = 100 * DAY_MS;
    memory.store.append_record(&record("old", now - 8 * DAY_MS)).await.unwrap();
    memory.store.append_record(&record("young", now - 6 * DAY_MS)).await.unwrap();
    memory.store.append_record(&record("new", now)).await.unwrap();
    memory.store.append_record(&record("new", now)).await.unwrap();
    assert_eq!(turns(&memory.store.records(&seller(), 10).await.unwrap()), ["new", "young"]);
    memory.store.append_record(&record("new", now + 1)).await.unwrap();
    let kept = memory.store.records(&seller(), 10).await.unwrap();
    assert_eq!((turns(&kept), kept[0].at_ms), (vec!["new", "young"], now + 1), "the later end of a turn counts");
}

#[tokio::test]
async fn one_turn_is_found_by_its_whole_name_only() {
    let memory = Memory::start().await;
    for turn in ["019a-1", "019a-10", "*"] {
        memory.store.append_record(&record(turn, 1)).await.unwrap();
    }
    for (turn, found) in [("019a-1", true), ("019a-10", true), ("*", true), ("019a", false), ("?19a-1", false)] {
        let record = memory.store.record(&seller(), turn).await.unwrap();
        assert_eq!(record.map(|record| record.turn).as_deref(), found.then_some(turn), "{turn}");
    }
}

#[tokio::test]
async fn a_record_of_another_version_is_left_out() {
    let memory = Memory::start().await;
    memory.store.append_record(&record("ours", 5)).await.unwrap();
    memory.ask::<()>(&["ZADD", "records:demo", "6", "theirs {\"turn\": 7}", "7", "no-space"]);
    assert_eq!(turns(&memory.store.records(&seller(), 10).await.unwrap()), ["ours"]);
    assert_eq!(memory.store.record(&seller(), "theirs").await.unwrap(), None);
}

#[tokio::test]
async fn the_records_of_a_span_are_found() {
    let memory = Memory::start().await;
    let now = 100 * DAY_MS;
    for n in 0..3 {
        memory.store.append_record(&record(&format!("t{n}"), now + n)).await.unwrap();
    }
    let between = async |from, to| {
        let found = memory.store.records_between(&seller(), now + from, now + to).await.unwrap();
        turns(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(between(0, 9).await, ["t2", "t1", "t0"]);
    assert_eq!(between(1, 1).await, ["t1"]);
    assert!(between(5, 9).await.is_empty());
}
