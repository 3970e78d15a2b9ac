//! How much the whole spool may hold, over all its shards.

use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of frames: on the disk, and promised to those on their way there.
#[derive(Debug)]
pub(crate) struct Room {
    used: AtomicU64,
    most: u64,
}

impl Room {
    pub(crate) fn new(most: u64) -> Self {
        Self { used: AtomicU64::new(0), most }
    }

    /// Promises room for so many bytes, if there is. What is promised must be written or given back.
    pub(crate) fn reserve(&self, bytes: u64) -> bool {
        let more = |used: u64| used.checked_add(bytes).filter(|used| *used <= self.most);
        self.used.try_update(Ordering::SeqCst, Ordering::SeqCst, more).is_ok()
    }

    /// So many bytes were there already.
    pub(crate) fn occupy(&self, bytes: u64) {
        self.used.fetch_add(bytes, Ordering::SeqCst);
        self.tell();
    }

    /// Takes a promise back, or the bytes off the disk.
    pub(crate) fn give_back(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::SeqCst);
        self.tell();
    }

    /// Bytes in use.
    #[cfg(test)]
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::SeqCst)
    }

    /// Shows it to the operator.
    pub(crate) fn tell(&self) {
        metrics::gauge!("gateway_spool_bytes").set(self.used.load(Ordering::SeqCst) as f64);
    }
}
