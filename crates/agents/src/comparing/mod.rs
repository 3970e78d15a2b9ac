//! Whether the seller's own words decide the same as we did. Pure: a decision and a text go in.
//!
//! What counts is the decision, not the wording: is it there, what does it cost, is the offer taken, does it go there,
//! for how much and in how many days. The text is read by the readers that hold our own texts to the facts (numbers,
//! places, phrases), and read carefully: where it could be about something else, the answer is [`Comparison::Unclear`],
//! and that is not counted. A wrong "same" would let the bot speak where it should not.

mod heard;
mod price;
#[cfg(test)]
mod tests;

use domain::decision::{Decision, FactValue, Verdict};
use domain::intent::Intent;
use domain::money::Money;

use crate::matching::words::words;
use crate::numbers::{self, Value};
use heard::Heard;

/// How the seller's words stand to a decision of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// He decided the same.
    Same,
    /// He decided something else.
    Different,
    /// His words do not tell.
    Unclear,
}

use Comparison::{Different, Same, Unclear};

/// Holds what the seller `said`, message by message, against each of our decisions.
pub fn compare(decisions: &[Decision], said: &[String]) -> Vec<(Intent, Comparison)> {
    let mut heard = Heard::new(&said.join("\n"));
    heard.of_one = decisions.len() == 1;
    let all = |decision: &Decision| {
        let others: Vec<Money> = decisions.iter().filter(|other| *other != decision).flat_map(moneys).collect();
        (decision.intent, one(decision, &others, &heard))
    };
    decisions.iter().map(all).collect()
}

/// Whether a seller's words can tell at all: a greeting decides nothing.
pub fn is_comparable(decision: &Decision) -> bool {
    !matches!(decision.verdict, Verdict::Greet | Verdict::Thank)
}

/// One decision; sums of `others` in the text are about those.
fn one(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    match decision.verdict {
        Verdict::InStock => in_stock(decision, others, heard),
        Verdict::OutOfStock | Verdict::NotSold => missing(heard),
        Verdict::AskWhichProduct => asks(heard, "he_asks_which"),
        Verdict::AskWhichCity => asks(heard, "he_asks_city"),
        Verdict::TellPrice => price::told(decision, others, heard),
        Verdict::AcceptOffer => price::taken(decision, others, heard),
        Verdict::CounterOffer => price::countered(decision, others, heard),
        Verdict::RefuseOffer => price::held(decision, others, heard),
        Verdict::Delivers => delivers(decision, others, heard),
        Verdict::DoesNotDeliver => delivers_not(heard),
        Verdict::Pickup => pickup(heard),
        Verdict::TellShopFact | Verdict::TellFaq => told_in_words(decision, heard),
        Verdict::Greet | Verdict::Thank => Unclear,
    }
}

/// Whether the seller says that it is there; `None` where he says both or neither.
fn is_there(heard: &Heard) -> Option<bool> {
    let not = heard.says("have_not") || heard.says("he_has_not");
    match (heard.says("he_has"), not) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn in_stock(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    let there = is_there(heard);
    if there == Some(false) {
        return Different;
    }
    let price = money(decision, "price");
    let sums = heard.sums(decision, others);
    let tells_price = price.is_some_and(|price| sums.contains(&price));
    if price.is_some() && !sums.is_empty() && !tells_price && !heard.is_about_delivery {
        return Different;
    }
    if let Some(left) = quantity(decision)
        && heard.counts().any(|count| count != u64::from(left))
    {
        return Different;
    }
    if there == Some(true) || tells_price && !heard.says("have_not") { Same } else { Unclear }
}

fn missing(heard: &Heard) -> Comparison {
    match is_there(heard) {
        Some(false) => Same,
        Some(true) if heard.says("he_offers_another") => Unclear,
        Some(true) => Different,
        None => Unclear,
    }
}

/// We ask back, and so does he; what he answered without asking, he knew from elsewhere.
fn asks(heard: &Heard, list: &str) -> Comparison {
    if heard.asks(list) { Same } else { Unclear }
}

/// Whether he says that it does not go there. A bare «нет» says so only where nothing else was asked.
fn refuses_delivery(heard: &Heard) -> bool {
    heard.says("he_ships_not") || heard.of_one && heard.says("he_says_no")
}

fn delivers(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    if refuses_delivery(heard) {
        return if heard.says("he_ships") { Unclear } else { Different };
    }
    if !heard.places_are_of(decision) {
        return Unclear;
    }
    if let (Some(ours), Some(his)) = (days(decision), heard.days())
        && (his.0 > ours.1 || his.1 < ours.0)
    {
        return Different;
    }
    let Some(cost) = money(decision, "cost") else { return Unclear };
    let threshold = money(decision, "free_from");
    let sums: Vec<Money> =
        heard.sums(decision, others).into_iter().filter(|sum| Some(*sum) != threshold || *sum == cost).collect();
    if sums.contains(&cost) || cost == Money::ZERO && sums.is_empty() && heard.says("free") {
        return Same;
    }
    if sums.is_empty() {
        // «От 5 000 бесплатно» is our own rule; bare «бесплатно» is another price.
        let free = heard.says("free") && threshold.is_none() && cost > Money::ZERO;
        return if free { Different } else { Unclear };
    }
    // A sum that is not said of the delivery may be the price of the goods.
    if heard.is_about_goods && !heard.sums_of_delivery { Unclear } else { Different }
}

fn delivers_not(heard: &Heard) -> Comparison {
    match (refuses_delivery(heard), heard.says("he_ships")) {
        (true, false) => Same,
        (false, true) => Different,
        _ => Unclear,
    }
}

fn pickup(heard: &Heard) -> Comparison {
    match (heard.says("he_hands_out"), heard.says("he_refuses")) {
        (true, false) => Same,
        (false, true) => Different,
        _ => Unclear,
    }
}

/// An answer in the seller's own words, from his table. Numbers of a kind that both have must agree; without any, most
/// of his words must be in the table's.
fn told_in_words(decision: &Decision, heard: &Heard) -> Comparison {
    let texts = |name: &str| match &decision.fact(name)?.value {
        FactValue::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let Some(told) = texts("answer").or_else(|| texts("fact_value")) else { return Unclear };
    let told_heard = Heard::new(told);
    let (yes, no) = (["he_has", "he_takes"], "he_refuses");
    let says = |heard: &Heard| (yes.iter().any(|list| heard.says(list)), heard.says(no));
    match (says(&told_heard), says(heard)) {
        ((true, false), (false, true)) | ((false, true), (true, false)) => return Different,
        _ => {}
    }
    let (ours, his) = (exact_values(told), exact_values(&heard.text));
    let of_a_kind = |a: &Value, b: &Value| std::mem::discriminant(a) == std::mem::discriminant(b);
    let compared: Vec<&Value> = his.iter().filter(|value| ours.iter().any(|our| of_a_kind(our, value))).collect();
    if compared.iter().any(|value| !ours.contains(value)) {
        return Different;
    }
    if !compared.is_empty() {
        return Same;
    }
    let known = words(told);
    let said: Vec<_> = words(&heard.text).into_iter().filter(|word| !word.is_light() && !word.is_noise()).collect();
    let found = said.iter().filter(|word| known.iter().any(|other| other.key == word.key)).count();
    // Two words in common may be chance.
    if found >= 3 && found * 3 >= said.len() * 2 { Same } else { Unclear }
}

/// The numbers of a text whose kind is certain.
fn exact_values(text: &str) -> Vec<Value> {
    let certain = |value: &Value| !matches!(value, Value::Bare(_) | Value::Ordinal(_) | Value::InDays(_));
    numbers::read(text).into_iter().map(|number| number.value).filter(certain).collect()
}

fn money(decision: &Decision, name: &str) -> Option<Money> {
    match decision.fact(name)?.value {
        FactValue::Money(money) => Some(money),
        _ => None,
    }
}

fn moneys(decision: &Decision) -> Vec<Money> {
    let money = |value: &FactValue| if let FactValue::Money(money) = value { Some(*money) } else { None };
    decision.facts.iter().filter_map(|fact| money(&fact.value)).collect()
}

fn quantity(decision: &Decision) -> Option<u32> {
    match decision.fact("quantity")?.value {
        FactValue::Quantity(count) => Some(count),
        _ => None,
    }
}

fn days(decision: &Decision) -> Option<(u32, u32)> {
    match decision.fact("days")?.value {
        FactValue::Days(days) => Some((days.from, days.to)),
        _ => None,
    }
}
