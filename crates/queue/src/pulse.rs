//! How long ago something last happened, readable from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A sign of life. The worker's runtime touches it as long as it ticks; the heartbeat, on a thread of its
/// own, looks at its age. Clones are the same pulse.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<Beat>);

#[derive(Debug)]
struct Beat {
    born: Instant,
    touched_after_ms: AtomicU64,
}

impl Pulse {
    /// One that was touched just now.
    #[expect(clippy::new_without_default, reason = "a fresh pulse is a claim to be alive, not an empty value")]
    pub fn new() -> Self {
        Self(Arc::new(Beat { born: Instant::now(), touched_after_ms: AtomicU64::new(0) }))
    }

    /// It happened now.
    pub fn touch(&self) {
        self.0.touched_after_ms.store(self.0.born.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// How long ago it last happened.
    pub fn age(&self) -> Duration {
        let touched = Duration::from_millis(self.0.touched_after_ms.load(Ordering::Relaxed));
        self.0.born.elapsed().saturating_sub(touched)
    }
}
