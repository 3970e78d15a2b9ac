//! The proof that a worker lives, renewed from a thread that nothing in the worker can hold up, unless the
//! worker itself stands still: then it must not be renewed.

use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use settings::{QueueSettings, RedisSettings};
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

use crate::connection::dedicated;
use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::WorkerId;
use crate::pulse::Pulse;
use crate::queue::call;
use crate::scripts;

/// A runtime that has not ticked for so long is taken for stuck. Its conversations should go to others.
const STUCK_AFTER: Duration = Duration::from_secs(2);

/// A worker's lease, renewed until it is stopped or lost. Dropping it stops the renewals without a goodbye,
/// as a crash would.
#[derive(Debug)]
pub struct Heartbeat {
    beaten: Pulse,
    stop: Option<oneshot::Sender<Goodbye>>,
    thread: Option<JoinHandle<()>>,
}

/// The worker goes home in order: end the lease at once.
#[derive(Debug)]
struct Goodbye;

impl Heartbeat {
    /// Puts `worker` on the books and renews its lease from now on. Blocks for the moment the first beat
    /// takes: no token may be taken before it.
    ///
    /// `pulse` must be touched by the worker's runtime; while it is older than two seconds, no beat. When the
    /// lease is lost, `on_lost` is called, once, on the heartbeat's thread: others may have taken over all we
    /// hold, so the process should end and start anew.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub fn start(
        redis: &RedisSettings,
        queue: &QueueSettings,
        worker: WorkerId,
        pulse: Pulse,
        on_lost: Box<dyn FnOnce() + Send>,
    ) -> Result<Self, QueueError> {
        let (redis, queue, beaten) = (redis.clone(), queue.clone(), Pulse::new());
        let heart = Heart { redis, queue, worker, pulse, beaten: beaten.clone(), connection: None };
        let (stop, stopped) = oneshot::channel();
        let (tell, registered) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || heart.live(&tell, stopped, on_lost))
            .map_err(QueueError::NoThread)?;
        let first = registered
            .recv()
            .unwrap_or_else(|_| Err(QueueError::NoThread(io::Error::other("it ended before its first beat"))));
        let heartbeat = Self { beaten, stop: Some(stop), thread: Some(thread) };
        first.map(|()| heartbeat)
    }

    /// When the lease was last renewed.
    pub fn beaten(&self) -> Pulse {
        self.beaten.clone()
    }

    /// Ends the lease and the renewals. After [`Queue::release_held`](crate::Queue::release_held): what the
    /// worker still holds is taken from it at once. Blocks for a moment, as [`start`](Self::start) does.
    pub fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listens any more if the lease was lost. Then there is nothing to say.
            stop.send(Goodbye).ok();
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // An Err is a panic in `on_lost`, which the panic hook has told of.
            thread.join().ok();
        }
    }
}

/// Which beat.
#[derive(Clone, Copy)]
enum Beat {
    /// The first: it makes the lease.
    Register,
    /// Any other: it renews a lease that still runs.
    Renew,
}

/// Whether the lease runs on.
enum Lease {
    Runs,
    Lost,
}

struct Heart {
    redis: RedisSettings,
    queue: QueueSettings,
    worker: WorkerId,
    pulse: Pulse,
    beaten: Pulse,
    connection: Option<MultiplexedConnection>,
}

impl Heart {
    /// The thread: the first beat, whose outcome it tells, and all that follow.
    fn live(
        mut self,
        tell: &mpsc::Sender<Result<(), QueueError>>,
        stopped: oneshot::Receiver<Goodbye>,
        on_lost: Box<dyn FnOnce() + Send>,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let first = runtime.map_err(QueueError::NoThread).and_then(|runtime| {
            runtime.block_on(self.beat(Beat::Register))?;
            Ok(runtime)
        });
        // Whoever started us waits for this and cannot be gone.
        match first {
            Ok(runtime) => {
                tell.send(Ok(())).ok();
                runtime.block_on(self.beat_on(stopped, on_lost));
            }
            Err(error) => drop(tell.send(Err(error))),
        }
    }

    async fn beat_on(&mut self, mut stopped: oneshot::Receiver<Goodbye>, on_lost: Box<dyn FnOnce() + Send>) {
        let mut ticks = tokio::time::interval(self.queue.heartbeat);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                how = &mut stopped => {
                    if how.is_ok() {
                        self.say_goodbye().await;
                    }
                    return;
                }
            }
            let silence = self.pulse.age();
            if silence > STUCK_AFTER {
                tracing::warn!(worker.silent_ms = silence.as_millis() as u64, "the worker does not tick: no heartbeat");
                continue;
            }
            match self.beat(Beat::Renew).await {
                Ok(Lease::Runs) => {}
                Ok(Lease::Lost) => {
                    tracing::error!(worker.id = %self.worker, "the lease is lost; others take over what we hold");
                    metrics::counter!("queue_leases_lost_total").increment(1);
                    return on_lost();
                }
                Err(error) => tracing::warn!(error = %runtime::chain(&error), "no heartbeat; trying again"),
            }
        }
    }

    async fn beat(&mut self, beat: Beat) -> Result<Lease, QueueError> {
        let mut lease = Lease::Runs;
        for shard in Shard::all(self.queue.shards) {
            let mut script = call(&scripts::HEARTBEAT, [shard.workers()]);
            script.arg(self.worker.as_str()).arg(self.queue.lease.as_millis() as u64).arg(match beat {
                Beat::Register => 1,
                Beat::Renew => 0,
            });
            if self.run("renew the lease", &script).await? == 0 {
                lease = Lease::Lost;
            }
        }
        self.beaten.touch();
        Ok(lease)
    }

    async fn say_goodbye(&mut self) {
        for shard in Shard::all(self.queue.shards) {
            let mut script = call(&scripts::LEAVE, [shard.workers()]);
            script.arg(self.worker.as_str());
            if let Err(error) = self.run("end the lease", &script).await {
                // It ends by itself, only later.
                tracing::warn!(error = %runtime::chain(&error), "left without a goodbye");
                return;
            }
        }
    }

    /// A connection that failed once is given up.
    async fn run(&mut self, doing: &'static str, script: &redis::ScriptInvocation<'static>) -> Result<i64, QueueError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => dedicated(&self.redis, self.redis.response_timeout).await?,
        };
        let answer =
            script.invoke_async(&mut connection).await.map_err(|source| QueueError::Unavailable { doing, source })?;
        self.connection = Some(connection);
        Ok(answer)
    }
}
