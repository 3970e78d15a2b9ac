//! What any worker does for all: put tokens whose delay is over back to work, and take what dead workers
//! held. Several may do it at once; each step is one script that looks again before it acts.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::{Token, WorkerId};
use crate::queue::{Queue, call};
use crate::scripts;

/// The most tokens promoted by one script, so that Redis is not held up for long.
const PROMOTE_AT_ONCE: usize = 100;

/// How long a dead worker stays on the books: a process that was stopped with a BLMOVE waiting on the server
/// may still be handed a token. Far longer than any block.
const LINGER: Duration = Duration::from_secs(60);

/// With rounds every 250 ms, lost lists are looked for every 4 minutes, and with the first round.
const LOOK_FOR_LOST_EVERY: u32 = 1000;

/// What one round of housekeeping did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Housekept {
    /// Tokens whose delay was over.
    pub promoted: usize,
    /// Tokens of dead workers, ready for others.
    pub reaped: usize,
    /// Tokens of dead workers that were in the middle of a send: they wait until the chat's history can tell.
    pub settling: usize,
    /// Conversations whose messages became dead letters, because their turn killed one worker too many.
    pub poisoned: Vec<Token>,
}

impl Housekept {
    fn and(mut self, other: Self) -> Self {
        self.promoted += other.promoted;
        self.reaped += other.reaped;
        self.settling += other.settling;
        self.poisoned.extend(other.poisoned);
        self
    }
}

impl Queue {
    /// One round over all shards.
    ///
    /// # Errors
    /// When no shard answers.
    pub async fn housekeep(&self) -> Result<Housekept, QueueError> {
        let rounds = self.ask_shards(|shard| self.tend(shard)).await?;
        Ok(rounds.into_iter().fold(Housekept::default(), Housekept::and))
    }

    /// One round over one shard, counted from 0. Call it every 250 ms, for each shard by itself: one that is slow
    /// to answer must not hold up the others.
    ///
    /// # Errors
    /// When the shard does not answer; what is left undone is done by the next round.
    pub async fn housekeep_shard(&self, shard: u16) -> Result<Housekept, QueueError> {
        self.tend(Shard::new(shard)).await
    }

    async fn tend(&self, shard: Shard) -> Result<Housekept, QueueError> {
        let mut done = Housekept { promoted: self.promote(shard).await?, ..Housekept::default() };
        let mut dead = self.expired(shard).await?;
        if self.count_round(shard).is_multiple_of(LOOK_FOR_LOST_EVERY) {
            dead.extend(self.workers_with_tokens(shard).await?);
        }
        for worker in dead {
            self.reap(shard, &worker, &mut done).await?;
        }
        Ok(done)
    }

    async fn promote(&self, shard: Shard) -> Result<usize, QueueError> {
        let mut promoted = 0;
        loop {
            let mut script = call(&scripts::PROMOTE, [shard.delayed(), shard.ready()]);
            script.arg(PROMOTE_AT_ONCE);
            let some: usize = self.redis.run("put delayed tokens back to work", script).await?;
            promoted += some;
            if some < PROMOTE_AT_ONCE {
                return Ok(promoted);
            }
        }
    }

    async fn expired(&self, shard: Shard) -> Result<BTreeSet<WorkerId>, QueueError> {
        let script = call(&scripts::EXPIRED, [shard.workers()]);
        let dead: Vec<String> = self.redis.run("look for dead workers", script).await?;
        Ok(dead.into_iter().map(WorkerId::from_books).collect())
    }

    /// Every worker that has a processing list, also one that is on no book. A process that was frozen for
    /// longer than [`LINGER`] takes one more token before it learns that it is dead, and the books know of
    /// neither. It then ends and is started anew; whoever looks first, finds it. The living among these are
    /// left alone by `reap_one`.
    async fn workers_with_tokens(&self, shard: Shard) -> Result<BTreeSet<WorkerId>, QueueError> {
        let prefix = shard.processing(&WorkerId::from_books(String::new()));
        let keys = self.scan(&prefix).await?;
        Ok(keys
            .iter()
            .filter_map(|key| key.strip_prefix(&prefix))
            .map(|id| WorkerId::from_books(id.to_owned()))
            .collect())
    }

    async fn reap(&self, shard: Shard, worker: &WorkerId, done: &mut Housekept) -> Result<(), QueueError> {
        let processing = shard.processing(worker);
        let mut range = redis::cmd("LRANGE");
        range.arg(&processing).arg(0).arg(-1);
        // Newest first: each goes before the others in `ready`, so the oldest ends up next.
        let held: Vec<String> = self.redis.ask("read what a dead worker held", range).await?;
        for token in held.into_iter().map(Token::from_list) {
            self.reap_one(shard, worker, token, done).await?;
        }
        let mut script = call(&scripts::REAP_DONE, [shard.workers(), processing]);
        script.arg(worker.as_str()).arg(LINGER.as_millis() as u64);
        let _struck_off: u32 = self.redis.run("strike a dead worker off", script).await?;
        Ok(())
    }

    async fn reap_one(
        &self,
        shard: Shard,
        worker: &WorkerId,
        token: Token,
        done: &mut Housekept,
    ) -> Result<(), QueueError> {
        let doing = "take a token from a dead worker";
        let mut script = call(
            &scripts::REAP_ONE,
            [
                shard.workers(),
                shard.processing(worker),
                shard.conversation(&token),
                shard.ready(),
                shard.delayed(),
                shard.mailbox(&token),
                shard.dead(),
                shard.stats(),
                shard.untold(),
            ],
        );
        script
            .arg(worker.as_str())
            .arg(token.as_str())
            .arg(self.settings.settle.as_millis() as u64)
            .arg(self.settings.max_crashes);
        let (outcome, buried): (i64, u64) = self.redis.run(doing, script).await?;
        let outcome = match outcome {
            0 => return Ok(()),
            1 => {
                done.reaped += 1;
                "ready"
            }
            2 => {
                done.settling += 1;
                "settling"
            }
            3 => {
                tracing::error!(conversation = %token, messages = buried, "this turn kills workers: dead letters");
                metrics::counter!("queue_dead_letters_total", "cause" => "crashes").increment(buried);
                done.poisoned.push(token);
                "poison"
            }
            strange => return Err(QueueError::strange_answer(doing, strange)),
        };
        metrics::counter!("queue_reaped_total", "outcome" => outcome).increment(1);
        Ok(())
    }

    /// All keys that begin with `prefix`, which holds nothing a pattern would read as its own sign.
    pub(crate) async fn scan(&self, prefix: &str) -> Result<BTreeSet<String>, QueueError> {
        let mut keys = BTreeSet::new();
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(format!("{prefix}*")).arg("COUNT").arg(1000);
            let (next, some): (u64, Vec<String>) = self.redis.ask("look through the keys", scan).await?;
            keys.extend(some);
            if next == 0 {
                return Ok(keys);
            }
            cursor = next;
        }
    }
}
