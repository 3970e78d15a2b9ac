//! What the bot may learn from an answer of the seller's: a question and its answer, and what became of the offer to put
//! them into his table. Not here: what is fit to be learnt (crate `agents`), and the writing (crate `sheets`).

use serde::{Deserialize, Serialize};

use crate::catalog::CellRef;
use crate::desk::{CardId, Person};
use crate::ids::ConversationId;

/// A question and its answer as they would stand in the table, offered once for the card they came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// The card.
    pub card: CardId,
    /// Whose chat it was.
    pub conversation: ConversationId,
    /// What buyers ask.
    pub question: String,
    /// What the seller answered.
    pub answer: String,
}

/// What became of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LessonState {
    /// Nobody has decided.
    Offered,
    /// Somebody wants it in the table; it is being put there.
    Wanted {
        /// Who.
        by: Person,
        /// Since when, in milliseconds since 1970.
        since_ms: i64,
    },
    /// It stands there.
    Saved {
        /// By whose wish.
        by: Person,
        /// Where.
        at: CellRef,
    },
    /// It is not wanted.
    Declined {
        /// By whom.
        by: Person,
    },
    /// It could not be put there; it can be wanted again.
    Failed {
        /// Why, for the seller.
        why: String,
    },
}

impl LessonState {
    /// The name in metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Wanted { .. } => "wanted",
            Self::Saved { .. } => "saved",
            Self::Declined { .. } => "declined",
            Self::Failed { .. } => "failed",
        }
    }

    /// Whether somebody may still decide.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Offered | Self::Failed { .. })
    }
}
