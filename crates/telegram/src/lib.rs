//! The seller's desk in Telegram: cards about conversations that need a human, and what people write and press there.
//!
//! One file per idea: [`Desk`] calls the Bot API, `card` renders, `keyboard` has the buttons, `updates` reads what
//! people do, `pace` keeps to Telegram's limits, `outcome` says what a failed call means, `text` shortens and escapes.
//! Nothing is ever sent twice by itself: whether a card goes out again is the worker's decision. Not here: when a human
//! is called (crate `agents`), how a card survives a crash (crate `queue`), and who may do what (crate `worker`).

pub mod asked;
mod card;
mod desk;
pub mod digest;
mod keyboard;
pub mod learning;
mod outcome;
mod pace;
mod reason;
pub mod reminder;
mod say;
mod text;
pub mod trust;
mod updates;

pub use card::Showing;
pub use desk::{Bot, Desk, DeskError, Sound};
pub use keyboard::{Button, CardButton, UNDO};
pub use outcome::{CardOutcome, EditOutcome, Refusal};
pub use say::Saying;
pub use updates::{ChatKind, Command, News, Press, RepliedTo, Spot, Update, Words};
