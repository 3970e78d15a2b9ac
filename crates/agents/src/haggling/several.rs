//! What several of one product cost: by the seller's quantity prices, else each at the price. Nothing is bargained
//! about here; a sum below what the seller's columns give is turned down or a human's.

use domain::catalog::{CellRef, Product};
use domain::money::Money;

/// The price of several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OfSeveral {
    /// So much for all, made of these cells; by a quantity price, or each at the price.
    Total {
        total: Money,
        from: Vec<CellRef>,
        /// The seller's columns give a price for so many.
        is_reduced: bool,
    },
    /// The columns contradict each other: the quantity price is below the lowest price, or above the price.
    Contradiction,
    /// The sum is beyond all money.
    Senseless,
}

/// What `count` of `product` cost at `price` each.
pub(crate) fn of_several(product: &Product, price: Money, at: &CellRef, count: u32) -> OfSeveral {
    let Some(plain) = price.times(count) else { return OfSeveral::Senseless };
    // The lines stand by their counts: of those that speak of so many, the last one is meant.
    let line = product.terms.several.iter().rfind(|cell| cell.value.total(price, count).is_some());
    let Some((line, total)) = line.and_then(|cell| Some((cell, cell.value.total(price, count)?))) else {
        return OfSeveral::Total { total: plain, from: vec![at.clone()], is_reduced: false };
    };
    let least = product.floor.as_ref().map_or(Some(Money::kopecks(1)), |floor| floor.value.times(count));
    match least {
        Some(least) if total >= least && total <= plain => {
            OfSeveral::Total { total, from: vec![at.clone(), line.at.clone()], is_reduced: true }
        }
        _ => OfSeveral::Contradiction,
    }
}
