//! Whole systems under test, over HTTP, against a real Redis.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrows;
mod dead_letters;
mod desk;
mod dialogues;
mod experiments;
mod fallbacks;
mod faults;
mod long_replies;
mod lost_data;
mod modes;
mod operating;
mod servers;
mod sheet_outage;
mod sweep;
mod takeover;
mod week;
