//! What a human answered where the bot had called him: a line of the material to train with. Masked; no name of a buyer,
//! no chat.

use serde::{Deserialize, Serialize};

use crate::conversation::Line;
use crate::escalation::EscalationReason;
use crate::intent::Intent;

/// One answer of a human's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HumanAnswer {
    /// The turn that called him; its record tells the rest, as long as it is kept.
    pub turn: String,
    /// When he answered, in milliseconds since 1970.
    pub at_ms: i64,
    /// Why he was called.
    pub reason: EscalationReason,
    /// What the buyer wanted, as far as that was read.
    pub intents: Vec<Intent>,
    /// What the buyer asked, masked.
    pub question: String,
    /// The last lines before it, oldest first, masked.
    pub before: Vec<Line>,
    /// What the bot would have said, masked.
    pub draft: Option<String>,
    /// What he said, masked.
    pub answer: String,
    /// Where he said it.
    pub source: AnsweredFrom,
}

/// Where a human answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredFrom {
    /// At the desk.
    Telegram,
    /// In the chat.
    Avito,
}

impl AnsweredFrom {
    /// The name in metrics and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Avito => "avito",
        }
    }
}
