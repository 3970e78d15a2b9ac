//! Asking a process to end: one word that every task can hear.
//!
//! Not here: what each task still has to finish, and how long it may take.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// A wish to end, shared by clones. Once made it is not taken back.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    /// Nobody wishes to end yet.
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Ask for the end. Asking again does nothing.
    pub fn trigger(&self) {
        self.0.send_replace(true);
    }

    /// Whether the end was asked for.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Wait until the end is asked for; at once if it already was.
    pub async fn requested(&self) {
        let mut wish = self.0.subscribe();
        // An error would mean that every sender is gone, and `self` holds one.
        let _asked = wish.wait_for(|asked| *asked).await;
    }

    /// From now on SIGTERM and SIGINT ask for the end, and a second one of either ends the process at once.
    ///
    /// It listens on a thread of its own, so that the second signal is heard even when every thread of the
    /// caller's runtime is stuck. The thread ends with the process.
    ///
    /// # Errors
    /// When the operating system does not let us listen.
    pub fn listen_to_signals(&self) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let within = runtime.enter();
        let terminate = signal(SignalKind::terminate())?;
        let interrupt = signal(SignalKind::interrupt())?;
        drop(within);

        let shutdown = self.clone();
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(obey(shutdown, terminate, interrupt)))?;
        Ok(())
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

async fn obey(shutdown: Shutdown, mut terminate: Signal, mut interrupt: Signal) {
    let first = next(&mut terminate, &mut interrupt).await;
    tracing::info!(signal = first.name, "shutting down; the same signal again ends at once");
    shutdown.trigger();

    let second = next(&mut terminate, &mut interrupt).await;
    tracing::warn!(signal = second.name, "asked twice: ending at once, unfinished work stays in the queue");
    std::process::exit(second.exit_code);
}

struct Heard {
    name: &'static str,
    /// 128 and the signal's number, as shells report it.
    exit_code: i32,
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) -> Heard {
    tokio::select! {
        _ = terminate.recv() => Heard { name: "SIGTERM", exit_code: 143 },
        _ = interrupt.recv() => Heard { name: "SIGINT", exit_code: 130 },
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[tokio::test]
    async fn every_clone_hears_the_wish_even_when_it_asks_late() {
        let shutdown = Shutdown::new();
        let asking = async {
            assert!(!shutdown.is_requested());
            shutdown.clone().trigger();
            shutdown.trigger();
        };

        tokio::join!(shutdown.requested(), asking);
        shutdown.requested().await;
        assert!(shutdown.is_requested());
    }

    #[tokio::test]
    async fn a_signal_from_outside_asks_for_the_end() {
        let shutdown = Shutdown::new();
        shutdown.listen_to_signals().unwrap();

        let own = std::process::id().to_string();
        assert!(Command::new("sh").args(["-c", "kill -TERM \"$0\"", &own]).status().unwrap().success());

        shutdown.requested().await;
    }
}
