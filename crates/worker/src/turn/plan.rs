//! What a turn will do, written down before it is done.
//!
//! The plan goes into the queue's journal with the first step, as one JSON text. A worker that takes over
//! reads it there and does exactly that: it never thinks anew about what may already have been said.

use domain::conversation::Conversation;
use domain::escalation::{Escalation, EscalationReason};
use domain::ids::MessageId;
use domain::record::{DecisionRecord, Ending, SilentReason, Trace};
use queue::{Claim, StepState};
use serde::{Deserialize, Serialize};
use store::TakenBy;
use uuid::Uuid;

use super::hear::Silence;
use super::setback::Setback;
use crate::room::Room;

/// Everything one turn does, in order, and everything it remembers after.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// What is done in the outside world. May be empty: silence is an ending too.
    pub(crate) steps: Vec<Step>,
    /// What the conversation is remembered as, once all is done.
    pub(crate) memory: Conversation,
    /// Who has the chat from now on, if not we.
    pub(crate) taken_by: Option<TakenBy>,
    /// The record of the decision; what was really said and how long it took is filled in at the end.
    pub(crate) record: DecisionRecord,
}

/// One effect in the outside world.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Step {
    /// A card to the seller in Telegram.
    Card {
        /// What is on it.
        escalation: Box<Escalation>,
    },
    /// A text to the buyer on Avito.
    Say {
        /// The text, within Avito's limit. A longer reply is several of these.
        text: String,
        /// The newest message of the chat when this was decided: our text counts as sent only if it stands
        /// after it in the chat's history.
        after: MessageId,
        /// When that was written, in seconds since 1970; 0 where nobody knows. A history that does not show it yet must
        /// not be searched back to where an older answer reads the same.
        #[serde(default)]
        after_s: i64,
        /// Our own sends that may stand after it all the same: an answer of ours that was still on its way when
        /// the buyer wrote again. They are not this text, even where they read the same.
        earlier: Vec<MessageId>,
    },
}

impl Plan {
    /// Whether the buyer hears something.
    pub(crate) fn speaks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Say { .. }))
    }

    /// Whether there is nothing to do and nothing to remember: our own words came back.
    pub(crate) fn is_an_echo(&self) -> bool {
        self.record.ending == Ending::Silent(SilentReason::Echo)
    }

    /// The seller spoke in between: whatever we still had to say from `step` on is dropped, cards are not.
    pub(crate) fn drop_words_from(&mut self, step: usize) {
        let said = self.steps.drain(..step).collect::<Vec<_>>();
        let cards = self.steps.drain(..).filter(|step| matches!(step, Step::Card { .. })).collect::<Vec<_>>();
        if said.is_empty() && cards.is_empty() {
            self.record.ending = Ending::Silent(SilentReason::SellerSpeaks);
        }
        self.steps = said.into_iter().chain(cards).collect();
    }

    /// How many earlier parts of this reply read like the text of `step`.
    pub(crate) fn said_before(&self, step: usize) -> usize {
        let said = |step: &Step| match step {
            Step::Say { text, .. } => Some(text.trim().to_owned()),
            Step::Card { .. } => None,
        };
        let text = said(&self.steps[step]);
        self.steps[..step].iter().filter(|earlier| text.is_some() && said(earlier) == text).count()
    }

    /// Avito refuses the text of `step` for good: a human gets it, and what was to be said after it, unless a card
    /// is coming anyway.
    pub(crate) fn call_a_human_instead_of(&mut self, step: usize, claim: &Claim) {
        let mut unsaid = Vec::new();
        self.steps = std::mem::take(&mut self.steps)
            .into_iter()
            .enumerate()
            .filter_map(|(number, planned)| match planned {
                Step::Say { text, .. } if number >= step => {
                    unsaid.push(text);
                    None
                }
                other => Some(other),
            })
            .collect();
        if self.steps[step..].iter().any(|step| matches!(step, Step::Card { .. })) {
            return;
        }
        self.record.ending = if self.speaks() {
            Ending::RepliedAndEscalated(EscalationReason::DeadLetter)
        } else {
            Ending::Escalated(EscalationReason::DeadLetter)
        };
        self.taken_by = Some(TakenBy::HandOver);
        let escalation = Escalation {
            conversation: claim.conversation.clone(),
            reason: EscalationReason::DeadLetter,
            question: self.record.question.clone(),
            before: Vec::new(),
            buyer: None,
            listing: None,
            draft: Some(unsaid.join("\n")),
            trouble: None,
        };
        self.steps.insert(step, Step::Card { escalation: Box::new(escalation) });
    }

    /// Fills in what is known only at the end: what was said, and how long it took since the first of the
    /// messages arrived.
    pub(crate) fn close(&mut self, now_ms: i64, claim: &Claim) {
        let texts = self.steps.iter().filter_map(|step| match step {
            Step::Say { text, .. } => Some(text.clone()),
            Step::Card { .. } => None,
        });
        self.record.said = texts.collect();
        self.record.at_ms = now_ms;
        let arrived = claim.messages.iter().map(|message| message.received_ms).min();
        self.record.total_ms = arrived.map_or(0, |arrived| now_ms - arrived);
    }
}

/// A plan that an earlier claim began.
pub(crate) struct Begun {
    /// The plan.
    pub(crate) plan: Plan,
    /// The step it stopped at.
    pub(crate) step: usize,
    /// What is known about that step.
    pub(crate) state: StepState,
}

/// What to go on with, if an earlier claim began a plan. Nothing is thought anew then: the text may be in the
/// chat already.
///
/// # Errors
/// When the journal cannot be read.
pub(crate) fn resumable(claim: &Claim) -> Result<Option<Begun>, Setback> {
    let Some(journal) = &claim.journal else { return Ok(None) };
    let plan = serde_json::from_str(&journal.plan).map_err(Setback::BrokenPlan)?;
    Ok(Some(Begun { plan, step: journal.step as usize, state: journal.state }))
}

/// The plan to say nothing.
pub(crate) fn keep_silent(room: &Room, claim: &Claim, silence: Silence) -> Plan {
    let record = record(room, claim, String::new(), Ending::Silent(silence.reason), Trace::default());
    let taken_by =
        (silence.reason == SilentReason::SellerSpeaks && silence.seller_spoke_now).then_some(TakenBy::Seller);
    Plan { steps: Vec::new(), memory: silence.memory, taken_by, record }
}

/// The record of this turn, as far as it is known before anything was done.
pub(crate) fn record(room: &Room, claim: &Claim, question: String, ending: Ending, trace: Trace) -> DecisionRecord {
    DecisionRecord {
        turn: Uuid::now_v7().to_string(),
        conversation: claim.conversation.clone(),
        messages: claim.messages.iter().map(|message| message.id.clone()).collect(),
        question,
        at_ms: room.clock.now_ms(),
        ending,
        said: Vec::new(),
        trace,
        total_ms: 0,
    }
}
