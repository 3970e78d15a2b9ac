//! Where messages wait while Redis is away: a directory of files, and what fills and empties it.
//!
//! ```text
//! intake ─► line ──── open ───────────────────────────────► queue        commit: many messages, one fsync
//!             └────── closed ─► commit ─► shelf ─► replay ─► queue        shelf: the directory, segment: a file of it
//!                                        (reader) (waiting)               frame: a message in a file
//! ```
//!
//! What a webhook was told with its 200 holds: the message is on Redis's disk or on ours, and what is on ours goes
//! to Redis in the order in which it came, also after a crash. Twice rather than never: the queue knows the
//! messages it has. [`recent`] is for the other case, that Redis itself goes back on what it confirmed.
//!
//! Not here: what Avito is told (`intake`).

mod commit;
mod error;
mod frame;
mod line;
mod lock;
mod reader;
mod recent;
mod replay;
#[cfg(test)]
mod sample;
mod segment;
mod shelf;
#[cfg(test)]
mod tests;
mod waiting;

use std::sync::Arc;

use domain::message::Message;
use queue::Queue;
use settings::GatewaySettings;

use commit::Committer;
pub(crate) use commit::{Refused, Written};
pub use error::SpoolError;
use line::Line;
pub(crate) use line::{Place, Way};
use reader::Reader;
use recent::Recent;
pub(crate) use replay::Replay;
use shelf::Shelf;

/// The spool, and with it the way of every message.
#[derive(Debug)]
pub(crate) struct Spool {
    line: Arc<Line>,
}

/// How messages go at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Straight to Redis.
    Direct,
    /// By way of the disk.
    Spooling,
    /// Nowhere: Redis is away, and the disk took no more.
    Refusing,
}

impl Spool {
    /// Takes the directory. Nothing goes straight to Redis until the [`Replay`] has run for the first time.
    pub(crate) fn open(settings: &GatewaySettings, queue: Queue) -> Result<(Self, Replay), SpoolError> {
        let (shelf, waiting) = Shelf::open(&settings.spool_dir, settings.spool_max_bytes)?;
        let shelf = Arc::new(shelf);
        metrics::gauge!("gateway_spool_bytes").set(shelf.used() as f64);
        if waiting > 0 {
            tracing::info!(spool.messages = waiting, "messages wait on the disk from before");
        }
        let committer = Committer::start(Arc::clone(&shelf))?;
        let line = Arc::new(Line::new(committer, Recent::new(settings.keep_recent)));
        let replay = Replay::new(Arc::clone(&line), Reader::new(shelf), queue);
        Ok((Self { line }, replay))
    }

    /// Takes a message in, and tells which way it goes.
    pub(crate) fn enter(&self, message: &Arc<Message>) -> Way {
        self.line.enter(message)
    }

    /// How messages go at the moment.
    pub(crate) fn condition(&self) -> Condition {
        match (self.line.is_open(), self.line.committer.is_failing()) {
            (true, _) => Condition::Direct,
            (false, false) => Condition::Spooling,
            (false, true) => Condition::Refusing,
        }
    }

    /// Waits until messages go straight to Redis.
    pub(crate) async fn is_direct(&self) {
        self.line.opened().await;
    }
}
