//! Prices of goods and costs of delivery: an amount, or words that stand for one.

use domain::money::Money;
use serde_json::Value;

use super::Trouble;
use super::amount::{amount, in_words, unreadable};
use super::text::plain;
use crate::reading::headers::words;

/// What a price cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Price {
    /// So much.
    Exact(Money),
    /// «от 1500», «1500–2000»: true as words, but no amount that a deal could be struck at.
    Open(String),
    /// «договорная», «по запросу»: a human says.
    OnRequest,
}

/// The price of a product.
pub(crate) fn price(value: &Value) -> Result<Price, Trouble> {
    let text = plain(value).unwrap_or_default();
    if is_on_request(&words(&text)) {
        return Ok(Price::OnRequest);
    }
    if is_open(&text) {
        return Ok(Price::Open(text));
    }
    match amount(value)? {
        Money::ZERO => Err("Цена 0: впишите цену или оставьте ячейку пустой, тогда о цене скажет человек".into()),
        exact => Ok(Price::Exact(exact)),
    }
}

/// The lowest price: an amount and nothing else, for it decides by itself.
pub(crate) fn floor(value: &Value) -> Result<Money, Trouble> {
    match amount(value)? {
        Money::ZERO => Err("Минимальная цена 0: оставьте ячейку пустой, если не торгуетесь".into()),
        floor => Ok(floor),
    }
}

/// The step of a counter-offer. 0 means 0: the seller never gives way by himself.
pub(crate) fn step(value: &Value) -> Result<Money, Trouble> {
    amount(value)
}

/// The cost of sending somewhere; `None` if nothing is sent there.
pub(crate) fn cost(value: &Value) -> Result<Option<Money>, Trouble> {
    let text = plain(value).unwrap_or_default();
    let said = words(&text);
    if ["бесплатно", "бесплатная", "даром", "free"].contains(&said.as_str()) {
        return Ok(Some(Money::ZERO));
    }
    let refusals = [
        "нет",
        "не доставляем",
        "не отправляем",
        "не возим",
        "доставки нет",
        "нет доставки",
        "недоступно",
        "no",
        "none",
        "not available",
    ];
    if refusals.contains(&said.as_str()) || is_dash(&text) {
        return Ok(None);
    }
    if is_open(&text) || ["по тарифу", "по тарифам"].iter().any(|words| said.starts_with(words)) {
        let what = format!("Стоимость «{text}» не точная: напишите одну сумму, иначе о ней скажет человек");
        return Err(Trouble(what));
    }
    amount(value).map(Some)
}

/// The order sum from which sending is free: «от 5000» says no more than 5000 here.
pub(crate) fn free_from(value: &Value) -> Result<Option<Money>, Trouble> {
    let text = plain(value).unwrap_or_default().to_lowercase();
    if is_dash(&text) || text == "нет" || text == "no" {
        return Ok(None);
    }
    match text.strip_prefix("от ").or_else(|| text.strip_prefix("from ")) {
        Some(sum) => in_words(sum).filter(|sum| *sum >= Money::ZERO).map(Some).ok_or_else(|| unreadable(&text)),
        None => amount(value).map(Some),
    }
}

fn is_on_request(words: &str) -> bool {
    let known = [
        "договорная",
        "цена договорная",
        "договорная цена",
        "по запросу",
        "цена по запросу",
        "по договоренности",
        "уточняйте",
        "уточняйте цену",
        "уточнить",
        "звоните",
        "торг",
        "on request",
        "ask",
    ];
    known.contains(&words)
}

/// `от 1500`, `до 2000`, `1500–2000`, `~1500`, `1500+`: amounts in words that make them a span.
fn is_open(text: &str) -> bool {
    let text = text.to_lowercase().replace(['–', '—', '−'], "-");
    let amounts = |text: &str| text.split('-').all(|part| in_words(part.trim()).is_some());
    let about = ["от ", "до ", "около ", "примерно ", "~", "≈", "from ", "up to ", ">", "<"];
    if let Some(rest) = about.iter().find_map(|word| text.strip_prefix(word)) {
        return amounts(&rest.replace(" до ", "-").replace(" to ", "-"));
    }
    if let Some(rest) = text.strip_suffix('+') {
        return in_words(rest.trim()).is_some();
    }
    text.trim_start_matches('-').trim_end_matches(".-").trim_end_matches('-').contains('-')
        && !text.starts_with('-')
        && amounts(&text)
}

/// A dash in an otherwise empty cell.
pub(crate) fn is_dash(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '–' | '—' | '−'))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    fn show(price: Price) -> String {
        match price {
            Price::Exact(money) => format!("{:.2}", money.as_roubles()),
            Price::Open(words) => format!("words: {words}"),
            Price::OnRequest => "on request".to_owned(),
        }
    }

    #[test]
    fn a_price_is_an_amount_or_words_that_are_no_amount() {
        let table = [
            (json!(1500), "1500.00"),
            (json!("1 500 ₽"), "1500.00"),
            (json!("1500.-"), "1500.00"),
            (json!("от 1500"), "words: от 1500"),
            (json!("От 1 500 ₽"), "words: От 1 500 ₽"),
            (json!("от 1500 до 2000"), "words: от 1500 до 2000"),
            (json!("1500–2000 ₽"), "words: 1500–2000 ₽"),
            (json!("~1500"), "words: ~1500"),
            (json!("1500+"), "words: 1500+"),
            (json!("Договорная"), "on request"),
            (json!("цена по запросу"), "on request"),
            (json!("от души"), "! не читается"),
            (json!("дорого"), "! не читается"),
            (json!(0), "! Цена 0"),
            (json!("0 ₽"), "! Цена 0"),
            (json!(-100), "! отрицательная"),
            (json!("-100"), "! отрицательная"),
        ];
        check(price, show, &table);
    }

    #[test]
    fn a_floor_is_an_amount_and_nothing_else() {
        let table = [
            (json!(3000), "3000.00"),
            (json!("3 000 руб"), "3000.00"),
            (json!("от 3000"), "! не читается"),
            (json!("торг"), "! не читается"),
            (json!(0), "! Минимальная цена 0"),
            (json!(-1), "! отрицательная"),
        ];
        check(floor, |money| format!("{:.2}", money.as_roubles()), &table);
    }

    #[test]
    fn sending_costs_an_amount_nothing_or_is_not_done() {
        let table = [
            (json!(500), "500.00"),
            (json!(0), "0.00"),
            (json!("500 руб."), "500.00"),
            (json!("Бесплатно"), "0.00"),
            (json!("не доставляем"), "none"),
            (json!("—"), "none"),
            (json!("нет"), "none"),
            (json!("от 500"), "! не точная"),
            (json!("500-700"), "! не точная"),
            (json!("по тарифам СДЭК"), "! не точная"),
            (json!("узнать"), "! не читается"),
            (json!(-1), "! отрицательная"),
        ];
        let show = |cost: Option<Money>| cost.map_or("none".to_owned(), |cost| format!("{:.2}", cost.as_roubles()));
        check(cost, show, &table);
        let table = [
            (json!(5000), "5000.00"),
            (json!("от 5 000 ₽"), "5000.00"),
            (json!("-"), "none"),
            (json!("от души"), "! не читается"),
        ];
        check(free_from, show, &table);
    }
}
