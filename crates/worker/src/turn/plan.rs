//! What a turn will do, written down before it is done.
//!
//! The plan goes into the queue's journal with the first step, as one JSON text. A worker that takes over
//! reads it there and does exactly that: it never thinks anew about what may already have been said.

use domain::conversation::Conversation;
use domain::desk::{Card, CardState, Place};
use domain::ids::MessageId;
use domain::lesson::Lesson;
use domain::record::{DecisionRecord, Ending, SilentReason, Trace};
use domain::training::HumanAnswer;
use queue::{Claim, StepState};
use serde::{Deserialize, Serialize};
use store::TakenBy;
use uuid::Uuid;

use super::hear::Silence;
use super::judge::{Judgement, Next};
use super::setback::Setback;
use crate::room::Room;

/// Everything one turn does, in order, and everything it remembers after.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// What is done in the outside world. May be empty: silence is an ending too.
    pub(crate) steps: Vec<Step>,
    /// What the conversation is remembered as, once all is done.
    pub(crate) memory: Conversation,
    /// Who has the chat from now on.
    pub(crate) holder: Holder,
    /// The card as it is from now on, where the turn shows or changes it.
    pub(crate) card: Option<Box<Card>>,
    /// The record of the decision; what was really said and how long it took is filled in at the end.
    pub(crate) record: DecisionRecord,
    /// What the turn tells of the answers before it, and of its own.
    #[serde(default)]
    pub(crate) judgement: Judgement,
    /// What the seller's answer of this turn could teach: he is asked.
    #[serde(default)]
    pub(crate) lesson: Option<Box<Lesson>>,
    /// What a human answered in this turn where he had been called: kept for training.
    #[serde(default)]
    pub(crate) heard: Option<Box<HumanAnswer>>,
}

/// Who has the chat after a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum Holder {
    /// Whoever had it.
    AsBefore,
    /// A human, for the seller's quiet time.
    Human {
        /// How it came to be.
        by: TakenBy,
    },
    /// Nobody, for a while: we are silent.
    Paused {
        /// Until when, in milliseconds since 1970.
        until_ms: i64,
    },
    /// We.
    Bot,
}

/// Whose words a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Voice {
    /// Ours: not a word of it after the seller's.
    Bot,
    /// The seller's own, from the desk.
    Person,
}

/// One effect in the outside world.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Step {
    /// The plan's card, shown in a Telegram chat.
    Card {
        /// Which.
        chat: i64,
    },
    /// The plan's card, where it is shown already.
    Edit {
        /// Where.
        at: Place,
    },
    /// A short message of ours in Telegram, changed to say what came of it.
    Confirm {
        /// Which.
        at: Place,
        /// What it says now.
        text: String,
    },
    /// A short message in Telegram. One that may have been said is not said again.
    Tell {
        /// In which chat.
        chat: i64,
        /// In answer to which message there.
        reply_to: Option<i32>,
        /// What.
        text: String,
    },
    /// The plan's lesson, offered in Telegram. One that may have been is not offered again.
    Offer {
        /// In which chat.
        chat: i64,
        /// In answer to which message there: the card.
        reply_to: i32,
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
        /// Whose words these are.
        voice: Voice,
    },
}

impl Plan {
    /// Whether an answer was made, said or not: the buyer is let finish first.
    pub(crate) fn answers(&self) -> bool {
        self.speaks() || matches!(self.judgement.next, Next::This { .. }) && !self.record.question.is_empty()
    }

    /// Whether the buyer hears something.
    pub(crate) fn speaks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Say { .. }))
    }

    /// Whether there is nothing to do and nothing to remember: our own words came back.
    pub(crate) fn is_an_echo(&self) -> bool {
        self.record.ending == Ending::Silent(SilentReason::Echo)
    }

    /// The seller spoke in between: whatever we still had to say from `step` on is dropped. His own words from the desk
    /// are not, nor is what Telegram is told.
    pub(crate) fn drop_words_from(&mut self, step: usize) {
        let is_ours = |step: &Step| matches!(step, Step::Say { voice: Voice::Bot, .. });
        if self.steps[step..].iter().any(is_ours) {
            self.forget_own_answer();
        }
        let mut number = 0;
        self.steps.retain(|planned| {
            number += 1;
            number <= step || !is_ours(planned)
        });
        if self.steps.is_empty() {
            self.record.ending = Ending::Silent(SilentReason::SellerSpeaks);
        }
    }

    /// Our answer is not said, so there is nothing to judge.
    fn forget_own_answer(&mut self) {
        let own = self.record.turn.clone();
        self.judgement.judged.retain(|judged| judged.turn != own);
        self.judgement.next = Next::Nothing;
    }

    /// How many earlier parts of this reply read like the text of `step`.
    pub(crate) fn said_before(&self, step: usize) -> usize {
        let said = |step: &Step| match step {
            Step::Say { text, .. } => Some(text.trim().to_owned()),
            _ => None,
        };
        let text = said(&self.steps[step]);
        self.steps[..step].iter().filter(|earlier| text.is_some() && said(earlier) == text).count()
    }

    /// Takes out what was to be said to the buyer from `step` on.
    pub(crate) fn take_words_from(&mut self, step: usize) -> Vec<String> {
        self.forget_own_answer();
        let mut taken = Vec::new();
        let mut kept = Vec::new();
        for (number, planned) in self.steps.drain(..).enumerate() {
            match planned {
                Step::Say { text, .. } if number >= step => taken.push(text),
                other => kept.push(other),
            }
        }
        self.steps = kept;
        taken
    }

    /// Whether a human is shown something from `step` on.
    pub(crate) fn shows_from(&self, step: usize) -> bool {
        self.steps[step..].iter().any(|step| matches!(step, Step::Card { .. } | Step::Edit { .. }))
    }

    /// Avito refuses the seller's own words of `step` for good: he is told, on the card and where he wrote them. What he
    /// thinks of our draft is then open as before.
    pub(crate) fn tell_that_refused(&mut self, step: usize, why: &str) {
        let unsent = self.take_words_from(step);
        self.judgement = Judgement::default();
        // Nobody has heard it.
        self.lesson = None;
        self.heard = None;
        self.steps.retain(|step| !matches!(step, Step::Offer { .. }));
        let part = if self.speaks() { "Ушла только часть" } else { "Не отправлено" };
        for planned in &mut self.steps {
            if let Step::Confirm { text, .. } = planned {
                *text = format!("{part}: {why}. Ответьте в чате на Авито.");
            }
        }
        if let Some(card) = &mut self.card
            && let CardState::Answered { by, .. } = &card.state
        {
            card.state = CardState::Failed { by: by.clone(), text: unsent.join("\n"), why: why.to_owned() };
        }
        if !self.speaks() {
            self.record.ending = Ending::Silent(SilentReason::Refused);
        }
    }

    /// Telegram refuses the card in the chat of `step` for good. The others shall see it all the same; with nobody left
    /// the step stays, and the caller is told.
    pub(crate) fn do_without(&mut self, step: usize) -> bool {
        let shown = |step: &Step| matches!(step, Step::Card { .. } | Step::Edit { .. });
        let must_be_seen = matches!(self.steps[step], Step::Card { .. });
        let others = self.steps.iter().enumerate().any(|(number, planned)| number != step && shown(planned));
        let can = others || !must_be_seen;
        if can {
            self.steps.remove(step);
        }
        can
    }

    /// Fills in what is known only at the end: what was said, and how long it took since the first of the
    /// messages arrived.
    pub(crate) fn close(&mut self, now_ms: i64, claim: &Claim) {
        let texts = self.steps.iter().filter_map(|step| match step {
            Step::Say { text, .. } => Some(text.clone()),
            _ => None,
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
    let seller_speaks = silence.reason == SilentReason::SellerSpeaks && silence.seller_spoke_now;
    let holder = if seller_speaks { Holder::Human { by: TakenBy::Seller } } else { Holder::AsBefore };
    let judgement = Judgement::default();
    Plan { steps: Vec::new(), memory: silence.memory, holder, card: None, record, judgement, lesson: None, heard: None }
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
