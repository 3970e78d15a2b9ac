//! Several of one product, and several products in one breath: what they cost together, and whether a sum is enough.
//!
//! Nothing is bargained about here. The seller's columns say what several cost; a sum below that is turned down where
//! a column speaks of so many, and else a human's, as are quantities times products.

use domain::catalog::{CatalogSnapshot, Cell, Product};
use domain::decision::{FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::money::Money;

use super::pricing::talked_about;
use super::wish::Wish;
use super::{facts, stock};
use crate::finding::{Finding, Question};
use crate::haggling::{OfSeveral, of_several};
use crate::matching::{self, Found};

/// More products than this in one message are a human's.
const MOST_PRODUCTS: usize = 3;

/// `count` of one product.
pub(super) fn of_one(
    product: &Product,
    price: &Cell<Money>,
    count: u32,
    wish: &Wish,
    question: &Question<'_>,
    catalog: &CatalogSnapshot,
) -> Finding {
    if !has(product, count) {
        return stock::is_it_there(product, Intent::PriceNegotiation, question, catalog);
    }
    let (total, from, is_reduced) = match of_several(product, price.value, &price.at, count) {
        OfSeveral::Total { total, from, is_reduced } => (total, from, is_reduced),
        OfSeveral::Contradiction => return Finding::Unsure(EscalationReason::TableIncomplete),
        OfSeveral::Senseless => return Finding::Unsure(EscalationReason::TooComplex),
    };
    let verdict = match wish.towards_all(price.value, count) {
        None => Verdict::TellPrice,
        Some(Some(offer)) if offer >= total => Verdict::AcceptOffer,
        // A wish for less is answered by the seller's price for so many.
        Some(None) if is_reduced => Verdict::TellPrice,
        Some(Some(_)) if is_reduced => Verdict::RefuseOffer,
        Some(_) => return Finding::Unsure(EscalationReason::TooComplex),
    };
    let name = if verdict == Verdict::AcceptOffer { "offer" } else { "total" };
    let source = Source::Computed(from);
    let mut decision = facts::about(Intent::PriceNegotiation, verdict, product, catalog);
    decision.facts.push(facts::money("price", price));
    // The count is the buyer's, but the sum is made for it: the two are said together.
    decision.facts.push(facts::fact("quantity", FactValue::Quantity(count), source.clone()));
    decision.facts.push(facts::fact(name, FactValue::Money(total), source));
    talked_about(decision, product, None)
}

/// «сумку и ремень за 5000»: two or three products that are each named, one of each. `None` where it is no such
/// message.
pub(super) fn bundle(wish: &Wish, question: &Question<'_>, catalog: &CatalogSnapshot) -> Option<Finding> {
    let products = named_one_by_one(&wish.without_sums, question, catalog)?;
    if wish.quantity.is_some_and(|count| count > 1) || products.len() > MOST_PRODUCTS {
        return Some(Finding::Unsure(EscalationReason::TooComplex));
    }
    let prices: Option<Vec<&Cell<Money>>> = products.iter().map(|product| product.price.as_ref()).collect();
    let Some(prices) = prices else { return Some(Finding::Unsure(EscalationReason::TableIncomplete)) };
    if let Some(gone) = products.iter().find(|product| !product.stock.value.is_available()) {
        return Some(stock::out_of_stock(gone, Intent::PriceNegotiation, catalog));
    }
    let total = prices.iter().fold(Money::ZERO, |sum, price| sum + price.value);
    let verdict = match wish.towards_all(total, 1) {
        None => Verdict::TellPrice,
        Some(Some(offer)) if offer >= total => Verdict::AcceptOffer,
        // What several things cost together for less, no column says.
        Some(_) => return Some(Finding::Unsure(EscalationReason::TooComplex)),
    };
    let cells: Vec<_> = prices.iter().map(|price| price.at.clone()).collect();
    let titles: Vec<String> = products.iter().map(|product| matching::display_title(product, catalog).0).collect();
    let named = Source::Computed(products.iter().map(|product| product.title.at.clone()).collect());
    let name = if verdict == Verdict::AcceptOffer { "offer" } else { "total" };
    let mut decision = facts::decision(Intent::PriceNegotiation, verdict);
    decision.facts.push(facts::fact("title", FactValue::Text(titles.join(", ")), named));
    decision.facts.push(facts::fact("price", FactValue::Money(total), Source::Computed(cells.clone())));
    decision.facts.push(facts::fact(name, FactValue::Money(total), Source::Computed(cells)));
    Some(Finding::decided(decision))
}

/// The products that the parts of `text` name, where each part names one and no two the same.
fn named_one_by_one<'a>(text: &str, question: &Question<'_>, catalog: &'a CatalogSnapshot) -> Option<Vec<&'a Product>> {
    let joined = [" и ", " плюс ", " + ", " вместе с ", " в придачу "]
        .iter()
        .fold(text.to_owned(), |text, joint| text.replace(joint, ","));
    let parts: Vec<&str> = joined.split(',').filter(|part| names_a_thing(part, question, catalog)).collect();
    if parts.len() < 2 {
        return None;
    }
    let mut products: Vec<&Product> = Vec::new();
    for part in parts {
        let Found::One(product) = matching::find_in(part, &alone(question), catalog) else { return None };
        if products.iter().any(|known| known.sku == product.sku) {
            return None;
        }
        products.push(product);
    }
    Some(products)
}

fn names_a_thing(part: &str, question: &Question<'_>, catalog: &CatalogSnapshot) -> bool {
    matching::names_a_thing(&Question { text: part, ..alone(question) }, catalog)
}

/// The question without what the listing says: a part must name its thing itself.
const fn alone<'a>(question: &Question<'a>) -> Question<'a> {
    Question { listing: None, listing_item: None, ..*question }
}

fn has(product: &Product, count: u32) -> bool {
    match product.stock.value {
        domain::catalog::Stock::Count(left) => left >= count,
        domain::catalog::Stock::Plenty => true,
    }
}
