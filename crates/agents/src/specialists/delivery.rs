//! Where to, for how much, in how many days.

use domain::catalog::{CatalogSnapshot, Cell, DeliveryRow};
use domain::conversation::Asked;
use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::money::Money;

use super::{facts, general};
use crate::finding::{Decided, Finding, Question, Remember};
use crate::matching::left_out::left_out;
use crate::matching::phrase::tokens;
use crate::matching::talk;
use crate::matching::words::{self, likeness};
use crate::matching::{self, Found, Place, PlaceAsked, PlaceKind, Served, place_asked, row_for};
use crate::numbers::fold::fold;

pub(super) fn decide(question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let rows = &catalog.delivery;
    if talk::says("whence", &tokens(&fold(question.text))) {
        return general::decide(question, catalog);
    }
    match wanted(question, rows) {
        PlaceAsked::Pickup => pickup(catalog),
        PlaceAsked::Listed(at) => answer(&rows[at], text_city(&rows[at].place), question, catalog),
        PlaceAsked::To(place) => to(place, question, catalog),
        PlaceAsked::Several(places) => to_several(&places, question, catalog),
        PlaceAsked::Nowhere if names_an_unknown_place(question) => Finding::Unsure(EscalationReason::NotInTable),
        PlaceAsked::Nowhere => ask_where(question, catalog),
    }
}

/// The place of the message; else as the router read it; else the one talked about.
fn wanted(question: &Question<'_>, rows: &[DeliveryRow]) -> PlaceAsked {
    let said = place_asked(question.text, rows);
    if said != PlaceAsked::Nowhere {
        return said;
    }
    if let Some(location) = supported_location(question) {
        return place_asked(location, rows);
    }
    match &question.conversation.city {
        Some(city) => place_asked(city, rows),
        None => PlaceAsked::Nowhere,
    }
}

/// The router's place, as far as a word of the message bears it out: a model also names places nobody named.
fn supported_location<'a>(question: &Question<'a>) -> Option<&'a str> {
    let location = question.routing.entities.location.as_deref()?;
    let said = words::words(question.text);
    let borne_out =
        words::words(location).iter().any(|word| said.iter().any(|other| likeness(&word.key, &other.key) >= 0.85));
    borne_out.then_some(location)
}

/// The router read a place, and it is in no list.
fn names_an_unknown_place(question: &Question<'_>) -> bool {
    supported_location(question).is_some()
}

fn to(place: Place, question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let rows = &catalog.delivery;
    let unread = left_out(catalog, rows.iter().map(|row| &row.place.at));
    match row_for(place, rows, &unread) {
        // One sum for all of Russia is a guess where the table tells its parts apart.
        Served::Row(at) if is_rest(place, &rows[at]) && matching::is_split(place, rows) => ask_where(question, catalog),
        Served::Row(at) => {
            let own = fold(&rows[at].place.value) == fold(place.name);
            let source = if own { Source::Cell(rows[at].place.at.clone()) } else { Source::Buyer };
            answer(&rows[at], facts::fact("city", FactValue::Text(place.name.to_owned()), source), question, catalog)
        }
        Served::LeftOut => Finding::Unsure(EscalationReason::TableIncomplete),
        Served::Nobody if matching::is_split(place, rows) => ask_where(question, catalog),
        Served::Nobody => Finding::Unsure(EscalationReason::NotInTable),
    }
}

/// Whether `row` serves `place` only as a part of something larger.
fn is_rest(place: Place, row: &DeliveryRow) -> bool {
    place.kind == PlaceKind::Russia
        || matches!(place.kind, PlaceKind::Zone | PlaceKind::Region)
            && !fold(&row.place.value).contains(&fold(place.name))
}

/// Several places are answered where one row serves them all, and so is a name that several places have; else the
/// one is several answers, and the other a question which is meant: a human's both.
fn to_several(places: &[Place], question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let rows = &catalog.delivery;
    let unread = left_out(catalog, rows.iter().map(|row| &row.place.at));
    let served: Vec<Served> = places.iter().map(|place| row_for(*place, rows, &unread)).collect();
    let one_name = places.iter().all(|place| place.name == places[0].name);
    match served.first() {
        Some(Served::Row(at)) if served.iter().all(|other| *other == served[0]) => {
            if one_name {
                return to(places[0], question, catalog);
            }
            if places.iter().any(|place| is_rest(*place, &rows[*at])) {
                return Finding::Unsure(EscalationReason::TooComplex);
            }
            let names = places.iter().map(|place| place.name).collect::<Vec<_>>().join(", ");
            answer(&rows[*at], facts::fact("city", FactValue::Text(names), Source::Buyer), question, catalog)
        }
        _ if one_name => Finding::Unsure(EscalationReason::UnclearReference),
        _ => Finding::Unsure(EscalationReason::TooComplex),
    }
}

fn answer(row: &DeliveryRow, city: Fact, question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let product = named_product(question, catalog);
    let remember = Remember { city: Some(city.value.to_string()), product, ..Remember::default() };
    let Some(cost) = &row.cost else {
        let mut decision = facts::decision(Intent::DeliveryQuestion, Verdict::DoesNotDeliver);
        decision.facts.push(city);
        decision.facts.extend(row.note.as_ref().map(|note| facts::text("note", note)));
        return Finding::Decided(Decided { decision, remember });
    };
    let mut decision = facts::decision(Intent::DeliveryQuestion, Verdict::Delivers);
    decision.facts.push(city);
    let free = free_for_its_price(row, question, catalog);
    decision.facts.push(free.clone().map_or_else(|| facts::money("cost", cost), |(cost, _)| cost));
    if let Some(days) = &row.days {
        decision.facts.push(facts::fact("days", FactValue::Days(days.value), Source::Cell(days.at.clone())));
    }
    let threshold = row.free_from.as_ref().filter(|_| free.is_none() && cost.value > Money::ZERO);
    decision.facts.extend(threshold.map(|sum| facts::money("free_from", sum)));
    decision.facts.extend(row.note.as_ref().map(|note| facts::text("note", note)));
    if let Some((_, title)) = free {
        decision.facts.push(title);
    }
    Finding::Decided(Decided { decision, remember })
}

/// «А красную доставите в Омск?» goes on about the red one.
fn named_product(question: &Question<'_>, catalog: &CatalogSnapshot) -> Option<String> {
    if !matching::names_a_product(question, catalog) {
        return None;
    }
    match matching::find(question, catalog) {
        Found::One(product) => Some(product.sku.clone()),
        _ => None,
    }
}

/// The product talked about reaches the sum from which delivery is free: nothing, for this product.
fn free_for_its_price(row: &DeliveryRow, question: &Question<'_>, catalog: &CatalogSnapshot) -> Option<(Fact, Fact)> {
    let from = row.free_from.as_ref()?;
    let Found::One(product) = matching::find(question, catalog) else { return None };
    let price = product.price.as_ref().filter(|price| price.value >= from.value)?;
    let source = Source::Computed(vec![from.at.clone(), price.at.clone()]);
    Some((facts::fact("cost", FactValue::Money(Money::ZERO), source), facts::title(product, catalog)))
}

fn text_city(cell: &Cell<String>) -> Fact {
    facts::text("city", cell)
}

fn pickup(catalog: &CatalogSnapshot) -> Finding {
    let Some(row) = matching::pickup_row(&catalog.delivery).map(|at| &catalog.delivery[at]) else {
        return Finding::Unsure(EscalationReason::NotInTable);
    };
    let mut decision = facts::decision(Intent::DeliveryQuestion, Verdict::Pickup);
    decision.facts.extend(row.note.as_ref().map(|note| facts::text("note", note)));
    let address = catalog.shop.iter().find(|fact| fold(&fact.name.value).starts_with("адрес")).map(|fact| &fact.value);
    // The remark of the row often is the address.
    let told = |address: &&Cell<String>| {
        row.note.as_ref().is_some_and(|note| fold(&note.value).contains(&fold(&address.value)))
    };
    decision.facts.extend(address.filter(|address| !told(address)).map(|address| facts::text("address", address)));
    decision
        .facts
        .extend(row.cost.as_ref().filter(|cost| cost.value > Money::ZERO).map(|cost| facts::money("cost", cost)));
    if let Some(days) = &row.days {
        decision.facts.push(facts::fact("days", FactValue::Days(days.value), Source::Cell(days.at.clone())));
    }
    Finding::decided(decision)
}

/// One row for everybody needs no city; else ask once.
fn ask_where(question: &Question<'_>, catalog: &CatalogSnapshot) -> Finding {
    let rows = &catalog.delivery;
    let mut sent = rows.iter().filter(|row| !fold(&row.place.value).contains("самовывоз"));
    let only = sent.next().filter(|_| sent.next().is_none());
    let unread = left_out(catalog, rows.iter().map(|row| &row.place.at));
    if let Some(row) =
        only.filter(|row| unread.is_empty() && row_for(Place::RUSSIA, std::slice::from_ref(row), &[]) == Served::Row(0))
    {
        return answer(row, text_city(&row.place), question, catalog);
    }
    if rows.is_empty() {
        return Finding::Unsure(EscalationReason::NotInTable);
    }
    if question.conversation.asked == Some(Asked::WhichCity) {
        return Finding::Unsure(EscalationReason::StillUnclear);
    }
    let decision: Decision = facts::decision(Intent::DeliveryQuestion, Verdict::AskWhichCity);
    Finding::Decided(Decided { decision, remember: Remember { asked: Some(Asked::WhichCity), ..Remember::default() } })
}
