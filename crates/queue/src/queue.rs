//! The queue as its users hold it. The commands stand with the part of the way they belong to: `enqueue`,
//! `forgotten`, `claim`, `journal`, `settle`, `housekeeping`, `dead_letters`, `depth`, `invariants`, `safety`.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use domain::ids::ConversationId;
use redis::{Script, ScriptInvocation};
use settings::{QueueSettings, RedisSettings};
use tokio::sync::watch;

use crate::connection::Connection;
use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::Token;

/// The queue. Cloning shares the connection.
#[derive(Debug, Clone)]
pub struct Queue {
    pub(crate) redis: Connection,
    pub(crate) settings: Arc<QueueSettings>,
    /// How many rounds of housekeeping were done: some duties are not for every round.
    pub(crate) rounds: Arc<AtomicU32>,
}

impl Queue {
    /// Connects to Redis.
    ///
    /// # Errors
    /// When the address is none or Redis does not answer.
    pub async fn connect(redis: &RedisSettings, queue: &QueueSettings) -> Result<Self, QueueError> {
        Ok(Self::over(Connection::open(redis).await?, queue))
    }

    /// The queue without waiting for Redis: the first command connects. For who has to be up while Redis is
    /// away.
    ///
    /// # Errors
    /// When the address is none.
    pub fn lazy(redis: &RedisSettings, queue: &QueueSettings) -> Result<Self, QueueError> {
        Ok(Self::over(Connection::lazy(redis)?, queue))
    }

    fn over(redis: Connection, queue: &QueueSettings) -> Self {
        Self { redis, settings: Arc::new(queue.clone()), rounds: Arc::default() }
    }

    /// Counts how often the connection to Redis broke. Whoever it is made to again may have older data than
    /// it had confirmed: [`Queue::forgotten`] tells.
    pub fn losses(&self) -> watch::Receiver<u64> {
        self.redis.losses.clone()
    }

    /// Which of the shards a conversation belongs to, counted from 0.
    pub fn shard_number(&self, conversation: &ConversationId) -> u16 {
        self.shard(&Token::from(conversation)).number()
    }

    pub(crate) fn shard(&self, token: &Token) -> Shard {
        Shard::of(token, self.settings.shards)
    }

    pub(crate) fn shards(&self) -> impl Iterator<Item = Shard> + use<> {
        Shard::all(self.settings.shards)
    }
}

/// A call of a script with all the keys it touches; the arguments follow.
pub(crate) fn call<const N: usize>(script: &'static Script, keys: [String; N]) -> ScriptInvocation<'static> {
    let mut call = script.prepare_invoke();
    for key in keys {
        call.key(key);
    }
    call
}
