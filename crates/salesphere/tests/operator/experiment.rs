//! `salesphere experiment report`: what came of two variants, and when that is too little to say anything.

use domain::clock::{Clock, SystemClock};
use domain::escalation::EscalationReason;
use domain::record::{DecisionRecord, Ending, Trace, Trial, Variant};
use serde_json::Value;

use crate::desk::Desk;

/// So many chats got `variant`, an hour ago; the first `called` of them ended with a call for a human.
async fn chats(desk: &Desk, variant: Variant, chats: usize, called: usize) {
    let at_ms = SystemClock.now_ms() - 3_600_000;
    for number in 0..chats {
        let why = EscalationReason::ChecksRefused;
        let version = if variant == Variant::A { "1" } else { "2" };
        let trial = Trial { prompt: "agents/pricing.md".into(), variant, version: version.into() };
        let record = DecisionRecord {
            turn: format!("{variant:?}-{number}"),
            conversation: format!("demo:u2i-{variant:?}-{number}").parse().unwrap(),
            messages: Vec::new(),
            question: "Сколько?".into(),
            at_ms,
            ending: if number < called { Ending::Escalated(why) } else { Ending::Replied },
            said: Vec::new(),
            trace: Trace { trials: vec![trial], ..Trace::default() },
            total_ms: 900,
        };
        desk.store.append_record(&record).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_told_with_its_interval_and_what_is_not_recorded_too() {
    let desk = Desk::open().await;
    chats(&desk, Variant::A, 60, 24).await;
    chats(&desk, Variant::B, 60, 6).await;
    let printed = desk.types("experiment report --since 2d");
    printed.says(0, &["experiment agents/pricing.md", "A  version 1: 60 chats, 60 turns", "1 of 20 cases"]);
    let row = printed.line("escalated");
    assert_eq!(row[1..3], ["40.0 % (29–53), 24 of 60", "10.0 % (5–20), 6 of 60"]);
    assert_eq!(row[3..], ["-44 to -15 points", "less often with B"]);
    assert_eq!(printed.line("edited")[1..], ["–", "–", "–", "not recorded"]);
    assert_eq!(printed.line("an order").last(), Some(&"no difference seen, and 10 points would have been"));

    let json: Value = serde_json::from_str(&desk.types("experiment report --json").out).unwrap();
    let experiment = &json["experiments"][0];
    assert_eq!(experiment["arms"][1]["version"], "2");
    assert_eq!(experiment["outcomes"]["escalated"]["judgement"], "less_often_with_b");
    assert_eq!(experiment["outcomes"]["escalated"]["a"]["of"], 60);
    assert_eq!(experiment["outcomes"]["edited_by_seller"]["a"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_data_is_said_to_be_too_little() {
    let desk = Desk::open().await;
    desk.types("experiment report").says(0, &["no experiment", "hint: put a variant", "share: 50%"]);
    chats(&desk, Variant::A, 12, 6).await;
    chats(&desk, Variant::B, 9, 0).await;
    desk.types("experiment report")
        .says(0, &["too little data: 12 chats with A and 9 with B", "fewer than 30 of each"])
        .never_says(&["often with B"]);
    desk.types("experiment report --since 30m").says(0, &["no experiment"]);
    desk.types("experiment report --seller nobody")
        .says(1, &["there is no seller \"nobody\"", "hint: the sellers are"]);
    desk.types("experiment report --since soon").says(2, &["write 30m, 6h or 2d"]);
}
