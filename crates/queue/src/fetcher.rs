//! Taking tokens: the blocking move from `ready` into a worker's own processing list, and what waits already.

use redis::aio::MultiplexedConnection;
use settings::{QueueSettings, RedisSettings};
use std::time::Duration;

use crate::connection::{dedicated, read};
use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::{Token, WorkerId};
use crate::queue::call;
use crate::scripts;

/// How much longer than the block an answer may take. If the client gave up first, the server would move a
/// token that nobody hears of.
const BEYOND_THE_BLOCK: Duration = Duration::from_secs(3);

/// Takes tokens from one shard over a connection of its own: a blocking command holds up
/// everything else on its connection.
///
/// Get a permit to work first, then a token: what is taken and not run waits for us while others are idle.
pub struct Fetcher {
    redis: RedisSettings,
    worker: WorkerId,
    shard: Shard,
    block: Duration,
    connection: Option<MultiplexedConnection>,
}

impl Fetcher {
    /// A fetcher for `shard`, counted from 0, on behalf of `worker`, whose heartbeat must have started. It
    /// connects with the first [`next`](Self::next).
    pub fn new(redis: &RedisSettings, queue: &QueueSettings, worker: WorkerId, shard: u16) -> Self {
        Self { redis: redis.clone(), worker, shard: Shard::new(shard), block: queue.block, connection: None }
    }

    /// Waits for a token, at most as long as the block; then it is in the worker's processing list. `None`:
    /// there was none.
    ///
    /// Await it to its end, never in a `select!`: a dropped future does not call the command back, and a
    /// token may move with nobody listening. (It would be found by [`Queue::held`](crate::Queue::held).)
    ///
    /// # Errors
    /// When Redis does not answer, or is no master any more. The connection is given up, since a late answer could be
    /// taken for the next one's; the next call makes a new one, to whoever has the shard then. Pause before it.
    pub async fn next(&mut self) -> Result<Option<Token>, QueueError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => dedicated(&self.redis, self.shard, self.block + BEYOND_THE_BLOCK).await?,
        };
        let mut blmove = redis::cmd("BLMOVE");
        blmove
            .arg(self.shard.ready())
            .arg(self.shard.processing(&self.worker))
            .arg("RIGHT")
            .arg("LEFT")
            .arg(self.block.as_secs_f64());
        let taken: Option<String> = blmove
            .query_async(&mut connection)
            .await
            .map_err(|source| QueueError::Unavailable { doing: "take a token", source })?;
        // Kept only now: after an error, or if this future is dropped half way, the connection goes with it.
        self.connection = Some(connection);
        Ok(taken.map(Token::from_list))
    }

    /// Takes up to `most` tokens that wait already, in one go: each on its own would cost a write on Redis's disk, and
    /// a worker that starts to hundreds of conversations would be slow to begin. None, without a wait: there are none.
    ///
    /// Before the first [`next`](Self::next) there is no connection to take them over, and so there are none.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn waiting(&mut self, most: usize) -> Result<Vec<Token>, QueueError> {
        let doing = "take waiting tokens";
        let Some(mut connection) = self.connection.take() else { return Ok(Vec::new()) };
        let mut script = call(&scripts::TAKE, [self.shard.ready(), self.shard.processing(&self.worker)]);
        script.arg(most);
        let taken: Vec<String> = read(doing, script.over(&mut connection).await)?;
        self.connection = Some(connection);
        Ok(taken.into_iter().map(Token::from_list).collect())
    }
}
