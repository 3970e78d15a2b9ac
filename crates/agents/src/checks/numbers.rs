//! Every number of a text is a fact of the decision, or stands in the seller's own words.
//!
//! The type counts as well as the size: 500 ₽ of delivery do not license «500 штук», nor the price of the goods.
//! What only the buyer said licenses nothing, but for an offer that was accepted.

use domain::decision::FactValue;

use super::Case;
use super::draft::Draft;
use super::licence::Licence;
use crate::numbers::fold::fold;
use crate::numbers::{Number, ToldBy};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let licence = Licence::of(case.decisions, case.context);
    let mut whys = Vec::new();
    for number in &draft.numbers {
        if !(licence.covers(number) || stands_in_a_quote(draft, number)) {
            let said = &draft.folded[number.span.clone()];
            whys.push(format!("\"{said}\" is no fact of this decision"));
        }
    }
    if draft.hidden_numbers.iter().any(|number| !licence.covers(number)) {
        whys.push("a number is spelled letter by letter, or in another alphabet".to_owned());
    }
    if let Some(said) = unread_sum(draft) {
        whys.push(format!("\"{said}\" counts something, and the number before it cannot be read"));
    }
    if let Some(said) = draft.says("last").filter(|_| !licence.quantities.contains(&1)) {
        whys.push(format!("\"{said}\": that one is left is no fact of this decision"));
    }
    if let Some(word) = unread_digits(draft, case) {
        whys.push(format!("\"{word}\" holds a digit that is part of no number"));
    }
    if let Some(sum) = arithmetic(draft) {
        whys.push(format!("\"{sum}\" asks the buyer to work it out"));
    }
    if let Some(roman) = roman(draft, case) {
        whys.push(format!("\"{roman}\" is a Roman number, and no fact of this decision"));
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

/// A digit that was read as no number is licensed by nothing, unless its word stands in a fact: «A52».
fn unread_digits<'a>(draft: &'a Draft<'_>, case: &Case<'_>) -> Option<&'a str> {
    let told = |word: &str| {
        let has = |text: &str| fold(text).split(|c: char| !c.is_alphanumeric()).any(|known| known == word);
        case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if has(text)))
    };
    let unread = |at: usize| !draft.numbers.iter().any(|number| number.span.contains(&at));
    let (text, mut start) = (&draft.folded, 0);
    text.split(|c: char| !c.is_alphanumeric()).find(|word| {
        let at = start;
        start += word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        let digit = word.char_indices().find(|(of, c)| c.is_numeric() && unread(at + of));
        digit.is_some() && !draft.is_quoted(&(at..at + word.len())) && !told(word)
    })
}

/// «1+1=1», «3500*2»: digits around a sign of reckoning.
fn arithmetic<'a>(draft: &'a Draft<'_>) -> Option<&'a str> {
    let text = draft.own.as_str();
    text.match_indices(['+', '=', '*', '^']).find_map(|(at, sign)| {
        let before = text[..at].trim_end().ends_with(|c: char| c.is_ascii_digit());
        let behind = text[at + sign.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        (before && behind).then(|| text[..at].split_whitespace().next_back().unwrap_or(sign))
    })
}

/// «Отдам за MMD»: capitals that make a number and stand in no fact. A size is told by the table.
fn roman<'a>(draft: &Draft<'a>, case: &Case<'_>) -> Option<&'a str> {
    let told = |word: &str| {
        let has = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|known| known == word);
        case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if has(text)))
    };
    let words = draft.raw.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find(|word| word.len() > 1 && word.chars().all(|c| "IVXLCDM".contains(c)) && !told(word))
}

/// «Лимон» is a million, unless the shop sells it.
fn is_told(said: &str, case: &Case<'_>) -> bool {
    let stem: String = said.chars().take(5).collect();
    case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if fold(text).contains(&stem)))
}

/// A unit that belongs to no number: «стопиццот рублей», «CD ₽», «несколько дней».
fn unread_sum(draft: &Draft<'_>) -> Option<String> {
    const UNITS: [&str; 14] = [
        "₽",
        "%",
        "руб",
        "тыс",
        "тыщ",
        "процент",
        "дней",
        "недел",
        "сутки",
        "суток",
        "месяц",
        "косар",
        "копе",
        "миллион",
    ];
    UNITS.iter().find_map(|unit| {
        let stands = |at: usize| {
            let start = draft.folded[..at].chars().next_back().is_none_or(|before| !before.is_alphabetic());
            let read = draft.numbers.iter().any(|number| number.span.start <= at && at < number.span.end);
            // «₽ 500»: the sign before its number.
            let before = draft.numbers.iter().any(|number| (at..=at + unit.len() + 2).contains(&number.span.start));
            start && !read && !before && !draft.is_quoted(&(at..at + unit.len()))
        };
        draft
            .folded
            .match_indices(unit)
            .find(|(at, _)| stands(*at))
            .map(|(at, _)| draft.folded[at..].split_whitespace().next().unwrap_or_default().to_owned())
    })
}

/// Within a text fact the number is the seller's, unless that fact is nothing but the number and the draft
/// makes something else of it: a size «42», said as «цена 42».
fn stands_in_a_quote(draft: &Draft<'_>, number: &Number) -> bool {
    draft.quotes.iter().filter(|quote| quote.start <= number.span.start && number.span.end <= quote.end).any(|quote| {
        let quoted = &draft.folded[quote.clone()];
        quoted.contains(char::is_alphabetic) || number.told_by == ToldBy::Nothing || quote.start <= number.reach.start
    })
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
