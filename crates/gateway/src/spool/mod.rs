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
//! Each of the queue's shards has its own of all this: where one is away, the conversations of the others do not
//! notice. They share the limit, and the lock.
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
mod room;
#[cfg(test)]
mod sample;
mod segment;
mod shelf;
#[cfg(test)]
mod tests;
mod waiting;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use domain::ids::ConversationId;
use domain::message::Message;
use futures::future::join_all;
use queue::Queue;
use runtime::shutdown::Shutdown;
use settings::Settings;

use commit::Committer;
pub(crate) use commit::{Refused, Written};
pub use error::SpoolError;
use line::Line;
pub(crate) use line::{Place, Way};
use lock::Lock;
use reader::Reader;
use recent::Recent;
use replay::Replay;
use room::Room;
use shelf::Shelf;

/// The spool, and with it the way of every message.
#[derive(Debug)]
pub(crate) struct Spool {
    queue: Queue,
    lines: Vec<Arc<Line>>,
    _lock: Lock,
}

/// What brings the messages of all shards from the disk to Redis.
pub(crate) struct Replays(Vec<Replay>);

/// How messages go at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Straight to Redis.
    Direct,
    /// By way of the disk, at least some.
    Spooling,
    /// Some nowhere: Redis is away, and the disk took no more.
    Refusing,
}

impl Spool {
    /// Takes the directory. Nothing goes straight to Redis until the [`Replays`] run.
    pub(crate) fn open(settings: &Settings, queue: Queue) -> Result<(Self, Replays), SpoolError> {
        let directory = &settings.gateway.spool_dir;
        let unusable = |doing| move |source| SpoolError::Unusable { doing, directory: directory.clone(), source };
        segment::make_directory(directory).map_err(unusable("make the directory"))?;
        let lock = Lock::take(directory)?;
        // Messages may wait from a time when there were more shards. They go where they belong now.
        let before = shards_in(directory).map_err(unusable("look for what waits"))?;
        let room = Arc::new(Room::new(settings.gateway.spool_max_bytes));
        let (mut lines, mut replays) = (Vec::new(), Vec::new());
        for shard in 0..before.max(settings.queue.shards) {
            let (shelf, waiting) = Shelf::open(&directory.join(name_of(shard)), Arc::clone(&room))?;
            if waiting > 0 {
                tracing::info!(queue.shard = shard, spool.messages = waiting, "messages wait on the disk from before");
            }
            let shelf = Arc::new(shelf);
            let recent = Recent::new(settings.gateway.keep_recent, recent::MOST / usize::from(settings.queue.shards));
            let line = Arc::new(Line::new(shard, Committer::start(Arc::clone(&shelf))?, recent));
            replays.push(Replay::new(Arc::clone(&line), Reader::new(shelf), queue.clone()));
            lines.push(line);
        }
        Ok((Self { queue, lines, _lock: lock }, Replays(replays)))
    }

    /// Takes a message in, and tells which way it goes.
    pub(crate) fn enter(&self, message: &Arc<Message>) -> Way {
        self.line(&message.conversation).enter(message)
    }

    /// Whether a conversation's messages go straight to Redis.
    pub(crate) fn is_direct(&self, conversation: &ConversationId) -> bool {
        self.line(conversation).is_open()
    }

    /// How messages go at the moment.
    pub(crate) fn condition(&self) -> Condition {
        let closed: Vec<_> = self.lines.iter().filter(|line| !line.is_open()).collect();
        match closed.as_slice() {
            [] => Condition::Direct,
            closed if closed.iter().any(|line| line.committer.is_failing()) => Condition::Refusing,
            _ => Condition::Spooling,
        }
    }

    /// Waits until all messages go straight to Redis.
    pub(crate) async fn opened(&self) {
        for line in &self.lines {
            line.opened().await;
        }
    }

    fn line(&self, conversation: &ConversationId) -> &Arc<Line> {
        &self.lines[usize::from(self.queue.shard_number(conversation))]
    }
}

impl Replays {
    /// Runs until the end is asked for. What is not in Redis by then waits for the next start.
    pub(crate) async fn run(self, end: &Shutdown) {
        join_all(self.0.into_iter().map(|replay| replay.run(end))).await;
    }
}

/// How many messages wait in a spool's directory, whoever has it; none where there is no directory. Reads only. What a
/// running gateway takes away meanwhile may be counted or not.
///
/// # Errors
/// When the directory or a file in it cannot be read.
pub fn waiting_on_disk(directory: &Path) -> io::Result<u64> {
    if !directory.try_exists()? {
        return Ok(0);
    }
    (0..shards_in(directory)?).map(|shard| shelf::waiting(&directory.join(name_of(shard)))).sum()
}

fn name_of(shard: u16) -> String {
    format!("s{shard:02}")
}

/// How many shards have a directory: one more than the highest number.
fn shards_in(directory: &Path) -> io::Result<u16> {
    let mut shards = 0;
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix('s')?.parse::<u8>().ok());
        shards = shards.max(number.map_or(0, |number| u16::from(number) + 1));
    }
    Ok(shards)
}
