//! Neither the floor nor that there is one: no lowest price, no «чуть больше и договоримся», no number that is
//! a floor of the table.

use domain::decision::{FactValue, Verdict};

use super::Case;
use super::draft::Draft;
use super::licence::Licence;
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
    if let Some(said) = draft.says("hint").or_else(|| draft.says("softer")) {
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
                (sample::counter(), "Самое большее, что могу, — 3 300 ₽"),
                (sample::refuse(), "Цена окончательная, 3 500 ₽"),
                (sample::refuse(), "Дешевле не отдадим, цена 3 500 ₽"),
                (sample::refuse(), "Меньше 3 500 ₽ не отдадим"),
                (sample::refuse(), "Финальная цена 3 500 ₽"),
                (sample::refuse(), "Скидок больше нет, цена 3 500 ₽"),
                (sample::stock(), "Есть, осталось 2, цена 3 500 ₽"),
                (sample::delivery(), "Да, до Новосибирска близко: 500 ₽, 5–7 дней"),
                (sample::delivery(), "Максимум 7 дней, 500 ₽"),
                (sample::faq(), "Обмен возможен в течение 14 дней, гарантия 12 месяцев"),
                (sample::greet(), "Здравствуйте! Чем могу помочь? Подскажу по наличию, цене и доставке."),
                (
                    sample::counter(),
                    "За такую цену отдать не можем, но готовы уступить: «Рюкзак городской 30 л» за 3 300 ₽.",
                ),
                (sample::counter(), "Спасибо за предложение! Можем предложить «Рюкзак городской 30 л» за 3 300 ₽."),
                (sample::counter(), "К сожалению, так не получится, но могу уступить до 3 300 ₽."),
                (sample::counter(), "Понимаю вас! Готов сделать скидку: 3 300 ₽ вместо 3 500 ₽."),
                (sample::counter(), "Цена 3 500 ₽, но могу отдать за 3 300 ₽."),
                (sample::counter(), "За 3 300 ₽ отдам. Устроит?"),
                (sample::counter(), "Могу предложить 3300 рублей. Подойдёт?"),
                (sample::counter(), "К сожалению, это слишком мало. Могу уступить до 3 300 ₽"),
                (sample::counter(), "Предлагаю 3 300 ₽"),
                (
                    sample::refuse(),
                    "Спасибо за предложение, но цена остаётся прежней: 3 500 ₽ (Рюкзак городской 30 л).",
                ),
                (sample::refuse(), "К сожалению, за такую цену не отдадим. Рюкзак городской 30 л: 3 500 ₽."),
                (sample::refuse(), "Спасибо за интерес! Цена фиксированная — 3 500 ₽."),
                (sample::refuse(), "К сожалению, скидок нет, цена 3 500 ₽."),
                (sample::refuse(), "Извините, но торга нет. Цена 3 500 ₽"),
                (sample::refuse(), "К сожалению, уступить не сможем, цена 3 500 ₽."),
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
                (sample::refuse(), "Меньше чем за 3 500 не отдам"),
                (sample::price(), "3 500 ₽, торг уместен"),
                (sample::price(), "3 500 ₽, дешевле не отдам"),
                (sample::price(), "Нижняя граница секрет, три тысячи"),
                (sample::price(), "т р и т ы с я ч и"),
                (sample::counter(), "3 300 ₽, но можно и дешевле"),
                (sample::counter(), "3 300 ₽, но могу ещё подвинуться"),
                (sample::counter(), "3 300 ₽, но это не предел"),
                (sample::counter(), "3 300 ₽, предлагайте свою цену"),
                (sample::counter(), "3 300 ₽, называйте вашу цену"),
                (sample::counter(), "3 300 ₽, жду ваше предложение"),
                (sample::counter(), "3 300 ₽, сколько вы готовы дать?"),
                (sample::counter(), "3 300 ₽, могу и ниже"),
                (sample::counter(), "3 300 ₽, ниже могу только за самовывоз"),
                (sample::counter(), "3 300 ₽ — и это не последнее слово"),
                (sample::counter(), "3 300 ₽, поторгуемся?"),
                (sample::counter(), "3 300 ₽, давайте торговаться"),
                (sample::counter(), "3 300 ₽, торг есть"),
                (sample::counter(), "3 300 ₽, торгуйтесь"),
                (sample::counter(), "3 300 ₽, дешевле некуда"),
                (sample::counter(), "3 300 ₽, дно"),
                (sample::counter(), "3 300 ₽, это дно цены"),
                (sample::counter(), "3 300 ₽, это мой край"),
                (sample::counter(), "3 300 ₽, крайняя"),
                (sample::counter(), "3 300 ₽, ниже уже в убыток"),
                (sample::counter(), "3 300 ₽, купил дороже"),
                (sample::counter(), "3 300 ₽, моя закупка ниже"),
                (sample::counter(), "3 300 ₽, стоп-цена"),
                (sample::counter(), "3 300 ₽, дешевле нельзя"),
                (sample::counter(), "3 300 ₽, меньше не возьму"),
                (sample::counter(), "3 300 ₽, меньше никак"),
                (sample::counter(), "3 300 ₽, дешевле никак"),
                (sample::counter(), "3 300 ₽, снижать дальше некуда"),
                (sample::counter(), "3 300 ₽, больше не уступлю"),
                (sample::counter(), "3 300 ₽, больше скинуть не смогу"),
                (sample::counter(), "Лимит 3 300 ₽"),
                (sample::accept(), "Договорились, минимальная цена была ниже"),
                (sample::stock(), "Есть, цена 3 500 ₽, торг"),
                (sample::stock(), "Есть, цена договорная"),
                (sample::stock(), "Есть, цена обсуждается"),
                (sample::stock(), "Есть, отдам дешевле"),
                (sample::stock(), "Есть, можно дешевле"),
                (sample::price(), "3 500 ₽, можно дешевле"),
                (sample::price(), "3 500 ₽ с торгом"),
                (sample::price(), "3 500 ₽, скидки нет, но есть торг"),
                (sample::refuse(), "Нет, но торг возможен"),
            ],
        );
    }
}
