//! The queue on several servers: sentinels replace a master, a cluster loses and regains a part. Real servers,
//! started and killed here; a target of its own, because that takes its time.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod cluster;
mod life;
mod sentinel;
mod shop;
mod worker;
