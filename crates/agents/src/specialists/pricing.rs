//! What it costs, and for less. The floor is used here and never leaves: it is no fact, and no fact is made of it.

use domain::catalog::{CatalogSnapshot, Cell, Product};
use domain::conversation::Haggling;
use domain::decision::{Decision, FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::money::Money;

use super::wish::{Wish, read};
use super::{delivery, facts, stock};
use crate::finding::{Decided, Finding, Question, Remember};
use crate::haggling::{self, Stand, Terms};
use crate::matching::{self, Found};

pub(super) fn decide(question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let wish = read(question, catalog);
    if wish.is_about_delivery(question) {
        return delivery::decide(question, catalog);
    }
    if wish.is_too_complex {
        return Finding::Unsure(EscalationReason::TooComplex);
    }
    let product = match matching::find_in(&wish.without_sums, question, catalog) {
        Found::One(product) => product,
        Found::Several(products) if wish.offer.is_none() && !wish.discount => match one_price(&products, catalog) {
            Some(product) => return tell_shared_price(product, &wish),
            None => return stock::which(&products, Intent::PriceNegotiation, question, catalog),
        },
        found => return stock::unsettled(found, Intent::PriceNegotiation, question, catalog),
    };
    let Some(price) = &product.price else { return Finding::Unsure(EscalationReason::TableIncomplete) };
    match wish.towards(price.value) {
        None => tell(product, price, wish.quantity, catalog),
        Some(_) if !product.stock.value.is_available() => {
            stock::out_of_stock(product, Intent::PriceNegotiation, catalog)
        }
        // A sum for several, or a discount on several: quantities times discounts are a human's.
        Some(_) if wish.quantity.is_some_and(|count| count > 1) => Finding::Unsure(EscalationReason::TooComplex),
        Some(offer) => bargain(product, price, offer, question, catalog),
    }
}

fn tell(product: &Product, price: &Cell<Money>, quantity: Option<u32>, catalog: &CatalogSnapshot) -> Finding {
    let mut decision = facts::about(Intent::PriceNegotiation, Verdict::TellPrice, product, catalog);
    decision.facts.push(facts::money("price", price));
    let total = quantity.filter(|count| *count > 1).and_then(|count| Some((count, price.value.times(count)?)));
    if let Some((count, total)) = total {
        // The count is the buyer's, but the sum is made for it: the two are said together.
        let source = Source::Computed(vec![price.at.clone()]);
        decision.facts.push(facts::fact("quantity", FactValue::Quantity(count), source.clone()));
        decision.facts.push(facts::fact("total", FactValue::Money(total), source));
    }
    talked_about(decision, product, None)
}

/// All products of one title that cost the same: it need not be known which size is meant.
fn one_price<'a>(products: &[&'a Product], catalog: &CatalogSnapshot) -> Option<&'a Product> {
    let first = *products.first()?;
    let titled = |product: &&Product| product.title.value == first.title.value;
    let same = catalog.products.iter().filter(titled).all(|product| {
        product.price.as_ref().map(|price| price.value) == first.price.as_ref().map(|price| price.value)
    });
    (same && first.price.is_some() && products.iter().all(titled)).then_some(first)
}

fn tell_shared_price(product: &Product, wish: &Wish) -> Finding {
    let Some(price) = &product.price else { return Finding::Unsure(EscalationReason::TableIncomplete) };
    if wish.quantity.is_some_and(|count| count > 1) {
        return Finding::Unsure(EscalationReason::TooComplex);
    }
    let mut decision = facts::decision(Intent::PriceNegotiation, Verdict::TellPrice);
    decision.facts.push(facts::text("title", &product.title));
    decision.facts.push(facts::money("price", price));
    Finding::decided(decision)
}

/// An offer, or the wish for a discount that names no sum.
fn bargain(
    product: &Product,
    price: &Cell<Money>,
    offer: Option<Money>,
    question: &Question<'_>,
    catalog: &CatalogSnapshot,
) -> Finding {
    let known = &question.conversation.haggling;
    let so_far = if known.product.as_ref() == Some(&product.sku) { known.clone() } else { Haggling::default() };
    let stand = match Terms::of(product, &question.seller.pricing) {
        Some(terms) => terms.answer(&so_far, offer),
        None => match offer.filter(|offer| *offer >= price.value) {
            Some(_) => Stand::Accept(price.value),
            None => Stand::Hold(None),
        },
    };
    let (verdict, sum) = match stand {
        Stand::Accept(sum) => (Verdict::AcceptOffer, Some(("offer", sum))),
        Stand::Counter(sum) => (Verdict::CounterOffer, Some(("counter", sum))),
        Stand::Hold(standing) => (Verdict::RefuseOffer, standing.map(|sum| ("counter", sum))),
    };
    let mut decision = facts::about(Intent::PriceNegotiation, verdict, product, catalog);
    decision.facts.push(facts::money("price", price));
    if let Some((name, sum)) = sum {
        decision.facts.push(facts::fact(name, FactValue::Money(sum), source_of(stand, offer, product, price)));
    }
    talked_about(decision, product, Some(haggling::after(&so_far, &product.sku, offer, stand)))
}

/// An accepted sum is the buyer's, unless we asked for less; what we ask is made of the price and the step.
fn source_of(stand: Stand, offer: Option<Money>, product: &Product, price: &Cell<Money>) -> Source {
    match stand {
        Stand::Accept(sum) if offer == Some(sum) => Source::Buyer,
        _ => Source::Computed(
            [Some(&price.at), product.step.as_ref().map(|step| &step.at)].into_iter().flatten().cloned().collect(),
        ),
    }
}

fn talked_about(decision: Decision, product: &Product, haggling: Option<Haggling>) -> Finding {
    let remember = Remember { product: Some(product.sku.clone()), haggling, ..Remember::default() };
    Finding::Decided(Decided { decision, remember })
}
