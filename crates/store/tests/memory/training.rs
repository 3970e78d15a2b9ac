//! What humans answered, kept by age and number.

use std::time::Duration;

use domain::conversation::Line;
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::message::Side;
use domain::training::{AnsweredFrom, HumanAnswer};

use crate::harness::{Memory, seller};

const DAY_MS: i64 = 24 * 3600 * 1000;
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

fn answer(turn: &str, at_ms: i64) -> HumanAnswer {
    HumanAnswer {
        turn: turn.to_owned(),
        at_ms,
        reason: EscalationReason::NotInTable,
        intents: vec![Intent::Other],
        question: "Стирать можно?".to_owned(),
        before: vec![Line { side: Side::Buyer, text: "Здравствуйте".to_owned(), at_ms: at_ms - 1 }],
        draft: None,
        answer: "Только вручную".to_owned(),
        source: AnsweredFrom::Telegram,
    }
}

#[tokio::test]
async fn answers_are_kept_once_by_age_and_by_number() {
    let memory = Memory::start().await;
    let now = 100 * DAY_MS;
    for (turn, at_ms) in [("old", now - 8 * DAY_MS), ("a", now - 3), ("b", now - 2), ("b", now - 2), ("c", now)] {
        memory.store.append_human_answer(&seller(), &answer(turn, at_ms), WEEK, 2).await.unwrap();
    }
    let turns = |answers: Vec<HumanAnswer>| answers.into_iter().map(|answer| answer.turn).collect::<Vec<_>>();
    assert_eq!(turns(memory.store.human_answers(&seller(), 0, 0).await.unwrap()), ["b", "c"]);
    assert_eq!(memory.store.human_answers(&seller(), now, 0).await.unwrap(), [answer("c", now)]);
    assert_eq!(memory.store.human_answers(&seller(), 0, 1).await.unwrap(), []);
    memory.assert_lives("human-answers:demo", WEEK);
}
