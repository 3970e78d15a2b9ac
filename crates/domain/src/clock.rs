//! The only room that may ask what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// A source of the present: the wall clock in production, a settable one in tests and the demo.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Milliseconds since 1970, as Redis and the decision records hold time.
    fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}

/// A clock that rooms share.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall_clock()
    }
}

/// A clock at a stated distance from the machine's: it runs, and it can be set. The demo uses it to play
/// three o'clock at night at any hour.
#[derive(Debug, Default)]
pub struct ShiftedClock {
    shift_ms: AtomicI64,
}

impl ShiftedClock {
    /// From now on the time runs on from `to`.
    pub fn set(&self, to: Timestamp) {
        let shift = to.as_millisecond() - wall_clock().as_millisecond();
        self.shift_ms.store(shift, Ordering::SeqCst);
    }

    /// From now on it shows the machine's time again.
    pub fn reset(&self) {
        self.shift_ms.store(0, Ordering::SeqCst);
    }

    /// Let `step` pass at once.
    pub fn advance(&self, step: Duration) {
        self.shift_ms.fetch_add(step.as_millis() as i64, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let now = wall_clock().as_millisecond() + self.shift_ms.load(Ordering::SeqCst);
        Timestamp::from_millisecond(now).unwrap_or(Timestamp::MAX)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the room that may ask")]
fn wall_clock() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shifted_clock_runs_on_from_where_it_was_set() {
        let clock = ShiftedClock::default();
        let night: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        clock.set(night);
        clock.advance(Duration::from_secs(60));
        let passed = clock.now().as_second() - night.as_second();
        assert!((60..70).contains(&passed), "{passed}");
    }
}
