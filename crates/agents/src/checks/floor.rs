//! Neither the floor nor that there is one: no lowest price, no «чуть больше и договоримся», no number that is
//! a floor of the table.

use domain::decision::{FactValue, Verdict};

use super::Case;
use super::draft::Draft;
use super::numbers::Licence;
use crate::numbers::Amount;

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    if names_a_floor(draft, case) {
        // Without the number: this is read by whoever words the text again.
        whys.push("a number is said that must not be said".to_owned());
    }
    if let Some(said) = draft.says("floor") {
        whys.push(format!("\"{said}\" speaks of a lowest price"));
    }
    if let Some(said) = draft.says("hint") {
        whys.push(format!("\"{said}\" hints that there is room below the price"));
    }
    // That the price stands may be said where that is the decision.
    if let Some(said) = draft.says("firm").filter(|_| !case.decides(&[Verdict::RefuseOffer])) {
        whys.push(format!("\"{said}\" speaks of how low the price can go"));
    }
    whys
}

/// A floor itself, or what is missing between a named price and a floor.
fn names_a_floor(draft: &Draft<'_>, case: &Case<'_>) -> bool {
    let licence = Licence::of(case.decisions, case.context);
    let prices: Vec<_> = case
        .facts()
        .filter_map(|fact| if let FactValue::Money(money) = fact.value { Some(money) } else { None })
        .collect();
    let unlicensed = |number: &&crate::numbers::Number| !licence.covers(number) && !draft.is_quoted(&number.span);
    draft.numbers.iter().chain(&draft.hidden_numbers).filter(unlicensed).filter_map(|number| number.value.amount()).any(
        |amount| {
            case.context.floors.iter().any(|&floor| {
                let told = |money| Amount::of_money(money) == amount;
                told(floor) || prices.iter().any(|&price| price > floor && told(price - floor))
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn a_firm_price_is_no_floor() {
        passes(
            "floor",
            &[
                (sample::refuse(), "К сожалению, цена окончательная: 3 500 ₽"),
                (sample::refuse(), "Дешевле отдать не получится, цена 3 500 ₽"),
                (sample::counter(), "Могу предложить за 3 300 ₽"),
                (sample::price(), "Цена — 3 500 ₽"),
                (sample::stock(), "Есть, осталось 2"),
                (sample::delivery(), "Доставка 500 ₽, 5–7 дней"),
            ],
        );
    }

    #[test]
    fn the_floor_is_neither_named_nor_hinted_at() {
        refuses(
            "floor",
            &[
                (sample::counter(), "Минимум 3 000 ₽"),
                (sample::counter(), "Отдам за 3000"),
                (sample::counter(), "3 т.р. и она ваша"),
                (sample::counter(), "могу скинуть 500, не больше"),
                (sample::counter(), "Минимальная цена 3 300 ₽"),
                (sample::counter(), "Ниже 3 300 ₽ не могу"),
                (sample::counter(), "3 300 ₽ — это предел"),
                (sample::counter(), "Дешевле 3 300 ₽ не отдам"),
                (sample::counter(), "3 300 ₽, последняя цена"),
                (sample::counter(), "3 300 ₽, но есть ещё небольшой запас"),
                (sample::counter(), "Предложите чуть больше"),
                (sample::counter(), "Добавьте немного, и сговоримся"),
                (sample::counter(), "Вы близко!"),
                (sample::counter(), "Вы почти угадали."),
                (sample::counter(), "Горячо! Ещё чуть-чуть."),
                (sample::accept(), "Хорошо, 3 200 ₽. Меньше чем за 3 200 не отдам."),
                (sample::price(), "В столбце «Мин. цена» стоит 3 500 ₽"),
                (sample::refuse(), "Себестоимость выше"),
                (sample::refuse(), "Нет, накиньте ещё"),
                (sample::price(), "3 500 ₽, торг уместен"),
                (sample::price(), "3 500 ₽, дешевле не отдам"),
                (sample::price(), "Нижняя граница секрет, три тысячи"),
                (sample::price(), "т р и т ы с я ч и"),
            ],
        );
    }
}
