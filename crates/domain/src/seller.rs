//! What one seller wants of us, apart from credentials.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use crate::ids::{SellerId, UserId};
use crate::intent::Intent;

/// One seller's profile: what the agents and the worker go by.
#[derive(Debug, Clone)]
pub struct SellerProfile {
    /// The short name.
    pub id: SellerId,
    /// The shop's name, as people read it.
    pub name: String,
    /// The Avito account.
    pub account: UserId,
    /// Where the seller lives.
    pub time_zone: TimeZone,
    /// When somebody is there to answer.
    pub hours: WorkingHours,
    /// How sure the router must be.
    pub thresholds: Thresholds,
    /// How to bargain.
    pub pricing: PricingPolicy,
    /// The bot stays out of a chat for this long after the seller's last message in it.
    pub quiet_after_seller: Duration,
}

/// How sure the router must be before we answer by ourselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// For every intent that has none of its own.
    pub default: f64,
    /// For single intents.
    pub by_intent: BTreeMap<Intent, f64>,
}

impl Thresholds {
    /// The threshold in force for `intent`.
    pub fn of(&self, intent: Intent) -> f64 {
        self.by_intent.get(&intent).copied().unwrap_or(self.default)
    }
}

/// How to bargain, where the table has a floor.
#[derive(Debug, Clone, PartialEq)]
pub struct PricingPolicy {
    /// Whether to bargain at all.
    pub bargaining: bool,
    /// How many counter-offers one conversation gets.
    pub rounds: u32,
    /// By how many percent of the price one counter-offer gives way, where the table names no step.
    pub step_percent: u32,
    /// Whether an offer between floor and price is taken at once. Otherwise it is countered until the rounds
    /// are used up.
    pub accept_at_once: bool,
}

/// When somebody is there to answer, in the seller's time zone.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkingHours {
    /// The first minute.
    pub open: Time,
    /// The first minute after.
    pub close: Time,
    /// On which days.
    pub days: Vec<Weekday>,
}

impl SellerProfile {
    /// Whether somebody is there at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let local = now.to_zoned_datetime(self.time_zone.clone());
        let hours = &self.hours;
        let time = local.time();
        let within = if hours.open <= hours.close {
            (hours.open..hours.close).contains(&time)
        } else {
            time >= hours.open || time < hours.close
        };
        within && hours.days.contains(&local.weekday())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    fn shop(open: Time, close: Time) -> SellerProfile {
        SellerProfile {
            id: "demo".parse().unwrap(),
            name: "Демо".into(),
            account: UserId(1),
            time_zone: TimeZone::get("Europe/Moscow").unwrap_or(TimeZone::fixed(jiff::tz::offset(3))),
            hours: WorkingHours { open, close, days: vec![Weekday::Tuesday] },
            thresholds: Thresholds { default: 0.8, by_intent: BTreeMap::new() },
            pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: true },
            quiet_after_seller: Duration::from_secs(3600),
        }
    }

    #[test]
    fn hours_are_those_of_the_sellers_town() {
        let shop = shop(time(9, 0, 0, 0), time(21, 0, 0, 0));
        let open = |text: &str| shop.is_open(text.parse().unwrap());
        assert!(open("2026-11-24T06:00:00Z"), "nine in Moscow");
        assert!(!open("2026-11-24T05:59:00Z"), "a minute before");
        assert!(!open("2026-11-24T18:00:00Z"), "nine in the evening");
        assert!(!open("2026-11-25T10:00:00Z"), "a Wednesday");
    }
}
