//! Whole systems under test, over HTTP, against a real Redis.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrows;
mod dialogues;
mod faults;
mod settings;
