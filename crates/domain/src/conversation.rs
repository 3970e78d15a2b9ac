//! What we remember of a conversation between two messages.

use serde::{Deserialize, Serialize};

use crate::intent::Intent;
use crate::message::Side;
use crate::money::Money;

/// The memory of one conversation; forgotten an hour after the last message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The article number of the product last talked about.
    pub last_product: Option<String>,
    /// What the buyer last wanted.
    pub last_intent: Option<Intent>,
    /// The city or region last named, as we resolved it.
    pub city: Option<String>,
    /// The haggling so far.
    pub haggling: Haggling,
    /// What we asked the buyer last, if that is still open: we ask once, then a human does.
    pub asked: Option<Asked>,
    /// The last messages of both sides, oldest first, at most [`Conversation::LINES`].
    pub lines: Vec<Line>,
    /// When it last changed, in milliseconds since 1970.
    pub updated_ms: i64,
}

impl Conversation {
    /// How many lines are remembered: what a card and a prompt show, and a little to spare.
    pub const LINES: usize = 8;

    /// Remember one more line.
    pub fn push_line(&mut self, line: Line) {
        self.lines.push(line);
        let surplus = self.lines.len().saturating_sub(Self::LINES);
        self.lines.drain(..surplus);
    }
}

/// One line of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who said it.
    pub side: Side,
    /// What was said.
    pub text: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// The haggling with one buyer, over everything he haggled about: who comes back to a product goes on where he
/// left off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Haggling {
    /// What was haggled about, oldest first.
    pub bargains: Vec<Bargain>,
    /// How many offers were held against a floor and turned down, over all products: patience ends.
    pub weighed: u32,
}

impl Haggling {
    /// The haggling over `matter` so far.
    pub fn over(&self, matter: &str) -> Option<&Bargain> {
        self.bargains.iter().find(|bargain| bargain.matter == matter)
    }
}

/// The offers made over one matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bargain {
    /// A product, or all sizes and colours of one that share its name and price.
    pub matter: String,
    /// What the buyer offered, oldest first.
    pub offers: Vec<Money>,
    /// What we asked instead, oldest first; never rising.
    pub counters: Vec<Money>,
}

/// What we asked the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Which of several products is meant.
    WhichProduct,
    /// Which city to send to.
    WhichCity,
}
