//! Whether the Redis we stand on keeps what it confirms, and how much room it has left.
//!
//! What was answered with 200 lives in Redis alone. One that keeps no log, or throws keys away when its memory
//! is full, loses messages in silence: that is found before the first is accepted. Not here: Redis's losing data
//! all the same ([`Queue::forgotten`]), and what the rest of redis.conf is like.

use std::collections::HashMap;
use std::fmt;

use settings::UnsafeRedis;

use crate::error::QueueError;
use crate::queue::Queue;

/// The oldest Redis that has all we call: BLMOVE came with it.
const OLDEST: (u32, u32) = (6, 2);

/// What was found out about Redis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisCheck {
    /// Its version, as it says.
    pub version: String,
    /// Its memory.
    pub memory: RedisMemory,
    /// Its `appendfsync`; `None` where it keeps that to itself.
    pub fsync: Option<String>,
    /// What is not as it should be, the worst first.
    pub findings: Vec<RedisFinding>,
}

/// How much memory Redis uses, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedisMemory {
    /// What its data take.
    pub used: u64,
    /// What they may take: `maxmemory`, or the machine's memory where that is not set; 0 where neither is known.
    pub limit: u64,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RedisFinding {
    /// It keeps no append-only log: all that was accepted since the last snapshot goes with the process.
    NoLog,
    /// It throws keys away when its memory is full, whatever is in them.
    Evicts {
        /// Its `maxmemory-policy`.
        policy: String,
    },
    /// It is older than what we call.
    TooOld {
        /// Its version.
        version: String,
    },
    /// It cannot write its log just now: a full or broken disk.
    LogFails,
    /// It confirms a write before that is on the disk: a power cut costs the last moment.
    LogLater {
        /// Its `appendfsync`.
        fsync: String,
    },
    /// It takes memory until the system kills it.
    NoMemoryLimit,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For the operator's information.
    Note,
    /// A risk that somebody may have chosen.
    Warning,
    /// Messages will be lost: nobody should start on it.
    Unsafe,
}

impl RedisFinding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::NoLog | Self::Evicts { .. } | Self::TooOld { .. } => Severity::Unsafe,
            Self::LogFails | Self::LogLater { .. } => Severity::Warning,
            Self::NoMemoryLimit => Severity::Note,
        }
    }

    /// What to do about it: lines of redis.conf, where there are any.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::NoLog => "put `appendonly yes` and `appendfsync always` into redis.conf",
            Self::Evicts { .. } => "put `maxmemory-policy noeviction` into redis.conf",
            Self::TooOld { .. } => "run Redis 6.2 or newer",
            Self::LogFails => "make room on the disk of Redis's log",
            Self::LogLater { .. } => "put `appendfsync always` into redis.conf",
            Self::NoMemoryLimit => "put `maxmemory 512mb`, or what the machine can spare, into redis.conf",
        }
    }
}

impl fmt::Display for RedisFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLog => write!(f, "Redis keeps no append-only log"),
            Self::Evicts { policy } => write!(f, "Redis throws keys away when its memory is full ({policy})"),
            Self::TooOld { version } => write!(f, "Redis {version} is too old"),
            Self::LogFails => write!(f, "Redis cannot write its log"),
            Self::LogLater { fsync } => write!(f, "Redis confirms writes before they are on the disk ({fsync})"),
            Self::NoMemoryLimit => write!(f, "Redis has no limit to its memory"),
        }
    }
}

impl RedisMemory {
    /// How full it is, in percent; 0 where no limit is known.
    pub fn percent(self) -> u64 {
        (self.used * 100).checked_div(self.limit).unwrap_or(0)
    }
}

impl RedisCheck {
    /// Of two servers of a cluster: all findings, the older version, the fuller memory.
    fn and(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.findings.sort();
        self.findings.dedup();
        if release(&other.version) < release(&self.version) {
            self.version = other.version;
        }
        if other.memory.percent() > self.memory.percent() {
            self.memory = other.memory;
        }
        if self.fsync.as_deref() == Some("always") {
            self.fsync = other.fsync;
        }
        self
    }
}

impl Queue {
    /// Looks at the settings and the memory of Redis, in a cluster of each master, and sets the gauge
    /// `queue_redis_memory_bytes`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn check_redis(&self) -> Result<RedisCheck, QueueError> {
        let infos: Vec<(String, String)> =
            self.redis.ask_everywhere("ask Redis about itself", redis::cmd("INFO")).await?;
        let mut get = redis::cmd("CONFIG");
        get.arg("GET").arg("appendfsync");
        // A Redis that somebody else runs may keep its settings to himself; he then answers for them.
        let settings: HashMap<String, HashMap<String, String>> = self
            .redis
            .ask_everywhere("ask for a setting of Redis", get)
            .await
            .unwrap_or_default()
            .into_iter()
            .collect();
        let fsync = |server| settings.get(server).and_then(|settings| settings.get("appendfsync"));
        let checks = infos.iter().map(|(server, info)| judge(info, fsync(server)));
        let check = checks.reduce(RedisCheck::and).unwrap_or_else(|| judge("", None));
        for (of, bytes) in [("used", check.memory.used), ("limit", check.memory.limit)] {
            metrics::gauge!("queue_redis_memory_bytes", "of" => of).set(bytes as f64);
        }
        Ok(check)
    }

    /// Refuses a Redis that will lose messages, unless the operator allows it, and logs everything that is not
    /// as it should be. The first thing after connecting.
    ///
    /// # Errors
    /// [`QueueError::UnsafeRedis`] with the lines of redis.conf that are missing; or when Redis does not answer.
    pub async fn demand_safe_redis(&self, unsafe_redis: UnsafeRedis) -> Result<(), QueueError> {
        let check = self.check_redis().await?;
        let (lethal, others): (Vec<_>, Vec<_>) =
            check.findings.iter().partition(|finding| finding.severity() == Severity::Unsafe);
        others.into_iter().for_each(log);
        if lethal.is_empty() {
            return Ok(());
        }
        if unsafe_redis == UnsafeRedis::Allow {
            lethal.into_iter().for_each(log);
            return Ok(());
        }
        let told = |what: fn(&RedisFinding) -> String, between: &str| {
            lethal.iter().map(|finding| what(finding)).collect::<Vec<_>>().join(between)
        };
        let findings = told(RedisFinding::to_string, ", ");
        Err(QueueError::UnsafeRedis { findings, fixes: told(|finding| finding.fix().to_owned(), ", ") })
    }
}

/// Tells the operator, as loudly as the finding deserves.
fn log(finding: &RedisFinding) {
    let hint = finding.fix();
    match finding.severity() {
        Severity::Unsafe => tracing::error!(hint, "{finding}: messages will be lost, and redis.allow_unsafe allows it"),
        Severity::Warning => tracing::warn!(hint, "{finding}"),
        Severity::Note => tracing::info!(hint, "{finding}"),
    }
}

/// What Redis's own report comes to. A field that it does not have counts as the worst it could say.
fn judge(info: &str, fsync: Option<&String>) -> RedisCheck {
    let field = |name: &str| {
        info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim).unwrap_or_default()
    };
    let number = |name: &str| field(name).parse::<u64>().unwrap_or(0);
    let (version, policy) = (field("redis_version"), field("maxmemory_policy"));
    let mut findings = Vec::new();
    if number("aof_enabled") != 1 {
        findings.push(RedisFinding::NoLog);
    }
    if policy != "noeviction" {
        findings.push(RedisFinding::Evicts { policy: policy.to_owned() });
    }
    if release(version) < OLDEST {
        findings.push(RedisFinding::TooOld { version: version.to_owned() });
    }
    if field("aof_last_write_status") == "err" {
        findings.push(RedisFinding::LogFails);
    }
    if let Some(fsync) = fsync.filter(|fsync| *fsync != "always" && number("aof_enabled") == 1) {
        findings.push(RedisFinding::LogLater { fsync: fsync.clone() });
    }
    if number("maxmemory") == 0 {
        findings.push(RedisFinding::NoMemoryLimit);
    }
    let limit = Some(number("maxmemory")).filter(|max| *max > 0).unwrap_or_else(|| number("total_system_memory"));
    let memory = RedisMemory { used: number("used_memory"), limit };
    RedisCheck { version: version.to_owned(), memory, fsync: fsync.cloned(), findings }
}

/// The first two numbers of a version.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFE: &str = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n# Memory\r\nused_memory:700\r\n\
                        used_memory_human:700B\r\ntotal_system_memory:4000\r\nmaxmemory:1000\r\n\
                        maxmemory_policy:noeviction\r\n# Persistence\r\naof_enabled:1\r\naof_last_write_status:ok\r\n";

    #[test]
    fn every_danger_is_found_in_redis_own_report() {
        use RedisFinding::{Evicts, LogFails, LogLater, NoLog, NoMemoryLimit, TooOld};
        let evicts = |policy: &str| Evicts { policy: policy.to_owned() };
        let too_old = |version: &str| TooOld { version: version.to_owned() };
        let cases = [
            ("", "", Some("always"), vec![]),
            ("", "", None, vec![]),
            ("", "", Some("everysec"), vec![LogLater { fsync: "everysec".to_owned() }]),
            ("aof_enabled:1", "aof_enabled:0", Some("everysec"), vec![NoLog]),
            ("aof_enabled:1", "", Some("always"), vec![NoLog]),
            ("noeviction", "allkeys-lru", Some("always"), vec![evicts("allkeys-lru")]),
            ("noeviction", "volatile-ttl", Some("always"), vec![evicts("volatile-ttl")]),
            ("redis_version:7.0.15", "redis_version:6.0.16", Some("always"), vec![too_old("6.0.16")]),
            ("redis_version:7.0.15", "redis_version:6.2.0", Some("always"), vec![]),
            ("status:ok", "status:err", Some("always"), vec![LogFails]),
            ("maxmemory:1000", "maxmemory:0", Some("always"), vec![NoMemoryLimit]),
        ];
        for (this, that, fsync, expected) in cases {
            let fsync = fsync.map(str::to_owned);
            let check = judge(&SAFE.replace(this, if this.is_empty() { "" } else { that }), fsync.as_ref());
            assert_eq!(check.findings, expected, "{that} {fsync:?}");
        }
        let nothing = judge("", None).findings;
        assert_eq!(nothing, [NoLog, evicts(""), too_old(""), NoMemoryLimit], "a report that says nothing");
    }

    #[test]
    fn memory_is_measured_against_its_limit_or_else_the_machines() {
        for (report, percent) in [
            (SAFE.to_owned(), 70),
            (SAFE.replace("maxmemory:1000", "maxmemory:0"), 17),
            (SAFE.replace("used_memory:700", "used_memory:999"), 99),
            (String::new(), 0),
        ] {
            assert_eq!(judge(&report, None).memory.percent(), percent);
        }
    }
}
