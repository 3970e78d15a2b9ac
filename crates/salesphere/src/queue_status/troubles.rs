//! What is wrong, the worst first, each with what to do about it.
//!
//! Wrong is what keeps buyers without an answer, what may lose something, and what waits for a human. A queue that is
//! long, or a worker that died and whose conversations others took, is not.

use std::collections::{BTreeMap, BTreeSet};

use gateway::Road;
use queue::Severity;
use serde::Serialize;

use super::report::{Report, silent_redis};
use super::{InRedis, Measures, Naming, Seen};
use crate::plain::{count, printable, span};

/// How many violations are told one by one.
const VIOLATIONS: usize = 5;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Trouble {
    /// What.
    pub(super) what: String,
    /// What to do.
    pub(super) fix: String,
}

impl Trouble {
    pub(super) fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fix: fix.into() }
    }
}

/// Everything that is wrong.
pub(super) fn of(report: &Report, seen: &Seen, measures: &Measures<'_>) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    match &seen.redis {
        Err(failure) => {
            troubles.push(silent_redis(failure));
            at_the_gateway(seen, &mut troubles);
        }
        Ok(redis) => {
            in_redis(report, redis, measures, &mut troubles);
            at_the_gateway(seen, &mut troubles);
            with_the_workers(report, measures, &mut troubles);
            in_the_books(redis, &mut troubles);
            among_the_dead(report, redis, measures, &mut troubles);
        }
    }
    troubles
}

fn in_redis(report: &Report, redis: &InRedis, measures: &Measures<'_>, troubles: &mut Vec<Trouble>) {
    let away = report.away();
    if !away.is_empty() {
        let which = away.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        let what = format!("shards {which} do not answer; their conversations wait");
        troubles.push(Trouble::new(what, "see to the Redis that has them: `redis-cli cluster nodes` tells which"));
    }
    for finding in redis.check.findings.iter().filter(|finding| finding.severity() >= Severity::Warning) {
        troubles.push(Trouble::new(finding.to_string(), format!("{} and restart it", finding.fix())));
    }
    let (percent, alarm) = (redis.check.memory.percent(), u64::from(measures.settings.redis.memory_alarm_percent));
    if percent >= alarm {
        let fix =
            "raise maxmemory, or find out with `redis-cli --bigkeys` what fills it: a full Redis takes no messages";
        troubles.push(Trouble::new(format!("the memory of Redis is {percent} % full, the alarm is at {alarm} %"), fix));
    }
}

fn at_the_gateway(seen: &Seen, troubles: &mut Vec<Trouble>) {
    let gateway = &seen.gateway;
    let on_disk = gateway.on_disk.as_ref().copied().unwrap_or_default();
    let waiting = count(on_disk as usize, "message");
    match &gateway.road {
        Ok(Road::Redis) => {}
        Ok(Road::Disk) => troubles.push(Trouble::new(
            format!("the gateway at {} writes to its own disk, {waiting} there: it does not reach Redis", gateway.url),
            "see that Redis runs; once it answers, the gateway brings all of it over by itself",
        )),
        Ok(Road::Nowhere) => troubles.push(Trouble::new(
            format!("the gateway at {} refuses webhooks: Redis is away, and its disk took no more", gateway.url),
            "make room in gateway.spool_dir or raise gateway.spool_max_bytes, and see that Redis runs",
        )),
        Err(why) if gateway.named == Naming::Given => troubles.push(Trouble::new(
            format!("no gateway answers at {} ({why})", gateway.url),
            "see that it runs and what it logs; Avito delivers again only for a while",
        )),
        Err(_) if on_disk > 0 => troubles.push(Trouble::new(
            format!("{waiting} lie in the spool on this machine, and no gateway runs here to bring them to Redis"),
            "start the gateway on this machine",
        )),
        Err(_) => {}
    }
}

fn with_the_workers(report: &Report, measures: &Measures<'_>, troubles: &mut Vec<Trouble>) {
    let total = &report.total;
    if !report.workers.iter().any(|worker| worker.lives) {
        let waiting = count(total.messages, "message");
        let fix = "start one (`worker`, or `docker-compose up -d worker`), and see in its log why it ended";
        troubles.push(Trouble::new(format!("no worker runs: nothing is answered, {waiting} waiting"), fix));
        return;
    }
    let lease_ms = measures.settings.queue.lease.as_millis() as i64;
    for worker in &report.workers {
        // A lease's length for the end of the lease, one more for the others to notice.
        if !worker.lives && !worker.holds.is_empty() && worker.renewed_ms_ago > 2 * lease_ms {
            let held = count(worker.holds.len(), "conversation");
            let what = format!(
                "worker {} died {} ago and {held} were not taken from it",
                worker.id,
                span(worker.renewed_ms_ago)
            );
            troubles.push(Trouble::new(what, "see in the logs of the other workers what keeps their housekeeping"));
        }
    }
    if let Some(oldest) = total.oldest_waits_ms.filter(|oldest| *oldest > measures.late_after_ms) {
        let fix = if total.ready > total.in_work {
            "the workers do not keep up: start another, or raise worker.permits"
        } else {
            "see in the workers' logs what its turns fail over: the model, Avito or Telegram"
        };
        troubles.push(Trouble::new(format!("a message has waited for {}", span(oldest)), fix));
    }
}

fn in_the_books(redis: &InRedis, troubles: &mut Vec<Trouble>) {
    let fix = "keep the logs and the append-only file of Redis, and report it: this must not be";
    for violation in redis.violations.iter().take(VIOLATIONS) {
        troubles.push(Trouble::new(format!("the queue is damaged: {}", printable(&violation.to_string())), fix));
    }
    if redis.violations.len() > VIOLATIONS {
        let more = redis.violations.len() - VIOLATIONS;
        troubles.push(Trouble::new(format!("the queue is damaged in {more} more places"), fix));
    }
}

fn among_the_dead(report: &Report, redis: &InRedis, measures: &Measures<'_>, troubles: &mut Vec<Trouble>) {
    let known: BTreeSet<&str> = measures.sellers.iter().map(|seller| seller.as_str()).collect();
    let mut strangers: BTreeMap<String, usize> = BTreeMap::new();
    for letter in &redis.letters {
        let seller = letter.conversation.split(':').next().unwrap_or_default();
        if !known.contains(seller) {
            *strangers.entry(printable(seller).into_owned()).or_default() += 1;
        }
    }
    let of_strangers: usize = strangers.values().sum();
    if of_strangers > 0 {
        let names: Vec<_> = strangers.keys().map(|name| format!("\"{name}\"")).collect();
        let what = format!(
            "{} of sellers that are not in the settings ({}): nobody was told",
            count(of_strangers, "dead letter"),
            names.join(", ")
        );
        let fix = "`salesphere dead list`; give the seller his file in config/sellers and retry, or drop them";
        troubles.push(Trouble::new(what, fix));
    }
    let others = report.total.dead_letters.saturating_sub(of_strangers);
    if others > 0 {
        let untold = match report.total.untold.saturating_sub(of_strangers) {
            0 => "the sellers were told".to_owned(),
            untold => format!("the sellers were not told of {untold} yet"),
        };
        let what = format!("{}; {untold}", count(others, "dead letter"));
        troubles.push(Trouble::new(what, "`salesphere dead list` shows them and what to do"));
    }
}
