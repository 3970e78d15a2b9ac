//! The queue as an operator looks at it: each conversation that has unanswered messages, where its token lies, how
//! long its oldest message waits; and who works.
//!
//! Read with many small commands, so that a long queue is not held up by being looked at: of a queue that runs this
//! is an estimate. Not here: what is wrong with it (`invariants`, `safety`), and what to do about that.

use std::collections::BTreeMap;

use redis::FromRedisValue;
use serde::Deserialize;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::{Token, WorkerId};
use crate::queue::{Queue, call};
use crate::scripts;

/// How many conversations are asked for at once.
const AT_ONCE: usize = 500;

/// One shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardStatus {
    /// Which, counted from 0.
    pub shard: u16,
    /// When it was looked at, in milliseconds since 1970, by Redis.
    pub at_ms: i64,
    /// The last epoch given out: how many claims there ever were.
    pub epoch: u64,
    /// Each worker on the books with the end of its lease there, in milliseconds since 1970, by Redis.
    pub leases: BTreeMap<WorkerId, i64>,
    /// Every conversation with unanswered messages.
    pub conversations: Vec<UnderWay>,
    /// Dead letters.
    pub dead: usize,
    /// Of those, the ones that no human has been told of yet.
    pub untold: usize,
}

/// A conversation with unanswered messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// Which.
    pub token: Token,
    /// Where its token lies.
    pub place: Whereabouts,
    /// How many messages wait in it.
    pub messages: usize,
    /// When the oldest of them reached the gateway, in milliseconds since 1970; `None` where it cannot be read.
    pub oldest_ms: Option<i64>,
    /// How many turns failed over them.
    pub attempts: u32,
}

/// Where a token lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// It waits for a worker.
    Ready,
    /// It waits for a time.
    Delayed {
        /// When that comes, in milliseconds since 1970, by Redis.
        due_ms: i64,
    },
    /// A worker has it.
    Held {
        /// Which.
        worker: WorkerId,
    },
}

impl Queue {
    /// Looks at every shard. One that does not answer is not among them.
    ///
    /// # Errors
    /// When no shard answers.
    pub async fn status(&self) -> Result<Vec<ShardStatus>, QueueError> {
        self.ask_shards(|shard| self.shard_status(shard)).await
    }

    async fn shard_status(&self, shard: Shard) -> Result<ShardStatus, QueueError> {
        let doing = "look at the queue";
        let (at_ms, leases): (i64, Vec<(String, f64)>) =
            self.redis.run(doing, call(&scripts::LEASES, [shard.workers()])).await?;
        let leases: BTreeMap<_, _> =
            leases.into_iter().map(|(worker, end)| (WorkerId::from_books(worker), end as i64)).collect();
        let mut pipe = redis::pipe();
        pipe.get(shard.epoch()).zcard(shard.dead()).zcard(shard.untold());
        let (epoch, dead, untold): (Option<u64>, usize, usize) = self.redis.ask_all(doing, pipe).await?;
        let mut conversations = Vec::new();
        for places in self.tokens(shard, leases.keys()).await?.chunks(AT_ONCE) {
            conversations.extend(self.under_way(shard, places).await?);
        }
        let (shard, epoch) = (shard.number(), epoch.unwrap_or_default());
        Ok(ShardStatus { shard, at_ms, epoch, leases, conversations, dead, untold })
    }

    /// All tokens of a shard, at one moment.
    async fn tokens(
        &self,
        shard: Shard,
        workers: impl ExactSizeIterator<Item = &WorkerId>,
    ) -> Result<Vec<(Token, Whereabouts)>, QueueError> {
        let mut pipe = redis::pipe();
        // In one transaction: a token that moves between two reads would be missing, or there twice.
        pipe.atomic().lrange(shard.ready(), 0, -1).zrange_withscores(shard.delayed(), 0, -1);
        let workers: Vec<_> = workers.collect();
        for worker in &workers {
            pipe.lrange(shard.processing(worker), 0, -1);
        }
        let mut lists = self.redis.ask_all::<Vec<redis::Value>>("look at the queue", pipe).await?.into_iter();
        let mut next = || lists.next().unwrap_or(redis::Value::Nil);
        let (ready, delayed): (Vec<String>, Vec<(String, f64)>) = (read(next())?, read(next())?);
        let ready = ready.into_iter().map(|token| (token, Whereabouts::Ready));
        let delayed = delayed.into_iter().map(|(token, due)| (token, Whereabouts::Delayed { due_ms: due as i64 }));
        let mut tokens: Vec<_> = ready.chain(delayed).collect();
        for worker in workers {
            let held: Vec<String> = read(next())?;
            tokens.extend(held.into_iter().map(|token| (token, Whereabouts::Held { worker: worker.clone() })));
        }
        Ok(tokens.into_iter().map(|(token, place)| (Token::from_list(token), place)).collect())
    }

    /// What waits in these conversations. Those that are over by now are left out.
    async fn under_way(&self, shard: Shard, places: &[(Token, Whereabouts)]) -> Result<Vec<UnderWay>, QueueError> {
        let mut pipe = redis::pipe();
        for (token, _) in places {
            let mailbox = shard.mailbox(token);
            pipe.llen(&mailbox).lindex(&mailbox, -1).hget(shard.conversation(token), "att");
        }
        let answers: Vec<redis::Value> = self.redis.ask_all("look into the mailboxes", pipe).await?;
        let mut under_way = Vec::new();
        for ((token, place), answers) in places.iter().zip(answers.chunks_exact(3)) {
            let (messages, attempts): (usize, Option<u32>) = (read(answers[0].clone())?, read(answers[2].clone())?);
            let oldest: Option<Vec<u8>> = read(answers[1].clone())?;
            let Some(oldest) = oldest else { continue };
            let (token, place, attempts) = (token.clone(), place.clone(), attempts.unwrap_or_default());
            under_way.push(UnderWay { token, place, messages, oldest_ms: received_ms(&oldest), attempts });
        }
        Ok(under_way)
    }
}

/// One of several answers.
fn read<T: FromRedisValue>(answer: redis::Value) -> Result<T, QueueError> {
    crate::connection::read("look at the queue", Ok(answer))
}

/// When a message reached the gateway, whatever else its envelope holds.
fn received_ms(envelope: &[u8]) -> Option<i64> {
    #[derive(Deserialize)]
    struct Received {
        received_ms: i64,
    }
    serde_json::from_slice::<Received>(envelope).ok().map(|message| message.received_ms)
}
