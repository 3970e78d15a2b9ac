//! What counts for what, and which morning it is.

use std::collections::BTreeMap;

use jiff::civil::{Weekday, time};
use jiff::tz::{self, TimeZone};

use super::*;
use crate::decision::{Decision, Source};
use crate::ids::UserId;
use crate::intent::Intent;
use crate::record::Trace;
use crate::seller::{PricingPolicy, Thresholds, WorkingHours};

/// Open from nine to nine, Monday to Friday, in Moscow.
fn shop() -> SellerProfile {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    SellerProfile {
        id: "demo".parse().unwrap(),
        name: "Демо".into(),
        account: UserId(1),
        time_zone: TimeZone::fixed(tz::offset(3)),
        hours: WorkingHours {
            open: time(9, 0, 0, 0),
            close: time(21, 0, 0, 0),
            days: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
        },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: true },
        quiet_after_seller: Duration::from_secs(3600),
    }
}

#[test]
fn a_morning_is_told_for_half_a_day_and_counts_from_the_morning_before() {
    let early = Some(time(8, 30, 0, 0));
    for (at, now, expected) in [
        (None, "2026-11-24T06:00:00Z", "2026-11-24, 2026-11-23T06:00:00Z to 2026-11-24T06:00:00Z"),
        (None, "2026-11-24T05:59:59Z", "none"),
        (None, "2026-11-24T17:59:59Z", "2026-11-24, 2026-11-23T06:00:00Z to 2026-11-24T06:00:00Z"),
        (None, "2026-11-24T18:00:00Z", "none"),
        (None, "2026-11-23T07:00:00Z", "2026-11-23, 2026-11-20T06:00:00Z to 2026-11-23T06:00:00Z"),
        (None, "2026-11-28T07:00:00Z", "none"),
        (early, "2026-11-24T05:40:00Z", "2026-11-24, 2026-11-23T05:30:00Z to 2026-11-24T05:30:00Z"),
    ] {
        let policy = DigestPolicy { on: true, at, per_answer: Duration::ZERO };
        let told = policy.morning(&shop(), now.parse().unwrap());
        let told = told.map(|morning| format!("{}, {} to {}", morning.day, morning.since, morning.moment));
        assert_eq!(told.as_deref().unwrap_or("none"), expected, "{now}");
    }
    let off = DigestPolicy::default();
    assert_eq!(off.morning(&shop(), "2026-11-24T06:00:00Z".parse().unwrap()), None);
}

fn record(chat: &str, at_ms: i64, ending: Ending, total_ms: i64) -> DecisionRecord {
    DecisionRecord {
        turn: at_ms.to_string(),
        conversation: format!("demo:{chat}").parse().unwrap(),
        messages: Vec::new(),
        question: String::new(),
        at_ms,
        ending,
        said: Vec::new(),
        trace: Trace::default(),
        total_ms,
    }
}

fn fact(name: &str, roubles: i64) -> Fact {
    Fact { name: name.to_owned(), value: FactValue::Money(Money::roubles(roubles)), source: Source::Buyer }
}

const ORDER: Ending = Ending::RepliedAndEscalated(EscalationReason::Order);

/// An order in a chat: what was decided, and what was just taken.
fn order(chat: &str, at_ms: i64, decided: &[(Verdict, &[Fact])], taken: &[Fact]) -> DecisionRecord {
    let decision = |(verdict, facts): &(Verdict, &[Fact])| Decision {
        intent: Intent::PriceNegotiation,
        verdict: *verdict,
        product: None,
        facts: facts.to_vec(),
    };
    let decisions = decided.iter().map(decision).collect();
    let trace = Trace { decisions, taken: taken.to_vec(), ..Trace::default() };
    DecisionRecord { trace, ..record(chat, at_ms, ORDER, 1_000) }
}

#[test]
fn each_ending_counts_where_it_belongs() {
    use EscalationReason::{AwaitsTap, Complaint, Paused};
    let records = [
        record("a", 1, Ending::Replied, 900),
        record("b", 2, Ending::Replied, 5_000),
        record("c", 3, ORDER, 1_500),
        record("d", 4, Ending::Escalated(Complaint), 700),
        record("e", 5, Ending::Escalated(AwaitsTap), 700),
        record("f", 6, Ending::Escalated(Paused), 700),
        record("d", 7, Ending::Answered, 9_000),
        record("g", 8, Ending::Silent(SilentReason::LooksOn), 1),
        record("g", 9, Ending::Silent(SilentReason::Echo), 1),
    ];
    let digest = Digest::of(&records, 2);
    let expected = Digest {
        answered: 3,
        median_ms: Some(1_500),
        drafted: 2,
        looked_on: 1,
        by_hand: 1,
        escalated: 2,
        orders: 1,
        priced: 0,
        money: Money::ZERO,
        unanswered: 2,
    };
    assert_eq!(digest, expected);
    assert_eq!(digest.saved(Duration::from_secs(90)), Duration::from_secs(270));
    assert!(Digest::of(&[], 0).is_empty());
    assert!(Digest::of(&[record("g", 9, Ending::Silent(SilentReason::Echo), 1)], 0).is_empty());
}

#[test]
fn money_is_what_our_code_named_once_for_each_chat() {
    use Verdict::{AcceptOffer, Delivers, InStock, TellPrice};
    let price = || vec![fact("price", 3_700)];
    for (orders, expected) in [
        (vec![order("a", 1, &[], &price())], (1, 1, 3_700)),
        (vec![order("a", 1, &[], &[])], (1, 0, 0)),
        (vec![order("a", 1, &[(AcceptOffer, &[fact("price", 3_700), fact("offer", 3_300)])], &[])], (1, 1, 3_300)),
        (vec![order("a", 1, &[(TellPrice, &[fact("price", 500), fact("total", 1_000)])], &[])], (1, 1, 1_000)),
        (vec![order("a", 1, &[(Delivers, &[fact("cost", 300)])], &[])], (1, 0, 0)),
        // Two things, and nobody said which of them, or both.
        (vec![order("a", 1, &[(InStock, &price()), (InStock, &price())], &[])], (1, 0, 0)),
        // The price that was agreed on, though the buyer says «беру» once more.
        (
            vec![order("a", 1, &[(AcceptOffer, &[fact("offer", 3_300)])], &[]), order("a", 2, &[], &price())],
            (1, 1, 3_300),
        ),
        (vec![order("a", 1, &[], &price()), order("a", 2, &[], &[])], (1, 1, 3_700)),
        (vec![order("a", 2, &[], &[fact("price", 500)]), order("a", 1, &[], &price())], (1, 1, 500)),
        (vec![order("a", 1, &[], &price()), order("b", 2, &[], &price()), order("c", 3, &[], &[])], (3, 2, 7_400)),
    ] {
        let digest = Digest::of(&orders, 0);
        let found = (digest.orders, digest.priced, digest.money.as_kopecks() / 100);
        assert_eq!(found, expected, "{orders:#?}");
    }
}

#[test]
fn the_median_is_one_of_the_values() {
    for (values, expected) in [(&[][..], None), (&[3], Some(3)), (&[9, 1], Some(1)), (&[9, 1, 4], Some(4))] {
        assert_eq!(median(values.to_vec()), expected);
    }
}
