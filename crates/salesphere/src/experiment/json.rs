//! The report for a program.

use domain::proportion::{Interval, Proportion};
use domain::record::Variant;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Report;
use super::tally::{Arm, Experiment, Outcome};
use super::told::{FEWEST, judge, pair};

pub(super) fn of(report: &Report) -> Value {
    json!({
        "since": Timestamp::from_millisecond(report.since_ms).ok().map(|at| at.to_string()),
        "again_within_min": report.again_within,
        "fewest_chats": FEWEST,
        "experiments": report.experiments.iter().map(experiment).collect::<Vec<_>>(),
    })
}

fn experiment(experiment: &Experiment) -> Value {
    let (a, b) = pair(experiment);
    let outcomes: Map<String, Value> = Outcome::ALL.into_iter().map(|outcome| {
        let (a, b) = (a.and_then(|arm| arm.of(outcome)), b.and_then(|arm| arm.of(outcome)));
        let (judgement, difference) = judge(a, b);
        let seen = json!({
            "a": a.map(share), "b": b.map(share), "difference": difference.map(interval), "judgement": judgement.name(),
        });
        (outcome.name().to_owned(), seen)
    }).collect();
    json!({
        "prompt": experiment.prompt,
        "arms": experiment.arms.iter().map(arm).collect::<Vec<_>>(),
        "earlier": experiment.earlier.iter().map(arm).collect::<Vec<_>>(),
        "outcomes": outcomes,
    })
}

fn arm(arm: &Arm) -> Value {
    let variant = match arm.variant {
        Variant::A => "a",
        Variant::B => "b",
    };
    json!({ "variant": variant, "version": arm.version, "chats": arm.chats, "turns": arm.turns })
}

fn share(seen: Proportion) -> Value {
    json!({ "hits": seen.hits, "of": seen.of, "share": seen.share(), "interval": interval(seen.wilson()) })
}

fn interval(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}
