//! One shard's directory: which files there are, and how far each reaches on the disk.
//!
//! Two sides work on it at once. One appends ([`Shelf::append`], on the committing thread), one reads what is
//! on the disk and takes away what is in Redis (`reader`). Not here: messages; to this file they are bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::SpoolError;
use super::room::Room;
use super::segment::{self, HEAD, Kept, Left, Segment};

/// When a file is this long the next one is begun. A file goes as a whole, once all of it is in Redis, so short
/// ones give room back early; and one fits into memory.
const SEGMENT_BYTES: u64 = 4 << 20;

/// A shard's directory, held by this process alone.
#[derive(Debug)]
pub(crate) struct Shelf {
    directory: PathBuf,
    pub(crate) room: Arc<Room>,
    /// The files, oldest first.
    files: Mutex<BTreeMap<u64, Known>>,
    /// The number of the next file.
    next: AtomicU64,
    /// The newest file, if it is still being written. Held during the write: not from async code.
    writing: Mutex<Option<Segment>>,
}

/// What is known of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// Where replay goes on, if it has not begun.
    pub(crate) cursor: u64,
    /// How far the file reaches on the disk.
    pub(crate) length: u64,
    /// Something in it could not be read.
    damaged: bool,
}

impl Shelf {
    /// Makes the directory, or looks through what an earlier process left there. Returns the number of messages
    /// too.
    pub(crate) fn open(directory: &Path, room: Arc<Room>) -> Result<(Self, u64), SpoolError> {
        let unusable = |doing| move |source| SpoolError::Unusable { doing, directory: directory.to_owned(), source };
        segment::make_directory(directory).map_err(unusable("make the directory"))?;
        let found = look_through(directory).map_err(unusable("read what waits"))?;
        room.occupy(found.files.values().map(|known| known.length.saturating_sub(HEAD)).sum());
        let shelf = Self {
            directory: directory.to_owned(),
            room,
            files: Mutex::new(found.files),
            next: AtomicU64::new(found.last + 1),
            writing: Mutex::new(None),
        };
        Ok((shelf, found.waiting))
    }

    /// Appends frames, for which room was promised; when this returns, they are on the disk.
    pub(crate) fn append(&self, frames: &[u8]) -> io::Result<()> {
        let mut writing = locked(&self.writing);
        let mut segment = match writing.take() {
            Some(segment) if segment.length() < SEGMENT_BYTES => segment,
            _ => self.begin()?,
        };
        let appended = segment.append(frames);
        if appended.is_ok() {
            self.reaches(segment.number(), segment.length());
            *writing = Some(segment);
        } else {
            self.abandon(&segment);
        }
        appended
    }

    /// After a failed write: nothing is appended to this file any more, and what was written in vain goes. If it
    /// does not, nobody relies on it, and replay in this process ends before it.
    fn abandon(&self, segment: &Segment) {
        let undone = if segment.length() == HEAD {
            locked(&self.files).remove(&segment.number());
            fs::remove_file(segment::path(&self.directory, segment.number()))
        } else {
            segment.cut_back()
        };
        if let Err(error) = undone {
            tracing::warn!(error = &error as &dyn std::error::Error, "a failed write to the spool was not undone");
        }
    }

    fn begin(&self) -> io::Result<Segment> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let segment = Segment::create(&self.directory, number)?;
        locked(&self.files).insert(number, Known { cursor: HEAD, length: HEAD, damaged: false });
        Ok(segment)
    }

    fn reaches(&self, number: u64, length: u64) {
        if let Some(known) = locked(&self.files).get_mut(&number) {
            known.length = length;
        }
    }

    /// What is known of a file.
    pub(crate) fn known(&self, number: u64) -> Option<Known> {
        locked(&self.files).get(&number).copied()
    }

    /// The oldest file, or the oldest after `number`.
    pub(crate) fn after(&self, number: Option<u64>) -> Option<(u64, Known)> {
        let files = locked(&self.files);
        let next = number.map_or(0, |number| number + 1);
        files.range(next..).next().map(|(number, known)| (*number, *known))
    }

    /// The bytes of a file between two offsets.
    pub(crate) fn read(&self, number: u64, from: u64, to: u64) -> io::Result<Vec<u8>> {
        segment::read(&segment::path(&self.directory, number), from, to)
    }

    /// Notes how far replay has come in a file.
    pub(crate) fn mark(&self, number: u64, cursor: u64) -> io::Result<()> {
        segment::write_cursor(&segment::path(&self.directory, number), cursor)
    }

    /// Notes that something in a file cannot be read, so that it is kept for a human.
    pub(crate) fn is_damaged(&self, number: u64) {
        if let Some(known) = locked(&self.files).get_mut(&number) {
            known.damaged = true;
        }
    }

    /// Takes a file away that is in Redis up to `read`, unless more was appended meanwhile. Blocks while
    /// something is being appended.
    pub(crate) fn finish(&self, number: u64, read: u64) -> bool {
        let mut writing = locked(&self.writing);
        let Some(known) = self.known(number).filter(|known| known.length == read) else { return false };
        writing.take_if(|segment| segment.number() == number);
        locked(&self.files).remove(&number);
        self.room.give_back(known.length.saturating_sub(HEAD));
        drop(writing);
        if let Err(error) = self.take_away(number, known) {
            // At the next start it is replayed once more, and Redis will know the messages.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(spool.file = number, error, "a file of the spool is done with and cannot be removed");
        }
        true
    }

    fn take_away(&self, number: u64, known: Known) -> io::Result<()> {
        let path = segment::path(&self.directory, number);
        if !known.damaged {
            return fs::remove_file(path);
        }
        let aside = segment::path_of_damaged(&self.directory, number);
        fs::rename(path, &aside)?;
        tracing::error!(
            spool.file = %aside.display(),
            "not everything in a file of the spool could be read; it is kept for you to look into: a message is JSON"
        );
        segment::sync_directory(&self.directory)
    }
}

/// What lies in a directory.
struct Found {
    files: BTreeMap<u64, Known>,
    last: u64,
    waiting: u64,
}

fn look_through(directory: &Path) -> io::Result<Found> {
    let mut found = Found { files: BTreeMap::new(), last: 0, waiting: 0 };
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let Some((number, kept)) = segment::number_of(&path) else { continue };
        found.last = found.last.max(number);
        if kept == Kept::ForReplay {
            let left = recover(&path)?;
            found.waiting += left.waiting;
            found.files.insert(number, Known { cursor: left.cursor, length: left.end, damaged: left.damaged });
        }
    }
    Ok(found)
}

/// How many messages wait in a shard's directory. Changes nothing.
pub(crate) fn waiting(directory: &Path) -> io::Result<u64> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let entries = match fs::read_dir(directory) {
        Err(error) if gone(&error) => return Ok(0),
        entries => entries?,
    };
    let mut waiting = 0;
    for entry in entries {
        let path = entry?.path();
        if !matches!(segment::number_of(&path), Some((_, Kept::ForReplay))) {
            continue;
        }
        match fs::read(&path) {
            Ok(bytes) => waiting += segment::survey(&bytes).waiting,
            // Replayed since the directory was read.
            Err(error) if gone(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(waiting)
}

/// Cuts the torn tail off, if there is one.
fn recover(path: &Path) -> io::Result<Left> {
    let bytes = fs::read(path)?;
    let left = segment::survey(&bytes);
    let torn = bytes.len() as u64 - left.end;
    if torn > 0 {
        fs::File::options().write(true).open(path)?.set_len(left.end)?;
        metrics::counter!("gateway_spool_torn_bytes_total").increment(torn);
        tracing::warn!(
            spool.file = %path.display(), spool.torn_bytes = torn,
            "a file of the spool broke off in the middle of a message whose webhook was not answered yet"
        );
    }
    Ok(left)
}

/// A panic while one of these is held leaves no half-done change behind.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
