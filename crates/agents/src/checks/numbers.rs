//! Every number of a text is a fact of the decision, or stands in the seller's own words.
//!
//! The type counts as well as the size: 500 ₽ of delivery do not license «500 штук», nor the price of the goods.
//! What only the buyer said licenses nothing, but for an offer that was accepted.

use domain::decision::FactValue;

use super::draft::Draft;
use super::licence::Licence;
use super::{Case, unread};
use crate::numbers::fold::{fold, is_letter};
use crate::numbers::{Amount, Number, ToldBy, Value, Written};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let licence = Licence::of(case.decisions, case.context);
    let mut whys = Vec::new();
    for number in &draft.numbers {
        let covered = licence.covers(number) && !is_another_model(draft, number, &licence);
        if !(covered || stands_in_a_quote(draft, number) || is_a_manner(draft, number)) {
            let said = &draft.folded[number.span.clone()];
            whys.push(format!("\"{said}\" is no fact of this decision"));
        }
    }
    if draft.hidden_numbers.iter().any(|number| !licence.covers(number) && !is_one(number)) {
        whys.push("a number is spelled letter by letter, or in another alphabet".to_owned());
    }
    whys.extend(unread::found(draft, case));
    if let Some(said) = draft.says("last").filter(|_| !licence.quantities.contains(&1)) {
        whys.push(format!("\"{said}\": that one is left is no fact of this decision"));
    }
    if let Some(said) = draft.says_unless("slang", |said| is_told(said, case)) {
        whys.push(format!("\"{said}\" may be money, and is no fact of this decision"));
    }
    if let Some(said) = draft.says("part") {
        whys.push(format!("\"{said}\" is a share, and no fact of this decision"));
    }
    if let Some(said) = draft.says("free").filter(|_| !licence.allows_free(draft)) {
        whys.push(format!("\"{said}\": nothing is free by this decision"));
    }
    whys
}

/// «Лимон» is a million, unless the shop sells it.
fn is_told(said: &str, case: &Case<'_>) -> bool {
    let stem: String = said.chars().take(5).collect();
    case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if fold(text).contains(&stem)))
}

/// Within a text fact the number is the seller's, unless that fact is nothing but the number and the draft
/// makes something else of it: a size «42», said as «цена 42».
fn stands_in_a_quote(draft: &Draft<'_>, number: &Number) -> bool {
    draft.quotes.iter().filter(|quote| quote.start <= number.span.start && number.span.end <= quote.end).any(|quote| {
        let quoted = &draft.folded[quote.clone()];
        quoted.contains(is_letter) || number.told_by == ToldBy::Nothing || quote.start <= number.reach.start
    })
}

/// «iPhone 2 Pro», where two are left: behind a name the number is a model, and a text fact must have it.
fn is_another_model(draft: &Draft<'_>, number: &Number, licence: &Licence) -> bool {
    let named = draft.folded[..number.span.start].trim_end_matches(' ').ends_with(|c: char| c.is_ascii_alphabetic());
    matches!(number.value, Value::Bare(amount) if named && !licence.names(amount))
}

/// «один», «одна», «одну» are mostly no number; «одного», in «где-то одного», is longer and is one.
fn is_one(number: &Number) -> bool {
    let is_short = number.span.len() <= "одну".len();
    number.value == Value::Bare(Amount::whole(1)) && number.written == Written::Words && is_short
}

/// «один вопрос», «одна стоит 3 500 ₽»; «где-то один» is a number.
fn is_a_manner(draft: &Draft<'_>, number: &Number) -> bool {
    const BEHIND: [&str; 7] = ["из ", "вопрос", "момент", "секунд", "вариант", "способ", "стоит "];
    let behind = draft.folded[number.span.end..].trim_start_matches(' ');
    is_one(number) && BEHIND.iter().any(|word| behind.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn facts_may_be_said_in_any_form() {
        passes(
            "numbers",
            &[
                (sample::stock(), "Есть! Рюкзак городской 30 л, 3 500 ₽. Осталось 2 штуки."),
                (sample::stock(), "Да, рюкзак есть, осталось две. Цена 3500."),
                (sample::stock(), "Есть, стоит три тысячи пятьсот рублей"),
                (sample::stock(), "Есть, 3,5 тыс руб"),
                (sample::stock(), "Рюкзак городской 30 л в наличии, одну минуту"),
                (sample::stock(), "3.500 руб."),
                (sample::delivery(), "Доставка в Новосибирск — 500 ₽, 5–7 дней."),
                (sample::delivery(), "Доставим за 500 рублей, от 5 до 7 дней"),
                (sample::delivery(), "Доставка 500 ₽, до 7 дней"),
                (sample::delivery(), "Доставка 500 ₽, до недели"),
                (sample::delivery(), "Доставка 500 ₽, бесплатно от 5 000 ₽"),
                (sample::both(), "Рюкзак есть, 3 500 ₽. Доставка в Новосибирск 500 ₽, 5-7 дней."),
                (sample::both(), "Рюкзак стоит 3 500 ₽, доставка — 500 ₽"),
                (sample::accept(), "Хорошо, отдадим за 3 200 ₽"),
                (sample::counter(), "Могу предложить за 3 300 ₽"),
                (sample::hours(), "Режим работы: Пн–Пт с 9:00 до 21:00"),
                (sample::hours(), "Мы работаем с 9:00 до 21:00"),
                (sample::faq(), "Гарантия 12 месяцев, обмен в течение 14 дней."),
                (sample::iphone(), "iPhone 13 на 128 гигабайт есть за 45 тысяч"),
                (sample::iphone(), "Тринадцатый айфон есть, сорок пять тысяч рублей"),
                (sample::delivery(), "Пятьсот рублей, от пяти до семи дней"),
                (sample::delivery(), "500р, 5-7 дн."),
                (sample::delivery(), "Доставка — 500 ₽, срок: от 5 дней"),
                (sample::delivery(), "Не дольше 7 дней, 500 ₽"),
                (sample::faq(), "Гарантия год, то есть 12 месяцев"),
                (sample::stock(), "Есть, 30л, 3500р, осталось 2шт."),
                (sample::stock(), "Есть, 3к500, обод во всю ширину"),
                (sample::stock(), "Есть, ещё один вопрос: куда отправить?"),
                (sample::total(), "За 2 штуки выйдет 7 000 ₽, одна стоит 3 500 ₽"),
                (sample::iphone(), "iPhone 13 на 128ГБ есть"),
                (sample::faq(), "Обмен — две недели, гарантия 12 месяцев"),
                (sample::hours(), "С 9 до 21 по будням"),
                (sample::hours(), "Работаем до 21:00, Пн–Пт"),
                (sample::hours(), "Пн–Пт с девяти до двадцати одного"),
                (sample::which(), "Есть два: «Рюкзак чёрный» и «Рюкзак красный 20 л»"),
                (
                    sample::delivery(),
                    "Да, отправляем: Новосибирск, стоимость доставки 500 ₽, срок 5–7 дней. При заказе от 5 000 ₽ доставка бесплатная.",
                ),
                (sample::delivery(), "Доставим: Новосибирск. Стоимость 500 ₽, в пути 5–7 дней. От 5 000 ₽ бесплатно."),
            ],
        );
    }

    #[test]
    fn what_is_no_fact_is_refused_in_any_dress() {
        refuses(
            "numbers",
            &[
                (sample::stock(), "Есть, 3 400 ₽"),
                (sample::stock(), "Есть, от лимон и выше"),
                (sample::counter(), "3 300 ₽, отдал бы за пол-лимона"),
                (sample::stock(), "Есть, осталось 3 штуки"),
                (sample::stock(), "Есть, осталось пять"),
                (sample::stock(), "Есть, стопиццот рублей"),
                (sample::stock(), "Есть, CD ₽"),
                (sample::stock(), "Есть, последний остался"),
                (sample::stock(), "Есть, осталась последняя штука"),
                (sample::delivery(), "Доставка 500 ₽, идёт несколько дней"),
                (sample::stock(), "Рюкзак 40 л есть"),
                (sample::stock(), "Рюкзак 30 кг есть"),
                (sample::stock(), "Есть, 30 ₽"),
                (sample::stock(), "Есть, доставим бесплатно"),
                (sample::stock(), "Осталось 3500 штук"),
                (sample::counter(), "Отдам за 1000"),
                (sample::counter(), "Отдам за 1к"),
                (sample::counter(), "Отдам за тысячу"),
                (sample::counter(), "Отдам за 1 0 0 0 рублей"),
                (sample::counter(), "Отдам за １０００ ₽"),
                (sample::counter(), "Отдам за 1\u{200b}000 ₽"),
                (sample::counter(), "Отдам за тыщу"),
                (sample::counter(), "Отдам за полторы"),
                (sample::counter(), "Отдам за полторы тысячи"),
                (sample::counter(), "Отдам за пятьсотрублей"),
                (sample::counter(), "Отдам за пять двести"),
                (sample::counter(), "Отдам за полцены"),
                (sample::counter(), "Отдам за ЗОО рублей"),
                (sample::counter(), "скину 500"),
                (sample::counter(), "Скидка 10%"),
                (sample::counter(), "Скидка десять процентов"),
                (sample::counter(), "Цена 3300 евро"),
                (sample::counter(), "отдам за т ы с я ч у"),
                (sample::counter(), "3 300 ₽ и вторая в подарок даром"),
                (sample::delivery(), "Доставка 500 ₽, 5 дней"),
                (sample::delivery(), "Доставка 500 ₽, 3–4 дня"),
                (sample::delivery(), "Доставка 500 ₽, за 3 дня"),
                (sample::delivery(), "Доставка 500 ₽, через неделю, 12 мая"),
                (sample::delivery(), "Доставка бесплатно"),
                (sample::stock(), "Есть, раньше была за MM"),
                (sample::stock(), "Есть. 1+1=1"),
                (sample::counter(), "Где-то одного."),
                (sample::stock(), "Есть, где-то один."),
                (sample::counter(), "3 300 ₽. Где-то одна."),
                (sample::counter(), "3 300 ₽. Цена для своих (один)."),
                (sample::delivery(), "Доставка 500 ₽. Привезли семь."),
                (sample::delivery(), "Доставка 500 ₽. Где-то 7."),
                (sample::stock(), "Есть. Где-то два куска."),
                (sample::stock(), "Есть, 3 5ОО ₽."),
                (sample::stock(), "Есть, ３５００ ₽."),
                (sample::stock(), "Есть, 3\n500 ₽."),
                (sample::stock(), "Есть, от 30.0 и выше."),
                (sample::near_a_phone(), "Такого нет. Есть похожее: «Чехол для iPhone 1 Pro»."),
                (sample::near_a_phone(), "Такого нет. Есть «Чехол для iPhone 143 Pro»."),
                (sample::stock(), "Есть, iPhone 2"),
                (sample::stock(), "Есть. Отдам за две штуки."),
                (sample::stock(), "Есть. От 2ООор и выше."),
                (sample::stock(), "Есть. От 2OОp и выше."),
                (sample::stock(), "Есть, 2ОО."),
                (sample::stock(), "Есть, где-то 2SО."),
                (sample::stock(), "Есть, где-то ЗО."),
                (sample::stock(), "Есть, где-то lO."),
                (sample::stock(), "Есть, где-то боо."),
                (sample::stock(), "Осталось З шт."),
                (sample::stock(), "Есть, код 2е3."),
                (sample::stock(), "Есть, код 0x2."),
                (sample::stock(), "Есть, ₅₀₀ рублёв"),
                (sample::stock(), "Есть, ⁵⁰⁰ рублёв"),
                (sample::stock(), "Есть, 𞥕𞥐𞥐"),
                (sample::stock(), "Есть, 〇 или 五"),
                (sample::stock(), "Есть, где-то восьмёрочка"),
                (sample::stock(), "Есть, где-то двадцаточка"),
                (sample::stock(), "Есть, тысячонок"),
                (sample::stock(), "Есть, 3500 + 2"),
                (sample::iphone(), "iPhone 13 128 ГБ есть, 1+1=1"),
                (sample::counter(), "Могу предложить за 3 300 ₽. На треть дешевле."),
                (sample::price(), "3 500 ₽, вдвое дешевле"),
                (sample::hours(), "Работаем с 9:00 до 22:00"),
                (sample::hours(), "Работаем с 8 до 21"),
                (sample::faq(), "Гарантия 24 месяца"),
                (sample::greet(), "Здравствуйте! Есть сумка за 100 ₽"),
                (sample::greet(), "Здравствуйте! Звоните 8 912 345 67 89"),
                (sample::counter(), "3 300 ₽, доставка ноль рублей"),
                (sample::counter(), "3 300 ₽, доставка 0"),
                (sample::counter(), "3 300 ₽ и доставка даром"),
                (sample::counter(), "3 300 грн"),
                (sample::counter(), "3 300 тенге"),
                (sample::counter(), "3 300 $"),
                (sample::counter(), "3 300 у.е."),
                (sample::counter(), "3 300 ₽ за две штуки"),
                (sample::counter(), "3 300 ₽ за два"),
                (sample::counter(), "две за 3 300 ₽"),
                (sample::counter(), "два рюкзака за 3 300 ₽"),
                (sample::counter(), "было 5000, стало 3 300 ₽"),
                (sample::counter(), "3 300 ₽, экономия 200 ₽"),
                (sample::counter(), "3 300 ₽, экономите двести рублей"),
                (sample::accept(), "Договорились, 3 200 ₽, доставка бесплатно"),
                (sample::accept(), "Договорились, 3 200 ₽ за две штуки"),
                (sample::stock(), "Есть два, по 1750 ₽"),
                (sample::stock(), "Есть, 7 000 ₽ за два"),
                (sample::stock(), "Есть, два рюкзака 7 000 ₽"),
                (sample::stock(), "Итого 7000"),
                (sample::stock(), "Есть 30 штук"),
                (sample::stock(), "Есть, осталось 30"),
                (sample::stock(), "осталось тридцать"),
                (sample::stock(), "Есть 30"),
                (sample::stock(), "Осталось 3500"),
                (sample::stock(), "2 ₽"),
                (sample::stock(), "Рюкзак за 2 тысячи"),
                (sample::stock(), "Рюкзак за 30 рублей"),
                (sample::stock(), "Рюкзак за 30 тысяч"),
                (sample::stock(), "за 30к"),
                (sample::stock(), "Цена 30"),
                (sample::stock(), "30 % скидка"),
                (sample::stock(), "скидка 30"),
                (sample::stock(), "скидка 2%"),
                (sample::stock(), "2% скидка"),
                (sample::stock(), "через 2 дня"),
                (sample::stock(), "2 дня доставка"),
                (sample::stock(), "работаем до 2"),
                (sample::stock(), "в 2 часа"),
                (sample::stock(), "2-го числа"),
                (sample::stock(), "30 числа"),
                (sample::stock(), "к 30-му"),
                (sample::stock(), "30.05"),
                (sample::stock(), "2 мая"),
                (sample::stock(), "30 мая"),
            ],
        );
    }
}
