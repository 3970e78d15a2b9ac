//! How we connect to Redis, whether it is one server, a set with sentinels, or a cluster.
//!
//! [`Link`] is what everybody shares: it finds the server that a command belongs to, mends itself, and leaves a
//! server that is no master any more. [`dedicated`] is a connection of one's own, for commands that block.
//! [`Call`] is a script with its keys.
//!
//! A command goes to the server that owns the key it names first; all keys of one command have one hash tag. A
//! command under way when a connection breaks is sent once more, so each must bear being executed twice.
//!
//! The cluster and sentinel clients of the `redis` crate are not used: its cluster connection holds up the commands
//! to all nodes while it looks for one, and a fault in one part of a cluster is to stop that part only.
//!
//! Not here: what is said to Redis (crates `queue` and `store`).

mod call;
mod cluster;
mod dial;
mod line;
mod link;
mod nodes;
mod places;
mod sentinel;
mod slot;

use std::time::Duration;

use domain::redis::RedisUrl;

pub use call::{Call, Sent};
pub use link::{Answers, Link, dedicated};

/// Where Redis is, and our patience with it.
#[derive(Debug, Clone)]
pub struct RedisOptions {
    /// Where it is.
    pub url: RedisUrl,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one ordinary command may take.
    pub response_timeout: Duration,
}
