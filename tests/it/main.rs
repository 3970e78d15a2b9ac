//! Whole systems under test, over HTTP, against a real Redis.

mod arrows;
mod dialogues;
mod faults;
mod settings;
