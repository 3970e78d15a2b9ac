//! How much lies where.

use std::collections::BTreeSet;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::WorkerId;
use crate::queue::{Queue, call};
use crate::scripts;

/// The lengths of the lists, over all shards that answer. The shards are read one by one: a snapshot of a queue
/// that stands still, an estimate of one that runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Shards that do not answer, and so are not counted.
    pub away: usize,
    /// Conversations that wait for a worker.
    pub ready: usize,
    /// Conversations that wait for a time.
    pub delayed: usize,
    /// Conversations in workers' hands, dead ones' too.
    pub processing: usize,
    /// Dead letters.
    pub dead: usize,
    /// Of those, the ones that no human has been told of yet.
    pub untold: usize,
    /// Workers whose lease runs.
    pub workers: usize,
    /// Messages ever accepted.
    pub enqueued: u64,
    /// Messages ever answered.
    pub answered: u64,
    /// Messages that ever became dead letters, whether or not somebody has cleared them away since.
    pub buried: u64,
    /// Dead letters ever put back into their mailboxes.
    pub retried: u64,
    /// Dead letters ever thrown away.
    pub dropped: u64,
}

impl QueueDepth {
    /// Whether nothing waits and nothing is under way, as far as is known of every shard.
    pub fn is_idle(&self) -> bool {
        self.away + self.ready + self.delayed + self.processing == 0
    }

    /// Counts another shard's lists in.
    fn add(&mut self, other: &Self) {
        self.ready += other.ready;
        self.delayed += other.delayed;
        self.processing += other.processing;
        self.dead += other.dead;
        self.untold += other.untold;
        self.enqueued += other.enqueued;
        self.answered += other.answered;
        self.buried += other.buried;
        self.retried += other.retried;
        self.dropped += other.dropped;
    }

    /// Messages that wait in the mailboxes. All that was ever accepted is there, answered, or a dead letter.
    pub fn waiting(&self) -> u64 {
        (self.enqueued + self.retried).saturating_sub(self.answered + self.buried)
    }
}

impl Queue {
    /// Measures the queue, and sets the gauge `queue_depth`.
    ///
    /// # Errors
    /// When no shard answers.
    pub async fn depth(&self) -> Result<QueueDepth, QueueError> {
        let measured = self.ask_shards(|shard| self.measure(shard)).await?;
        let away = self.shards().count() - measured.len();
        let mut depth = QueueDepth { away, ..QueueDepth::default() };
        let mut alive = BTreeSet::new();
        for (of_shard, workers) in measured {
            depth.add(&of_shard);
            alive.extend(workers);
        }
        // A worker is on the books of every shard.
        depth.workers = alive.len();
        let lists = [
            ("ready", depth.ready),
            ("delayed", depth.delayed),
            ("processing", depth.processing),
            ("dead", depth.dead),
            ("untold", depth.untold),
            ("workers", depth.workers),
            ("shards_away", depth.away),
        ];
        for (list, length) in lists {
            metrics::gauge!("queue_depth", "list" => list).set(length as f64);
        }
        Ok(depth)
    }

    /// One shard's lists, and the names of the workers that are alive there.
    async fn measure(&self, shard: Shard) -> Result<(QueueDepth, Vec<String>), QueueError> {
        let doing = "measure the queue";
        let mut pipe = redis::pipe();
        pipe.llen(shard.ready()).zcard(shard.delayed()).zcard(shard.dead()).zcard(shard.untold());
        pipe.zrange(shard.workers(), 0, -1);
        pipe.hmget(shard.stats(), &["enqueued", "answered", "dead", "retried", "dropped"]);
        type Lengths = (usize, usize, usize, usize, Vec<String>, [Option<u64>; 5]);
        let (ready, delayed, dead, untold, workers, counted): Lengths = self.redis.ask_all(doing, pipe).await?;
        let [enqueued, answered, buried, retried, dropped] = counted.map(Option::unwrap_or_default);

        let mut pipe = redis::pipe();
        for worker in &workers {
            pipe.llen(shard.processing(&WorkerId::from_books(worker.clone())));
        }
        let held: Vec<usize> = if workers.is_empty() { Vec::new() } else { self.redis.ask_all(doing, pipe).await? };
        let expired: Vec<String> = self.redis.run(doing, call(&scripts::EXPIRED, [shard.workers()])).await?;

        let processing = held.iter().sum();
        let (away, alive) = (0, workers.into_iter().filter(|worker| !expired.contains(worker)).collect::<Vec<_>>());
        let workers = alive.len();
        let depth = QueueDepth {
            away,
            ready,
            delayed,
            processing,
            dead,
            untold,
            workers,
            enqueued,
            answered,
            buried,
            retried,
            dropped,
        };
        Ok((depth, alive))
    }
}
