//! A worker's leases, one in each shard, each renewed by itself: a shard that does not answer must not cost the
//! worker the others.

use std::time::Duration;

use futures::FutureExt;
use futures::future::{join_all, select_all};
use redis::aio::MultiplexedConnection;
use runtime::redis::Call;
use settings::{QueueSettings, RedisSettings};
use tokio::time::MissedTickBehavior;

use crate::connection::{dedicated, read};
use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::WorkerId;
use crate::pulse::Pulse;
use crate::queue::call;
use crate::scripts;

/// A runtime that has not ticked for so long is taken for stuck. Its conversations should go to others.
const STUCK_AFTER: Duration = Duration::from_secs(2);

/// All leases of one worker.
pub(crate) struct Veins {
    shared: Shared,
    /// One for each shard, in their order.
    veins: Vec<Vein>,
}

struct Shared {
    redis: RedisSettings,
    queue: QueueSettings,
    worker: WorkerId,
    /// The worker's.
    pulse: Pulse,
    /// The last beat in any shard.
    beaten: Pulse,
    /// The last beat in each; `None` before the first.
    last: Vec<std::sync::OnceLock<Pulse>>,
}

/// The lease in one shard.
struct Vein {
    shard: Shard,
    connection: Option<MultiplexedConnection>,
}

/// Whether a lease runs on.
enum Lease {
    Runs,
    /// It ran out, and so did all others: we stood still for too long.
    Lost,
}

impl Veins {
    pub(crate) fn new(
        redis: &RedisSettings,
        queue: &QueueSettings,
        worker: WorkerId,
        pulse: Pulse,
        beaten: Pulse,
    ) -> Self {
        let veins: Vec<_> = Shard::all(queue.shards).map(|shard| Vein { shard, connection: None }).collect();
        let last = veins.iter().map(|_| std::sync::OnceLock::new()).collect();
        let (redis, queue) = (redis.clone(), queue.clone());
        Self { shared: Shared { redis, queue, worker, pulse, beaten, last }, veins }
    }

    /// Makes the leases, in all shards that answer; in the others when they do. The error of one, if none does.
    pub(crate) async fn register(&mut self) -> Result<(), QueueError> {
        let Self { shared, veins } = self;
        let registered = join_all(veins.iter_mut().map(|vein| vein.beat(shared))).await;
        let failed = registered.into_iter().filter_map(Result::err);
        match failed.last() {
            Some(error) if shared.last.iter().all(|last| last.get().is_none()) => Err(error),
            Some(error) => {
                tracing::warn!(error = %runtime::chain(&error), "some shards do not answer; we are on the others' books");
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Renews the leases until they are lost.
    pub(crate) async fn beat_until_lost(&mut self) {
        let Self { shared, veins } = self;
        let beating = veins.iter_mut().map(|vein| vein.beat_until_lost(shared).boxed_local());
        let ((), _which, _others) = select_all(beating).await;
        tracing::error!(worker.id = %shared.worker, "the lease is lost; others take over what we hold");
        metrics::counter!("queue_leases_lost_total").increment(1);
    }

    /// Ends the leases.
    pub(crate) async fn say_goodbye(&mut self) {
        let Self { shared, veins } = self;
        for error in join_all(veins.iter_mut().map(|vein| vein.leave(shared))).await.into_iter().filter_map(Result::err)
        {
            // It ends by itself, only later.
            tracing::warn!(error = %runtime::chain(&error), "left without a goodbye");
        }
    }
}

impl Shared {
    /// Whether some other shard's lease was renewed so lately that it runs.
    fn lives_beside(&self, shard: Shard) -> bool {
        let others = (0_u16..).zip(&self.last).filter(|(number, _)| *number != shard.number());
        others.filter_map(|(_, last)| last.get()).any(|beat| beat.age() < self.queue.lease)
    }
}

impl Vein {
    async fn beat_until_lost(&mut self, shared: &Shared) {
        let mut ticks = tokio::time::interval(shared.queue.heartbeat);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let silence = shared.pulse.age();
            if silence > STUCK_AFTER {
                tracing::warn!(worker.silent_ms = silence.as_millis() as u64, "the worker does not tick: no heartbeat");
                continue;
            }
            match self.beat(shared).await {
                Ok(Lease::Runs) => {}
                Ok(Lease::Lost) => return,
                Err(error) => {
                    let shard = self.shard.number();
                    tracing::warn!(error = %runtime::chain(&error), queue.shard = shard, "no heartbeat; trying again");
                }
            }
        }
    }

    /// One beat. The first makes the lease, any other renews one that still runs.
    async fn beat(&mut self, shared: &Shared) -> Result<Lease, QueueError> {
        let last = &shared.last[usize::from(self.shard.number())];
        let mut runs = self.renew(shared, if last.get().is_some() { Beat::Renew } else { Beat::Register }).await?;
        if !runs && shared.lives_beside(self.shard) {
            tracing::warn!(
                queue.shard = self.shard.number(),
                "this shard was away for longer than a lease; taken anew"
            );
            metrics::counter!("queue_leases_renewed_late_total").increment(1);
            runs = self.renew(shared, Beat::Register).await?;
        }
        if !runs {
            return Ok(Lease::Lost);
        }
        last.get_or_init(Pulse::new).touch();
        shared.beaten.touch();
        Ok(Lease::Runs)
    }

    async fn renew(&mut self, shared: &Shared, beat: Beat) -> Result<bool, QueueError> {
        let mut script = call(&scripts::HEARTBEAT, [self.shard.workers()]);
        script.arg(shared.worker.as_str()).arg(shared.queue.lease.as_millis() as u64).arg(match beat {
            Beat::Register => 1,
            Beat::Renew => 0,
        });
        Ok(self.run(shared, "renew the lease", &script).await? != 0)
    }

    async fn leave(&mut self, shared: &Shared) -> Result<(), QueueError> {
        let mut script = call(&scripts::LEAVE, [self.shard.workers()]);
        script.arg(shared.worker.as_str());
        self.run(shared, "end the lease", &script).await.map(drop)
    }

    /// A connection that failed once is given up.
    async fn run(&mut self, shared: &Shared, doing: &'static str, script: &Call) -> Result<i64, QueueError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => dedicated(&shared.redis, self.shard, shared.redis.response_timeout).await?,
        };
        let answer = read(doing, script.over(&mut connection).await)?;
        self.connection = Some(connection);
        Ok(answer)
    }
}

/// Which beat.
#[derive(Clone, Copy)]
enum Beat {
    /// It makes the lease.
    Register,
    /// It renews a lease that still runs.
    Renew,
}
