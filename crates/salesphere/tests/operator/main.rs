//! The operator's commands, as the real program, against a real Redis.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chat;
mod dead;
mod desk;
mod experiment;
mod export;
#[path = "../shared/printed.rs"]
mod printed;
mod status;
