//! Who waits for a human, since when, and when the seller's people are called again: a reminder, one more, then the
//! second person. Only working time counts. Pure: where it is kept, and how it is said, is not here.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::seller::SellerProfile;

/// A buyer who waits for a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
    /// How many calls were made since.
    pub calls: u32,
    /// When the last of them was made; where none was, since when he waits.
    pub called_ms: i64,
}

impl Waiting {
    /// A buyer for whom nobody was called again yet.
    pub const fn since(since_ms: i64) -> Self {
        Self { since_ms, calls: 0, called_ms: since_ms }
    }

    /// After one more call at `now_ms`.
    pub const fn called(self, now_ms: i64) -> Self {
        Self { calls: self.calls + 1, called_ms: now_ms, ..self }
    }
}

/// A call for those who look after a conversation already, or for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// They are reminded.
    Remind,
    /// They are reminded once more.
    RemindAgain,
    /// The second person gets the card.
    HandOn,
}

impl Call {
    /// The name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::RemindAgain => "remind_again",
            Self::HandOn => "hand_on",
        }
    }
}

/// When whom to call, in working time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReminderPolicy {
    /// How long after the question the first reminder comes; zero: nobody is called at all.
    pub first: Duration,
    /// How long after that the second; zero: there is none.
    pub again: Duration,
    /// How long after the last reminder the second person gets the card.
    pub hand_on: Duration,
    /// The second person's Telegram chats; none: nobody gets it.
    pub second: Vec<i64>,
}

impl ReminderPolicy {
    /// The call that is due at `now`, if one is. Never outside of the working hours, and each counts from the one before:
    /// calls that were missed do not come all at once.
    pub fn due(&self, shop: &SellerProfile, waiting: &Waiting, now: Timestamp) -> Option<Call> {
        let (call, after) = *self.calls().get(waiting.calls as usize)?;
        if !shop.is_open(now) {
            return None;
        }
        let from = Timestamp::from_millisecond(waiting.called_ms).ok()?;
        let passed = u64::try_from(shop.working_ms(from, now)).ok()?;
        (Duration::from_millis(passed) >= after).then_some(call)
    }

    /// The calls there are, in order, each with the working time before it.
    fn calls(&self) -> Vec<(Call, Duration)> {
        if self.first.is_zero() {
            return Vec::new();
        }
        let again = (!self.again.is_zero()).then_some((Call::RemindAgain, self.again));
        let hand_on = (!self.second.is_empty()).then_some((Call::HandOn, self.hand_on));
        [Some((Call::Remind, self.first)), again, hand_on].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::{Weekday, time};
    use jiff::tz::TimeZone;

    use super::*;
    use crate::ids::UserId;
    use crate::seller::{PricingPolicy, Thresholds, WorkingHours};

    const MINUTE: Duration = Duration::from_secs(60);

    /// Open from nine to nine, Monday to Friday, in Greenwich.
    fn shop() -> SellerProfile {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        SellerProfile {
            id: "demo".parse().unwrap(),
            name: "Демо".into(),
            account: UserId(1),
            time_zone: TimeZone::UTC,
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

    fn policy(first: u32, again: u32, second: &[i64]) -> ReminderPolicy {
        ReminderPolicy { first: first * MINUTE, again: again * MINUTE, hand_on: 30 * MINUTE, second: second.to_vec() }
    }

    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    /// All calls between two moments, with a look each minute: `10:15 remind`.
    fn calls(policy: &ReminderPolicy, since: &str, looks_from: &str, until: &str) -> Vec<String> {
        let (shop, mut waiting) = (shop(), Waiting::since(at(since).as_millisecond()));
        let (mut now, mut calls) = (at(looks_from), Vec::new());
        while now < at(until) {
            if let Some(call) = policy.due(&shop, &waiting, now) {
                waiting = waiting.called(now.as_millisecond());
                calls.push(format!("{} {}", &now.to_string()[8..16], call.name()));
            }
            now += MINUTE;
        }
        calls
    }

    #[test]
    fn who_waits_is_called_for_again_in_working_time() {
        let whole = policy(15, 30, &[7]);
        for (policy, since, until, expected) in [
            (&whole, "24T10:00", "25T10:00", &["24T10:15 remind", "24T10:45 remind_again", "24T11:15 hand_on"][..]),
            (&whole, "24T03:00", "24T12:00", &["24T09:15 remind", "24T09:45 remind_again", "24T10:15 hand_on"]),
            (&whole, "24T20:50", "25T09:30", &["25T09:05 remind"]),
            // Friday evening: the weekend is quiet.
            (&whole, "27T20:40", "30T09:20", &["27T20:55 remind"]),
            (&policy(15, 0, &[7]), "24T10:00", "25T10:00", &["24T10:15 remind", "24T10:45 hand_on"]),
            (&policy(15, 30, &[]), "24T10:00", "25T10:00", &["24T10:15 remind", "24T10:45 remind_again"]),
            (&policy(0, 30, &[7]), "24T10:00", "25T10:00", &[]),
        ] {
            assert_eq!(calls(policy, since, since, until), expected, "{policy:?} {since}");
        }
    }

    #[test]
    fn calls_that_were_missed_do_not_come_all_at_once() {
        let late = calls(&policy(15, 30, &[7]), "24T10:00", "24T15:00", "24T17:00");
        assert_eq!(late, ["24T15:00 remind", "24T15:30 remind_again", "24T16:00 hand_on"]);
    }
}
