//! Amounts of money as people write them.

use domain::money::Money;
use serde_json::Value;

use super::Trouble;
use super::text::{is_formula_error, plain};

/// A billion roubles: what costs more is a slip of the finger.
const MAX: Money = Money::roubles(1_000_000_000);

/// An amount of roubles, at least nothing.
pub(crate) fn amount(value: &Value) -> Result<Money, Trouble> {
    let text = plain(value).unwrap_or_default();
    let money = match value {
        Value::Number(number) => number.as_f64().and_then(Money::from_roubles),
        _ => in_words(&text),
    };
    let money = money.ok_or_else(|| unreadable(&text))?;
    if money < Money::ZERO {
        return Err(Trouble(format!("Сумма «{text}» отрицательная: проверьте знак")));
    }
    if money > MAX {
        return Err(Trouble(format!("Сумма «{text}» слишком велика: проверьте нули")));
    }
    Ok(money)
}

pub(crate) fn unreadable(text: &str) -> Trouble {
    if is_formula_error(text) {
        return Trouble(format!("В ячейке ошибка формулы {text}: исправьте формулу или впишите сумму"));
    }
    Trouble(format!("Сумма «{text}» не читается: напишите число в рублях, например 1500 или 1500,50"))
}

/// `1 500 ₽`, `1500,00`, `1.5 тыс. руб.`, `1 500 р. за шт.`; `None` if it is no such thing, or could be two.
pub(crate) fn in_words(text: &str) -> Option<Money> {
    let text = text.to_lowercase().replace(['−', '–', '—'], "-").replace(['\u{2009}', '\u{202f}', '\''], " ");
    let (negative, text) = match text.trim().strip_prefix('-') {
        Some(rest) => (true, rest.trim().to_owned()),
        None => (false, text.trim().to_owned()),
    };
    let (digits, factor) = without_words(&text);
    let kopecks = kopecks(digits)?.checked_mul(factor)?;
    Some(Money::kopecks(if negative { -kopecks } else { kopecks }))
}

/// The words that may stand around an amount, the longer before those they begin with.
const AFTER: [&str; 20] = [
    "/шт.",
    "/шт",
    "за шт.",
    "за шт",
    "за штуку",
    "штука",
    "рублей",
    "рубля",
    "рубль",
    "руб.",
    "руб",
    "₽",
    "rub",
    "rur",
    "р.",
    "р",
    ".-",
    ",-",
    "=",
    "-",
];
const BEFORE: [&str; 6] = ["₽", "руб.", "руб", "rub", "rur", "р."];
const THOUSANDS: [&str; 7] = ["тысяч", "тыс.", "тыс", "т.", "т", "k", "к"];
const MILLIONS: [&str; 3] = ["млн.", "млн", "миллион"];

/// The digits without currency and piece, and what they are to be multiplied with.
fn without_words(text: &str) -> (&str, i64) {
    let mut rest = text;
    for word in BEFORE {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
    }
    // Twice: «руб.» and «за шт.» may follow each other.
    for _ in 0..2 {
        if let Some(cut) = AFTER.iter().find_map(|word| rest.strip_suffix(word)) {
            rest = cut.trim_end();
        }
    }
    for (words, factor) in [(&THOUSANDS[..], 1_000), (&MILLIONS[..], 1_000_000)] {
        if let Some(cut) = words.iter().find_map(|word| rest.strip_suffix(word)) {
            return (cut.trim_end(), factor);
        }
    }
    (rest, 1)
}

/// `1 500`, `1500,5`, `1.500.000`, `1,500.00` in kopecks. `1.500` alone is refused: it may be one and a half or
/// fifteen hundred.
fn kopecks(digits: &str) -> Option<i64> {
    let last = digits.rfind([',', '.']);
    let (whole, fraction) = match last {
        None => (digits, ""),
        Some(at) => {
            let separator = &digits[at..=at];
            let (before, after) = (&digits[..at], &digits[at + 1..]);
            let again = before.contains(separator);
            match after.len() {
                3 if again => (digits, ""),
                1 | 2 if !again => (before, after),
                _ => return None,
            }
        }
    };
    let roubles = grouped(whole)?;
    let fraction: i64 = match fraction.len() {
        0 => 0,
        _ if !fraction.bytes().all(|b| b.is_ascii_digit()) => return None,
        1 => fraction.parse::<i64>().ok()? * 10,
        _ => fraction.parse().ok()?,
    };
    roubles.checked_mul(100)?.checked_add(fraction)
}

/// Digits, whole or in groups of three by one kind of sign: `1500 400` is two numbers.
fn grouped(whole: &str) -> Option<i64> {
    let separators: String = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let separator = separators.chars().next();
    if separators.chars().any(|c| Some(c) != separator || !" .,".contains(c)) {
        return None;
    }
    let groups: Vec<&str> = whole.split([' ', '.', ',']).collect();
    let well_grouped = match groups.as_slice() {
        [whole] => (1..=12).contains(&whole.len()),
        [first, rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    if !well_grouped || groups.len() > 4 {
        return None;
    }
    groups.concat().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let table = [
            (json!(1500), "1500.00"),
            (json!(1500.5), "1500.50"),
            (json!(0), "0.00"),
            (json!("1500"), "1500.00"),
            (json!("1 500 ₽"), "1500.00"),
            (json!("1\u{a0}500\u{a0}₽"), "1500.00"),
            (json!("1\u{202f}500 руб."), "1500.00"),
            (json!("1'500"), "1500.00"),
            (json!("1500,00"), "1500.00"),
            (json!("1500.5"), "1500.50"),
            (json!("1 500,50 рублей"), "1500.50"),
            (json!("1,500.00"), "1500.00"),
            (json!("1.500,00"), "1500.00"),
            (json!("1.500.000"), "1500000.00"),
            (json!("1500р"), "1500.00"),
            (json!("1500 р."), "1500.00"),
            (json!("₽1500"), "1500.00"),
            (json!("1500.-"), "1500.00"),
            (json!("1500 руб./шт."), "1500.00"),
            (json!("1500 ₽ за шт"), "1500.00"),
            (json!("1,5 тыс. руб."), "1500.00"),
            (json!("80к"), "80000.00"),
            (json!("2 т.р."), "2000.00"),
            (json!("1.2 млн"), "1200000.00"),
        ];
        check(amount, |money| format!("{:.2}", money.as_roubles()), &table);
    }

    #[test]
    fn what_is_no_amount_or_could_be_two_is_refused() {
        let table = [
            (json!(""), "! не читается"),
            (json!("дорого"), "! не читается"),
            (json!("1.500"), "! не читается"),
            (json!("1,500"), "! не читается"),
            (json!("1500 400"), "! не читается"),
            (json!("1500/1400"), "! не читается"),
            (json!("1 50"), "! не читается"),
            (json!("1500-1700"), "! не читается"),
            (json!("15OO"), "! не читается"),
            (json!("$20"), "! не читается"),
            (json!("20 €"), "! не читается"),
            (json!("1500 + доставка"), "! не читается"),
            (json!("1.234,567"), "! не читается"),
            (json!("1 500.000"), "! не читается"),
            (json!(0.001), "! не читается"),
            (json!(true), "! не читается"),
            (json!("#REF!"), "! ошибка формулы"),
            (json!(-5), "! отрицательная"),
            (json!("-1 500 ₽"), "! отрицательная"),
            (json!("−100"), "! отрицательная"),
            (json!(2_000_000_000_i64), "! слишком велика"),
            (json!("99999999999999999999"), "! не читается"),
        ];
        check(amount, |money| money.to_string(), &table);
    }
}
