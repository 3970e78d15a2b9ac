//! What a text says about there being a thing, or a delivery, agrees with the decision.

use domain::decision::{FactValue, Verdict};

use super::Case;
use super::draft::Draft;
use crate::matching::colours::{Colour, colour};
use crate::matching::words::words;

const MISSING: [Verdict; 2] = [Verdict::OutOfStock, Verdict::NotSold];

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    let (have, have_not) = (draft.says("have"), draft.says("have_not"));
    let in_stock = case.decides(&[Verdict::InStock]);
    let missing = case.decides(&MISSING);
    let delivery_no = case.decides(&[Verdict::DoesNotDeliver]);
    let about_stock = in_stock || missing || case.decides(&[Verdict::AskWhichProduct]);
    if let Some(said) = have.as_ref().filter(|_| !about_stock) {
        whys.push(format!("\"{said}\": whether it is there was not decided on"));
    }
    if let Some(said) = have_not.as_ref().filter(|_| !missing && !delivery_no && asserts_stock(case)) {
        whys.push(format!("\"{said}\", and it is in stock"));
    }
    if missing && have_not.is_none() {
        whys.push("it is not there, and the text does not say so".to_owned());
    }
    let alternatives = case.facts().any(|fact| fact.name == "alternatives");
    if let Some(said) = have.filter(|_| missing && !in_stock && !alternatives) {
        whys.push(format!("\"{said}\", and there is none"));
    }
    whys.extend(other_colour(draft, case));
    let delivers_not = draft.says("delivers_not");
    if delivery_no && delivers_not.is_none() {
        whys.push("there is no delivery, and the text does not say so".to_owned());
    }
    if let Some(said) = delivers_not.filter(|_| case.decides(&[Verdict::Delivers]) && !missing) {
        whys.push(format!("\"{said}\", and we deliver there"));
    }
    whys
}

/// A colour that no title of the decision has. What is missing may be named as the buyer named it.
fn other_colour(draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    let colours = |text: &str| words(text).iter().filter_map(|word| colour(&word.text)).collect::<Vec<_>>();
    let mut told: Vec<Colour> = case
        .facts()
        .filter_map(|fact| if let FactValue::Text(text) = &fact.value { Some(colours(text)) } else { None })
        .flatten()
        .collect();
    if case.decides(&MISSING) {
        told.extend(colours(case.context.buyer_text));
    }
    let named = draft.words().iter().find(|word| colour(&word.text).is_some_and(|colour| !told.contains(&colour)))?;
    Some(format!("\"{}\" is no colour of this decision", named.text))
}

/// Decisions that a «нет» would contradict.
fn asserts_stock(case: &Case<'_>) -> bool {
    case.decides(&[
        Verdict::InStock,
        Verdict::Delivers,
        Verdict::TellPrice,
        Verdict::CounterOffer,
        Verdict::AcceptOffer,
    ]) && !case.decides(&[Verdict::RefuseOffer])
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn what_agrees_with_the_decision_passes() {
        passes(
            "stock",
            &[
                (sample::stock(), "Да, рюкзак в наличии, осталось 2"),
                (sample::stock(), "Есть!"),
                (sample::out_of_stock(), "Рюкзак закончился. В наличии есть «Рюкзак чёрный»"),
                (sample::out_of_stock(), "К сожалению, такого нет в наличии"),
                (sample::not_sold(), "Здравствуйте! Сейчас нет в наличии."),
                (sample::out_of_stock(), "Сейчас его нет, но есть похожие: «Рюкзак чёрный»"),
                (sample::not_sold(), "К сожалению, такого у нас нет"),
                (sample::not_sold(), "Такой товар не продаём"),
                (sample::no_delivery(), "В Минск, к сожалению, не доставляем"),
                (sample::no_delivery(), "Доставки туда, увы, нет"),
                (sample::delivery(), "Доставляем: 500 ₽, 5–7 дней"),
                (sample::refuse(), "Нет, цена 3 500 ₽"),
                (sample::price(), "Цена 3 500 ₽"),
            ],
        );
    }

    #[test]
    fn what_contradicts_the_decision_is_refused() {
        refuses(
            "stock",
            &[
                (sample::stock(), "К сожалению, нет в наличии"),
                (sample::stock(), "Рюкзаки закончились"),
                (sample::stock(), "Нет"),
                (sample::stock(), "Да, синий рюкзак есть"),
                (sample::out_of_stock(), "Есть в наличии!"),
                (sample::out_of_stock(), "Рюкзак городской 30 л — отличный выбор"),
                (sample::not_sold(), "Есть, в наличии"),
                (sample::not_sold(), "Такого нет, но на складе имеется"),
                (sample::no_delivery(), "Доставим в Минск"),
                (sample::delivery(), "Туда не доставляем"),
                (sample::price(), "3 500 ₽, в наличии"),
                (sample::delivery(), "500 ₽, товар на складе"),
            ],
        );
    }
}
