//! What Redis took lately, kept in memory: should it come back with older data than it had confirmed, it is given
//! the rest once more.
//!
//! In memory only, because it is there against Redis's loss of memory, not ours: at our own end Redis still has
//! everything. Both at once is left to the sweep over the unread chats.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::message::Message;

/// The most that is kept over all shards, whatever the time: a minute of 500 a second, some 20 MB.
pub(crate) const MOST: usize = 30_000;

/// The messages of the last `gateway.keep_recent`.
#[derive(Debug)]
pub(crate) struct Recent {
    keep: Duration,
    most: usize,
    messages: Mutex<VecDeque<(Instant, Arc<Message>)>>,
}

impl Recent {
    /// Of a shard that may keep so many.
    pub(crate) fn new(keep: Duration, most: usize) -> Self {
        Self { keep, most, messages: Mutex::default() }
    }

    /// Redis has confirmed `message` at `now`.
    pub(crate) fn add(&self, message: Arc<Message>, now: Instant) {
        if self.keep.is_zero() {
            return;
        }
        let mut messages = self.young(now);
        messages.push_back((now, message));
        if messages.len() > self.most {
            messages.pop_front();
        }
    }

    /// All of them, in the order of their confirmation.
    pub(crate) fn all(&self, now: Instant) -> Vec<Arc<Message>> {
        self.young(now).iter().map(|(_, message)| Arc::clone(message)).collect()
    }

    /// Redis does not have these any more.
    pub(crate) fn take_out(&self, lost: &[Arc<Message>], now: Instant) {
        let lost: HashSet<_> = lost.iter().map(Arc::as_ptr).collect();
        self.young(now).retain(|(_, message)| !lost.contains(&Arc::as_ptr(message)));
    }

    fn young(&self, now: Instant) -> MutexGuard<'_, VecDeque<(Instant, Arc<Message>)>> {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        while messages.front().is_some_and(|(then, _)| now.saturating_duration_since(*then) > self.keep) {
            messages.pop_front();
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{ids, message};
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn what_is_older_than_it_is_kept_for_goes() {
        let (recent, start) = (Recent::new(MINUTE, 10), Instant::now());
        for (id, second) in [("m1", 0), ("m2", 30), ("m3", 31)] {
            recent.add(message("a", id), start + Duration::from_secs(second));
        }
        for (second, left) in [(60, "m1 m2 m3"), (61, "m2 m3"), (91, "m3"), (92, "")] {
            assert_eq!(ids(&recent.all(start + Duration::from_secs(second))), left, "after {second} s");
        }
    }

    #[test]
    fn what_redis_lost_is_not_kept_twice() {
        let (recent, now) = (Recent::new(MINUTE, 10), Instant::now());
        for id in ["m1", "m2", "m3"] {
            recent.add(message("a", id), now);
        }
        let lost = recent.all(now)[1..].to_vec();
        recent.take_out(&lost, now);
        assert_eq!(ids(&recent.all(now)), "m1");
    }

    #[test]
    fn there_is_an_end_to_it_and_none_may_be_kept() {
        let (recent, none, now) = (Recent::new(MINUTE, 2), Recent::new(Duration::ZERO, 2), Instant::now());
        for _ in 0..5 {
            recent.add(message("a", "m1"), now);
            none.add(message("a", "m1"), now);
        }
        assert_eq!((recent.all(now).len(), none.all(now).len()), (2, 0));
    }
}
