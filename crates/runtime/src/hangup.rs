//! Hearing SIGHUP, by which an operator tells a program to read its settings again.
//!
//! Not here: what is done about it.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// An ear for SIGHUP. From its first one on that signal ends the process no more.
#[derive(Debug)]
pub struct Hangup(Signal);

impl Hangup {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the operating system does not let us.
    pub fn listen() -> std::io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Waits for the signal, but not longer than `round`, or without end where that is zero. Whether it came. What
    /// comes several times meanwhile counts once.
    pub async fn heard_within(&mut self, round: Duration) -> bool {
        if round.is_zero() {
            return self.0.recv().await.is_some();
        }
        tokio::time::timeout(round, self.0.recv()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[tokio::test]
    async fn the_signal_is_heard_and_ends_nothing() {
        let mut hangup = Hangup::listen().unwrap();
        assert!(!hangup.heard_within(Duration::from_millis(1)).await);
        let own = std::process::id().to_string();
        for round in [Duration::ZERO, Duration::from_secs(60)] {
            assert!(Command::new("sh").args(["-c", "kill -HUP \"$0\"", &own]).status().unwrap().success());
            assert!(hangup.heard_within(round).await);
        }
    }
}
