//! When Redis may have forgotten: for a while after it lost what it had confirmed, and after each change of server,
//! which proves nothing but is the moment at which such a loss shows.
//!
//! A conversation that is taken up meanwhile may be one that was answered already. Not here: finding that out; the
//! chat knows.

use std::sync::atomic::Ordering;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::queue::{Queue, call};
use crate::scripts;

/// How far Redis's memory of a conversation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// To this moment.
    Whole,
    /// Perhaps not to its end: what looks unanswered, or not begun, may be answered and done.
    Doubtful,
}

impl Queue {
    /// Redis has lost something of this shard, counted from 0: from now on, for `queue.doubt_for`, every claim there
    /// is [`Memory::Doubtful`].
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn doubt(&self, shard: u16) -> Result<(), QueueError> {
        self.doubt_shard(Shard::new(shard)).await
    }

    async fn doubt_shard(&self, shard: Shard) -> Result<(), QueueError> {
        metrics::counter!("queue_redis_lost_total").increment(1);
        let mut script = call(&scripts::DOUBT, [shard.server()]);
        script.arg(self.settings.doubt_for.as_millis() as u64);
        let _noted: i64 = self.redis.run("note that Redis forgot something", script).await?;
        Ok(())
    }

    /// Epochs only rise. `before` is the last one that was known when `epoch` was asked for.
    pub(crate) async fn compare_epochs(
        &self,
        shard: Shard,
        before: u64,
        epoch: u64,
        memory: Memory,
    ) -> Result<Memory, QueueError> {
        if epoch > before {
            self.last_epoch(shard).fetch_max(epoch, Ordering::Relaxed);
            return Ok(memory);
        }
        tracing::error!(queue.shard = shard.number(), "Redis has lost what it had confirmed: its counter went back");
        self.doubt_shard(shard).await?;
        self.last_epoch(shard).store(epoch, Ordering::Relaxed);
        Ok(Memory::Doubtful)
    }
}
