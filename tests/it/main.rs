//! Whole systems under test, over HTTP, against a real Redis.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrows;
mod dead_letters;
mod dialogues;
mod faults;
mod servers;
mod sweep;
