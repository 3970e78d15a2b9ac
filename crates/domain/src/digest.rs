//! What a seller reads in the morning: what was done for him since the morning before. Pure: all of it is counted from the
//! records of the turns. Not here: its words, and who tells it.

use std::collections::HashMap;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::decision::{Fact, FactValue, Verdict};
use crate::escalation::EscalationReason;
use crate::ids::ConversationId;
use crate::money::Money;
use crate::record::{DecisionRecord, Ending, SilentReason};
use crate::seller::SellerProfile;

/// What a seller wants to be told in the morning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DigestPolicy {
    /// Whether anything.
    pub on: bool,
    /// When, where not at the beginning of the working hours.
    pub at: Option<Time>,
    /// How much of his time an answer of the bot's saves.
    pub per_answer: Duration,
}

/// A morning on which there is something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Morning {
    /// The seller's day.
    pub day: Date,
    /// The morning before: since then it is counted.
    pub since: Timestamp,
    /// Its moment: until then it is counted, and from then on it is told.
    pub moment: Timestamp,
}

/// So long after its moment a digest is still news.
const NEWS: SignedDuration = SignedDuration::from_hours(12);

/// The longest time between two of them: records are kept no longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

impl DigestPolicy {
    /// The morning whose digest is to be told at `now`: of the last working day that began, if that is not long ago.
    pub fn morning(&self, shop: &SellerProfile, now: Timestamp) -> Option<Morning> {
        if !self.on {
            return None;
        }
        let today = now.to_zoned_datetime(shop.time_zone.clone()).date();
        let days = (0..=8).filter_map(|back: i32| today.checked_sub(back.days()).ok());
        let mut mornings = days.filter_map(|day| Some((day, self.moment(shop, day)?))).filter(|(_, at)| *at <= now);
        let (day, moment) = mornings.next()?;
        let before = mornings.next().map_or(moment - LONGEST, |(_, at)| at);
        let since = before.max(moment - LONGEST);
        (now.duration_since(moment) < NEWS).then_some(Morning { day, since, moment })
    }

    fn moment(&self, shop: &SellerProfile, day: Date) -> Option<Timestamp> {
        let shift = shop.shift_on(day)?;
        let Some(at) = self.at else { return Some(shift.opens) };
        Some(day.to_datetime(at).to_zoned_datetime(shop.time_zone.clone()).ok()?.timestamp())
    }
}

/// What was done for a seller in some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    /// Turns that the bot answered by itself.
    pub answered: u32,
    /// How long such a turn took from the buyer's message to the answer: as many took longer as did not.
    pub median_ms: Option<i64>,
    /// Answers that waited for a tap.
    pub drafted: u32,
    /// Turns at which the bot only looked on.
    pub looked_on: u32,
    /// Answers that the seller's people gave from the desk, drafts they sent among them.
    pub by_hand: u32,
    /// Turns with which a human was called: all but those that only wait for a tap.
    pub escalated: u32,
    /// Chats in which a buyer took something.
    pub orders: u32,
    /// Of these, those of which our code named the sum.
    pub priced: u32,
    /// What these come to.
    pub money: Money,
    /// Buyers who wait for a human.
    pub unanswered: u32,
}

impl Digest {
    /// Counts what the records tell. `unanswered` they do not: who waits is known elsewhere.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a DecisionRecord>, unanswered: u32) -> Self {
        let mut digest = Self { unanswered, ..Self::default() };
        let (mut took_ms, mut orders) = (Vec::new(), HashMap::new());
        // Oldest first: of two orders in a chat the later one counts.
        let mut records: Vec<&DecisionRecord> = records.into_iter().collect();
        records.sort_by_key(|record| record.at_ms);
        for record in records {
            match record.ending {
                Ending::Replied => digest.answered += 1,
                Ending::RepliedAndEscalated(_) => {
                    digest.answered += 1;
                    digest.escalated += 1;
                }
                Ending::Answered => digest.by_hand += 1,
                Ending::Escalated(EscalationReason::AwaitsTap | EscalationReason::Paused) => digest.drafted += 1,
                Ending::Escalated(_) => digest.escalated += 1,
                Ending::Silent(SilentReason::LooksOn) => digest.looked_on += 1,
                Ending::Silent(_) => {}
            }
            if let Ending::Replied | Ending::RepliedAndEscalated(_) = record.ending {
                took_ms.push(record.total_ms);
            }
            if let Ending::RepliedAndEscalated(EscalationReason::Order) | Ending::Escalated(EscalationReason::Order) =
                record.ending
            {
                note_order(&mut orders, record);
            }
        }
        digest.median_ms = median(took_ms);
        digest.orders = orders.len() as u32;
        let sums: Vec<Money> = orders.values().filter_map(|order| order.sum).collect();
        digest.priced = sums.len() as u32;
        digest.money = sums.into_iter().fold(Money::ZERO, |sum, one| sum + one);
        digest
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How much of the seller's time the answers saved.
    pub fn saved(&self, per_answer: Duration) -> Duration {
        per_answer * self.answered
    }
}

/// What a buyer took in a chat.
struct Ordered {
    sum: Option<Money>,
    struck: bool,
}

/// A sum that was agreed on counts over the table's price, whichever came later; a named sum over none.
fn note_order<'a>(orders: &mut HashMap<&'a ConversationId, Ordered>, record: &'a DecisionRecord) {
    let struck = struck(record);
    let named = struck.or_else(|| named(record));
    let known = orders.entry(&record.conversation).or_insert(Ordered { sum: None, struck: false });
    if named.is_some() && (struck.is_some() || !known.struck) {
        *known = Ordered { sum: named, struck: struck.is_some() };
    }
}

/// The sum of a deal.
fn struck(record: &DecisionRecord) -> Option<Money> {
    let deal = record.trace.decisions.iter().find(|decision| decision.verdict == Verdict::AcceptOffer)?;
    money(&deal.facts, "offer")
}

/// The price of what was just taken: of what was named when it was, or answered with it where that was one thing.
fn named(record: &DecisionRecord) -> Option<Money> {
    let trace = &record.trace;
    let of = |facts: &[Fact]| money(facts, "total").or_else(|| money(facts, "price"));
    let mut sums = trace.decisions.iter().filter_map(|decision| of(&decision.facts));
    match (of(&trace.taken), sums.next(), sums.next()) {
        (Some(taken), ..) => Some(taken),
        (None, Some(one), None) => Some(one),
        _ => None,
    }
}

fn money(facts: &[Fact], name: &str) -> Option<Money> {
    facts.iter().find_map(|fact| match fact.value {
        FactValue::Money(money) if fact.name == name => Some(money),
        _ => None,
    })
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests;
