//! Honest wordings, as a good model finds them: the decision in other words, its values in other forms, and nothing
//! besides.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;

use super::{one, sums};

/// Other words for `decision`; `None` where there are none, or where the draft says it best.
pub(super) fn text(decision: &Value, chance: &mut StdRng) -> Option<String> {
    let verdict = decision["verdict"].as_str()?;
    if chance.random_bool(0.3) {
        return None;
    }
    let sentences = SENTENCES.iter().find(|(name, _)| *name == verdict)?.1;
    // A sentence that names a value which this decision has not got is none for it.
    let mut told = sentences.iter().filter_map(|sentence| filled(sentence, decision, chance)).collect::<Vec<_>>();
    if told.is_empty() {
        return None;
    }
    let said = told.swap_remove(chance.random_range(0..told.len()));
    let opening = one(&["", "", "", "Здравствуйте! ", "Добрый день! "], chance);
    Some(format!("{opening}{said}"))
}

/// `sentence` with its values; `None` if one of them is not there.
fn filled(sentence: &str, decision: &Value, chance: &mut StdRng) -> Option<String> {
    let mut out = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = decision["facts"][name].as_str()?;
        out.push_str(before);
        out.push_str(&reworded(value, chance));
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// «3 500 ₽», «3500 рублей», «3500 руб.»; words stay as they are.
fn reworded(value: &str, chance: &mut StdRng) -> String {
    let plain = value.replace('\u{a0}', " ");
    let Some(sum) = plain.strip_suffix(" ₽").filter(|sum| sum.chars().all(|c| c.is_ascii_digit() || c == ' ')) else {
        return value.to_owned();
    };
    let Ok(number) = sum.replace(' ', "").parse::<u64>() else { return value.to_owned() };
    match chance.random_range(0..8) {
        0..3 => value.to_owned(),
        3 | 4 => format!("{number} рублей"),
        5 => format!("{number} руб."),
        6 => format!("{} рублей", sums::grouped(number, " ")),
        _ => format!("{} рублей", sums::in_words(number, sums::Case::Nominative)),
    }
}

/// What each verdict sounds like besides its template. Values stand in braces, as the decision names them.
const SENTENCES: [(&str, &[&str]); 15] = [
    (
        "in_stock",
        &[
            "Да, {title} в наличии.",
            "Да, есть, {price}.",
            "{title} есть, цена {price}.",
            "Да, в наличии. Стоит {price}.",
            "Есть, осталось {quantity} шт., цена {price}.",
            "Да, {title} есть в наличии. Подсказать по доставке?",
        ],
    ),
    (
        "out_of_stock",
        &[
            "К сожалению, {title} закончилась.",
            "Сейчас нет в наличии: {title}.",
            "К сожалению, сейчас нет. Из похожего есть {alternatives}.",
            "{title}: пока нет в наличии, могу предложить {alternatives}.",
        ],
    ),
    (
        "not_sold",
        &["К сожалению, такого мы не продаём.", "Такого товара у нас нет, но есть {alternatives}.", "Увы, такого нет."],
    ),
    ("ask_which_product", &["Какой товар вас интересует: {alternatives}?", "Подскажите, о чём речь: {alternatives}?"]),
    (
        "delivers",
        &[
            "Да, доставим: {city}, {cost}.",
            "{city}: доставка {cost}, {days} дней.",
            "Отправляем, {city}. Стоимость доставки {cost}, срок {days} дней.",
            "Да, отправим ({city}), доставка стоит {cost}.",
        ],
    ),
    ("does_not_deliver", &["К сожалению, туда не доставляем: {city}.", "{city}: туда мы не отправляем."]),
    ("ask_which_city", &["В какой город доставить?", "Подскажите, пожалуйста, ваш город."]),
    ("pickup", &["Да, самовывоз возможен.", "Самовывоз есть: {address}."]),
    (
        "tell_price",
        &[
            "{title} стоит {price}.",
            "Цена {price}.",
            "Стоимость: {price}.",
            "{price} за {title}.",
            "За {quantity} шт. выйдет {total}.",
        ],
    ),
    (
        "accept_offer",
        &["Хорошо, договорились на {offer}.", "Согласны, {title} за {offer}.", "Договорились, отдадим за {offer}."],
    ),
    (
        "counter_offer",
        &[
            "Могу предложить за {counter}.",
            "Спасибо за предложение! Готовы отдать за {counter}.",
            "За такую цену не получится, но можем уступить: {counter}.",
            "К сожалению, так дёшево не отдадим. Можем предложить {title} за {counter}.",
        ],
    ),
    (
        "refuse_offer",
        &[
            "Спасибо за предложение, но цена {price}.",
            "К сожалению, за такую цену отдать не сможем. {title} стоит {price}.",
            "Понимаю вас, но цена остаётся прежней.",
            "К сожалению, скидку сделать не можем.",
        ],
    ),
    ("greet", &["Здравствуйте! Что вас интересует?", "Добрый день! Чем могу помочь?"]),
    ("thank", &["Пожалуйста!", "Рады помочь, обращайтесь!"]),
    ("tell_shop_fact", &["{fact_value}", "{fact_name}: {fact_value}"]),
];
