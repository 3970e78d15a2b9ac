//! Is it there? Says no number but where it is asked for, or where few are left.

use domain::catalog::{CatalogSnapshot, Product, Stock};
use domain::conversation::Asked;
use domain::decision::{Decision, FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::Intent;

use super::{delivery, facts, pricing, several};
use crate::finding::{Decided, Finding, Question, Remember};
use crate::matching::phrase::tokens;
use crate::matching::{self, Found, talk};
use crate::numbers::fold::fold;
use crate::numbers::{self, Value};

/// From here down the number left is worth saying.
const FEW: u32 = 3;

pub(super) fn decide(question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    match matching::find(question, catalog) {
        Found::One(_) | Found::Several(_) if several::names_two_things(question, catalog) => {
            Finding::Unsure(EscalationReason::TooComplex)
        }
        Found::One(product) if matching::asks_for_another(question.text) => other_kinds(product, question, catalog),
        Found::One(_) if !matching::names_a_product(question, catalog) => about_what(question, catalog),
        Found::One(product) => is_it_there(product, Intent::StockInquiry, question, catalog),
        found => unsettled(found, Intent::StockInquiry, question, catalog),
    }
}

/// «Есть доставка?», «скидка есть?», «фото есть?» only sound like a question about the goods.
fn about_what(question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let said = tokens(&fold(question.text));
    // A second intent has its own specialist.
    let alone = question.routing.second_intent.is_none();
    match matching::find(question, catalog) {
        _ if talk::says("pictures", &said) => Finding::Unsure(EscalationReason::NotInTable),
        _ if alone && talk::says("delivery", &said) => delivery::decide(question, catalog),
        _ if alone && talk::says("discount", &said) => pricing::decide(question, catalog),
        Found::One(product) => is_it_there(product, Intent::StockInquiry, question, catalog),
        found => unsettled(found, Intent::StockInquiry, question, catalog),
    }
}

/// `product` is there or not.
pub(super) fn is_it_there(
    product: &Product,
    intent: Intent,
    question: &Question<'_>,
    catalog: &CatalogSnapshot,
) -> Finding {
    if !product.stock.value.is_available() {
        return out_of_stock(product, intent, catalog);
    }
    // The row of several colours counts them together: of one of them it does not say how many there are.
    let is_a_part = matching::is_one_of_several(product, question, catalog);
    if is_a_part && asks_how_many(question) {
        return Finding::Unsure(EscalationReason::NotInTable);
    }
    let is_told = |count| count <= FEW && !matching::has_variants(product, catalog) || asks_how_many(question);
    let mut decision = facts::about(intent, Verdict::InStock, product, catalog);
    decision.facts.extend(product.price.as_ref().map(|price| facts::money("price", price)));
    if let Stock::Count(count) = product.stock.value
        && is_told(count)
    {
        decision.facts.push(facts::fact(
            "quantity",
            FactValue::Quantity(count),
            Source::Cell(product.stock.at.clone()),
        ));
    }
    talked_about(decision, product)
}

/// There is none left, but perhaps something near.
pub(super) fn out_of_stock(product: &Product, intent: Intent, catalog: &CatalogSnapshot) -> Finding {
    let mut decision = facts::about(intent, Verdict::OutOfStock, product, catalog);
    decision.facts.extend(facts::alternatives(&matching::alternatives(product, catalog), catalog));
    talked_about(decision, product)
}

/// What every specialist says when it is not clear which product is meant, or there is none.
pub(super) fn unsettled(
    found: Found<'_>,
    intent: Intent,
    question: &Question<'_>,
    catalog: &CatalogSnapshot,
) -> Finding {
    match found {
        Found::One(product) => is_it_there(product, intent, question, catalog),
        Found::Several(products) => which(&products, intent, question, catalog),
        Found::Near(products) => not_sold(&products, intent, catalog),
        Found::Unknown if says_what(question) && !catalog.products.is_empty() => not_sold(&[], intent, catalog),
        // A colour or a size that no column tells, a thing that the router did not see named.
        Found::Unconfirmed | Found::Unknown => Finding::Unsure(EscalationReason::NotInTable),
        Found::TooMany => Finding::Unsure(EscalationReason::TooComplex),
        Found::LeftOut => Finding::Unsure(EscalationReason::TableIncomplete),
        Found::NotNamed => Finding::Unsure(EscalationReason::UnclearReference),
    }
}

/// Ask once which one; a second time it is a human's.
pub(super) fn which(
    products: &[&Product],
    intent: Intent,
    question: &Question<'_>,
    catalog: &CatalogSnapshot,
) -> Finding {
    if question.conversation.asked == Some(Asked::WhichProduct) {
        return Finding::Unsure(EscalationReason::StillUnclear);
    }
    let mut decision = facts::decision(intent, Verdict::AskWhichProduct);
    decision.facts.extend(facts::alternatives(products, catalog));
    Finding::Decided(Decided {
        decision,
        remember: Remember { asked: Some(Asked::WhichProduct), ..Remember::default() },
    })
}

/// No such thing; those of its kind that are there.
fn not_sold(near: &[&Product], intent: Intent, catalog: &CatalogSnapshot) -> Finding {
    let there: Vec<&Product> =
        near.iter().copied().filter(|product| product.stock.value.is_available()).take(2).collect();
    let mut decision = facts::decision(intent, Verdict::NotSold);
    decision.facts.extend(facts::alternatives(&there, catalog));
    Finding::decided(decision)
}

/// «А какие цвета есть?»: those of its column, else the products of its kind that are there.
fn other_kinds(product: &Product, question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    if let Some((header, cell)) = matching::variants(product, question.text, catalog) {
        let mut decision = facts::about(Intent::StockInquiry, Verdict::TellShopFact, product, catalog);
        decision.facts.push(facts::fact(
            "fact_name",
            FactValue::Text(header.to_owned()),
            Source::Cell(cell.at.clone()),
        ));
        decision.facts.push(facts::text("fact_value", cell));
        return talked_about(decision, product);
    }
    let mut kinds = matching::kind_of(product, catalog);
    kinds.retain(|product| product.stock.value.is_available());
    match kinds.as_slice() {
        [] => out_of_stock(product, Intent::StockInquiry, catalog),
        [only] => is_it_there(only, Intent::StockInquiry, question, catalog),
        // More than can be named in one question: which of them are worth naming is a human's choice.
        many if many.len() > 3 => Finding::Unsure(EscalationReason::TooComplex),
        few => which(few, Intent::StockInquiry, question, catalog),
    }
}

fn talked_about(decision: Decision, product: &Product) -> Finding {
    let remember = Remember { product: Some(product.sku.clone()), ..Remember::default() };
    Finding::Decided(Decided { decision, remember })
}

fn asks_how_many(question: &Question<'_>) -> bool {
    let counts = |number: numbers::Number| matches!(number.value, Value::Quantity(count) if count > 1);
    talk::says("how_many", &tokens(&fold(question.text))) || numbers::read(question.text).into_iter().any(counts)
}

/// Whether the router saw a thing named: only then it may be said that there is no such thing.
fn says_what(question: &Question<'_>) -> bool {
    question.routing.entities.product_name.is_some()
}
