//! From a buyer's turn to what is to be done about it: route, decide, word, check.
//!
//! The one entry is [`Assistant`]. Code decides, the model words: which price, which city, accept or refuse is
//! settled by pure functions over the seller's table ([`specialists`]); the language model says what the buyer
//! wants and finds the words, and every text passes [`checks`] before it may leave.
//!
//! Not here: Redis, Avito, Telegram, the table's reading. A turn goes in, an [`Outcome`] comes out, and whoever
//! called acts on it.

mod assistant;
pub mod checks;
pub mod comparing;
pub mod finding;
pub mod haggling;
mod holding;
pub mod learning;
pub mod library;
mod mask;
pub mod matching;
mod notebook;
pub mod numbers;
pub mod outcome;
mod questions;
mod quoted;
mod replies;
mod router;
pub mod rules;
#[cfg(test)]
mod sample;
pub mod specialists;
mod turn;
mod wording;

pub use assistant::{Assistant, Budget};
pub use checks::ReplyText;
pub use library::{Library, LibraryErrors};
pub use mask::mask;
pub use outcome::{Answer, ModelFailure, Outcome, Reading, Routed, Signals, TableUnreadable};
pub use turn::Turn;
