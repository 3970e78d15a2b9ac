//! How far it has come, on the terminal and nowhere else: one line that is written over, or, where errors go into a
//! file, a line now and then.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// How often a line is written where lines cannot be written over.
const SELDOM: Duration = Duration::from_secs(10);

pub(super) struct Progress {
    of: usize,
    done: usize,
    begun: Instant,
    told: Instant,
    on_terminal: bool,
}

impl Progress {
    pub(super) fn over(turns: usize) -> Self {
        let now = Instant::now();
        Self { of: turns, done: 0, begun: now, told: now, on_terminal: stderr().is_terminal() }
    }

    /// One more turn is done.
    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.on_terminal {
            // A terminal that is gone is no reason to stop.
            write!(stderr(), "\r{}\u{1b}[K", self.line()).ok();
        } else if self.told.elapsed() >= SELDOM {
            self.told = Instant::now();
            writeln!(stderr(), "{}", self.line()).ok();
        }
    }

    /// All are done: the line goes.
    pub(super) fn end(self) {
        if self.on_terminal {
            write!(stderr(), "\r\u{1b}[K").ok();
        }
    }

    fn line(&self) -> String {
        let left = self.begun.elapsed().as_secs_f64() / self.done as f64 * (self.of - self.done) as f64;
        format!("{} of {} turns, about {:.0} s left", self.done, self.of, left)
    }
}
