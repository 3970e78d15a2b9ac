//! A shop for the tests of this room.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ids::UserId;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;

pub(crate) fn seller() -> SellerProfile {
    SellerProfile {
        id: "demo".parse().unwrap(),
        name: "Лавка".into(),
        account: UserId(1),
        time_zone: TimeZone::UTC,
        hours: WorkingHours { open: time(9, 0, 0, 0), close: time(21, 0, 0, 0), days: vec![Weekday::Monday] },
        thresholds: Thresholds { default: 0.8, by_intent: BTreeMap::new() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: true },
        quiet_after_seller: Duration::from_secs(3600),
    }
}
