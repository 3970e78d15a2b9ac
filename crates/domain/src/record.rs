//! What is kept of every decision: enough to explain it, to replay it and to learn from it.

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::decision::{Decision, Fact};
use crate::escalation::EscalationReason;
use crate::ids::{ConversationId, ItemId, MessageId};
use crate::intent::Routing;

/// One turn, as it went. Kept for seven days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Ours; sorts by time.
    pub turn: String,
    /// Which conversation.
    pub conversation: ConversationId,
    /// The messages it answers, oldest first.
    pub messages: Vec<MessageId>,
    /// What was asked, masked.
    pub question: String,
    /// When it ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// How it ended.
    pub ending: Ending,
    /// What went out to the buyer: one entry per message sent.
    pub said: Vec<String>,
    /// How the thinking went; empty where nothing had to be thought about.
    pub trace: Trace,
    /// From the webhook's arrival to the end, and per step, in milliseconds.
    pub total_ms: i64,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "why", rename_all = "snake_case")]
pub enum Ending {
    /// Answered by us.
    Replied,
    /// Answered by us, then handed over: an order.
    RepliedAndEscalated(EscalationReason),
    /// Answered by the seller, from the desk.
    Answered,
    /// Handed to a human.
    Escalated(EscalationReason),
    /// Nothing was said, for a reason.
    Silent(SilentReason),
}

/// Why nothing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilentReason {
    /// Only echoes of our own sends.
    Echo,
    /// The seller is speaking in this chat.
    SellerSpeaks,
    /// A human was called and has the chat.
    HandedOver,
    /// The buyer took the message back.
    Deleted,
    /// The seller told us to be silent for a while.
    Paused,
    /// Something was done at the desk that says nothing to the buyer.
    AtTheDesk,
    /// The seller took his answer back before it went out.
    Withdrawn,
    /// Avito refused the seller's answer; he was told.
    Refused,
    /// A picture-less thing that asks for nothing: a listing card, an answered call.
    NothingAsked,
    /// The bot only looks on: what it would have said is held against what the seller says.
    LooksOn,
}

impl SilentReason {
    /// The name in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::SellerSpeaks => "seller_speaks",
            Self::HandedOver => "handed_over",
            Self::Deleted => "deleted",
            Self::Paused => "paused",
            Self::AtTheDesk => "at_the_desk",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::NothingAsked => "nothing_asked",
            Self::LooksOn => "looks_on",
        }
    }
}

/// How the thinking went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// What the router made of it.
    pub routing: Option<Routing>,
    /// What the specialists decided, with facts and cells.
    pub decisions: Vec<Decision>,
    /// What the buyer just took, where he asked for nothing: its title and its price.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Fact>,
    /// Where the words came from.
    pub wording: Option<WordingSource>,
    /// What the checks refused, in the order it was tried.
    pub refusals: Vec<Refusal>,
    /// Milliseconds per step: `route`, `facts`, `decide`, `word`, `check`, `send`.
    pub steps_ms: Vec<(String, i64)>,
    /// What the model calls cost.
    pub usage: Usage,
    /// Prompt files and their versions.
    pub prompts: Vec<(String, String)>,
    /// Of the prompts under trial: which variant this chat got. Empty where none was asked that is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trials: Vec<Trial>,
    /// How old the table's copy was.
    pub snapshot_age_ms: Option<i64>,
    /// Which table it was: [`CatalogSnapshot::version`](crate::catalog::CatalogSnapshot::version).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// What the turn rested on beside the question and the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grounds: Option<Box<Grounds>>,
    /// What went wrong on the way and was got over: a late router, a model error.
    pub notes: Vec<String>,
}

/// What a turn rested on beside its question and the table, so that it can be thought about again: what was
/// remembered of the conversation, and the listing. What a buyer tells of himself is masked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grounds {
    /// The memory before the turn, with as many of its last lines as a prompt shows.
    pub memory: Conversation,
    /// The title of the listing the chat belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
    /// The listing's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// Whether a point on the map was among the messages. It is an address, and not kept.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub on_the_map: bool,
}

/// A prompt of which two variants are tried against one another, and the one that a chat got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The prompt, by the name of its file without a variant: `agents/pricing.md`.
    pub prompt: String,
    /// Which of the two.
    pub variant: Variant,
    /// The version in that variant's file.
    pub version: String,
}

/// One of the two variants of a prompt under trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// The prompt that was there.
    A,
    /// The one that may take its place.
    B,
}

/// Where the words came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordingSource {
    /// The model worded it, and the checks let it pass.
    Model,
    /// The reply template, because the model was late, down, refused or not wanted.
    Template,
}

/// A text that a check refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which check.
    pub check: String,
    /// Why, for the operator and for the second try of the wording.
    pub why: String,
    /// The refused text.
    pub text: String,
}

/// Tokens and calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// How many completions were asked for.
    pub calls: u32,
    /// Tokens sent.
    pub prompt_tokens: u64,
    /// Of those, read from the provider's cache.
    pub cached_tokens: u64,
    /// Tokens received.
    pub completion_tokens: u64,
}

impl Usage {
    /// Both together.
    pub fn plus(self, other: Usage) -> Usage {
        Usage {
            calls: self.calls + other.calls,
            prompt_tokens: self.prompt_tokens + other.prompt_tokens,
            cached_tokens: self.cached_tokens + other.cached_tokens,
            completion_tokens: self.completion_tokens + other.completion_tokens,
        }
    }
}
