//! What it costs, and for less. The floor is used here and never leaves: it is no fact, and no fact is made of it.

use domain::catalog::{Bargaining, CatalogSnapshot, Cell, Product};
use domain::conversation::Haggling;
use domain::decision::{Decision, FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::money::Money;

use super::wish::{Wish, read};
use super::{delivery, facts, several, stock};
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
    if let Some(found) = several::bundle(&wish, question, catalog) {
        return found;
    }
    if wish.brings_along() {
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
    if let Some(count) = wish.quantity.filter(|count| *count > 1) {
        return several::of_one(product, price, count, &wish, question, catalog);
    }
    match wish.towards(price.value) {
        None => tell(product, price, catalog),
        Some(_) if !product.stock.value.is_available() => {
            stock::out_of_stock(product, Intent::PriceNegotiation, catalog)
        }
        Some(offer) => bargain(product, price, offer, question, catalog),
    }
}

fn tell(product: &Product, price: &Cell<Money>, catalog: &CatalogSnapshot) -> Finding {
    let mut decision = facts::about(Intent::PriceNegotiation, Verdict::TellPrice, product, catalog);
    decision.facts.push(facts::money("price", price));
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
    // «Торг: только при самовывозе» is a rule that only a human can apply.
    let in_words = product.terms.bargaining.as_ref().is_some_and(|cell| cell.value == Bargaining::InWords);
    if in_words && offer.is_none_or(|offer| offer < price.value) {
        return Finding::Unsure(EscalationReason::TableIncomplete);
    }
    let terms = Terms::of(product, &question.seller.pricing);
    let (stand, haggling) =
        haggling::answer(product, price.value, terms.as_ref(), &question.conversation.haggling, offer);
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
    talked_about(decision, product, Some(haggling))
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

pub(super) fn talked_about(decision: Decision, product: &Product, haggling: Option<Haggling>) -> Finding {
    let remember = Remember { product: Some(product.sku.clone()), haggling, ..Remember::default() };
    Finding::Decided(Decided { decision, remember })
}
