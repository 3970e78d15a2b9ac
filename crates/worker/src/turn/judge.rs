//! What became of an answer of ours: the seller said the same, or something else, or the buyer complained.
//!
//! Each chat has one last answer, said or not ([`LastAnswer`]); what happens next in the chat tells its fate. The counts
//! are written when the turn is done, once for each turn of ours however often that is repeated. Not here: what follows
//! from them (`domain::autonomy`, [`crate::desk`]).

use std::time::Duration;

use agents::comparing::{self, Comparison};
use agents::{Answer, Outcome};
use domain::autonomy::{Fate, Judged, LastAnswer};
use domain::decision::Decision;
use domain::escalation::EscalationReason;
use domain::ids::ConversationId;
use domain::intent::Intent;
use domain::mode::{Manner, Mode};
use serde::{Deserialize, Serialize};
use settings::AutonomySettings;
use store::Window;

use crate::room::Room;

/// So many messages of the seller's are held against one answer.
const SELLER_SAID: usize = 6;

/// What a turn tells of the answers before it, and of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Judgement {
    /// What became of which answer.
    pub(crate) judged: Vec<Judged>,
    /// What is to be judged next.
    pub(crate) next: Next,
}

/// What is to be judged in a chat after a turn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum Next {
    /// What it was before.
    #[default]
    AsBefore,
    /// Nothing.
    Nothing,
    /// This answer.
    This {
        /// The answer.
        answer: Box<LastAnswer>,
    },
}

/// A turn of the buyer's: its own answer is the next to be judged; if he complains, the one before stands badly.
pub(super) fn of_buyer(
    before: Option<&LastAnswer>,
    answer: &Answer,
    manner: Manner,
    turn: &str,
    now_ms: i64,
    limits: &AutonomySettings,
) -> Judgement {
    let mut judged = Vec::new();
    let angry = matches!(
        answer.outcome,
        Outcome::Escalate { reason: EscalationReason::Complaint | EscalationReason::WantsHuman, .. }
    );
    if let Some(last) = before.filter(|last| angry && last.mode == Mode::Auto)
        && is_within(last, now_ms, limits.complained_within)
    {
        judged = last.decisions.iter().map(|decision| fate(last, decision.intent, Fate::Complained)).collect();
    }
    let next = match next(before, answer, manner, turn, now_ms) {
        Some(answer) => Next::This { answer: Box::new(answer) },
        // Something else was said, or a human was called: what he writes now is not about our answer. Where we only
        // look on, the seller may still come to it.
        None if before.is_some_and(|last| last.mode == Mode::Auto) => Next::Nothing,
        None => Next::AsBefore,
    };
    if let (Next::This { answer }, Manner::As(Mode::Auto)) = (&next, manner) {
        judged.extend(answer.decisions.iter().map(|decision| fate(answer, decision.intent, Fate::Stood)));
    }
    Judgement { judged, next }
}

/// The answer of this turn, as far as it can be judged.
fn next(before: Option<&LastAnswer>, answer: &Answer, manner: Manner, turn: &str, now_ms: i64) -> Option<LastAnswer> {
    let Outcome::Reply { text, then } = &answer.outcome else { return None };
    let mode = match manner {
        // The seller is called for the order: what he writes then is no correction.
        Manner::As(Mode::Auto) if then.is_some() => return None,
        Manner::As(mode) => mode,
        Manner::Paused => Mode::Draft,
    };
    let mut decisions: Vec<Decision> = Vec::new();
    for decision in answer.trace.decisions.iter().filter(|decision| comparing::is_comparable(decision)) {
        if decisions.iter().all(|other| other.intent != decision.intent) {
            decisions.push(decision.clone());
        }
    }
    let waits = before.filter(|last| last.mode == mode && mode != Mode::Auto && last.seller_said.is_empty());
    if mode == Mode::Shadow {
        // Two questions of one kind without an answer in between: nobody knows which one the seller answers.
        let asked_twice = |intent: Intent| {
            let of_turn = answer.trace.decisions.iter().filter(|decision| decision.intent == intent).count();
            of_turn > 1 || waits.is_some_and(|last| last.decisions.iter().any(|other| other.intent == intent))
        };
        decisions.retain(|decision| !asked_twice(decision.intent));
    }
    let text = text.as_str().to_owned();
    let (haggling, asked) = (answer.memory.haggling.clone(), answer.memory.asked);
    let this = LastAnswer {
        turn: turn.to_owned(),
        at_ms: now_ms,
        mode,
        text,
        decisions,
        haggling,
        asked,
        seller_said: Vec::new(),
    };
    let this = match waits.filter(|_| mode == Mode::Draft) {
        Some(last) => joined(last, this),
        None => this,
    };
    (!this.decisions.is_empty()).then_some(this)
}

/// Two drafts that wait on one card are one.
fn joined(before: &LastAnswer, mut this: LastAnswer) -> LastAnswer {
    let new = |decision: &&Decision| this.decisions.iter().all(|other| other.intent != decision.intent);
    let more: Vec<Decision> = before.decisions.iter().filter(new).cloned().collect();
    this.decisions.extend(more);
    this.text = joint_text(&before.text, &this.text);
    this
}

/// The text of both; what is said already is not said again.
fn joint_text(before: &str, this: &str) -> String {
    if before.contains(this) { before.to_owned() } else { format!("{before}\n{this}") }
}

/// The draft of this turn, with what waits on the card already.
pub(super) fn draft(judgement: &Judgement, own: &str, longest: usize) -> String {
    match &judgement.next {
        Next::This { answer } if answer.mode == Mode::Draft && answer.text.chars().count() <= longest => {
            answer.text.clone()
        }
        _ => own.to_owned(),
    }
}

/// The seller spoke in the chat.
pub(super) fn of_seller(
    last: Option<LastAnswer>,
    said: Vec<String>,
    now_ms: i64,
    limits: &AutonomySettings,
) -> Judgement {
    let Some(mut last) = last else { return Judgement::default() };
    last.seller_said.extend(said);
    last.seller_said.truncate(SELLER_SAID);
    let compared = comparing::compare(&last.decisions, &last.seller_said);
    let of = |(intent, comparison): &(Intent, Comparison)| {
        let fate_of = match (last.mode, comparison) {
            (Mode::Auto, Comparison::Same) => return None,
            (Mode::Auto, Comparison::Different | Comparison::Unclear) => Fate::Overruled,
            (_, Comparison::Same) => Fate::Same,
            (_, Comparison::Different) => Fate::Different,
            (_, Comparison::Unclear) => return None,
        };
        Some(fate(&last, *intent, fate_of))
    };
    let within = if last.mode == Mode::Auto { limits.overruled_within } else { limits.compare_within };
    let judged = if is_within(&last, now_ms, within) { compared.iter().filter_map(of).collect() } else { Vec::new() };
    Judgement { judged, next: Next::This { answer: Box::new(last) } }
}

/// What the seller did with the draft on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Draft {
    /// It was sent as it is.
    Sent,
    /// He wrote something instead.
    Replaced {
        /// His words.
        by: String,
    },
    /// It was turned down.
    Rejected,
}

/// The seller decided about the draft that waits.
pub(super) fn of_draft(last: Option<LastAnswer>, done: &Draft) -> Judgement {
    // Where he has written on Avito since, that was judged already.
    let Some(last) = last.filter(|last| last.mode == Mode::Draft && last.seller_said.is_empty()) else {
        return Judgement::default();
    };
    let what = match done {
        Draft::Sent => Fate::Unchanged,
        Draft::Replaced { by } if plain(by) == plain(&last.text) => Fate::Unchanged,
        Draft::Replaced { .. } => Fate::Edited,
        Draft::Rejected => Fate::Rejected,
    };
    let judged = last.decisions.iter().map(|decision| fate(&last, decision.intent, what)).collect();
    Judgement { judged, next: Next::Nothing }
}

/// A text without what an edit may change for nothing: spaces, marks, capitals.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn fate(last: &LastAnswer, intent: Intent, fate: Fate) -> Judged {
    Judged { turn: last.turn.clone(), intent, fate, at_ms: last.at_ms }
}

fn is_within(last: &LastAnswer, now_ms: i64, within: Duration) -> bool {
    now_ms <= last.at_ms + within.as_millis() as i64
}

/// Writes the judgement down. It explains and counts; no turn fails for it.
pub(super) async fn keep(room: &Room, conversation: &ConversationId, judgement: &Judgement) {
    if let Err(error) = write_down(room, conversation, judgement).await {
        tracing::warn!(%conversation, error = %runtime::chain(&error), "cannot keep what became of an answer");
    }
}

async fn write_down(
    room: &Room,
    conversation: &ConversationId,
    judgement: &Judgement,
) -> Result<(), store::StoreError> {
    let limits = &room.settings.autonomy;
    let (store, seller) = (&room.store, &conversation.seller);
    let window = Window { newest: limits.window, keep: limits.keep };
    let mut weighs = false;
    for judged in &judgement.judged {
        if store.judge(seller, judged, window).await? {
            let labels = [("fate", judged.fate.name()), ("intent", judged.intent.name())];
            metrics::counter!("worker_answers_judged_total", &labels).increment(1);
            weighs |= judged.fate != Fate::Stood;
        }
    }
    if weighs {
        store.ask_for_review(seller).await?;
    }
    match &judgement.next {
        Next::AsBefore => Ok(()),
        Next::Nothing => store.forget_last_answer(conversation).await,
        Next::This { answer } => store.save_last_answer(conversation, answer, limits.compare_within).await,
    }
}

#[cfg(test)]
mod tests;
