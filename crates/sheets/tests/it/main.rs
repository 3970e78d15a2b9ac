//! The reading of whole spreadsheets, and of a Google that answers, refuses and hangs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod append;
mod demo;
mod harness;
mod merged;
mod messy;
mod outage;
mod sharing;
mod simulation;
mod sketch;
mod trouble;
