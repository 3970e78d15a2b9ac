//! The report as people read it: tables, two lines about Redis and the gateway, what is wrong, the verdict.

use std::fmt::Write;

use super::report::{GatewayReport, Held, Log, RedisReport, Report, ShardReport, WorkerReport};
use crate::plain::{bytes, count, printable, span, span_or_dash, table};

/// How many of a worker's conversations are named.
const NAMED: usize = 3;

/// The page, with a line end.
pub(super) fn of(report: &Report) -> String {
    let mut page = String::new();
    if let Some(redis) = &report.redis {
        part(&mut page, &shards(report));
        part(&mut page, &workers(&report.workers));
        part(&mut page, &sellers(report));
        part(&mut page, &format!("Redis    {}\ngateway  {}", about_redis(redis), about_gateway(&report.gateway)));
    } else {
        part(&mut page, &format!("gateway  {}", about_gateway(&report.gateway)));
    }
    if report.troubles.len() > 1 {
        let told = report.troubles.iter().map(|trouble| format!("wrong: {}\n  hint: {}", trouble.what, trouble.fix));
        part(&mut page, &told.collect::<Vec<_>>().join("\n"));
    }
    page.push_str(&verdict(report));
    page.push('\n');
    page
}

fn part(page: &mut String, text: &str) {
    // A String takes everything.
    write!(page, "{text}\n\n").ok();
}

fn verdict(report: &Report) -> String {
    match report.troubles.as_slice() {
        [] => "verdict: all quiet".to_owned(),
        [only] => format!("verdict: {}; {}", only.what, only.fix),
        [worst, ..] => {
            format!("verdict: {} things are wrong, first of all {}; {}", report.troubles.len(), worst.what, worst.fix)
        }
    }
}

fn shards(report: &Report) -> String {
    let mut table = table([
        "shard",
        "ready",
        "in work",
        "delayed",
        "next due",
        "messages",
        "oldest waits",
        "dead letters",
        "epoch",
    ]);
    let row = |name: String, shard: &ShardReport| {
        let due = shard.next_due_ms.map(|ms| if ms <= 0 { "now".to_owned() } else { format!("in {}", span(ms)) });
        [
            name,
            shard.ready.to_string(),
            shard.in_work.to_string(),
            shard.delayed.to_string(),
            due.unwrap_or_else(|| "-".to_owned()),
            shard.messages.to_string(),
            span_or_dash(shard.oldest_waits_ms),
            shard.dead_letters.to_string(),
            shard.epoch.to_string(),
        ]
    };
    for shard in &report.shards {
        let name = shard.shard.map(|number| number.to_string()).unwrap_or_default();
        if shard.answers {
            table.add_row(row(name, shard));
        } else {
            table.add_row([name, "does not answer".to_owned()]);
        }
    }
    if report.shards.len() > 1 {
        table.add_row(row("all".to_owned(), &report.total));
    }
    trimmed(&table)
}

fn workers(workers: &[WorkerReport]) -> String {
    if workers.is_empty() {
        return "no worker is on the books".to_owned();
    }
    let mut table = table(["worker", "lease", "in work", ""]);
    for worker in workers {
        let lease = if worker.lives { "renewed" } else { "over, last renewed" };
        let lease = format!("{lease} {} ago", span(worker.renewed_ms_ago));
        table.add_row([worker.id.clone(), lease, worker.holds.len().to_string(), held(&worker.holds)]);
    }
    trimmed(&table)
}

fn held(holds: &[Held]) -> String {
    let mut named: Vec<_> = holds
        .iter()
        .take(NAMED)
        .map(|held| {
            let waits = held.waits_ms.map(|ms| format!(" for {}", span(ms))).unwrap_or_default();
            format!("{} ({}{waits})", printable(&held.conversation), count(held.messages, "message"))
        })
        .collect();
    if holds.len() > NAMED {
        named.push(format!("and {} more", holds.len() - NAMED));
    }
    named.join(", ")
}

fn sellers(report: &Report) -> String {
    if report.sellers.is_empty() {
        return "no buyer waits".to_owned();
    }
    let mut table = table(["seller", "conversations", "messages", "oldest waits"]);
    for seller in &report.sellers {
        table.add_row([
            printable(&seller.seller).into_owned(),
            seller.conversations.to_string(),
            seller.messages.to_string(),
            span_or_dash(seller.oldest_waits_ms),
        ]);
    }
    trimmed(&table)
}

fn about_redis(redis: &RedisReport) -> String {
    let RedisReport { version, memory_percent, alarm_percent, .. } = redis;
    let limit = match redis.memory_limit_bytes {
        0 => "no limit known".to_owned(),
        limit => format!("of {}, {memory_percent} %, alarm at {alarm_percent} %", bytes(limit)),
    };
    let log = match (redis.log, redis.fsync.as_deref()) {
        (Log::None, _) => "no append-only log".to_owned(),
        (Log::Failing, _) => "the append-only log cannot be written".to_owned(),
        (Log::Kept, Some(fsync)) => format!("append-only log kept, fsync {fsync}"),
        (Log::Kept, None) => "append-only log kept, when it is synced Redis does not tell".to_owned(),
    };
    format!("{version}, memory {} ({limit}), {log}", bytes(redis.memory_bytes))
}

fn about_gateway(gateway: &GatewayReport) -> String {
    let disk = match gateway.waiting_on_disk {
        Some(0) => "nothing waits in the spool on this machine".to_owned(),
        Some(messages) => format!("{} in the spool on this machine", count(messages as usize, "message")),
        None => "the spool on this machine cannot be read".to_owned(),
    };
    let says = match (gateway.accepts_into, &gateway.unknown_because) {
        (Some("redis"), _) => format!("{}: messages go straight to Redis", gateway.url),
        (Some("disk"), _) => format!("{}: messages go to its own disk", gateway.url),
        (Some(_), _) => format!("{}: webhooks are refused", gateway.url),
        (None, why) => format!(
            "unknown: none answers at {} ({}); --gateway <url> asks another",
            gateway.url,
            why.as_deref().unwrap_or("no reason given")
        ),
    };
    format!("{says}; {disk}")
}

/// Without the spaces that fill up the last column.
fn trimmed(table: &comfy_table::Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
