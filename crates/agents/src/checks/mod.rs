//! The gate every outgoing text passes, ours included. Pure and fast; nothing here words or repairs a text.
//!
//! A check refuses rather too much than too little: a refused wording costs a template, a passed lie costs the
//! seller money. So each check comes with two tables, of texts that must pass and of texts that must not.

mod aside;
mod commitment;
mod contact;
mod draft;
mod floor;
mod licence;
mod numbers;
pub(crate) mod own;
pub(crate) mod phrases;
mod place;
mod promise;
mod said;
mod shape;
mod stock;
mod sums;
mod topic;
mod unread;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod packs;
#[cfg(test)]
mod sample;

use std::fmt;

use domain::decision::{Decision, Fact, Verdict};
use domain::money::Money;
use domain::record::Refusal;

use draft::Draft;

/// A text that may go out to a buyer. Only [`review`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyText(String);

impl ReplyText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out for sending.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for ReplyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text calls a human into the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandingOver {
    /// A holding line: it may say that somebody comes.
    Yes,
    /// An answer.
    No,
}

/// What a text is held against, besides the decisions it words.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// The floors of the table: none may be named, unless it is a licensed fact as well.
    pub floors: &'a [Money],
    /// Facts that may be said besides those of the decisions: the opening hour of a holding line.
    pub licensed: &'a [Fact],
    /// What the buyer wrote. It licenses nothing but its language.
    pub buyer_text: &'a str,
    /// How long a text may be, in characters.
    pub max_text_chars: usize,
    /// Whether it is a holding line.
    pub handing_over: HandingOver,
}

/// Let `draft` pass, or say what is wrong with it: every check speaks, so that a second wording can mend all.
///
/// # Errors
/// The refusals, at least one, in the order of the checks.
pub fn review(draft: &str, decisions: &[Decision], context: &CheckContext<'_>) -> Result<ReplyText, Vec<Refusal>> {
    let text = draft.trim();
    let draft = Draft::new(text, decisions, context);
    let case = Case { decisions, context };
    let mut refusals = Vec::new();
    for (name, check) in CHECKS {
        for why in check(&draft, &case) {
            refusals.push(Refusal { check: name.to_owned(), why, text: text.to_owned() });
        }
    }
    if refusals.is_empty() { Ok(ReplyText(text.to_owned())) } else { Err(refusals) }
}

/// The names of all checks, in the order in which they are made.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(name, _)| *name)
}

/// One check: what is wrong with the draft, in words that name no secret, for the next try to read.
type Check = fn(&Draft<'_>, &Case<'_>) -> Vec<String>;

const CHECKS: [(&str, Check); 11] = [
    ("shape", shape::check),
    ("numbers", numbers::check),
    ("sums", sums::check),
    ("topic", topic::check),
    ("floor", floor::check),
    ("commitment", commitment::check),
    ("promise", promise::check),
    ("contact", contact::check),
    ("stock", stock::check),
    ("place", place::check),
    ("aside", aside::check),
];

/// What a draft is held against.
#[derive(Debug, Clone, Copy)]
struct Case<'a> {
    decisions: &'a [Decision],
    context: &'a CheckContext<'a>,
}

impl<'a> Case<'a> {
    /// Whether one of the decisions is one of `verdicts`.
    fn decides(&self, verdicts: &[Verdict]) -> bool {
        self.decisions.iter().any(|decision| verdicts.contains(&decision.verdict))
    }

    /// Every fact that may be said.
    fn facts(&self) -> impl Iterator<Item = &'a Fact> + use<'a> {
        draft::facts(self.decisions, self.context)
    }
}
