//! A turn as it was and as it would be, held against one another. Pure.

use agents::Answer;
use domain::decision::Decision;
use domain::escalation::EscalationReason;
use domain::intent::{Flags, Intent, Routing};
use domain::record::{DecisionRecord, Ending, Trace};

/// A turn that was run again.
#[derive(Debug, PartialEq)]
pub(super) struct Replayed {
    pub(super) turn: String,
    pub(super) conversation: String,
    pub(super) at_ms: i64,
    pub(super) question: String,
    pub(super) then: Thought,
    pub(super) now: Thought,
    pub(super) differs: Differs,
    /// The table is another one than then.
    pub(super) table_changed: bool,
    /// The model has not read the very words of the buyer: something in them was masked.
    pub(super) masked: bool,
    /// What went wrong then and was got over.
    pub(super) notes: Vec<String>,
}

/// How a turn was thought about.
#[derive(Debug, PartialEq)]
pub(super) struct Thought {
    pub(super) reading: Option<Reading>,
    pub(super) confidence: Option<f64>,
    pub(super) decisions: Vec<String>,
    pub(super) ending: String,
    pub(super) text: String,
}

/// What the router made of a turn, without how sure it was: that shows in the ending where it matters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    pub(super) intent: Intent,
    pub(super) second: Option<Intent>,
    pub(super) flags: Flags,
}

/// In what the two differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Differs {
    pub(super) reading: bool,
    pub(super) decision: bool,
    pub(super) ending: bool,
    pub(super) text: bool,
}

impl Differs {
    /// Whether the buyer would have been told something else, or by somebody else; not only in other words.
    pub(super) const fn matters(self) -> bool {
        self.decision || self.ending
    }

    /// Whether anything is different.
    pub(super) const fn at_all(self) -> bool {
        self.matters() || self.reading || self.text
    }
}

/// `record` and what is thought now, in a shop whose table has that version.
pub(super) fn with(record: &DecisionRecord, answer: &Answer, table: &str) -> Replayed {
    let then = thought(&record.trace, record.ending, &record.said.join("\n"));
    let now = thought(&answer.trace, answer.outcome.ending(), answer.outcome.text().unwrap_or_default());
    let differs = Differs {
        reading: then.reading != now.reading,
        decision: then.decisions != now.decisions,
        ending: then.ending != now.ending,
        text: !reads_alike(&then.text, &now.text),
    };
    let trace = &record.trace;
    Replayed {
        turn: record.turn.clone(),
        conversation: record.conversation.to_string(),
        at_ms: record.at_ms,
        question: record.question.clone(),
        differs,
        table_changed: trace.table.as_deref().is_some_and(|then| then != table),
        masked: is_masked(record),
        notes: trace.notes.clone(),
        then,
        now,
    }
}

fn thought(trace: &Trace, ending: Ending, text: &str) -> Thought {
    let reading =
        |routing: &Routing| Reading { intent: routing.intent, second: routing.second_intent, flags: routing.flags };
    Thought {
        reading: trace.routing.as_ref().map(reading),
        confidence: trace.routing.as_ref().map(|routing| routing.confidence),
        decisions: trace.decisions.iter().map(decision).collect(),
        ending: self::ending(ending),
        text: text.to_owned(),
    }
}

/// A decision with the values that may be said: `counter_offer SUM-1 price=3 500 ₽ counter=3 350 ₽`.
fn decision(decision: &Decision) -> String {
    let mut told = decision.verdict.name().to_owned();
    for word in decision
        .product
        .iter()
        .cloned()
        .chain(decision.facts.iter().map(|fact| format!("{}={}", fact.name, fact.value)))
    {
        told.push(' ');
        told.push_str(&word);
    }
    told
}

/// `replied`, `escalated: complaint`.
fn ending(ending: Ending) -> String {
    let why = |what: &str, reason: EscalationReason| format!("{what}: {}", reason.name());
    match ending {
        Ending::Replied => "replied".to_owned(),
        Ending::Answered => "answered by the seller".to_owned(),
        Ending::RepliedAndEscalated(reason) => why("replied and escalated", reason),
        Ending::Escalated(reason) => why("escalated", reason),
        Ending::Silent(reason) => format!("silent: {}", reason.name()),
    }
}

/// Whether two texts read the same: a long reply was cut into several where it went out.
fn reads_alike(then: &str, now: &str) -> bool {
    then.split_whitespace().eq(now.split_whitespace())
}

/// Whether something of the buyer's words stands in square brackets instead: `[телефон]`.
fn is_masked(record: &DecisionRecord) -> bool {
    let lines = record.trace.grounds.iter().flat_map(|grounds| &grounds.memory.lines);
    has_mask(&record.question) || lines.map(|line| line.text.as_str()).any(has_mask)
}

fn has_mask(text: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| matches!(c, 'а'..='я' | '-'));
    text.split('[').skip(1).any(|rest| rest.split_once(']').is_some_and(|(name, _)| is_name(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_known_by_its_brackets() {
        for (text, masked) in [("звоните [телефон]", true), ("есть [M] и [L]?", false), ("[", false), ("[]", false)]
        {
            assert_eq!(has_mask(text), masked, "{text}");
        }
    }

    #[test]
    fn a_reply_that_went_out_in_pieces_reads_like_the_whole() {
        assert!(reads_alike("Да, есть.\nОтправим.", "Да, есть. Отправим."));
        assert!(!reads_alike("Да, есть.", "Да."));
    }
}
