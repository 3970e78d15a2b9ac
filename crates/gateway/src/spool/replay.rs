//! What brings the messages on the disk to Redis, and then opens the straight way again.
//!
//! One round of it: ask Redis what it has lost; read some messages; give them to Redis, each conversation's in order;
//! when all that was read is in, note it on the disk. Whatever goes wrong, the round is repeated: Redis knows what
//! it has.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use queue::{Queue, QueueError};
use runtime::shutdown::Shutdown;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::line::Line;
use super::reader::Reader;
use super::waiting::Waiting;

/// How many messages are read at a time. A crash may repeat as many, and Redis remembers the newest 200 of a
/// conversation (`queue.seen_max`): all of these may be of one.
const READ_AT_ONCE: usize = 100;

/// When so many wait for room in their mailboxes no more are read, until some have found it.
const MOST_WAITING: usize = 1_000;

/// How long to wait before Redis is tried again: at first, and at the most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// How long to wait for a full mailbox.
const FULL_PAUSE: Duration = Duration::from_millis(200);

/// Brings one shard's messages to Redis, all its life.
pub(crate) struct Replay {
    line: Arc<Line>,
    queue: Queue,
    losses: watch::Receiver<u64>,
    /// Behind a lock only because reading blocks, and so happens on another thread.
    reader: Arc<Mutex<Reader>>,
    waiting: Waiting,
}

impl Replay {
    pub(crate) fn new(line: Arc<Line>, reader: Reader, queue: Queue) -> Self {
        let losses = queue.losses();
        Self { line, queue, losses, reader: Arc::new(Mutex::new(reader)), waiting: Waiting::default() }
    }

    /// Runs until the end is asked for. What is not in Redis by then waits for the next start.
    pub(crate) async fn run(mut self, end: &Shutdown) {
        tokio::select! {
            () = end.requested() => {}
            () = self.run_on() => {}
        }
    }

    async fn run_on(&mut self) {
        loop {
            self.open_the_way().await;
            tokio::select! {
                () = self.line.closed() => {}
                // It ends with the queue, which we hold.
                _lost = self.losses.changed() => self.line.close("the connection to Redis broke"),
            }
        }
    }

    /// Tries until it is done.
    async fn open_the_way(&mut self) {
        let (mut pause, longest) = PAUSES;
        while let Err(error) = self.catch_up().await {
            tracing::debug!(queue.shard = self.line.shard, error = runtime::chain(&error), "Redis is not back yet");
            sleep(pause).await;
            pause = longest.min(2 * pause);
        }
    }

    /// Returns with everything in Redis and the way open.
    async fn catch_up(&mut self) -> Result<(), QueueError> {
        loop {
            self.losses.mark_unchanged();
            self.find_lost().await?;
            if self.empty_the_disk().await? {
                tracing::info!(queue.shard = self.line.shard, "Redis has all messages, and takes new ones");
                return Ok(());
            }
        }
    }

    /// Asks whether Redis still has what it confirmed. What it lost goes in first: it was there before the rest.
    async fn find_lost(&mut self) -> Result<(), QueueError> {
        let recent = &self.line.recent;
        let lost = self.queue.forgotten(self.line.shard, &recent.all(Instant::now())).await?;
        if lost.is_empty() {
            return Ok(());
        }
        metrics::counter!("gateway_redis_lost_total").increment(lost.len() as u64);
        tracing::error!(
            queue.shard = self.line.shard,
            queue.lost = lost.len(),
            "Redis came back without messages that it had confirmed; it is given them again"
        );
        // Of these some were answered, and Redis does not know that either.
        self.queue.doubt(self.line.shard).await?;
        recent.take_out(&lost, Instant::now());
        self.waiting.add_first(lost);
        Ok(())
    }

    /// Until all is in Redis and the way is open, or the connection breaks: then it is `false`, because what was
    /// confirmed before may be lost.
    async fn empty_the_disk(&mut self) -> Result<bool, QueueError> {
        while !self.losses.has_changed().unwrap_or(true) {
            self.read_on().await;
            if self.waiting.is_empty() {
                if self.line.open_if(|| reader(&self.reader).is_at_end()) {
                    self.with_reader(Reader::clear).await;
                    return Ok(true);
                }
                self.wait_for_more().await;
                continue;
            }
            let offered = self.waiting.offer(&self.queue, &self.line.recent).await;
            if self.waiting.is_empty() {
                self.with_reader(Reader::settle).await;
            }
            if let Some(error) = offered.away {
                return Err(error);
            }
            if offered.taken == 0 {
                self.wait_for_more().await;
            }
        }
        Ok(false)
    }

    async fn read_on(&mut self) {
        if self.waiting.len() + READ_AT_ONCE > MOST_WAITING {
            return;
        }
        match self.with_reader(|reader| reader.read(READ_AT_ONCE)).await {
            Ok(messages) => self.waiting.add(messages),
            Err(error) => {
                tracing::warn!(error = runtime::chain(&error), "the spool cannot be read; it is tried again");
                sleep(PAUSES.1).await;
            }
        }
    }

    /// Until something is written to the disk, or a full mailbox may have room.
    async fn wait_for_more(&self) {
        // Either is a reason to look again.
        timeout(FULL_PAUSE, self.line.committer.grown()).await.ok();
    }

    /// Reading the disk takes its time, so it is done where others need not wait for it.
    async fn with_reader<T: Send + 'static>(&self, work: impl FnOnce(&mut Reader) -> T + Send + 'static) -> T {
        let shared = Arc::clone(&self.reader);
        let working = tokio::task::spawn_blocking(move || work(&mut reader(&shared)));
        working.await.expect("reading does not panic, and is not called off while somebody waits for it")
    }
}

fn reader(reader: &Mutex<Reader>) -> MutexGuard<'_, Reader> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}
