//! Telegram's limits, obeyed before it has to remind us: so many messages a second in all, and a gap between two in one
//! chat. Several workers do not know of each other; what they overdo together Telegram refuses, and it is tried again.
//!
//! Teloxide's own throttle would wait inside a call, where nobody knows for how long: the lease over the step could end
//! meanwhile. Here whoever is too early is told how long to wait, and nothing was sent.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// When more chats than this are remembered, those that may be written to anyway are forgotten.
const CHATS: usize = 1_000;

/// The limits, and what was sent lately.
#[derive(Debug)]
pub(crate) struct Pace {
    per_second: usize,
    gap: Duration,
    sent: Mutex<Sent>,
}

#[derive(Debug, Default)]
struct Sent {
    lately: VecDeque<Instant>,
    chats: HashMap<i64, Instant>,
}

impl Pace {
    pub(crate) fn new(per_second: u32, gap: Duration) -> Self {
        Self { per_second: per_second.max(1) as usize, gap, sent: Mutex::default() }
    }

    /// Takes leave to send one message into `chat` now.
    ///
    /// # Errors
    /// With how long to wait: no leave was taken.
    pub(crate) fn take(&self, chat: i64, now: Instant) -> Result<(), Duration> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        while sent.lately.front().is_some_and(|then| now.duration_since(*then) >= SECOND) {
            sent.lately.pop_front();
        }
        let free_at = sent.chats.get(&chat).copied().unwrap_or(now);
        let by_chat = free_at.saturating_duration_since(now);
        let by_all = match sent.lately.front() {
            Some(first) if sent.lately.len() >= self.per_second => SECOND - now.duration_since(*first),
            _ => Duration::ZERO,
        };
        let wait = by_chat.max(by_all);
        if !wait.is_zero() {
            return Err(wait);
        }
        if sent.chats.len() >= CHATS {
            sent.chats.retain(|_, free_at| *free_at > now);
        }
        sent.lately.push_back(now);
        sent.chats.insert(chat, now + self.gap);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_chat_gets_a_message_a_second_and_all_together_no_more_than_the_limit() {
        let pace = Pace::new(3, SECOND);
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let ms = Duration::from_millis;
        let calls = [
            (1, 0, Ok(())),
            (1, 400, Err(ms(600))),
            (2, 400, Ok(())),
            (3, 500, Ok(())),
            (4, 600, Err(ms(400))),
            (4, 1_000, Ok(())),
            (1, 1_000, Err(ms(400))),
            (1, 1_400, Ok(())),
            (1, 1_500, Err(ms(900))),
        ];
        for (chat, when, expected) in calls {
            assert_eq!(pace.take(chat, at(when)), expected, "chat {chat} at {when}");
        }
    }

    #[test]
    fn without_a_gap_only_the_whole_counts() {
        let pace = Pace::new(2, Duration::ZERO);
        let now = Instant::now();
        assert_eq!([pace.take(1, now), pace.take(1, now)], [Ok(()), Ok(())]);
        assert_eq!(pace.take(1, now), Err(SECOND));
    }
}
