//! The time the fakes live in, given to them like everything else that differs from run to run.
//!
//! Only for stamps that others read (`created`, token expiry). How long something took is measured with
//! [`std::time::Instant`], whatever this clock says.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A clock that runs, or one that a test moves.
#[derive(Debug, Clone, Default)]
pub struct SandboxClock {
    fixed_ms: Option<Arc<AtomicI64>>,
}

impl SandboxClock {
    /// The machine's own time.
    pub fn system() -> Self {
        Self::default()
    }

    /// Stands at `seconds` since 1970 until it is moved.
    pub fn fixed(seconds: i64) -> Self {
        Self { fixed_ms: Some(Arc::new(AtomicI64::new(seconds * 1000))) }
    }

    /// Moves a fixed clock on. The machine's own clock cannot be moved: nothing happens.
    pub fn advance(&self, by: Duration) {
        if let Some(ms) = &self.fixed_ms {
            ms.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "the fakes depend on none of our crates, so not on our clock")]
    pub fn now_ms(&self) -> i64 {
        match &self.fixed_ms {
            Some(ms) => ms.load(Ordering::SeqCst),
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }

    /// Whole seconds since 1970, as Avito counts.
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }
}
