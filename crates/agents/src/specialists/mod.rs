//! The four specialists, and which of them answers what.
//!
//! Each is a pure function over one read of the seller's table. What a reply may name is in [`FACTS`].

mod delivery;
mod facts;
mod general;
mod pricing;
#[cfg(test)]
pub(crate) mod sample;
mod several;
mod stock;
#[cfg(test)]
mod tests;
mod wish;
#[cfg(test)]
mod worded;

use domain::decision::Verdict;
use domain::intent::Intent;

pub use crate::finding::Specialist;
pub(crate) use general::{can_be_found, is_answered, is_asked_word_for_word};

/// Who answers `intent`; nobody answers a complaint but a human.
pub fn for_intent(intent: Intent) -> Option<Specialist> {
    match intent {
        Intent::StockInquiry => Some(stock::decide),
        Intent::DeliveryQuestion => Some(delivery::decide),
        Intent::PriceNegotiation => Some(pricing::decide),
        Intent::Other => Some(general::decide),
        Intent::Complaint => None,
    }
}

/// Which facts a verdict comes with: templates are held against this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactNames {
    /// The verdict.
    pub verdict: Verdict,
    /// Always there.
    pub always: &'static [&'static str],
    /// There where the table has it, or the buyer asked.
    pub sometimes: &'static [&'static str],
}

/// Every verdict with its facts.
pub const FACTS: [FactNames; 16] = [
    names(Verdict::InStock, &["title"], &["price", "quantity"]),
    names(Verdict::OutOfStock, &["title"], &["alternatives"]),
    names(Verdict::NotSold, &[], &["alternatives"]),
    names(Verdict::AskWhichProduct, &["alternatives"], &[]),
    names(Verdict::Delivers, &["city", "cost"], &["days", "free_from", "note", "title"]),
    names(Verdict::DoesNotDeliver, &["city"], &["note"]),
    names(Verdict::AskWhichCity, &[], &["title"]),
    names(Verdict::Pickup, &[], &["address", "cost", "days", "note", "title"]),
    // `total` without `quantity` is for several products, and `title` names them all.
    names(Verdict::TellPrice, &["title", "price"], &["quantity", "total"]),
    names(Verdict::AcceptOffer, &["title", "price", "offer"], &["quantity"]),
    names(Verdict::CounterOffer, &["title", "price", "counter"], &[]),
    // `counter` is what we last asked: where there is one, it stands in the place of the price.
    // Of several, `quantity` and `total` do.
    names(Verdict::RefuseOffer, &["title", "price"], &["counter", "quantity", "total"]),
    names(Verdict::Greet, &[], &[]),
    names(Verdict::Thank, &[], &[]),
    names(Verdict::TellShopFact, &["fact_name", "fact_value"], &["title"]),
    names(Verdict::TellFaq, &["question", "answer"], &[]),
];

const fn names(verdict: Verdict, always: &'static [&'static str], sometimes: &'static [&'static str]) -> FactNames {
    FactNames { verdict, always, sometimes }
}
