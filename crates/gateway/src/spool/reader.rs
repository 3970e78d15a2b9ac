//! Where replay stands in the files: reads them oldest first, and takes away what is done with.
//!
//! Blocks; called from a thread that may. Not here: what happens to a message that was read (`waiting`).

use std::io;
use std::sync::Arc;

use domain::message::Message;

use super::frame::{Piece, Pieces};
use super::shelf::Shelf;

/// How often a file that cannot be read is tried before replay goes on without it.
const TRIES: u32 = 5;

/// Reads what is on the disk.
#[derive(Debug)]
pub(crate) struct Reader {
    shelf: Arc<Shelf>,
    /// The file it is in, and up to where that was read.
    file: Option<(u64, u64)>,
    /// The part of the file before that offset that was read last, and how much of it is used up.
    bytes: Vec<u8>,
    used: usize,
    failures: u32,
}

impl Reader {
    /// Begins with the oldest message.
    pub(crate) fn new(shelf: Arc<Shelf>) -> Self {
        Self { shelf, file: None, bytes: Vec::new(), used: 0, failures: 0 }
    }

    /// The next messages, `most` at the most. None: that was all, for now.
    ///
    /// What cannot be read is left out and counted. A file that cannot be read at all is an error a few times,
    /// for the disk may recover, and then left out.
    pub(crate) fn read(&mut self, most: usize) -> io::Result<Vec<Arc<Message>>> {
        let mut messages = Vec::new();
        while messages.len() < most {
            match self.has_bytes() {
                Ok(true) => {}
                // What was read so far must not be lost over it; the next call meets it again.
                Err(error) if messages.is_empty() => return Err(error),
                Ok(false) | Err(_) => break,
            }
            let mut pieces = Pieces::from(&self.bytes, self.used);
            let message = match pieces.next() {
                Some(Piece::Whole(payload)) => serde_json::from_slice(payload).ok(),
                Some(Piece::Damaged | Piece::Torn) | None => None,
            };
            self.used = pieces.at();
            match message {
                Some(message) => messages.push(Arc::new(message)),
                None => self.skip(),
            }
        }
        Ok(messages)
    }

    /// Everything read so far is in Redis: files that are done with go, and the place is noted in the one that
    /// is not.
    pub(crate) fn settle(&mut self) {
        let Some((current, _)) = self.file else { return };
        while let Some((number, known)) = self.shelf.after(None).filter(|(number, _)| *number < current) {
            self.shelf.finish(number, known.length);
        }
        let place = self.place();
        if let Err(error) = self.shelf.mark(current, place) {
            // A crash would repeat a little more; Redis knows the messages.
            tracing::debug!(error = &error as &dyn std::error::Error, "the place in the spool was not noted");
        }
    }

    /// The same when everything is in Redis: nothing stays, unless something was appended meanwhile.
    pub(crate) fn clear(&mut self) {
        self.settle();
        if let Some((current, _)) = self.file
            && self.shelf.finish(current, self.place())
        {
            self.move_to(None);
        }
    }

    /// Whether all that is on the disk was read. Takes no time.
    pub(crate) fn is_at_end(&self) -> bool {
        let Some((number, read)) = self.file else { return self.shelf.after(None).is_none() };
        let known = self.shelf.known(number);
        self.used == self.bytes.len()
            && known.is_none_or(|known| known.length <= read)
            && self.shelf.after(Some(number)).is_none()
    }

    /// Whether there is something to look at; fetches it if need be.
    fn has_bytes(&mut self) -> io::Result<bool> {
        while self.used == self.bytes.len() {
            if !self.fetch()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Fetches what is behind the last fetch, in this file or else in the next.
    fn fetch(&mut self) -> io::Result<bool> {
        if let Some((number, read)) = self.file
            && let Some(known) = self.shelf.known(number).filter(|known| known.length > read)
        {
            return self.fetch_from(number, read, known.length);
        }
        match self.shelf.after(self.file.map(|(number, _)| number)) {
            Some((number, known)) => {
                self.move_to(Some((number, known.cursor)));
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn fetch_from(&mut self, number: u64, from: u64, to: u64) -> io::Result<bool> {
        match self.shelf.read(number, from, to) {
            Ok(bytes) => self.bytes = bytes,
            Err(error) if self.failures + 1 < TRIES => {
                self.failures += 1;
                return Err(error);
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(spool.file = number, error, "a file of the spool cannot be read and is left out");
                self.bytes.clear();
                self.skip();
            }
        }
        (self.used, self.failures) = (0, 0);
        self.file = Some((number, to));
        Ok(true)
    }

    fn move_to(&mut self, file: Option<(u64, u64)>) {
        self.file = file;
        self.bytes.clear();
        self.used = 0;
    }

    /// The offset up to which this file is used up.
    fn place(&self) -> u64 {
        self.file.map_or(0, |(_, read)| read - (self.bytes.len() - self.used) as u64)
    }

    fn skip(&self) {
        metrics::counter!("gateway_spool_damaged_total").increment(1);
        if let Some((number, _)) = self.file {
            tracing::error!(spool.file = number, spool.offset = self.place(), "a part of the spool cannot be read");
            self.shelf.is_damaged(number);
        }
    }
}
