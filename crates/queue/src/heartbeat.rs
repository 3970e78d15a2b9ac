//! The proof that a worker lives, renewed from a thread that nothing in the worker can hold up, unless the
//! worker itself stands still: then it must not be renewed.
//!
//! Not here: how the lease of one shard is renewed (`vein`).

use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use settings::{QueueSettings, RedisSettings};
use tokio::sync::oneshot;

use crate::error::QueueError;
use crate::names::WorkerId;
use crate::pulse::Pulse;
use crate::vein::Veins;

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
    /// hold, so the process should end and start anew. A lease that was lost in some shards only, while others
    /// were renewed, is Redis's fault and not ours: it is taken anew there.
    ///
    /// # Errors
    /// When Redis does not answer, for no shard.
    pub fn start(
        redis: &RedisSettings,
        queue: &QueueSettings,
        worker: WorkerId,
        pulse: Pulse,
        on_lost: Box<dyn FnOnce() + Send>,
    ) -> Result<Self, QueueError> {
        let beaten = Pulse::new();
        let veins = Veins::new(redis, queue, worker, pulse, beaten.clone());
        let (stop, stopped) = oneshot::channel();
        let (tell, registered) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || live(veins, &tell, stopped, on_lost))
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

/// The thread: the first beats, whose outcome it tells, and all that follow.
fn live(
    mut veins: Veins,
    tell: &mpsc::Sender<Result<(), QueueError>>,
    stopped: oneshot::Receiver<Goodbye>,
    on_lost: Box<dyn FnOnce() + Send>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let first = runtime.map_err(QueueError::NoThread).and_then(|runtime| {
        runtime.block_on(veins.register())?;
        Ok(runtime)
    });
    // Whoever started us waits for this and cannot be gone.
    match first {
        Ok(runtime) => {
            tell.send(Ok(())).ok();
            runtime.block_on(beat_on(veins, stopped, on_lost));
        }
        Err(error) => drop(tell.send(Err(error))),
    }
}

async fn beat_on(mut veins: Veins, stopped: oneshot::Receiver<Goodbye>, on_lost: Box<dyn FnOnce() + Send>) {
    tokio::select! {
        how = stopped => {
            if how.is_ok() {
                veins.say_goodbye().await;
            }
        }
        () = veins.beat_until_lost() => on_lost(),
    }
}
