//! Buyers and a model that mean no good, against the real router, specialists, wording and checks; and a judge who
//! reads what came out.
//!
//! Everything is drawn from a seed: the shops with their tables, the conversations, what the model answers. So a
//! turn that went wrong is played again by its number. The judge ([`judge`]) reads replies in his own way: he uses
//! neither the number reader nor the checks of `agents`, so that one mistake is not on both sides.
//!
//! Not here: the queue, Avito, Telegram. Nothing is sent to anybody.

mod buyer;
mod ear;
mod house;
pub mod judge;
pub mod packs;
mod report;
mod run;
mod shop;

pub use buyer::{Conversation, Script};
pub use ear::Heard;
pub use house::{House, Played};
pub use report::{Report, tell};
pub use run::{Ears, Options, TurnId, Verdict, replay, run};
pub use shop::Shop;
