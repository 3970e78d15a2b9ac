//! The doctor at the bedside of a whole system: all green while it is well, and for each thing that can go wrong the
//! line that says so, with how to mend it. And the operator's other commands, against the same system.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod clinic;
mod faults;
mod newcomers;
#[path = "../shared/printed.rs"]
mod printed;
mod program;
mod replays;
mod terminal;
mod webhooks;
