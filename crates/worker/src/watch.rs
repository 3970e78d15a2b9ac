//! An eye on Redis: its memory, and whether it still keeps what it confirms.
//!
//! Not here: what was wrong with it at the start ([`queue::Queue::demand_safe_redis`] told of that).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use queue::{RedisCheck, RedisFinding, Severity};

use crate::room::Room;

/// How often. Memory does not fill up in seconds.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// So many percent below the alarm it is over: it shall not ring at every message.
const HYSTERESIS: u64 = 5;

/// Looks until it is dropped.
pub(crate) async fn redis(room: &Arc<Room>) {
    let mut eye = Eye::default();
    loop {
        match room.queue.check_redis().await {
            Ok(check) => {
                let alarm_percent = u64::from(room.settings.redis.memory_alarm_percent);
                eye.look(&check, alarm_percent).into_iter().for_each(tell);
            }
            Err(error) => tracing::debug!(error = %runtime::chain(&error), "cannot look at Redis"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What was seen last.
#[derive(Debug, Default)]
struct Eye {
    /// Whether the alarm rang and is not over.
    alarmed: bool,
    /// What was found; `None` before the first look.
    found: Option<BTreeSet<RedisFinding>>,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum News {
    /// Its memory is nearly full, so many percent.
    Full(u64),
    /// There is room again.
    RoomAgain(u64),
    /// Something is not as it should be any more.
    Worse(RedisFinding),
    /// Something is as it should be again.
    Better(RedisFinding),
}

impl Eye {
    /// What changed since the last look. What was there from the start is no news.
    fn look(&mut self, check: &RedisCheck, alarm_percent: u64) -> Vec<News> {
        let mut news = Vec::new();
        let percent = check.memory.percent();
        if !self.alarmed && percent >= alarm_percent {
            self.alarmed = true;
            news.push(News::Full(percent));
        } else if self.alarmed && percent + HYSTERESIS < alarm_percent {
            self.alarmed = false;
            news.push(News::RoomAgain(percent));
        }
        let now: BTreeSet<RedisFinding> = check.findings.iter().cloned().collect();
        if let Some(before) = self.found.replace(now.clone()) {
            news.extend(now.difference(&before).cloned().map(News::Worse));
            news.extend(before.difference(&now).cloned().map(News::Better));
        }
        news
    }
}

fn tell(news: News) {
    match news {
        News::Full(percent) => tracing::error!(
            redis.memory_percent = percent,
            hint = "raise maxmemory, or find what fills it: redis-cli --bigkeys",
            "Redis's memory is nearly full; when it is, no message is accepted"
        ),
        News::RoomAgain(percent) => tracing::info!(redis.memory_percent = percent, "Redis has room again"),
        News::Worse(finding) if finding.severity() == Severity::Note => tracing::info!("{finding}"),
        News::Worse(finding) => tracing::error!(hint = finding.fix(), "{finding}"),
        News::Better(finding) => tracing::info!("no longer: {finding}"),
    }
}

#[cfg(test)]
mod tests {
    use queue::RedisMemory;

    use super::*;

    fn check(used: u64, findings: &[RedisFinding]) -> RedisCheck {
        RedisCheck {
            version: "7.0.15".to_owned(),
            memory: RedisMemory { used, limit: 100 },
            fsync: Some("always".to_owned()),
            findings: findings.to_vec(),
        }
    }

    #[test]
    fn the_alarm_rings_once_until_there_is_room_again() {
        let mut eye = Eye::default();
        let cases = [
            (10, vec![]),
            (69, vec![]),
            (70, vec![News::Full(70)]),
            (95, vec![]),
            (68, vec![]),
            (71, vec![]),
            (64, vec![News::RoomAgain(64)]),
            (90, vec![News::Full(90)]),
        ];
        for (used, expected) in cases {
            assert_eq!(eye.look(&check(used, &[]), 70), expected, "{used} percent");
        }
    }

    #[test]
    fn what_was_so_from_the_start_is_no_news() {
        use RedisFinding::{LogFails, NoLog, NoMemoryLimit};
        let mut eye = Eye::default();
        assert_eq!(eye.look(&check(0, &[NoMemoryLimit]), 70), []);
        assert_eq!(eye.look(&check(0, &[NoLog, NoMemoryLimit]), 70), [News::Worse(NoLog)]);
        assert_eq!(eye.look(&check(0, &[NoLog, NoMemoryLimit]), 70), []);
        assert_eq!(
            eye.look(&check(0, &[LogFails]), 70),
            [News::Worse(LogFails), News::Better(NoLog), News::Better(NoMemoryLimit)]
        );
    }
}
