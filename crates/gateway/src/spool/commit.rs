//! Getting messages onto the disk: many at a time, with one fsync for all that came while the last one ran.
//!
//! A thread of its own does the blocking work, so that a request that gives up cannot leave the others without
//! their answers. Not here: whether a message goes to the disk at all (`line`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;

use domain::message::Message;
use tokio::sync::{Notify, oneshot};

use super::error::SpoolError;
use super::frame;
use super::shelf::Shelf;

/// The most that shares one fsync. More would make the first wait for the writing of the last.
const AT_ONCE: usize = 1_000;

/// It is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// With which fsync, counted from 1.
    pub(crate) commit: u64,
}

/// Why it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// As much waits as may (`gateway.spool_max_bytes`).
    Full,
    /// The disk failed; the log tells how.
    Disk,
}

impl Refused {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Disk => "disk",
        }
    }
}

/// What became of a message.
pub(crate) type Written = Result<Receipt, Refused>;

struct Job {
    frame: Vec<u8>,
    done: oneshot::Sender<Written>,
}

/// What the thread and its users share.
#[derive(Debug)]
struct Shared {
    shelf: Arc<Shelf>,
    /// Messages under way to the disk.
    pending: AtomicUsize,
    /// Whether the last write failed, or there was no room for the last message.
    failing: AtomicBool,
    /// Told after each write.
    grown: Notify,
}

/// Puts messages onto the disk, in the order in which they come.
#[derive(Debug)]
pub(crate) struct Committer {
    shared: Arc<Shared>,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts the thread; it ends when this is dropped, after what was handed to it.
    pub(crate) fn start(shelf: Arc<Shelf>) -> Result<Self, SpoolError> {
        let shared = Arc::new(Shared {
            shelf,
            pending: AtomicUsize::new(0),
            failing: AtomicBool::new(false),
            grown: Notify::new(),
        });
        let (jobs, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new().name("spool".to_owned());
        let in_thread = Arc::clone(&shared);
        let thread = thread.spawn(move || commit_all(&in_thread, &waiting)).map_err(SpoolError::NoThread)?;
        Ok(Self { shared, jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands a message over; `done` hears what became of it. Does not block.
    pub(crate) fn append(&self, message: &Message, done: oneshot::Sender<Written>) {
        let payload = serde_json::to_vec(message).expect("a message is plain data, which is always JSON");
        let mut frame = Vec::with_capacity(frame::OVERHEAD + payload.len());
        frame::write(&payload, &mut frame);
        if !self.shared.shelf.room.reserve(frame.len() as u64) {
            self.shared.refuse(Refused::Full, done);
            return;
        }
        self.shared.pending.fetch_add(1, Ordering::SeqCst);
        let Some(Err(mpsc::SendError(job))) = self.jobs.as_ref().map(|jobs| jobs.send(Job { frame, done })) else {
            return;
        };
        // The thread has panicked.
        self.shared.shelf.room.give_back(job.frame.len() as u64);
        self.shared.pending.fetch_sub(1, Ordering::SeqCst);
        self.shared.refuse(Refused::Disk, job.done);
    }

    /// Whether messages are under way to the disk.
    pub(crate) fn is_busy(&self) -> bool {
        self.shared.pending.load(Ordering::SeqCst) > 0
    }

    /// Whether the last message was refused.
    pub(crate) fn is_failing(&self) -> bool {
        self.shared.failing.load(Ordering::SeqCst)
    }

    /// The next message is not judged by the last.
    pub(crate) fn start_afresh(&self) {
        self.shared.failing.store(false, Ordering::SeqCst);
    }

    /// Waits for the next write. One waiter at a time; a write since the last wait counts.
    pub(crate) async fn grown(&self) {
        self.shared.grown.notified().await;
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It told of its panic by itself.
            thread.join().ok();
        }
    }
}

impl Shared {
    fn refuse(&self, why: Refused, done: oneshot::Sender<Written>) {
        self.failing.store(true, Ordering::SeqCst);
        metrics::counter!("gateway_spool_refused_total", "why" => why.name()).increment(1);
        // Whoever asked may have given up.
        done.send(Err(why)).ok();
    }
}

fn commit_all(shared: &Shared, jobs: &mpsc::Receiver<Job>) {
    let mut commit = 0;
    while let Ok(first) = jobs.recv() {
        commit += 1;
        let batch: Vec<_> = std::iter::once(first).chain(jobs.try_iter().take(AT_ONCE - 1)).collect();
        commit_one(shared, commit, batch);
    }
}

fn commit_one(shared: &Shared, commit: u64, batch: Vec<Job>) {
    let frames: Vec<u8> = batch.iter().flat_map(|job| &job.frame).copied().collect();
    let (messages, began) = (batch.len(), Instant::now());
    let appended = shared.shelf.append(&frames);
    metrics::histogram!("gateway_spool_fsync_seconds").record(began.elapsed().as_secs_f64());
    shared.pending.fetch_sub(messages, Ordering::SeqCst);
    match appended {
        Ok(()) => {
            shared.failing.store(false, Ordering::SeqCst);
            metrics::counter!("gateway_spooled_total").increment(messages as u64);
            shared.shelf.room.tell();
            for job in batch {
                job.done.send(Ok(Receipt { commit })).ok();
            }
        }
        Err(error) => {
            shared.shelf.room.give_back(frames.len() as u64);
            let error = &error as &dyn std::error::Error;
            tracing::error!(spool.messages = messages, error, "messages could not be written to the spool");
            for job in batch {
                shared.refuse(Refused::Disk, job.done);
            }
        }
    }
    shared.grown.notify_one();
}
