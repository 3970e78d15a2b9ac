//! The reading of whole spreadsheets, and of a Google that answers, refuses and hangs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod demo;
mod harness;
mod messy;
mod sharing;
mod sketch;
mod trouble;
