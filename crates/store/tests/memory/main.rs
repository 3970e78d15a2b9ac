//! The memory against a real Redis.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chats;
mod cluster;
mod digests;
mod duties;
mod harness;
mod modes;
mod outage;
mod records;
mod tables;
mod training;
mod waiting;
