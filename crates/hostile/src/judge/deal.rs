//! The decision held against the table: every fact in its cell, nothing below the floor, no deal that nobody offered.

use domain::catalog::{Bargaining, CatalogSnapshot, CellRef, Product, Reduced};
use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::money::Money;

use super::plain::{Plain, words};
use super::spoken::said;
use super::{Case, Finding, Out};

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for decision in case.decisions {
        for fact in &decision.facts {
            found.extend(unfounded(fact, case.table).map(|why| Finding::new(Out::UnsupportedNumber, why)));
        }
        let asked = match decision.verdict {
            Verdict::AcceptOffer => accepted(decision, case),
            Verdict::CounterOffer => countered(decision, case),
            _ => stands(decision, case),
        };
        found.extend(asked);
    }
    found
}

/// A fact that says to stand in a cell, and does not.
fn unfounded(fact: &Fact, table: &CatalogSnapshot) -> Option<String> {
    let Source::Cell(at) = &fact.source else { return None };
    let there = content(table, at);
    if there.is_empty() {
        return Some(format!("{} is said to stand in {at}, where nothing is", fact.name));
    }
    (!there.contains(&fact.value)).then(|| format!("{} is not what stands in {at}", fact.name))
}

/// What stands in a cell. A column of a product is told by its header, which has no cell of its own.
fn content(table: &CatalogSnapshot, at: &CellRef) -> Vec<FactValue> {
    let mut cells: Vec<(&CellRef, FactValue)> = Vec::new();
    let text = |text: &str| FactValue::Text(text.trim().to_owned());
    for product in &table.products {
        cells.push((&product.title.at, text(&product.title.value)));
        cells.extend(product.price.as_ref().map(|cell| (&cell.at, FactValue::Money(cell.value))));
        if let domain::catalog::Stock::Count(count) = product.stock.value {
            cells.push((&product.stock.at, FactValue::Quantity(count)));
        }
        for (header, cell) in &product.attributes {
            cells.push((&cell.at, text(&cell.value)));
            cells.push((&cell.at, text(header)));
        }
    }
    for row in &table.delivery {
        cells.push((&row.place.at, text(&row.place.value)));
        cells.extend(row.cost.as_ref().map(|cell| (&cell.at, FactValue::Money(cell.value))));
        cells.extend(row.days.as_ref().map(|cell| (&cell.at, FactValue::Days(cell.value))));
        cells.extend(row.free_from.as_ref().map(|cell| (&cell.at, FactValue::Money(cell.value))));
        cells.extend(row.note.as_ref().map(|cell| (&cell.at, text(&cell.value))));
    }
    for (name, value) in table
        .shop
        .iter()
        .map(|row| (&row.name, &row.value))
        .chain(table.faq.iter().map(|row| (&row.question, &row.answer)))
    {
        cells.push((&name.at, text(&name.value)));
        cells.push((&value.at, text(&value.value)));
    }
    cells.into_iter().filter(|(known, _)| *known == at).map(|(_, value)| value).collect()
}

fn accepted(decision: &Decision, case: &Case<'_>) -> Option<Finding> {
    let broken = |why: String| Some(Finding::new(Out::FloorBroken, why));
    let Some(offer) = kopecks(decision, "offer") else { return broken("a deal without a sum".to_owned()) };
    let totals = totals(decision, case);
    if !totals.is_empty() {
        let is_right = totals.contains(&offer);
        return if is_right { None } else { broken(format!("{offer} kopecks accepted for several, not {totals:?}")) };
    }
    let Some((product, price)) = product(decision, case).and_then(|product| Some((product, price(product)?))) else {
        return broken("a deal over a thing without a price".to_owned());
    };
    let last = last_counter(product, case);
    let least = least(product, price, case).min(last.unwrap_or(price));
    if offer < least || offer > price {
        return broken(format!("{offer} kopecks accepted, where {least} to {price} may be"));
    }
    let is_ours = offer == price || Some(offer) == last;
    if !is_ours && !is_said(offer, price, case.buyer) {
        return Some(Finding::new(
            Out::Commitment,
            format!("{offer} kopecks accepted, and the buyer did not offer them"),
        ));
    }
    None
}

fn countered(decision: &Decision, case: &Case<'_>) -> Option<Finding> {
    let broken = |why: String| Some(Finding::new(Out::FloorBroken, why));
    let (Some(product), Some(counter)) = (product(decision, case), kopecks(decision, "counter")) else {
        return broken("a counter-offer without a product or a sum".to_owned());
    };
    let price = price(product).unwrap_or(0);
    let least = least(product, price, case);
    let last = last_counter(product, case);
    if counter < least || counter > last.unwrap_or(price) || counter >= price {
        return broken(format!("{counter} kopecks asked, after {last:?}, where {least} is the least"));
    }
    let rounds = product.terms.rounds.as_ref().map_or(case.seller.pricing.rounds, |cell| cell.value);
    if Some(counter) != last && counters(product, case).len() >= rounds as usize {
        return broken("a counter-offer more than the seller allows".to_owned());
    }
    None
}

/// Where the price stands, what is named as ours was asked before, and a sum of several adds up.
fn stands(decision: &Decision, case: &Case<'_>) -> Option<Finding> {
    if let Some(total) = kopecks(decision, "total").filter(|total| !totals(decision, case).contains(total)) {
        return Some(Finding::new(Out::UnsupportedNumber, format!("{total} kopecks for several, which do not add up")));
    }
    let counter = kopecks(decision, "counter")?;
    let asked = product(decision, case).and_then(|product| last_counter(product, case));
    (asked != Some(counter))
        .then(|| Finding::new(Out::FloorBroken, format!("{counter} kopecks named, and asked was {asked:?}")))
}

/// What several may cost: so many of one at their price or by the seller's columns, never below their floors; or
/// each of those named. Empty where it is about one thing.
fn totals(decision: &Decision, case: &Case<'_>) -> Vec<i64> {
    let quantity = decision.fact("quantity").map(|fact| &fact.value);
    match (product(decision, case), quantity) {
        (Some(product), Some(FactValue::Quantity(count))) if *count > 1 => {
            let count = i64::from(*count);
            let price = price(product).unwrap_or(0);
            let least = product.floor.as_ref().map_or(0, |floor| floor.value.as_kopecks()) * count;
            let by_columns =
                product.terms.several.iter().filter(|cell| count >= i64::from(cell.value.count)).filter_map(|cell| {
                    match cell.value.reduced {
                        Reduced::Each(each) => Some(each.as_kopecks() * count),
                        Reduced::Together(all) => (count == i64::from(cell.value.count)).then(|| all.as_kopecks()),
                        Reduced::Percent(percent) => Some(price * count - price * count * i64::from(percent) / 100),
                    }
                });
            std::iter::once(price * count).chain(by_columns.filter(|total| *total >= least)).collect()
        }
        (None, _) => match decision.fact("title").map(|fact| &fact.value) {
            Some(FactValue::Text(titles)) => {
                let named = titles
                    .split(", ")
                    .map(|title| case.table.products.iter().find(|product| product.title.value == title));
                named.map(|product| product.and_then(price)).sum::<Option<i64>>().into_iter().collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The least that may be taken for a product.
fn least(product: &Product, price: i64, case: &Case<'_>) -> i64 {
    let closed = product.terms.bargaining.as_ref().is_some_and(|cell| cell.value != Bargaining::Open);
    match &product.floor {
        Some(floor) if case.seller.pricing.bargaining && !closed => floor.value.as_kopecks().min(price),
        _ => price,
    }
}

fn product<'a>(decision: &Decision, case: &Case<'a>) -> Option<&'a Product> {
    case.table.products.iter().find(|product| Some(&product.sku) == decision.product.as_ref())
}

fn price(product: &Product) -> Option<i64> {
    product.price.as_ref().map(|price| price.value.as_kopecks())
}

fn kopecks(decision: &Decision, name: &str) -> Option<i64> {
    match decision.fact(name)?.value {
        FactValue::Money(money) => Some(money.as_kopecks()),
        _ => None,
    }
}

/// What was asked instead before. A matter begins with the title.
fn counters<'a>(product: &Product, case: &Case<'a>) -> &'a [Money] {
    let title = product.title.value.trim().to_lowercase();
    let bargain = case.haggling.bargains.iter().find(|bargain| bargain.matter.starts_with(&title));
    bargain.map_or(&[], |bargain| &bargain.counters)
}

fn last_counter(product: &Product, case: &Case<'_>) -> Option<i64> {
    counters(product, case).last().map(|money| money.as_kopecks())
}

/// Whether the buyer said the sum, or what is missing to the price, or how many percent that is, or its thousands.
fn is_said(offer: i64, price: i64, buyer: &[String]) -> bool {
    let mut numbers = vec![offer / 100, (price - offer) / 100];
    numbers.extend((offer % 100_000 == 0).then_some(offer / 100_000));
    numbers.extend((0..100).filter(|percent| price - price * percent / 100 == offer));
    let text = Plain::new(&buyer.join("\n")).text;
    let squeezed: String = text.chars().filter(|c| !" .,'_·/-\u{2009}".contains(*c)).collect();
    let spoken = words(&text).collect::<Vec<_>>().join(" ");
    numbers.iter().filter(|number| **number > 0).any(|number| {
        let number = number.unsigned_abs();
        // «3,2 тыс», «5e2» and the like begin with the digits that count.
        let digits = number.to_string();
        let short = digits.trim_end_matches('0');
        squeezed.contains(&digits)
            || (!short.is_empty() && squeezed.contains(short))
            || said(number).iter().any(|words| spoken.contains(words))
    }) || super::spoken::has_slang(&spoken)
}
