//! How many there are.

use domain::catalog::Stock;
use serde_json::Value;

use super::Trouble;
use super::price::is_dash;
use super::text::{is_formula_error, plain};
use crate::reading::headers::words;

/// More pieces than this is an article number in the wrong column.
const MAX: u64 = 1_000_000;

const NONE: [&str; 20] = [
    "нет",
    "нету",
    "нет в наличии",
    "нет на складе",
    "не в наличии",
    "закончился",
    "закончилась",
    "закончилось",
    "закончились",
    "кончились",
    "продан",
    "продана",
    "продано",
    "проданы",
    "отсутствует",
    "ноль",
    "no",
    "none",
    "out of stock",
    "sold out",
];

const PLENTY: [&str; 16] = [
    "много",
    "есть",
    "в наличии",
    "есть в наличии",
    "да",
    "достаточно",
    "на складе",
    "есть на складе",
    "имеется",
    "yes",
    "in stock",
    "available",
    "plenty",
    "many",
    "д",
    "y",
];

const MORE_THAN: [&str; 6] = ["больше ", "более ", "свыше ", "от ", "более чем ", "больше чем "];

/// The stock in a cell that has something in it.
pub(crate) fn stock(value: &Value) -> Result<Stock, Trouble> {
    let text = plain(value).unwrap_or_default();
    if let Value::Number(number) = value {
        return counted(number.as_f64(), &text);
    }
    let said = words(&text);
    if NONE.contains(&said.as_str()) || is_dash(&text) {
        return Ok(Stock::Count(0));
    }
    if PLENTY.contains(&said.as_str()) || ["+", "++", "+++", "✓", "✔", "✅"].contains(&text.as_str()) {
        return Ok(Stock::Plenty);
    }
    if is_formula_error(&text) {
        return Err(Trouble(format!("В ячейке ошибка формулы {text}: исправьте формулу или впишите остаток")));
    }
    at_least(&text).or_else(|| pieces(&text)).unwrap_or_else(|| Err(unreadable(&text)))
}

/// `больше 10`, `>10`, `10+`: so many that counting stopped. `больше 0` says no more than «есть».
fn at_least(text: &str) -> Option<Result<Stock, Trouble>> {
    let text = text.to_lowercase();
    let rest = text.strip_suffix('+').or_else(|| text.strip_prefix('>'));
    let rest = rest.or_else(|| MORE_THAN.iter().find_map(|word| text.strip_prefix(word)))?;
    pieces(rest).map(|count| count.map(|_| Stock::Plenty))
}

/// `5`, `5 шт.`, `5,0`, `1 200 штук`.
fn pieces(text: &str) -> Option<Result<Stock, Trouble>> {
    let lower = text.to_lowercase().replace('−', "-");
    let number = ["шт.", "шт", "штук", "штуки", "штука", "ед.", "ед", "пар", "пары", "pcs", "pc"]
        .iter()
        .find_map(|unit| lower.trim().strip_suffix(unit))
        .unwrap_or(&lower)
        .trim();
    let plain: String = number.chars().filter(|c| *c != ' ').collect();
    let grouped = number.split(' ').skip(1).all(|group| group.len() == 3);
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.');
    let number = plain.replace(',', ".").parse::<f64>().ok().filter(|_| is_number && grouped)?;
    Some(counted(Some(number), text))
}

fn counted(number: Option<f64>, text: &str) -> Result<Stock, Trouble> {
    let number = number.ok_or_else(|| unreadable(text))?;
    if number < 0.0 {
        return Err(Trouble(format!("Остаток «{text}» отрицательный: проверьте учёт")));
    }
    if number.fract() != 0.0 {
        return Err(Trouble(format!("Остаток «{text}» дробный: напишите целое число штук")));
    }
    if number > MAX as f64 {
        return Err(Trouble(format!("Остаток «{text}» слишком велик: не артикул ли это?")));
    }
    Ok(Stock::Count(number as u32))
}

fn unreadable(text: &str) -> Trouble {
    Trouble(format!("Остаток «{text}» не читается: напишите число, «много» или «нет»"))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stock_is_a_count_or_plenty() {
        let table = [
            (json!(5), "5"),
            (json!(5.0), "5"),
            (json!(0), "0"),
            (json!("5"), "5"),
            (json!("5 шт"), "5"),
            (json!("5шт."), "5"),
            (json!("12 штук"), "12"),
            (json!("1 200 шт"), "1200"),
            (json!("5,0"), "5"),
            (json!("много"), "plenty"),
            (json!("Есть"), "plenty"),
            (json!("в наличии"), "plenty"),
            (json!("да"), "plenty"),
            (json!(true), "plenty"),
            (json!("+"), "plenty"),
            (json!(">10"), "plenty"),
            (json!("10+"), "plenty"),
            (json!("более 10 шт"), "plenty"),
            (json!("нет"), "0"),
            (json!("Нет в наличии"), "0"),
            (json!("—"), "0"),
            (json!(false), "0"),
            (json!("продано"), "0"),
        ];
        let show = |stock| match stock {
            Stock::Count(count) => count.to_string(),
            Stock::Plenty => "plenty".to_owned(),
        };
        check(stock, show, &table);
    }

    #[test]
    fn what_is_no_stock_is_refused() {
        let table = [
            (json!(-2), "! отрицательный"),
            (json!("-2 шт"), "! отрицательный"),
            (json!(2.5), "! дробный"),
            (json!("2,5 кг"), "! не читается"),
            (json!(3_363_700_001_i64), "! слишком велик"),
            (json!("мало"), "! не читается"),
            (json!("под заказ"), "! не читается"),
            (json!("ожидается"), "! не читается"),
            (json!("1-2"), "! не читается"),
            (json!("5 6"), "! не читается"),
            (json!("5 красных"), "! не читается"),
            (json!("от души"), "! не читается"),
            (json!("#N/A"), "! ошибка формулы"),
        ];
        check(stock, |stock| format!("{stock:?}"), &table);
    }
}
