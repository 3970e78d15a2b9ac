//! Several of one product, and several products in one breath: what they cost together, and whether a sum is enough.
//!
//! Nothing is bargained about here. The seller's columns say what several cost; a sum below that is turned down where
//! a column speaks of so many, and else a human's, as are quantities times products.

use domain::catalog::{CatalogSnapshot, Cell, Product};
use domain::decision::{FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::{Entities, Intent, Routing};
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
    let text = joints(&wish.without_sums);
    let products = match named_one_by_one(text.split(','), question, catalog) {
        Parts::One => return None,
        Parts::Each(products) => products,
        Parts::Unclear => return Some(Finding::Unsure(EscalationReason::TooComplex)),
    };
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

/// What the parts of a message name.
enum Parts<'a> {
    /// No two things.
    One,
    /// Each part one product, no two the same.
    Each(Vec<&'a Product>),
    /// Two things at least, and of one it is not clear which.
    Unclear,
}

/// «Чёрная сумка и рюкзак есть?»: two things, and an answer about one of them would look like one about both.
pub(super) fn names_two_things(question: &Question<'_>, catalog: &CatalogSnapshot) -> bool {
    let text = joints(&question.text.to_lowercase().replace(',', " "));
    !matches!(named_one_by_one(text.split(','), question, catalog), Parts::One)
}

/// `text` with commas in the place of what joins two things.
fn joints(text: &str) -> String {
    [" и ", " плюс ", " + ", " вместе с ", " в придачу "]
        .iter()
        .fold(text.to_owned(), |text, joint| text.replace(joint, ","))
}

/// What the parts of a message name, each read by itself: neither the listing nor the router, who tells one of two
/// things, helps with them.
fn named_one_by_one<'a, 't>(
    parts: impl Iterator<Item = &'t str>,
    question: &Question<'_>,
    catalog: &'a CatalogSnapshot,
) -> Parts<'a> {
    let routing = Routing { entities: Entities::default(), ..question.routing.clone() };
    let question = Question { listing: None, listing_item: None, routing: &routing, ..*question };
    let names_a_thing = |part: &&str| matching::names_a_thing(&Question { text: part, ..question }, catalog);
    let mut found: Vec<Found<'a>> = Vec::new();
    for part in parts.filter(names_a_thing) {
        let this = matching::find_in(part, &question, catalog);
        if !found.contains(&this) {
            found.push(this);
        }
    }
    if found.len() < 2 {
        return Parts::One;
    }
    let one = |found: &Found<'a>| if let Found::One(product) = found { Some(*product) } else { None };
    found.iter().map(one).collect::<Option<Vec<_>>>().map_or(Parts::Unclear, Parts::Each)
}

fn has(product: &Product, count: u32) -> bool {
    match product.stock.value {
        domain::catalog::Stock::Count(left) => left >= count,
        domain::catalog::Stock::Plenty => true,
    }
}
