//! The seller's desk in Telegram: cards about conversations that need a human.
//!
//! One file per idea: [`Desk`] sends, `card` renders, `outcome` says what a failed call means, `text` shortens
//! and escapes. Nothing is ever sent twice by itself: whether a card goes out again is the worker's decision.
//! Not here: when a human is called (crate `agents`), and how a card survives a crash (crate `queue`).

mod card;
mod desk;
mod outcome;
mod reason;
mod text;

pub use card::Showing;
pub use desk::{Bot, Desk, DeskError};
pub use outcome::{CardOutcome, Refusal};
