//! How good the answers are: messages whose right answers are known are put to the router or to the whole decision,
//! and what comes out is counted.
//!
//! The way is [`cases`] → [`Bench`] → [`Observation`]s → [`Report`] → a table, a JSON file, a page, a [`gate`]. What a
//! model answered can be kept on a [`tape`] and be played again without it.
//!
//! Not here: where the settings, the model and the shop come from. The command hands them in.

pub mod calibrate;
pub mod cases;
pub mod gate;
pub mod haggling;
pub mod observation;
pub mod report;
pub mod run;
pub mod sets;
pub mod similar;
pub mod stats;
pub mod tape;
pub mod thresholds;

pub use cases::Case;
pub use observation::Observation;
pub use report::Report;
pub use run::Bench;
