//! `salesphere export`: what humans answered, in a file to train with.

use std::time::Duration;

use domain::clock::{Clock, SystemClock};
use domain::conversation::Line;
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::message::Side;
use domain::training::{AnsweredFrom, HumanAnswer};
use serde_json::{Value, json};

use crate::desk::Desk;

const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

async fn answered(desk: &Desk, turn: &str, hours_ago: i64) {
    let at_ms = SystemClock.now_ms() - hours_ago * 3_600_000;
    let line = |side, text: &str| Line { side, text: text.to_owned(), at_ms };
    let answer = HumanAnswer {
        turn: turn.to_owned(),
        at_ms,
        reason: EscalationReason::NotInTable,
        intents: vec![Intent::Other],
        question: "Можно стирать? Мой номер [телефон]".to_owned(),
        before: vec![line(Side::Buyer, "Здравствуйте"), line(Side::Account, "Здравствуйте!")],
        draft: Some("Не знаю".to_owned()),
        answer: "Только вручную".to_owned(),
        source: AnsweredFrom::Avito,
    };
    desk.store.append_human_answer(&"demo".parse().unwrap(), &answer, MONTH, 10_000).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_go_into_a_file_that_is_not_written_over() {
    let desk = Desk::open().await;
    for number in 0..600 {
        answered(&desk, &format!("t{number}"), 1).await;
    }
    answered(&desk, "old", 24 * 10).await;
    let file = desk.server.directory().join("answers.jsonl");
    let export = |more: &str| desk.types(&format!("export --out {} {more}", file.display()));
    export("").says(0, &["600 answers of 1 sellers since"]);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 600);
    let mut first = lines[0].clone();
    let (at, id) = (first["at"].take(), first["id"].take());
    assert!(at.as_str().unwrap().ends_with('Z') && id.as_str().unwrap().starts_with('t'), "{at} {id}");
    assert_eq!(
        first,
        json!({
            "id": null, "at": null, "seller": "demo", "reason": "not_in_table", "intent": "other", "second_intent": null,
            "before": [{"buyer": "Здравствуйте"}, {"shop": "Здравствуйте!"}],
            "text": "Можно стирать? Мой номер [телефон]", "draft": "Не знаю", "answer": "Только вручную",
            "source": "avito",
        })
    );

    export("--since 30d").says(1, &["is there already", "hint: name another file, or write over it with --force"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    export("--since 30d --seller demo --force").says(0, &["601 answers"]);
    export("--seller nobody --force").says(1, &["there is no seller \"nobody\"", "hint: the sellers are"]);
    desk.types("export --out /nowhere/at/all.jsonl").says(1, &["/nowhere/at/", "hint: name a file in a directory"]);
    desk.types("export --help").says(0, &["Examples:", "salesphere eval --suite router --file answers.jsonl"]);
    let left: Vec<_> = std::fs::read_dir(desk.server.directory())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.contains("answers"))
        .collect();
    assert_eq!(left, ["answers.jsonl"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_leaves_no_file() {
    let mut desk = Desk::open().await;
    let file = std::env::temp_dir().join(format!("salesphere-export-{}.jsonl", std::process::id()));
    desk.server.kill();
    let printed = desk.types(&format!("export --out {}", file.display()));
    printed.says(1, &["hint: see that Redis runs"]);
    assert!(!file.exists());
}
