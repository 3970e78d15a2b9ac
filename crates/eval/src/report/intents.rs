//! Which intents are taken for which.

use domain::intent::Intent;
use serde::{Deserialize, Serialize};

use super::{Estimate, Pair};
use crate::stats::{Proportion, bootstrap};

/// Rows: what the buyer wants. Columns: what he was taken to want, and last those of whom nothing was read.
pub type Confusion = [[u64; Intent::ALL.len() + 1]; Intent::ALL.len()];

/// The figures about intents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intents {
    /// How many are right.
    pub accuracy: Proportion,
    /// The mean F1 of the intents that occur.
    pub macro_f1: Estimate,
    /// What was taken for what.
    pub confusion: Confusion,
    /// Intent by intent, in the order of [`Intent::ALL`].
    pub classes: Vec<Class>,
    /// How many second questions were seen, of those there are.
    pub second: Proportion,
}

/// One intent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Which.
    pub intent: Intent,
    /// Of those taken for it, how many were.
    pub precision: Proportion,
    /// Of those that were, how many were taken for it.
    pub recall: Proportion,
    /// The harmonic mean of both.
    pub f1: f64,
}

impl Intents {
    pub(super) fn of(pairs: &[Pair<'_>]) -> Self {
        let asked: Vec<&Pair<'_>> = pairs.iter().filter(|(_, seen)| seen.was_asked()).collect();
        let taken: Vec<(Intent, Option<Intent>)> =
            asked.iter().map(|(case, seen)| (case.intent, seen.intent(case))).collect();
        let confusion = confusion(taken.iter().copied());
        let (low, high) = bootstrap::interval(taken.len(), |places| {
            macro_f1(&self::confusion(places.iter().map(|&place| taken[place])))
        });
        let second = asked.iter().filter(|(case, _)| case.second_intent.is_some()).map(|(case, seen)| {
            let read = seen.read.as_ref();
            let both = read.map(|read| [Some(read.intent), read.second_intent]);
            both.is_some_and(|both| both.contains(&case.second_intent) && both.contains(&Some(case.intent)))
        });
        Self {
            accuracy: Proportion::count(taken.iter().map(|(is, taken)| *taken == Some(*is))),
            macro_f1: Estimate { value: macro_f1(&confusion), low, high },
            classes: classes(&confusion),
            second: Proportion::count(second),
            confusion,
        }
    }
}

pub(super) fn confusion(taken: impl IntoIterator<Item = (Intent, Option<Intent>)>) -> Confusion {
    let mut confusion = Confusion::default();
    for (is, taken) in taken {
        confusion[place(is)][taken.map_or(Intent::ALL.len(), place)] += 1;
    }
    confusion
}

/// The mean over the intents that occur: one that nobody has cannot be missed.
pub(super) fn macro_f1(confusion: &Confusion) -> f64 {
    let occurring = classes(confusion).into_iter().filter(|class| class.recall.of > 0);
    let (sum, count) = occurring.fold((0.0, 0.0), |(sum, count), class| (sum + class.f1, count + 1.0));
    if count == 0.0 { 0.0 } else { sum / count }
}

fn classes(confusion: &Confusion) -> Vec<Class> {
    let class = |(place, intent): (usize, Intent)| {
        let right = confusion[place][place];
        let precision = Proportion::new(right, confusion.iter().map(|row| row[place]).sum());
        let recall = Proportion::new(right, confusion[place].iter().sum());
        // 2·P·R / (P + R), written so that nothing is divided by nothing.
        let f1 = Proportion::new(2 * right, precision.of + recall.of).share().unwrap_or(0.0);
        Class { intent, precision, recall, f1 }
    };
    Intent::ALL.into_iter().enumerate().map(class).collect()
}

fn place(intent: Intent) -> usize {
    Intent::ALL.iter().position(|known| *known == intent).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_recall_and_f1_have_their_known_values() {
        let (stock, price, other) = (Intent::StockInquiry, Intent::PriceNegotiation, Intent::Other);
        let confusion = confusion([
            (stock, Some(stock)),
            (stock, Some(stock)),
            (stock, Some(price)),
            (stock, None),
            (price, Some(price)),
            (price, Some(stock)),
            (other, Some(other)),
        ]);
        let of = |intent| classes(&confusion).into_iter().find(|class| class.intent == intent).unwrap();
        assert_eq!((of(stock).precision, of(stock).recall), (Proportion::new(2, 3), Proportion::new(2, 4)));
        assert!((of(stock).f1 - 4.0 / 7.0).abs() < 1e-12);
        assert!((of(price).f1 - 0.5).abs() < 1e-12);
        assert_eq!(of(Intent::Complaint).f1, 0.0);
        assert!((macro_f1(&confusion) - (4.0 / 7.0 + 0.5 + 1.0) / 3.0).abs() < 1e-12, "of the three that occur");
        assert_eq!(confusion[0], [2, 0, 1, 0, 0, 1]);
    }
}
