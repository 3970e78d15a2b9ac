//! What was seen, put together: the report that `--json` prints and the page is made of.
//!
//! Times are spans in milliseconds, counted from the moment of looking. Not here: what is wrong (`troubles`).

use std::collections::BTreeMap;

use gateway::Road;
use queue::{ShardStatus, UnderWay, Whereabouts, WorkerId};
use serde::Serialize;

use super::troubles::{self, Trouble};
use super::{Gateway, InRedis, Measures, Seen};
use crate::failure::Failure;

/// How many sellers are named: those with most waiting.
const SELLERS: usize = 5;

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Whether nothing is wrong.
    pub(super) quiet: bool,
    /// What is wrong, the worst first.
    pub(super) troubles: Vec<Trouble>,
    /// All shards that answer, together.
    pub(super) total: ShardReport,
    /// Shard by shard.
    pub(super) shards: Vec<ShardReport>,
    /// The workers on the books.
    pub(super) workers: Vec<WorkerReport>,
    /// The sellers with most waiting.
    pub(super) sellers: Vec<SellerReport>,
    /// Redis; nothing, if it does not answer.
    pub(super) redis: Option<RedisReport>,
    /// The gateway.
    pub(super) gateway: GatewayReport,
}

/// One shard, or all together.
#[derive(Debug, Default, Serialize)]
pub(super) struct ShardReport {
    /// Its number; none for the total.
    pub(super) shard: Option<u16>,
    /// Whether it answers.
    pub(super) answers: bool,
    /// Conversations that wait for a worker.
    pub(super) ready: usize,
    /// Conversations that a worker has.
    pub(super) in_work: usize,
    /// Conversations that wait for a time.
    pub(super) delayed: usize,
    /// When the soonest of these comes; negative, if it has passed.
    pub(super) next_due_ms: Option<i64>,
    /// Unanswered messages.
    pub(super) messages: usize,
    /// How long the oldest of these waits.
    pub(super) oldest_waits_ms: Option<i64>,
    /// Dead letters.
    pub(super) dead_letters: usize,
    /// Those of them that no human was told of.
    pub(super) untold: usize,
    /// How many claims there ever were.
    pub(super) epoch: u64,
}

/// One worker.
#[derive(Debug, Serialize)]
pub(super) struct WorkerReport {
    pub(super) id: String,
    /// Whether its lease runs, in one shard at least.
    pub(super) lives: bool,
    /// How long ago its lease was renewed, in the shard where that is longest ago.
    pub(super) renewed_ms_ago: i64,
    /// What it has in work.
    pub(super) holds: Vec<Held>,
}

/// A conversation in work.
#[derive(Debug, Serialize)]
pub(super) struct Held {
    pub(super) conversation: String,
    pub(super) messages: usize,
    /// Turns that failed over it.
    pub(super) attempts: u32,
    /// How long its oldest message waits.
    pub(super) waits_ms: Option<i64>,
}

/// What waits for one seller.
#[derive(Debug, Serialize)]
pub(super) struct SellerReport {
    pub(super) seller: String,
    pub(super) conversations: usize,
    pub(super) messages: usize,
    pub(super) oldest_waits_ms: Option<i64>,
}

/// Redis. Of a cluster, the fullest server.
#[derive(Debug, Serialize)]
pub(super) struct RedisReport {
    pub(super) version: String,
    pub(super) memory_bytes: u64,
    pub(super) memory_limit_bytes: u64,
    pub(super) memory_percent: u64,
    pub(super) alarm_percent: u8,
    /// Whether there is an append-only log and it can be written.
    pub(super) log: Log,
    /// Its `appendfsync`; nothing, if Redis keeps that to itself.
    pub(super) fsync: Option<String>,
}

/// How Redis keeps its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Log {
    Kept,
    Failing,
    None,
}

/// The gateway.
#[derive(Debug, Serialize)]
pub(super) struct GatewayReport {
    pub(super) url: String,
    /// `redis`, `disk` or `nowhere`: where what it accepts goes to. Nothing, if it does not answer.
    pub(super) accepts_into: Option<&'static str>,
    /// Why that is not known.
    pub(super) unknown_because: Option<String>,
    /// Messages in the spool's directory; nothing, if it cannot be read.
    pub(super) waiting_on_disk: Option<u64>,
}

impl Report {
    pub(super) fn of(seen: &Seen, measures: &Measures<'_>) -> Self {
        let in_redis = seen.redis.as_ref();
        let answering: &[ShardStatus] = in_redis.map_or(&[], |redis| &redis.shards);
        let shards: Vec<_> = (0..measures.settings.queue.shards)
            .map(|number| match answering.iter().find(|status| status.shard == number) {
                Some(status) => shard(status),
                None => ShardReport { shard: Some(number), ..ShardReport::default() },
            })
            .collect();
        let mut report = Self {
            quiet: false,
            troubles: Vec::new(),
            total: shards.iter().fold(ShardReport { answers: true, ..ShardReport::default() }, add),
            shards,
            workers: workers(answering, measures.settings.queue.lease.as_millis() as i64),
            sellers: sellers(answering),
            redis: in_redis.ok().map(|redis| redis_report(redis, measures)),
            gateway: gateway(&seen.gateway),
        };
        report.troubles = troubles::of(&report, seen, measures);
        report.quiet = report.troubles.is_empty();
        report
    }

    /// The shards that do not answer, although others do.
    pub(super) fn away(&self) -> Vec<u16> {
        self.shards.iter().filter(|shard| !shard.answers).filter_map(|shard| shard.shard).collect()
    }
}

fn shard(status: &ShardStatus) -> ShardReport {
    let count = |wanted: fn(&Whereabouts) -> bool| {
        status.conversations.iter().filter(|conversation| wanted(&conversation.place)).count()
    };
    let due = status.conversations.iter().filter_map(|conversation| match conversation.place {
        Whereabouts::Delayed { due_ms } => Some(due_ms - status.at_ms),
        Whereabouts::Ready | Whereabouts::Held { .. } => None,
    });
    ShardReport {
        shard: Some(status.shard),
        answers: true,
        ready: count(|place| matches!(place, Whereabouts::Ready)),
        in_work: count(|place| matches!(place, Whereabouts::Held { .. })),
        delayed: count(|place| matches!(place, Whereabouts::Delayed { .. })),
        next_due_ms: due.min(),
        messages: status.conversations.iter().map(|conversation| conversation.messages).sum(),
        oldest_waits_ms: status.conversations.iter().filter_map(|one| waits(one, status.at_ms)).max(),
        dead_letters: status.dead,
        untold: status.untold,
        epoch: status.epoch,
    }
}

fn add(mut total: ShardReport, one: &ShardReport) -> ShardReport {
    total.answers &= one.answers;
    total.ready += one.ready;
    total.in_work += one.in_work;
    total.delayed += one.delayed;
    total.next_due_ms = [total.next_due_ms, one.next_due_ms].into_iter().flatten().min();
    total.messages += one.messages;
    total.oldest_waits_ms = total.oldest_waits_ms.max(one.oldest_waits_ms);
    total.dead_letters += one.dead_letters;
    total.untold += one.untold;
    total.epoch += one.epoch;
    total
}

/// The gateway's clock and Redis's may differ a little; nothing waits since the future.
fn waits(conversation: &UnderWay, at_ms: i64) -> Option<i64> {
    conversation.oldest_ms.map(|oldest| (at_ms - oldest).max(0))
}

fn workers(shards: &[ShardStatus], lease_ms: i64) -> Vec<WorkerReport> {
    let mut workers: BTreeMap<&WorkerId, WorkerReport> = BTreeMap::new();
    for status in shards {
        for (id, end_ms) in &status.leases {
            let worker = workers.entry(id).or_insert_with(|| WorkerReport {
                id: id.to_string(),
                lives: false,
                renewed_ms_ago: i64::MIN,
                holds: Vec::new(),
            });
            worker.lives |= *end_ms >= status.at_ms;
            worker.renewed_ms_ago = worker.renewed_ms_ago.max(status.at_ms - (end_ms - lease_ms));
        }
        for conversation in &status.conversations {
            let Whereabouts::Held { worker } = &conversation.place else { continue };
            let Some(worker) = workers.get_mut(worker) else { continue };
            worker.holds.push(Held {
                conversation: conversation.token.to_string(),
                messages: conversation.messages,
                attempts: conversation.attempts,
                waits_ms: waits(conversation, status.at_ms),
            });
        }
    }
    let mut workers: Vec<_> = workers.into_values().collect();
    for worker in &mut workers {
        worker.holds.sort_by_key(|held| std::cmp::Reverse(held.waits_ms));
    }
    workers
}

fn sellers(shards: &[ShardStatus]) -> Vec<SellerReport> {
    let mut sellers: BTreeMap<&str, SellerReport> = BTreeMap::new();
    for status in shards {
        for conversation in &status.conversations {
            let name = conversation.token.as_str().split(':').next().unwrap_or_default();
            let seller = sellers.entry(name).or_insert_with(|| SellerReport {
                seller: name.to_owned(),
                conversations: 0,
                messages: 0,
                oldest_waits_ms: None,
            });
            seller.conversations += 1;
            seller.messages += conversation.messages;
            seller.oldest_waits_ms = seller.oldest_waits_ms.max(waits(conversation, status.at_ms));
        }
    }
    let mut sellers: Vec<_> = sellers.into_values().collect();
    sellers.sort_by_key(|seller| std::cmp::Reverse(seller.messages));
    sellers.truncate(SELLERS);
    sellers
}

fn redis_report(redis: &InRedis, measures: &Measures<'_>) -> RedisReport {
    use queue::RedisFinding::{LogFails, NoLog};
    let check = &redis.check;
    let log = if check.findings.contains(&NoLog) {
        Log::None
    } else if check.findings.contains(&LogFails) {
        Log::Failing
    } else {
        Log::Kept
    };
    RedisReport {
        version: check.version.clone(),
        memory_bytes: check.memory.used,
        memory_limit_bytes: check.memory.limit,
        memory_percent: check.memory.percent(),
        alarm_percent: measures.settings.redis.memory_alarm_percent,
        log,
        fsync: check.fsync.clone(),
    }
}

fn gateway(gateway: &Gateway) -> GatewayReport {
    GatewayReport {
        url: gateway.url.clone(),
        accepts_into: gateway.road.as_ref().ok().map(|road| match road {
            Road::Redis => "redis",
            Road::Disk => "disk",
            Road::Nowhere => "nowhere",
        }),
        unknown_because: gateway.road.as_ref().err().cloned(),
        waiting_on_disk: gateway.on_disk.as_ref().ok().copied(),
    }
}

/// What stands in the report when Redis does not answer at all.
pub(super) fn silent_redis(failure: &Failure) -> Trouble {
    Trouble::new(format!("Redis does not answer: {}", failure.what), failure.fix.clone())
}
