//! Prices and offers: the same sum, the same yes or no.

use domain::decision::Decision;
use domain::money::Money;

use super::Comparison::{self, Different, Same, Unclear};
use super::heard::Heard;
use super::{is_there, money, quantity};

/// We told what it costs.
pub(super) fn told(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    if is_there(heard) == Some(false) {
        return Different;
    }
    let price = money(decision, "price");
    let Some(target) = money(decision, "total").or(price) else { return Unclear };
    let sums = heard.sums(decision, others);
    let strange = sums.iter().any(|sum| *sum != target && Some(*sum) != price);
    match (sums.contains(&target), strange) {
        (true, false) if heard.discounts().is_empty() => Same,
        // «3500, с доставкой 3800»: the other sum may be anything.
        (true, _) => Unclear,
        (false, true) if heard.is_about_delivery => Unclear,
        (false, true) => Different,
        (false, false) => Unclear,
    }
}

/// We took the buyer's price.
pub(super) fn taken(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    let Some(offer) = money(decision, "offer") else { return Unclear };
    let sums = heard.sums(decision, others);
    let (yes, no) = (heard.says("he_takes"), heard.says("he_refuses"));
    if sums.iter().any(|sum| *sum != offer) && !heard.is_about_delivery {
        return Different;
    }
    match (yes, no, sums.contains(&offer)) {
        (_, false, true) | (true, false, false) => Same,
        (false, true, _) => Different,
        _ => Unclear,
    }
}

/// We asked for another price.
pub(super) fn countered(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    let Some(counter) = money(decision, "counter") else { return Unclear };
    let price = money(decision, "price");
    let sums = heard.sums(decision, others);
    let reduced = |discount: &Money| price.is_some_and(|price| price - *discount == counter);
    if sums.contains(&counter) || heard.discounts().iter().any(reduced) {
        return Same;
    }
    if !heard.discounts().is_empty() {
        return Different;
    }
    yes_or_no(&sums, heard, Different)
}

/// We stayed with the price.
pub(super) fn held(decision: &Decision, others: &[Money], heard: &Heard) -> Comparison {
    let price = money(decision, "price");
    let target = money(decision, "total").filter(|_| quantity(decision).is_some()).or(money(decision, "counter"));
    let Some(target) = target.or(price) else { return Unclear };
    if !heard.discounts().is_empty() {
        return Different;
    }
    let sums = heard.sums(decision, others);
    let (yes, no) = (heard.says("he_takes"), heard.says("he_refuses"));
    let strange = sums.iter().any(|sum| *sum != target && Some(*sum) != price);
    match (strange, no, yes) {
        // «За 2000 не отдам» repeats the offer, «минимум 3200» makes one: the words do not tell which.
        (true, true, _) => Unclear,
        (true, false, _) => Different,
        (false, true, false) => Same,
        (false, false, true) if sums.is_empty() => Different,
        (false, false, _) if sums.contains(&target) => Same,
        _ => Unclear,
    }
}

/// What is left to tell by where none of our sums was said.
fn yes_or_no(sums: &[Money], heard: &Heard, other_sum: Comparison) -> Comparison {
    if !sums.is_empty() {
        return if heard.is_about_delivery { Unclear } else { other_sum };
    }
    // A plain yes takes the buyer's price, a plain no names none of ours: both are other decisions.
    match (heard.says("he_takes"), heard.says("he_refuses")) {
        (true, false) | (false, true) => Different,
        _ => Unclear,
    }
}
