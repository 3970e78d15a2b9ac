//! A record that many write and a test can wait on, without sleeping.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;

use super::held;

/// A value that tells whoever waits when it has changed.
#[derive(Debug)]
pub(crate) struct Watched<T> {
    value: Mutex<T>,
    version: watch::Sender<u64>,
}

impl<T> Watched<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Mutex::new(value), version: watch::Sender::new(0) }
    }

    /// Looks at the value.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&held(&self.value))
    }

    /// Changes the value, and wakes whoever waits.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut held(&self.value));
        self.version.send_modify(|version| *version += 1);
        result
    }

    /// Grows with each change.
    pub(crate) fn version(&self) -> u64 {
        *self.version.borrow()
    }

    /// Waits for a change after `version`, `within` at the most. No news in time is an answer too.
    pub(crate) async fn news(&self, version: u64, within: Duration) {
        let mut versions = self.version.subscribe();
        drop(tokio::time::timeout(within, versions.wait_for(|now| *now > version)).await);
    }

    /// Waits until `found` finds something in the value, `within` at the most.
    pub(crate) async fn until<R>(&self, within: Duration, mut found: impl FnMut(&T) -> Option<R>) -> Option<R> {
        let mut version = self.version.subscribe();
        let search = async {
            loop {
                version.mark_unchanged();
                if let Some(result) = self.read(&mut found) {
                    return Some(result);
                }
                version.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, search).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Watched;

    #[tokio::test]
    async fn a_waiter_sees_a_change_that_comes_while_it_waits() {
        let watched = Watched::new(0);
        let waiter = watched.until(Duration::from_secs(5), |value| (*value == 2).then_some(*value));
        let writer = async {
            watched.change(|value| *value += 1);
            tokio::task::yield_now().await;
            watched.change(|value| *value += 1);
        };
        assert_eq!(futures::join!(waiter, writer).0, Some(2));
    }

    #[tokio::test]
    async fn a_waiter_gives_up_in_time() {
        let watched = Watched::new(0);
        assert_eq!(watched.until(Duration::from_millis(5), |_| None::<()>).await, None);
    }
}
