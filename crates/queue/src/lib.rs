//! The delivery protocol: a message that was accepted is answered, in order, once, whatever dies in between.
//!
//! What lies on the lists is not messages but *tokens*: "this conversation has unanswered messages". The
//! messages wait in the conversation's mailbox. A conversation has one token, and the token is in one list at
//! a time; that alone gives order (one turn at a time), exclusion (one worker at a time) and coalescing (one
//! turn for all that waits).
//!
//! ```text
//! enqueue ──► ready ──BLMOVE──► processing of worker w ──► claim ─► begin_send ─► (send) ─► complete
//!               ▲                    │        │                                               │
//!               ├── promote ── delayed ◄─ nack, and a lease that ran out during a send        ▼
//!               └──────────── release, lease ran out, newer messages ◄────────────────── dead letters,
//!                                                                                         or nothing left
//! ```
//!
//! Conversations are spread over shards, each with all of these lists; in a Redis Cluster a shard lies on one node.
//! Nothing here waits for two shards, so that one that is away takes nothing from the others.
//!
//! Every move between two boxes is one Lua script (`src/lua/`), so there is no moment in between. Every
//! script may run twice with the same arguments: a command whose answer is late has been executed all the
//! same, and whoever asked will ask again.
//!
//! [`Queue`] has the commands, one file per part of a message's way; [`Fetcher`] the blocking take;
//! [`Heartbeat`] the proof of life. Not here: what a turn does, and when to give up on one (crate `worker`).

mod arrivals;
mod claim;
mod connection;
mod dead_letters;
mod depth;
mod doubt;
mod enqueue;
mod error;
mod fetcher;
mod forgotten;
mod heartbeat;
mod housekeeping;
mod invariants;
mod journal;
mod keys;
mod names;
mod pulse;
mod queue;
mod replication;
mod retry;
#[cfg(feature = "sabotage")]
mod sabotage;
mod safety;
mod scripts;
mod settle;
mod status;
mod vein;

pub use arrivals::Arrivals;
pub use claim::Claim;
pub use dead_letters::{DeadLetter, DeadLetterId, Dropped, InvalidDeadLetterId, Retried};
pub use depth::QueueDepth;
pub use doubt::Memory;
pub use enqueue::Enqueued;
pub use error::QueueError;
pub use fetcher::Fetcher;
pub use heartbeat::Heartbeat;
pub use housekeeping::Housekept;
pub use invariants::Violation;
pub use journal::{BeginSend, Journal, Merge, StepState};
pub use names::{Token, WorkerId};
pub use pulse::Pulse;
pub use queue::Queue;
pub use retry::retry_delay;
pub use safety::{RedisCheck, RedisFinding, RedisMemory, Severity};
pub use settle::{Attempt, Completed, Nacked, Released};
pub use status::{ShardStatus, UnderWay, Whereabouts};
