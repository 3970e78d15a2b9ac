//! How settings must fit each other.
//!
//! Not here: the range of a single value ([`crate::sections`]).

use std::time::Duration;

use crate::model::{Door, Settings, SignatureMode};
use crate::problem::Misfit;
use crate::reader::Reader;

/// The first duration must be shorter than the second, or there is a reason to complain.
struct Order {
    short: &'static str,
    long: &'static str,
    durations: fn(&Settings) -> (Duration, Duration),
    why: &'static str,
}

/// Between two durations where both may be the same.
const A_BIT: Duration = Duration::from_nanos(1);

/// Beyond a send and a heartbeat, the time that journalling the send takes.
const LEASE_MARGIN: Duration = Duration::from_millis(500);

const ORDERS: &[Order] = &[
    Order {
        short: "queue.heartbeat",
        long: "queue.lease",
        durations: |s| (3 * s.queue.heartbeat, s.queue.lease + A_BIT),
        why: "the lease must outlast three heartbeats, so that one lost on the way is no death",
    },
    Order {
        short: "avito.send_timeout",
        long: "queue.lease",
        durations: |s| (s.avito.send_timeout + s.queue.heartbeat + LEASE_MARGIN, s.queue.lease),
        why: "the lease must outlast a send by a heartbeat and half a second, or no send could begin",
    },
    Order {
        short: "telegram.timeout",
        long: "queue.lease",
        durations: |s| (s.telegram.timeout + s.queue.heartbeat + LEASE_MARGIN, s.queue.lease),
        why: "the lease must outlast a card by a heartbeat and half a second, or no card could begin",
    },
    Order {
        short: "queue.retry_base",
        long: "queue.retry_cap",
        durations: |s| (s.queue.retry_base, s.queue.retry_cap + A_BIT),
        why: "the first retry may not wait longer than the longest",
    },
    Order {
        short: "queue.block",
        long: "worker.ready_within",
        durations: |s| (s.queue.block, s.worker.ready_within),
        why: "a worker that waits at an empty queue would not count as ready",
    },
    Order {
        short: "queue.block",
        long: "worker.drain",
        durations: |s| (s.queue.block, s.worker.drain),
        why: "a shutdown waits until the worker comes back from the queue",
    },
    Order {
        short: "redis.wait_within",
        long: "redis.response_timeout",
        durations: |s| (s.redis.wait_within, s.redis.response_timeout),
        why: "an answer that waits for replicas would come too late",
    },
    Order {
        short: "gateway.redis_within",
        long: "gateway.answer_within",
        durations: |s| (s.gateway.redis_within, s.gateway.answer_within),
        why: "Redis gets a part of the time a webhook may take",
    },
    Order {
        short: "gateway.keep_recent",
        long: "queue.seen_ttl",
        durations: |s| (s.gateway.keep_recent, s.queue.seen_ttl),
        why: "a message that Redis was to forget by now would be taken for one that it lost",
    },
    Order {
        short: "worker.sweep_within",
        long: "queue.seen_ttl",
        durations: |s| (s.worker.sweep_within, s.queue.seen_ttl),
        why: "a message that was forgotten by then would be taken for one that never came",
    },
    Order {
        short: "worker.sweep_within",
        long: "store.sent_ttl",
        durations: |s| (s.worker.sweep_within, s.store.sent_ttl),
        why: "a message of ours that was forgotten by then would be taken for the seller's",
    },
    Order {
        short: "worker.route_within",
        long: "worker.word_until",
        durations: |s| (s.worker.route_within, s.worker.word_until),
        why: "the wording comes after the router",
    },
    Order {
        short: "worker.word_until",
        long: "worker.turn_budget",
        durations: |s| (s.worker.word_until, s.worker.turn_budget),
        why: "the send comes after the wording",
    },
    Order {
        short: "worker.burst_quiet",
        long: "worker.burst_max",
        durations: |s| (s.worker.burst_quiet, s.worker.burst_max + A_BIT),
        why: "no wait may be longer than the longest",
    },
    Order {
        short: "worker.burst_max",
        long: "worker.turn_budget",
        durations: |s| (s.worker.burst_max, s.worker.turn_budget),
        why: "the wait for a buyer who types in pieces is a part of the turn",
    },
    Order {
        short: "sheets.fresh",
        long: "sheets.stale",
        durations: |s| (s.sheets.fresh, s.sheets.stale + A_BIT),
        why: "a fresh table cannot be too old",
    },
];

/// Notes everything in `settings` that does not fit together.
pub(crate) fn check(settings: &Settings, r: &mut Reader<'_>) {
    let fits = |order: &&Order| {
        let (short, long) = (order.durations)(settings);
        short < long || r.is_wrong(order.short) || r.is_wrong(order.long)
    };
    for order in ORDERS.iter().filter(|order| !fits(order)).collect::<Vec<_>>() {
        let blamed = blamed(r, order.short, order.long);
        let other = if blamed == order.short { order.long } else { order.short };
        let what = format!("= \"{}\" does not fit {other}", value(r, blamed));
        let fix = format!("{}; {other} is \"{}\"", order.why, value(r, other));
        r.object(blamed, Misfit::new(what, fix));
    }
    check_signature(settings, r);
    check_flood(settings, r);
    check_permits(settings, r);
    check_window(settings, r);
    let google = settings.sheets.base_url.host_str() == Some("sheets.googleapis.com");
    if google && settings.sheets.service_account.is_none() && !r.is_secret_wrong("sheets.service_account") {
        let fix = "give sheets.service_account_file: the JSON of a service account's key";
        r.object("sheets.service_account", Misfit::new("is missing", fix));
    }
}

fn check_signature(settings: &Settings, r: &mut Reader<'_>) {
    let signature = &settings.gateway.signature;
    let key = "gateway.signature.secret";
    if signature.mode != SignatureMode::Off
        && signature.secret.is_none()
        && !r.is_secret_wrong(key)
        && !r.is_wrong("gateway.signature.mode")
    {
        let fix = "give gateway.signature.secret or its secret_file, or set mode = \"off\"";
        r.object(key, Misfit::new("is missing, and gateway.signature.mode needs it", fix));
    }
}

/// A flood is seen in the ids a conversation remembers, so it must be remembered whole.
fn check_flood(settings: &Settings, r: &mut Reader<'_>) {
    let (flood, seen) = ("queue.flood_per_minute", "queue.seen_max");
    if settings.queue.flood_per_minute >= settings.queue.seen_max && !r.is_wrong(flood) && !r.is_wrong(seen) {
        let blamed = blamed(r, flood, seen);
        let what =
            format!("= {} does not fit: queue.flood_per_minute must be less than queue.seen_max", value(r, blamed));
        let fix = "a flood is seen in the ids that a conversation remembers; set seen_max above it";
        r.object(blamed, Misfit::new(what, fix));
    }
}

/// Each shard is waited at with a permit in hand, and turns need some, too.
fn check_permits(settings: &Settings, r: &mut Reader<'_>) {
    let (permits, shards) = ("worker.permits", "queue.shards");
    let (have, for_shards) = (settings.worker.permits, usize::from(settings.queue.shards));
    if for_shards > 1 && have < 2 * for_shards && !r.is_wrong(permits) && !r.is_wrong(shards) {
        let blamed = blamed(r, permits, shards);
        let what = format!("= {} does not fit: worker.permits must be at least twice queue.shards", value(r, blamed));
        let fix = "a worker waits at each shard with a permit in hand, and its turns need some besides";
        r.object(blamed, Misfit::new(what, fix));
    }
}

/// Counts that the window does not hold are never reached.
fn check_window(settings: &Settings, r: &mut Reader<'_>) {
    let window = "autonomy.window";
    let bar = &settings.autonomy.bar;
    for (key, count) in
        [("autonomy.propose_after", bar.propose_after), ("autonomy.fall_back_after", bar.fall_back_after)]
    {
        if count as usize > settings.autonomy.window && !r.is_wrong(window) && !r.is_wrong(key) {
            let blamed = blamed(r, key, window);
            let what = format!("= {} does not fit: {key} must not be more than {window}", value(r, blamed));
            r.object(blamed, Misfit::new(what, "only the answers in the window count; set it wider"));
        }
    }
}

/// Notes a door without a gate. `log` is none: it counts, and lets pass.
pub(crate) fn check_gates(settings: &Settings, r: &mut Reader<'_>) {
    let signed = settings.gateway.signature.mode == SignatureMode::Require;
    let open: Vec<_> = settings
        .sellers
        .iter()
        .filter(|seller| seller.avito.webhook_token.is_none())
        .map(|seller| seller.profile.id.as_str())
        .collect();
    let guarded = signed || open.is_empty() || settings.gateway.door == Door::Open;
    // A token that is there but wrong was told already.
    let told = r.book.problems.iter().any(|problem| problem.key.starts_with("avito.webhook_token"));
    if !guarded && !told && !r.is_wrong("gateway.signature.mode") {
        let what = format!("is not \"require\", and no webhook_token guards seller {}", open.join(", "));
        let fix = "give each seller an avito.webhook_token, or require signatures; or set gateway.allow_open = true and let anybody in";
        r.object("gateway.signature.mode", Misfit::new(what, fix));
    }
}

/// Of two settings that do not fit, the one the operator set; the last of the two that he set.
fn blamed(r: &Reader<'_>, short: &'static str, long: &'static str) -> &'static str {
    let rank = |key| r.entry(key).map(|entry| entry.place.rank());
    if rank(long) > rank(short) { long } else { short }
}

fn value(r: &Reader<'_>, key: &str) -> String {
    r.entry(key).map(|entry| entry.value.to_string()).unwrap_or_default()
}
