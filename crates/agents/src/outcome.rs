//! What comes out of a turn, and what the worker hands in besides it.

use std::time::Duration;

use domain::conversation::Conversation;
use domain::decision::Fact;
use domain::escalation::EscalationReason;
use domain::intent::{Intent, Routing};
use domain::record::{Ending, SilentReason, Trace, Usage};
use llm::ModelError;

use crate::checks::ReplyText;

/// What is to be done about a turn, with everything that is to be kept of it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What to do.
    pub outcome: Outcome,
    /// The conversation's memory after it, our own line included, as if it were said.
    pub memory: Conversation,
    /// How the thinking went.
    pub trace: Trace,
}

/// What to do about a turn.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Answer the buyer.
    Reply {
        /// The answer.
        text: ReplyText,
        /// And then call a human: an order.
        then: Option<EscalationReason>,
    },
    /// Call a human.
    Escalate {
        /// Why.
        reason: EscalationReason,
        /// What the buyer is told meanwhile.
        holding: ReplyText,
        /// What we would have answered, for the human to use or not.
        draft: Option<String>,
    },
    /// Say nothing.
    Silent(SilentReason),
}

impl Outcome {
    /// How a turn ends that does just that.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Reply { then: None, .. } => Ending::Replied,
            Self::Reply { then: Some(reason), .. } => Ending::RepliedAndEscalated(*reason),
            Self::Escalate { reason, .. } => Ending::Escalated(*reason),
            Self::Silent(reason) => Ending::Silent(*reason),
        }
    }

    /// What the buyer reads.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Reply { text, .. } => Some(text.as_str()),
            Self::Escalate { holding, .. } => Some(holding.as_str()),
            Self::Silent(_) => None,
        }
    }
}

/// What became of the routing of a turn.
#[derive(Debug, Clone)]
pub enum Routed {
    /// There was nothing for a model to read: a rule or the kind of message settles the turn.
    NotAsked,
    /// The model read it.
    Read(Reading),
    /// The model did not, or not usably.
    Down(ModelFailure),
}

/// A turn as the model read it, and what that took.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What it says.
    pub routing: Routing,
    /// What it cost.
    pub usage: Usage,
    /// How long it took.
    pub took: Duration,
    /// What its confidence was made of, and what was left aside.
    pub signals: Signals,
}

/// How sure a model is, by everything it let us see. What is decided on is [`Routing::confidence`]; the rest is for
/// whoever measures what a confidence is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// What it says of itself.
    pub stated: Option<f64>,
    /// The probability mass of the intent that was chosen, where the endpoint tells, without the model's leaning.
    pub mass: Option<f64>,
    /// By how much that exceeds the mass of the next intent.
    pub margin: Option<f64>,
    /// The mass of each intent as the model shows it, in the order of [`Intent::ALL`].
    pub shown: Option<[f64; Intent::ALL.len()]>,
}

/// Why a turn was not read.
#[derive(Debug, Clone)]
pub struct ModelFailure {
    /// What happened.
    pub why: String,
    /// Whether the same turn, tried later, may be read.
    pub may_pass: bool,
    /// How long the provider asks to be left alone.
    pub retry_after: Option<Duration>,
    /// How long it took to find out.
    pub took: Duration,
}

impl ModelFailure {
    pub(crate) fn new(error: &ModelError, took: Duration) -> Self {
        let (may_pass, retry_after) = match error {
            ModelError::Late { .. } => (true, None),
            ModelError::Retry { after, .. } => (true, *after),
            ModelError::Fail { .. } => (false, None),
        };
        Self { why: error.to_string(), may_pass, retry_after, took }
    }
}

/// The seller's table cannot be read, and the copy we have is too old.
#[derive(Debug, Clone)]
pub struct TableUnreadable {
    /// What happened.
    pub why: String,
}

/// Where the thinking ends without an answer of ours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stop {
    /// There is nothing to answer.
    Silent(SilentReason),
    /// A human's turn.
    Human(EscalationReason),
    /// The buyer takes it: a human's turn as well. With the product and its price, where they are clear.
    Order(Vec<Fact>),
}

impl From<EscalationReason> for Stop {
    fn from(reason: EscalationReason) -> Self {
        Self::Human(reason)
    }
}

impl From<SilentReason> for Stop {
    fn from(reason: SilentReason) -> Self {
        Self::Silent(reason)
    }
}
