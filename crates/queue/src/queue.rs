//! The queue as its users hold it. The commands stand with the part of the way they belong to: `enqueue`,
//! `arrivals`, `forgotten`, `doubt`, `claim`, `journal`, `settle`, `housekeeping`, `dead_letters`, `depth`, `status`,
//! `invariants`, `safety`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use domain::ids::ConversationId;
use futures::future::join_all;
use redis::{FromRedisValue, Script};
use runtime::redis::Call;
use settings::{QueueSettings, RedisSettings};
use tokio::sync::watch;

use crate::connection::{Connection, read};
use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::Token;
use crate::replication::Replication;

/// The queue. Cloning shares the connection.
#[derive(Debug, Clone)]
pub struct Queue {
    pub(crate) redis: Connection,
    pub(crate) settings: Arc<QueueSettings>,
    /// Where replicas are to be waited for.
    replication: Option<Replication>,
    /// What is known of each shard.
    shards: Arc<[Known]>,
}

/// What is known of a shard.
#[derive(Debug, Default)]
struct Known {
    /// How many rounds of housekeeping were done there: some duties are not for every round.
    rounds: AtomicU32,
    /// Whether it did not answer when it was last asked together with the others.
    silent: AtomicBool,
    /// The last epoch that was given to us.
    epoch: AtomicU64,
}

impl Queue {
    /// Connects to Redis.
    ///
    /// # Errors
    /// When Redis does not answer; of a cluster, when no node does.
    pub async fn connect(redis: &RedisSettings, queue: &QueueSettings) -> Result<Self, QueueError> {
        Ok(Self::over(Connection::open(redis).await?, redis, queue))
    }

    /// The queue without waiting for Redis: the first command connects. For who has to be up while Redis is
    /// away.
    pub fn lazy(redis: &RedisSettings, queue: &QueueSettings) -> Self {
        Self::over(Connection::lazy(redis), redis, queue)
    }

    fn over(connection: Connection, redis: &RedisSettings, queue: &QueueSettings) -> Self {
        let shards = Shard::all(queue.shards).map(|_| Known::default()).collect();
        let replication = Replication::new(redis, queue);
        Self { redis: connection, settings: Arc::new(queue.clone()), replication, shards }
    }

    /// Counts how often the connection to Redis broke. Whoever it is made to again may have older data than
    /// it had confirmed: [`Queue::forgotten`] tells.
    pub fn losses(&self) -> watch::Receiver<u64> {
        self.redis.losses()
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

    /// Runs a script whose work must outlive the master: when this returns, `redis.wait_replicas` replicas have it.
    pub(crate) async fn run_for_good<T: FromRedisValue>(
        &self,
        shard: Shard,
        doing: &'static str,
        call: Call,
    ) -> Result<T, QueueError> {
        match &self.replication {
            Some(replication) => read(doing, replication.run(shard, call).await),
            None => self.redis.run(doing, call).await,
        }
    }

    /// Counts a round of housekeeping, and says how many there were before.
    pub(crate) fn count_round(&self, shard: Shard) -> u32 {
        self.shards[usize::from(shard.number())].rounds.fetch_add(1, Ordering::Relaxed)
    }

    /// The last epoch that was given to us in a shard.
    pub(crate) fn last_epoch(&self, shard: Shard) -> &AtomicU64 {
        &self.shards[usize::from(shard.number())].epoch
    }

    /// Asks all shards at once. The answers of those that answer, in the order of the shards: one that is away
    /// takes nothing from the others. The error of one, if none answers.
    pub(crate) async fn ask_shards<T, F: Future<Output = Result<T, QueueError>>>(
        &self,
        ask: impl Fn(Shard) -> F,
    ) -> Result<Vec<T>, QueueError> {
        let answers = join_all(self.shards().map(ask)).await;
        let (mut given, mut failed) = (Vec::new(), Vec::new());
        for (shard, answer) in self.shards().zip(answers) {
            match answer {
                Ok(answer) => {
                    self.note_silence(shard, None);
                    given.push(answer);
                }
                Err(error) => failed.push((shard, error)),
            }
        }
        if given.is_empty()
            && let Some((_, error)) = failed.pop()
        {
            return Err(error);
        }
        for (shard, error) in failed {
            self.note_silence(shard, Some(&error));
        }
        Ok(given)
    }

    /// Tells when a shard falls silent and when it answers again, not all the time in between.
    fn note_silence(&self, shard: Shard, error: Option<&QueueError>) {
        let silent = &self.shards[usize::from(shard.number())].silent;
        let was_silent = silent.swap(error.is_some(), Ordering::Relaxed);
        match error {
            Some(error) if !was_silent => {
                let error = runtime::chain(error);
                tracing::warn!(error, queue.shard = shard.number(), "a shard is away; its conversations wait");
            }
            None if was_silent => tracing::info!(queue.shard = shard.number(), "the shard is back"),
            _ => {}
        }
    }
}

/// A call of a script with all the keys it touches; the arguments follow.
pub(crate) fn call<const N: usize>(script: &'static Script, keys: [String; N]) -> Call {
    Call::new(script, keys)
}
