//! Writing what must outlive its master: it counts as written when so many replicas have it, too.
//!
//! A connection that waits for replicas does nothing else meanwhile, so it is one of its own, and all who wait for
//! them wait together: what comes during one wait is written and waited for in the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::redis::Servers;
use redis::{RedisError, RedisResult, Value};
use runtime::redis::{Call, Link, Sent};
use settings::{QueueSettings, RedisSettings};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::connection::options;
use crate::keys::Shard;

/// The most that is written together, so that Redis is not held up for long.
const MOST: usize = 100;

/// The way to a master and its replicas. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Replication(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    link: Link,
    replicas: u8,
    within: Duration,
    /// One for each shard in a cluster, where they may have different masters; else one for all.
    lanes: Vec<Mutex<Lane>>,
}

/// Those who wait for the same master.
#[derive(Debug, Default)]
struct Lane {
    waiting: Vec<Waiting>,
    /// Writes for those who wait, as long as there are some.
    writing: JoinSet<()>,
    is_busy: bool,
}

#[derive(Debug)]
struct Waiting {
    call: Call,
    shard: Shard,
    told: oneshot::Sender<RedisResult<Value>>,
}

impl Replication {
    /// `None` where no replica need be waited for.
    pub(crate) fn new(redis: &RedisSettings, queue: &QueueSettings) -> Option<Self> {
        if redis.wait_replicas == 0 {
            return None;
        }
        let lanes = match redis.url.servers {
            Servers::Cluster(_) => queue.shards.max(1),
            Servers::One(_) | Servers::Sentinel { .. } => 1,
        };
        let lanes = (0..lanes).map(|_| Mutex::default()).collect();
        let (link, replicas, within) = (Link::lazy(&options(redis)), redis.wait_replicas, redis.wait_within);
        Some(Self(Arc::new(Inner { link, replicas, within, lanes })))
    }

    /// Runs a script of `shard`, and waits until the replicas have what it wrote, or what an earlier run of it did.
    pub(crate) async fn run(&self, shard: Shard, call: Call) -> RedisResult<Value> {
        let (told, answer) = oneshot::channel();
        let number = usize::from(shard.number()) % self.0.lanes.len();
        {
            let mut lane = self.0.lane(number);
            lane.waiting.push(Waiting { call, shard, told });
            if !lane.is_busy {
                lane.is_busy = true;
                // The one before has ended or is about to.
                while lane.writing.try_join_next().is_some() {}
                let inner = Arc::clone(&self.0);
                lane.writing.spawn(async move { inner.write(number).await });
            }
        }
        answer.await.unwrap_or_else(|_| Err(gave_up()))
    }
}

impl Inner {
    /// Writes until nobody waits any more.
    async fn write(&self, number: usize) {
        loop {
            let some = {
                let mut lane = self.lane(number);
                let count = lane.waiting.len().min(MOST);
                lane.is_busy = count > 0;
                lane.waiting.drain(..count).collect::<Vec<_>>()
            };
            if some.is_empty() {
                return;
            }
            self.write_some(some).await;
        }
    }

    async fn write_some(&self, some: Vec<Waiting>) {
        let calls: Vec<Call> = some.iter().map(|waiting| waiting.call.clone()).collect();
        // A script that finds its work done writes nothing, and there would be nothing to wait for.
        let mut mark = redis::cmd("SET");
        mark.arg(some[0].shard.mark()).arg(1);
        let mut wait = redis::cmd("WAIT");
        wait.arg(self.replicas).arg(self.within.as_millis() as u64);
        let answers = match self.link.send(Sent::Batch(calls, vec![mark, wait])).await {
            Ok(Value::Array(answers)) => self.judge(answers),
            Ok(strange) => Err((redis::ErrorKind::UnexpectedReturnType, "not an array", format!("{strange:?}")).into()),
            Err(error) => Err(error),
        };
        match answers {
            // Whoever does not listen any more has lost patience.
            Ok(answers) => some.into_iter().zip(answers).for_each(|(waiting, answer)| drop(waiting.told.send(answer))),
            Err(error) => some.into_iter().for_each(|waiting| drop(waiting.told.send(Err(error.clone())))),
        }
    }

    /// The scripts' answers, if enough replicas have what they wrote.
    fn judge(&self, mut answers: Vec<Value>) -> RedisResult<Vec<RedisResult<Value>>> {
        let have = match answers.pop() {
            Some(Value::Int(have)) => have,
            Some(Value::ServerError(error)) => return Err(error.into()),
            strange => return Err(too_few(format!("{strange:?}"))),
        };
        if let Some(Value::ServerError(error)) = answers.pop() {
            return Err(error.into());
        }
        if have < i64::from(self.replicas) {
            metrics::counter!("queue_unreplicated_total").increment(answers.len() as u64);
            return Err(too_few(format!("{have} of {} in {} ms", self.replicas, self.within.as_millis())));
        }
        Ok(answers.into_iter().map(Value::extract_error).collect())
    }

    fn lane(&self, number: usize) -> MutexGuard<'_, Lane> {
        self.lanes[number].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_few(have: String) -> RedisError {
    (redis::ErrorKind::Client, "too few replicas have it", have).into()
}

fn gave_up() -> RedisError {
    (redis::ErrorKind::Client, "nobody waits for the replicas any more").into()
}
