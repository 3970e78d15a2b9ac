//! Redis: whether it answers, keeps what it confirms, has room, and whether the queue in it is whole.

use queue::{Queue, RedisCheck, RedisFinding, ShardStatus, Violation};
use settings::Settings;

use super::check::{Attempt, Check};
use crate::failure::Failure;
use crate::plain::{bytes, count};

/// How many violations are told one by one.
const VIOLATIONS: usize = 5;

/// What is tried, in the order in which it is told.
const REST: [&str; 5] = ["log", "eviction", "memory", "queue", "workers"];

pub(super) async fn examine(settings: &Settings) -> Vec<Check> {
    let url = settings.redis.url.to_string();
    let asked = async {
        let queue = Queue::connect(&settings.redis, &settings.queue).await?;
        let (check, shards) = tokio::try_join!(queue.check_redis(), queue.status())?;
        // A part that is away can be looked into only when it is back.
        let away = settings.queue.shards.saturating_sub(shards.len() as u16);
        let books = if away == 0 { books(&queue.invariants().await?) } else { shards_away(away) };
        Ok::<_, queue::QueueError>((check, shards, books))
    };
    match asked.await {
        Ok((check, shards, books)) => {
            let mut checks = vec![server(&check, &url), log(&check, &url), eviction(&check, &url)];
            checks.extend([memory(&check, settings), books, workers(&shards)]);
            checks
        }
        Err(error) => {
            let failure = Failure::of_redis(&error, settings);
            let attempt = Attempt { tried: &format!("INFO at {url}"), expected: "an answer" };
            let failed = Check::failed("server", &attempt, failure.what, failure.fix);
            let rest = REST.map(|name| Check::not_tried(name, "Redis does not answer"));
            [failed].into_iter().chain(rest).collect()
        }
    }
}

fn server(check: &RedisCheck, url: &str) -> Check {
    match find(check, |finding| matches!(finding, RedisFinding::TooOld { .. })) {
        Some(finding) => failed("server", url, "redis_version", "6.2 or newer: the queue needs BLMOVE", finding),
        None => Check::fine("server", format!("version {} answers at {url}", check.version)),
    }
}

fn log(check: &RedisCheck, url: &str) -> Check {
    let expected = "an append-only log that is on the disk before a webhook is answered";
    for fatal in [RedisFinding::NoLog, RedisFinding::LogFails] {
        if let Some(finding) = find(check, |finding| *finding == fatal) {
            return failed("log", url, "aof_enabled and aof_last_write_status", expected, finding);
        }
    }
    if let Some(finding) = find(check, |finding| matches!(finding, RedisFinding::LogLater { .. })) {
        return Check::warning("log", finding.to_string(), mended(finding));
    }
    match check.fsync.as_deref() {
        Some(fsync) => Check::fine("log", format!("append-only log kept, fsync {fsync}")),
        None => Check::fine("log", "append-only log kept; when it is synced this Redis does not tell"),
    }
}

fn eviction(check: &RedisCheck, url: &str) -> Check {
    match find(check, |finding| matches!(finding, RedisFinding::Evicts { .. })) {
        Some(finding) => failed("eviction", url, "maxmemory_policy", "noeviction: no message is thrown away", finding),
        None => Check::fine("eviction", "none: nothing is thrown away when the memory is full"),
    }
}

fn memory(check: &RedisCheck, settings: &Settings) -> Check {
    let (memory, alarm) = (check.memory, settings.redis.memory_alarm_percent);
    let percent = memory.percent();
    let found = match memory.limit {
        0 => format!("{} used, no limit known", bytes(memory.used)),
        limit => format!("{} of {}, {percent} %, alarm at {alarm} %", bytes(memory.used), bytes(limit)),
    };
    if percent < u64::from(alarm) {
        let unlimited = find(check, |finding| *finding == RedisFinding::NoMemoryLimit).is_some();
        let remark = if unlimited { "; maxmemory is not set, so the machine's memory counts" } else { "" };
        return Check::fine("memory", format!("{found}{remark}"));
    }
    let tried = "used_memory against maxmemory, or the machine's memory where that is not set";
    let expected = format!("less than redis.memory_alarm_percent = {alarm}: a full Redis takes no messages");
    let fix = "raise maxmemory, or find out with `redis-cli --bigkeys` what fills it";
    Check::failed("memory", &Attempt { tried, expected: &expected }, found, fix)
}

fn books(violations: &[Violation]) -> Check {
    if violations.is_empty() {
        return Check::fine("queue", "whole: every conversation has its messages, its token and one place");
    }
    let told = violations.iter().take(VIOLATIONS).map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let more = match violations.len().saturating_sub(VIOLATIONS) {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    let attempt = Attempt {
        tried: "looked twice at every conversation, token and mailbox",
        expected: "each conversation with messages has one token, in one list",
    };
    let fix = "keep the logs and the append-only file of Redis, and report it: this must not be";
    Check::failed("queue", &attempt, format!("{told}{more}"), fix)
}

fn shards_away(away: u16) -> Check {
    let attempt = Attempt { tried: "every shard of the queue", expected: "an answer from each" };
    let found = format!("{} away; the conversations in it wait", count(usize::from(away), "shard"));
    Check::failed("queue", &attempt, found, "see to the Redis that has it: `redis-cli cluster nodes` tells which")
}

/// That none runs is no failure here: one looks at the foundations before one builds.
fn workers(shards: &[ShardStatus]) -> Check {
    let mut living: Vec<_> = shards
        .iter()
        .flat_map(|shard| shard.leases.iter().filter(|(_, end_ms)| **end_ms >= shard.at_ms).map(|(id, _)| id))
        .collect();
    living.sort();
    living.dedup();
    if living.is_empty() {
        let fix = "start one (`worker`, or `docker-compose up -d worker`), and see in its log why it ended";
        return Check::warning("workers", "none runs: nothing is answered", fix);
    }
    Check::fine("workers", format!("{} at work", count(living.len(), "worker")))
}

fn find(check: &RedisCheck, wanted: impl Fn(&RedisFinding) -> bool) -> Option<&RedisFinding> {
    check.findings.iter().find(|finding| wanted(finding))
}

fn failed(name: &'static str, url: &str, field: &str, expected: &str, finding: &RedisFinding) -> Check {
    let tried = format!("asked {url} for {field}");
    Check::failed(name, &Attempt { tried: &tried, expected }, finding.to_string(), mended(finding))
}

/// A line of redis.conf counts from the next start on.
fn mended(finding: &RedisFinding) -> String {
    let fix = finding.fix();
    if fix.contains("redis.conf") { format!("{fix} and restart it") } else { fix.to_owned() }
}
