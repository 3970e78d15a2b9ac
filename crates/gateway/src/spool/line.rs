//! Which way a shard's messages go: straight to Redis, or by way of the disk. The one place that decides it, so that
//! no message overtakes another on the other way.
//!
//! Straight while the way is open. As soon as one message does not get through, or the connection breaks, the way
//! is closed, and *all* that are under way go to the disk, in the order in which they came; whether Redis took
//! some of them all the same does not matter, for it knows them when they come again. Everything after them goes to
//! the disk behind them, until `replay` finds the disk empty and opens the way again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use domain::message::Message;
use tokio::sync::{oneshot, watch};

use super::commit::{Committer, Refused, Written};
use super::recent::Recent;

/// The way to Redis, open or closed, and who is on it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) committer: Committer,
    pub(crate) recent: Recent,
    /// Whose way it is: the queue's shard.
    pub(crate) shard: u16,
    state: Mutex<State>,
    /// Changes only under the lock of `state`.
    is_open: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// Messages on their way straight to Redis, in the order in which they came.
    under_way: BTreeMap<u64, UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    message: Arc<Message>,
    done: oneshot::Sender<Written>,
}

/// Which way a message goes.
#[derive(Debug)]
pub(crate) enum Way {
    /// Straight to Redis.
    Redis(Place),
    /// By way of the disk.
    Disk(Outcome),
}

impl Line {
    /// Closed at first: what an earlier process left comes before everything new.
    pub(crate) fn new(shard: u16, committer: Committer, recent: Recent) -> Self {
        metrics::gauge!("gateway_spooling").increment(1.0);
        Self { committer, recent, shard, state: Mutex::default(), is_open: watch::Sender::new(false) }
    }

    /// Takes a message in.
    pub(crate) fn enter(self: &Arc<Self>, message: &Arc<Message>) -> Way {
        let (done, written) = oneshot::channel();
        let outcome = Outcome(written);
        let mut state = self.state();
        if !self.is_open() {
            self.committer.append(message, done);
            return Way::Disk(outcome);
        }
        let number = state.next;
        state.next += 1;
        state.under_way.insert(number, UnderWay { message: Arc::clone(message), done });
        Way::Redis(Place { line: Arc::clone(self), number, outcome })
    }

    /// Closes the way, if it is open. `why` completes the sentence "… so messages go to the disk".
    pub(crate) fn close(&self, why: &str) {
        let mut state = self.state();
        if !self.is_open.send_replace(false) {
            return;
        }
        let under_way = std::mem::take(&mut state.under_way);
        tracing::warn!(
            why,
            queue.shard = self.shard,
            spool.messages = under_way.len(),
            "Redis does not take messages, so they go to the disk"
        );
        metrics::gauge!("gateway_spooling").increment(1.0);
        for UnderWay { message, done } in under_way.into_values() {
            self.committer.append(&message, done);
        }
    }

    /// Opens the closed way, if nothing is on its way to the disk and `nothing_left` on it. Tells whether it did.
    pub(crate) fn open_if(&self, nothing_left: impl FnOnce() -> bool) -> bool {
        let _nobody_enters = self.state();
        if !self.committer.is_busy() && nothing_left() {
            metrics::gauge!("gateway_spooling").decrement(1.0);
            self.committer.start_afresh();
            self.is_open.send_replace(true);
        }
        self.is_open()
    }

    /// Whether the way is open.
    pub(crate) fn is_open(&self) -> bool {
        *self.is_open.borrow()
    }

    /// Waits until the way is open.
    pub(crate) async fn opened(&self) {
        self.until(true).await;
    }

    /// Waits until the way is closed.
    pub(crate) async fn closed(&self) {
        self.until(false).await;
    }

    async fn until(&self, wanted: bool) {
        let mut is_open = self.is_open.subscribe();
        // An error would mean that every sender is gone, and `self` holds one.
        let _reached = is_open.wait_for(|is_open| *is_open == wanted).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message's place on the way to Redis. Dropping it gives the message up: nobody was told that it is accepted.
#[derive(Debug)]
pub(crate) struct Place {
    line: Arc<Line>,
    number: u64,
    outcome: Outcome,
}

impl Place {
    /// Waits until the way is closed by somebody else's failure, and this message is on the disk or refused.
    pub(crate) async fn moved(&mut self) -> Written {
        self.outcome.wait().await
    }

    /// Redis has taken the message.
    pub(crate) fn taken(self, message: Arc<Message>) {
        self.line.recent.add(message, Instant::now());
    }

    /// Redis has not: the way is closed. Waits until the message is on the disk or refused.
    pub(crate) async fn failed(mut self, why: &str) -> Written {
        self.line.close(why);
        self.outcome.wait().await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.line.state().under_way.remove(&self.number);
    }
}

/// What becomes of a message on the disk.
#[derive(Debug)]
pub(crate) struct Outcome(oneshot::Receiver<Written>);

impl Outcome {
    /// Waits for it. Once.
    pub(crate) async fn wait(&mut self) -> Written {
        // Nobody answers: the thread is gone.
        (&mut self.0).await.unwrap_or(Err(Refused::Disk))
    }
}
