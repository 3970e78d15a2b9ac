//! A shop for this room's tests.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ids::UserId;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;

/// A Moscow shop, open from nine to nine, closed on Sundays.
pub(crate) fn seller() -> SellerProfile {
    SellerProfile {
        id: "demo".parse().expect("a slug"),
        name: "Лавка на Лесной".into(),
        account: UserId(353_200_000),
        time_zone: TimeZone::get("Europe/Moscow").expect("the bundled zones have Moscow"),
        hours: WorkingHours {
            open: time(9, 0, 0, 0),
            close: time(21, 0, 0, 0),
            days: vec![
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
                Weekday::Saturday,
            ],
        },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: true },
        quiet_after_seller: Duration::from_secs(3600),
    }
}
