//! Whether the things a message names were found.
//!
//! A product counts as found if more than three fifths of the letter trigrams of the shorter name are in the longer:
//! «сумка красная», «красную сумку» and «красная сумка, кожаная» are one thing. So does a place, and «Томск» is not
//! «Омск». Sums and numbers must be equal.

use serde::{Deserialize, Serialize};

use super::Pair;
use crate::similar;
use crate::stats::Proportion;

/// Two names share more than this.
const ALIKE: f64 = 0.6;

/// One kind of thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Which.
    pub name: String,
    /// Of those found, how many are right.
    pub precision: Proportion,
    /// Of those there are, how many were found.
    pub recall: Proportion,
    /// The harmonic mean of both; `None` where there was nothing to find and nothing found.
    pub f1: Option<f64>,
}

/// Over the messages that are labelled and were read.
pub(super) fn of(pairs: &[Pair<'_>]) -> Vec<Entity> {
    let labelled: Vec<_> =
        pairs.iter().filter_map(|(case, seen)| Some((case.entities.as_ref()?, seen.read.as_ref()?))).collect();
    let text = |name: &str,
                pick: fn(&crate::cases::Named) -> &Option<String>,
                of: fn(&domain::intent::Entities) -> &Option<String>| {
        let found = labelled.iter().map(|(named, read)| {
            let (is, found) = (pick(named).as_deref(), of(&read.entities).as_deref());
            Found::of(is, found, |is, found| similar::containment(is, found) > ALIKE)
        });
        entity(name, found)
    };
    let same = |is: f64, found: f64| (is - found).abs() < 0.005;
    let price = labelled.iter().map(|(named, read)| {
        Found::of(named.desired_price, read.entities.desired_price.map(|price| price.as_roubles()), same)
    });
    let quantity =
        labelled.iter().map(|(named, read)| Found::of(named.quantity, read.entities.quantity.map(f64::from), same));
    if labelled.is_empty() {
        return Vec::new();
    }
    vec![
        text("product_name", |named| &named.product_name, |read| &read.product_name),
        text("location", |named| &named.location, |read| &read.location),
        entity("desired_price", price),
        entity("quantity", quantity),
    ]
}

/// What became of one thing in one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    is: bool,
    found: bool,
    right: bool,
}

impl Found {
    fn of<T: Copy>(is: Option<T>, found: Option<T>, same: impl Fn(T, T) -> bool) -> Self {
        let right = is.zip(found).is_some_and(|(is, found)| same(is, found));
        Self { is: is.is_some(), found: found.is_some(), right }
    }
}

fn entity(name: &str, all: impl Iterator<Item = Found> + Clone) -> Entity {
    let precision = Proportion::count(all.clone().filter(|found| found.found).map(|found| found.right));
    let recall = Proportion::count(all.filter(|found| found.is).map(|found| found.right));
    let f1 = Proportion::new(2 * recall.hits, precision.of + recall.of).share();
    Entity { name: name.to_owned(), precision, recall, f1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{Case, Named};
    use crate::report::sample;
    use domain::intent::Intent;
    use domain::money::Money;

    #[test]
    fn a_thing_is_found_missed_invented_or_mistaken() {
        let named = |product: &str, price: Option<f64>| Named {
            product_name: Some(product.to_owned()),
            desired_price: price,
            ..Named::default()
        };
        let mut pairs = Vec::new();
        for (is, price, found, taken) in [
            ("красная сумка", Some(2000.0), Some("сумка красная"), Some(2000)),
            ("красная сумка", None, Some("синий рюкзак"), Some(500)),
            ("красная сумка", Some(2000.0), None, Some(1500)),
        ] {
            let case = Case { entities: Some(named(is, price)), ..sample::case(Intent::StockInquiry) };
            let mut seen = sample::seen(&case, Intent::StockInquiry, 0.9);
            let entities = &mut seen.read.as_mut().unwrap().entities;
            entities.product_name = found.map(str::to_owned);
            entities.desired_price = taken.map(Money::roubles);
            pairs.push((case, seen));
        }
        let pairs: Vec<_> = pairs.iter().map(|(case, seen)| (case, seen)).collect();
        let all = of(&pairs);
        assert_eq!((all[0].precision, all[0].recall), (Proportion::new(1, 2), Proportion::new(1, 3)));
        assert!((all[0].f1.unwrap() - 0.4).abs() < 1e-12);
        assert_eq!((all[2].precision, all[2].recall), (Proportion::new(1, 3), Proportion::new(1, 2)));
        assert_eq!(all[1].f1, None, "no places, and none found");
    }

    #[test]
    fn what_nobody_labelled_is_not_counted() {
        let case = sample::case(Intent::Other);
        let seen = sample::seen(&case, Intent::Other, 0.9);
        assert_eq!(of(&[(&case, &seen)]), []);
    }
}
