//! The report for a program.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Report;
use super::compare::{Replayed, Thought};

pub(super) fn of(report: &Report) -> Value {
    let number = |is: &dyn Fn(&Replayed) -> bool| report.turns.iter().filter(|turn| is(turn)).count();
    let not_run: Map<String, Value> =
        report.not_run.iter().map(|(why, number)| (why.name().to_owned(), json!(number))).collect();
    json!({
        "with": report.with,
        "summary": {
            "compared": report.turns.len(),
            "decision": number(&|turn| turn.differs.decision),
            "ending": number(&|turn| turn.differs.ending),
            "reading": number(&|turn| turn.differs.reading),
            "text": number(&|turn| turn.differs.text),
            "same": number(&|turn| !turn.differs.at_all()),
            "not_run": not_run,
            "not_answered": report.failed.as_ref().map_or(0, |(number, _)| *number),
            "not_answered_why": report.failed.as_ref().map(|(_, why)| why),
        },
        "turns": report.turns.iter().map(turn).collect::<Vec<_>>(),
    })
}

fn turn(turn: &Replayed) -> Value {
    let differs = turn.differs;
    json!({
        "turn": turn.turn,
        "conversation": turn.conversation,
        "at": Timestamp::from_millisecond(turn.at_ms).ok().map(|at| at.to_string()),
        "question": turn.question,
        "differs": {
            "reading": differs.reading, "decision": differs.decision, "ending": differs.ending, "text": differs.text,
        },
        "then": thought(&turn.then),
        "now": thought(&turn.now),
        "table_changed": turn.table_changed,
        "masked": turn.masked,
        "notes": turn.notes,
    })
}

fn thought(thought: &Thought) -> Value {
    json!({
        "intent": thought.reading.map(|reading| reading.intent),
        "second_intent": thought.reading.and_then(|reading| reading.second),
        "flags": thought.reading.map(|reading| reading.flags),
        "confidence": thought.confidence,
        "decisions": thought.decisions,
        "ending": thought.ending,
        "text": thought.text,
    })
}
