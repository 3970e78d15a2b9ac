//! What a text says about there being a thing, or a delivery, agrees with the decision.

use domain::decision::{FactValue, Verdict};

use super::Case;
use super::draft::Draft;
use crate::matching::colours::{Colour, colour};
use crate::matching::phrase::{QUOTED, tokens};
use crate::matching::words::words;
use crate::numbers::fold::fold;

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
    whys.extend(other_size(draft, case));
    whys.extend(of_the_other(draft, case));
    if let Some(said) = draft.says("many") {
        whys.push(format!("\"{said}\": how many there are is no fact of this decision"));
    }
    if in_stock && !missing && title_is_missing(draft, case) {
        whys.push("the thing is said not to be there, and it is".to_owned());
    }
    if let Some(said) = draft.says("have_it").filter(|_| missing && !in_stock) {
        whys.push(format!("\"{said}\", and it is not there"));
    }
    if let Some(said) = draft.says("delivers").filter(|_| delivery_no && !case.decides(&[Verdict::Delivers])) {
        whys.push(format!("\"{said}\", and we do not deliver there"));
    }
    let delivers_not = draft.says("delivers_not");
    if delivery_no && delivers_not.is_none() {
        whys.push("there is no delivery, and the text does not say so".to_owned());
    }
    let delivers = case.decides(&[Verdict::Delivers, Verdict::AskWhichCity]);
    if let Some(said) = delivers_not.filter(|_| delivers && !missing && !delivery_no) {
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

/// A size in letters that no fact has: «XL», «размер L».
fn other_size(draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    let long = |word: &str| matches!(word, "xs" | "xl" | "xxl" | "xxxl" | "xxs");
    let words = draft.words();
    let behind = |at: usize| at > 0 && words[at - 1].text.starts_with("размер");
    let at = (0..words.len()).find(|&at| {
        let word = words[at].text.as_str();
        long(word) || matches!(word, "s" | "m" | "l" | "м") && behind(at)
    })?;
    let said = &words[at].text;
    let told = |text: &str| tokens(&fold(text)).iter().any(|word| word.text == *said);
    let known = case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if told(text)));
    (!known).then(|| format!("\"{said}\" is no size of this decision"))
}

/// «<title> есть», where that is what is missing, or «<alternative> закончился», where that is what there is.
fn of_the_other(draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    if !case.decides(&MISSING) || case.decides(&[Verdict::InStock]) {
        return None;
    }
    let of = |name: &str| -> Vec<String> {
        case.facts().filter(|fact| fact.name == name).map(|fact| fold(&fact.value.to_string())).collect()
    };
    let (titles, others) = (of("title"), of("alternatives"));
    draft.quotes.iter().find_map(|quote| {
        let quoted = draft.folded[quote.clone()].trim();
        let behind = draft.folded[quote.end..].split(['.', ',', '!', ';', '\n']).next().unwrap_or_default();
        let behind = behind.trim_start_matches(['"', ' ', '—', '-', ':']);
        let says = |stems: &[&str]| stems.iter().any(|stem| behind.starts_with(stem));
        let is_there = says(&["есть", "в наличии", "имеется", "еще есть", "пока есть", "на месте"]);
        let is_gone = says(&["закончил", "нет", "продан", "раскупил", "не остал", "отсутств"]);
        let wrong = titles.iter().any(|title| title == quoted) && is_there
            || others.iter().any(|list| list.contains(quoted))
                && !titles.iter().any(|title| title == quoted)
                && is_gone;
        wrong.then(|| format!("\"{quoted}\" is not as the text says"))
    })
}

/// «Рюкзака нет, доставка 500 ₽».
fn title_is_missing(draft: &Draft<'_>, case: &Case<'_>) -> bool {
    let titles: Vec<_> =
        case.facts().filter(|fact| fact.name == "title").flat_map(|fact| words(&fact.value.to_string())).collect();
    draft.words().windows(2).any(|pair| {
        let names = pair[0].text.contains(QUOTED)
            || words(&pair[0].text).iter().any(|word| titles.iter().any(|title| title.key == word.key));
        names && matches!(pair[1].text.as_str(), "нет" | "нету" | "кончился" | "закончился" | "продан")
    })
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
                (sample::near_a_phone(), "Такого товара у нас нет, но есть «Чехол для iPhone 14 Pro»."),
                (sample::not_sold(), "Такой товар не продаём"),
                (sample::no_delivery(), "В Минск, к сожалению, не доставляем"),
                (sample::no_delivery(), "Доставки туда, увы, нет"),
                (sample::delivery(), "Доставляем: 500 ₽, 5–7 дней"),
                (sample::refuse(), "Нет, цена 3 500 ₽"),
                (sample::price(), "Цена 3 500 ₽"),
                (
                    sample::out_of_stock(),
                    "К сожалению, рюкзак городской 30 л закончился. Есть похожие: «Рюкзак чёрный», «Рюкзак красный 20 л».",
                ),
                (
                    sample::out_of_stock(),
                    "К сожалению, этого товара сейчас нет: Рюкзак городской 30 л. Могу предложить: «Рюкзак чёрный», «Рюкзак красный 20 л».",
                ),
                (sample::out_of_stock(), "Этого рюкзака сейчас нет. Но есть «Рюкзак чёрный». Интересует?"),
                (sample::out_of_stock(), "Нет в наличии, но можем предложить «Рюкзак красный 20 л»"),
                (sample::out_of_stock(), "Добрый день! Увы, этот рюкзак раскупили. Посмотрите «Рюкзак чёрный»."),
                (sample::not_sold(), "Здравствуйте! К сожалению, такого товара у нас нет."),
                (sample::not_sold(), "Такого не продаём, извините."),
                (sample::not_sold(), "К сожалению, такого в ассортименте нет. Чем ещё могу помочь?"),
                (
                    sample::which(),
                    "Подскажите, пожалуйста, что именно вас интересует: «Рюкзак чёрный», «Рюкзак красный 20 л»?",
                ),
                (sample::which(), "Есть «Рюкзак чёрный» и «Рюкзак красный 20 л». Какой вам нужен?"),
                (sample::which(), "Какой рюкзак вас интересует: чёрный или красный на 20 л?"),
                (sample::which(), "У нас два варианта: «Рюкзак чёрный» и «Рюкзак красный 20 л». О каком речь?"),
                (sample::no_delivery(), "К сожалению, туда не отправляем: Минск."),
                (sample::no_delivery(), "Минск: доставки, к сожалению, нет."),
                (sample::no_delivery(), "К сожалению, доставка в Минск не осуществляется."),
                (sample::no_delivery(), "В Минск, увы, не доставляем."),
                (sample::no_delivery(), "Извините, но в Минск мы не отправляем товары."),
                (
                    sample::delivery(),
                    "Да, отправляем: Новосибирск, стоимость доставки 500 ₽, срок 5–7 дней. При заказе от 5 000 ₽ доставка бесплатная.",
                ),
                (sample::delivery(), "Доставим: Новосибирск. Стоимость 500 ₽, в пути 5–7 дней. От 5 000 ₽ бесплатно."),
                (
                    sample::delivery(),
                    "Да, доставляем в Новосибирск! Стоимость — 500 рублей, срок 5-7 дней. А если заказ от 5000 рублей — доставка бесплатная.",
                ),
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
                (sample::counter(), "3 300 ₽, остальное обсудим"),
                (sample::counter(), "3 300 ₽, ещё есть варианты"),
                (sample::stock(), "Есть ещё много"),
                (sample::stock(), "Есть, много"),
                (sample::stock(), "Есть, их полно"),
                (sample::stock(), "Нету"),
                (sample::stock(), "Нема"),
                (sample::stock(), "Нет, кончились"),
                (sample::stock(), "Увы, разобрали"),
                (sample::stock(), "Раскупили"),
                (sample::stock(), "Разобрали всё"),
                (sample::stock(), "Всё продали"),
                (sample::stock(), "Продали вчера"),
                (sample::stock(), "Уже купили"),
                (sample::stock(), "Забрали"),
                (sample::stock(), "Не осталось"),
                (sample::stock(), "Только что ушёл"),
                (sample::stock(), "На складе пусто"),
                (sample::stock(), "Есть и красный"),
                (sample::stock(), "Есть ещё зелёный"),
                (sample::stock(), "Есть в синем цвете"),
                (sample::stock(), "Есть размер L"),
                (sample::price(), "3 500 ₽ есть в наличии"),
                (sample::delivery(), "Доставка 500 ₽, в наличии"),
                (sample::no_delivery(), "Можем попробовать отправить"),
                (sample::no_delivery(), "Не доставляем, но для вас отправим"),
                (sample::no_delivery(), "Не доставляем сами, но можно СДЭКом"),
                (sample::both(), "Рюкзака нет, доставка 500 ₽"),
                (sample::out_of_stock(), "Рюкзака нет, но есть «Рюкзак зелёный»"),
                (sample::out_of_stock(), "Рюкзака нет, но есть сумка"),
                (sample::out_of_stock(), "Рюкзака нет, можно заказать"),
                (sample::out_of_stock(), "Не нет, есть"),
                (sample::out_of_stock(), "Нет, конечно есть"),
                (sample::out_of_stock(), "Нет-нет, он в наличии"),
                (sample::out_of_stock(), "Не переживайте, рюкзак городской в наличии"),
                (sample::out_of_stock(), "Рюкзак городской 30 л есть. Рюкзак чёрный закончился"),
                (sample::out_of_stock(), "Рюкзак чёрный закончился, а городской 30 л есть"),
                (sample::not_sold(), "Такого нет, но есть «Рюкзак чёрный»"),
                (sample::not_sold(), "Такого нет, возьмите рюкзак"),
                (sample::not_sold(), "Нет проблем, есть"),
                (sample::not_sold(), "Нет, почему же, есть"),
                (sample::greet(), "Здравствуйте! Всё есть в наличии"),
                (sample::which_city(), "Доставки нет"),
                (sample::which(), "Есть «Рюкзак зелёный», какой вам?"),
            ],
        );
    }
}
