//! What one seller wants of us, apart from credentials.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

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
    /// How likely it may be that a human must see the message; from there on he does.
    pub human: f64,
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

/// A stretch of time in which somebody is there to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The local day it begins on.
    pub day: Date,
    /// Its first moment.
    pub opens: Timestamp,
    /// The first moment after.
    pub closes: Timestamp,
}

impl SellerProfile {
    /// Whether somebody is there at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.shift_at(now).is_some()
    }

    /// The shift that `now` falls into.
    pub fn shift_at(&self, now: Timestamp) -> Option<Shift> {
        self.shifts(now, now).find(|shift| shift.opens <= now && now < shift.closes)
    }

    /// The shifts that reach into the time between two moments, in order, and perhaps one on either side.
    pub fn shifts(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Shift> + '_ {
        let day = |moment: Timestamp| moment.to_zoned_datetime(self.time_zone.clone()).date();
        let last = day(to);
        // One that goes over midnight began the day before.
        let first = day(from).yesterday().unwrap_or(Date::MIN);
        first.series(1.day()).take_while(move |date| *date <= last).filter_map(|date| self.shift_on(date))
    }

    /// The working time between two moments, in milliseconds.
    pub fn working_ms(&self, from: Timestamp, to: Timestamp) -> i64 {
        let within = |shift: Shift| shift.closes.min(to).as_millisecond() - shift.opens.max(from).as_millisecond();
        self.shifts(from, to).map(within).filter(|ms| *ms > 0).sum()
    }

    /// The shift that begins on a local day, if one does.
    pub fn shift_on(&self, day: Date) -> Option<Shift> {
        let WorkingHours { open, close, ref days } = self.hours;
        if open == close || !days.contains(&day.weekday()) {
            return None;
        }
        let moment = |date: Date, time: Time| {
            Some(date.to_datetime(time).to_zoned_datetime(self.time_zone.clone()).ok()?.timestamp())
        };
        let closes = match close {
            Time::MAX => moment(day.tomorrow().ok()?, Time::midnight())?,
            close if close < open => moment(day.tomorrow().ok()?, close)?,
            close => moment(day, close)?,
        };
        Some(Shift { day, opens: moment(day, open)?, closes })
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
            thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() },
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

    #[test]
    fn hours_over_midnight_belong_to_the_day_they_began_on() {
        let shop = shop(time(18, 0, 0, 0), time(2, 0, 0, 0));
        let open = |text: &str| shop.is_open(text.parse().unwrap());
        assert!(open("2026-11-24T15:00:00Z"), "Tuesday, six in the evening");
        assert!(open("2026-11-24T22:59:00Z"), "Wednesday, a minute to two");
        assert!(!open("2026-11-24T23:00:00Z"), "Wednesday, two");
        assert!(!open("2026-11-23T22:00:00Z"), "Tuesday, one in the morning: Monday is free");
    }

    #[test]
    fn only_working_time_is_counted() {
        let day = shop(time(9, 0, 0, 0), time(21, 0, 0, 0));
        let always = SellerProfile {
            hours: WorkingHours {
                days: vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday],
                ..shop(Time::midnight(), Time::MAX).hours
            },
            ..day.clone()
        };
        for (shop, from, to, minutes) in [
            (&day, "2026-11-24T06:00:00Z", "2026-11-24T06:15:00Z", 15),
            (&day, "2026-11-24T05:50:00Z", "2026-11-24T06:15:00Z", 15),
            (&day, "2026-11-24T17:50:00Z", "2026-11-24T23:00:00Z", 10),
            (&day, "2026-11-25T06:00:00Z", "2026-11-26T18:00:00Z", 0),
            (&day, "2026-11-24T17:50:00Z", "2026-12-01T06:07:00Z", 17),
            (&day, "2026-11-24T07:00:00Z", "2026-11-24T06:00:00Z", 0),
            (&always, "2026-11-24T20:50:00Z", "2026-11-24T21:10:00Z", 20),
        ] {
            let [from_t, to_t] = [from, to].map(|text| text.parse().unwrap());
            assert_eq!(shop.working_ms(from_t, to_t), minutes * 60_000, "{from} {to}");
        }
    }

    proptest::proptest! {
        /// Whatever the hours: the working time of two stretches is that of both together, and never more than the time
        /// itself.
        #[test]
        fn working_time_adds_up(open in 0_i8..24, close in 0_i8..24, a in 0_i64..500_000, b in 0_i64..500_000) {
            let shop = shop(time(open, 0, 0, 0), time(close, 30, 0, 0));
            let at = |s: i64| Timestamp::from_second(1_795_500_000 + s).unwrap();
            let (first, second) = (shop.working_ms(at(0), at(a)), shop.working_ms(at(a), at(a + b)));
            proptest::prop_assert_eq!(first + second, shop.working_ms(at(0), at(a + b)));
            proptest::prop_assert!((0..=a * 1000).contains(&first));
        }
    }
}
