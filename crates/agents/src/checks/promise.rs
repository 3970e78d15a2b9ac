//! No promise of a deed: nobody checks, writes back, sends tomorrow or pays because a text said so.

use domain::decision::{FactValue, Verdict};

use super::draft::Draft;
use super::licence::Licence;
use super::{Case, HandingOver};
use crate::matching::phrase::tokens;
use crate::matching::words::{is_derived, likeness, words};
use crate::numbers;
use crate::numbers::fold::fold;

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    let handing_over = case.context.handing_over == HandingOver::Yes;
    if let Some(said) = draft.says("promise") {
        whys.push(format!("\"{said}\" promises what nobody decided on"));
    }
    if let Some(said) = draft.says_unless("claim", |said| is_told(said, case)) {
        whys.push(format!("\"{said}\" is claimed, and no fact of this decision says so"));
    }
    // A holding line says that somebody answers, and when the shop opens.
    if let Some(said) = draft.says_unless("always", |said| is_told(said, case)) {
        whys.push(format!("\"{said}\" is more than any fact of this decision says"));
    }
    if let Some(said) = draft.says_unless("denies", |said| is_told_no(said, case)) {
        whys.push(format!("\"{said}\" denies what no fact of this decision denies"));
    }
    if let Some(said) = draft.says("report").filter(|_| !handing_over) {
        whys.push(format!("\"{said}\" promises an answer"));
    }
    if let Some(said) = draft.says_unless("speed", |said| is_told_whole(said, case)) {
        whys.push(format!("\"{said}\" promises a speed that no fact of this decision has"));
    }
    if let Some(said) = draft.says_unless("carrier", |said| is_told_whole(said, case)) {
        whys.push(format!("\"{said}\" is no way of sending that a fact of this decision names"));
    }
    let delivers = case.decides(&[Verdict::Delivers, Verdict::DoesNotDeliver, Verdict::AskWhichCity, Verdict::Pickup]);
    let ships = draft.says("ship");
    if let Some(said) = ships.as_ref().filter(|_| !delivers) {
        whys.push(format!("\"{said}\" promises a delivery"));
    }
    let when = draft
        .says_unless("when", |said| ships.is_none() && (handing_over || is_dated(said, case) || is_told(said, case)));
    if let Some(said) = when {
        whys.push(format!("\"{said}\" promises a day"));
    }
    whys
}

/// Whether the facts name the same day: «в субботу» of «Сб 10–16».
fn is_dated(said: &str, case: &Case<'_>) -> bool {
    let days = numbers::read_folded(said);
    let licence = Licence::of(case.decisions, case.context);
    !days.is_empty() && days.iter().all(|day| licence.is_written(&day.value))
}

/// Whether a fact that says no tells it too.
fn is_told_no(said: &str, case: &Case<'_>) -> bool {
    let denies = |text: &str| phrases_of(text).any(|word| matches!(word.as_str(), "нет" | "без" | "не" | "невозможен"));
    is_told(said, case) && case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if denies(text)))
}

fn phrases_of(text: &str) -> impl Iterator<Item = String> {
    tokens(&fold(text)).into_iter().map(|word| word.text)
}

/// Whether the facts tell it too, in whatever form.
fn is_told(said: &str, case: &Case<'_>) -> bool {
    let told: Vec<_> = case
        .facts()
        .filter_map(|fact| if let FactValue::Text(text) = &fact.value { Some(words(text)) } else { None })
        .flatten()
        .collect();
    words(said).iter().any(|word| {
        told.iter().any(|other| likeness(&word.key, &other.key) >= 0.85 || is_derived(&word.key, &other.key))
    })
}

/// Whether the facts tell each word of it: «Яндекс Доставка» is not told by «быстрая доставка».
fn is_told_whole(said: &str, case: &Case<'_>) -> bool {
    words(said).iter().all(|word| is_told(&word.text, case))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn a_delivery_may_be_said_and_a_holding_line_says_who_comes() {
        passes(
            "promise",
            &[
                (sample::delivery(), "Отправим в Новосибирск за 500 ₽, 5–7 дней"),
                (sample::delivery(), "Доставляем в Новосибирск: 500 ₽"),
                (sample::holding(), "Сейчас позову коллегу, он ответит"),
                (sample::holding(), "Передам продавцу, ответим завтра после 9:00"),
                (sample::faq(), "Гарантия 12 месяцев, обмен в течение 14 дней."),
                (sample::stock(), "Есть, 3 500 ₽"),
                (sample::holding(), "Сейчас позову продавца, он всё проверит и ответит"),
                (sample::holding(), "Продавец вам ответит завтра с 9:00"),
                (sample::holding(), "Передам ваш вопрос продавцу"),
                (sample::holding(), "Узнаю у продавца, он ответит здесь"),
                (sample::holding(), "Уточню у продавца и вернусь с ответом"),
                (sample::delivery(), "Вышлем в Новосибирск за 500 ₽, в пути 5–7 дней"),
                (sample::delivery(), "Доставим в Новосибирск за 500 ₽"),
                (sample::delivery(), "Отправка 500 ₽, получите через 5–7 дней"),
                (sample::no_delivery(), "К сожалению, в Минск не отправим"),
                (sample::which_city(), "Отправим, подскажите город"),
                (sample::which_city(), "В какой город отправить?"),
                (sample::faq(), "Гарантия 12 месяцев, возможен обмен в течение 14 дней"),
                (sample::faq(), "Да, гарантия есть: 12 месяцев"),
                (sample::hours(), "Пн, Вт, Ср, Чт, Пт — с 9:00 до 21:00"),
                (sample::holding(), "Сейчас позову продавца, он ответит вам здесь."),
                (sample::holding(), "Передаю ваш вопрос продавцу, он ответит вам в этом чате."),
                (sample::holding(), "Передал ваш вопрос продавцу. Он ответит с 9:00."),
                (sample::holding(), "Продавца сейчас нет на месте, вопрос я ему передал. Он на связи с 9:00."),
                (sample::holding(), "Отлично! Сейчас позову продавца, он оформит заказ."),
                (sample::holding(), "Хорошо! Передаю продавцу, он оформит заказ."),
                (
                    sample::delivery(),
                    "Да, отправляем: Новосибирск, стоимость доставки 500 ₽, срок 5–7 дней. При заказе от 5 000 ₽ доставка бесплатная.",
                ),
                (sample::delivery(), "Доставим: Новосибирск. Стоимость 500 ₽, в пути 5–7 дней. От 5 000 ₽ бесплатно."),
                (
                    sample::delivery(),
                    "Да, доставляем в Новосибирск! Стоимость — 500 рублей, срок 5-7 дней. А если заказ от 5000 рублей — доставка бесплатная.",
                ),
                (sample::delivery(), "Доставка в Новосибирск обойдётся в 500 ₽ и займёт от 5 до 7 дней."),
                (sample::delivery(), "В Новосибирск доставляем за 500 ₽, это займёт 5–7 дней."),
                (sample::delivery(), "Доставка 500 руб, 5-7 дней, бесплатно от 5 000 руб."),
                (sample::by_post(), "Отправим Почтой России: 500 ₽"),
                (sample::by_post(), "Доставка почтой, 500 ₽, это быстрая доставка"),
            ],
        );
    }

    #[test]
    fn deeds_are_not_promised() {
        refuses(
            "promise",
            &[
                (sample::stock(), "Уточню и напишу"),
                (sample::stock(), "Перезвоню вам"),
                (sample::stock(), "Есть, завтра отправим"),
                (sample::stock(), "Есть, отправим 3 500 ₽"),
                (sample::delivery(), "Отправим завтра, 500 ₽"),
                (sample::delivery(), "Доставим сегодня"),
                (sample::delivery(), "Отправлю в понедельник"),
                (sample::delivery(), "Гарантируем доставку за 500 ₽"),
                (sample::delivery(), "Доставка включена в цену"),
                (sample::counter(), "3 300 ₽ и чехол в подарок"),
                (sample::greet(), "Здравствуйте! Мы вернём вам деньги"),
                (sample::greet(), "Обещаю всё проверить"),
                (sample::stock(), "Есть, оригинал"),
                (sample::stock(), "Есть, новый, в идеальном состоянии"),
                (sample::price(), "3 500 ₽, натуральная кожа"),
                (sample::delivery(), "Отправим наложенным платежом за 500 ₽"),
                (sample::holding(), "Позову коллегу, завтра отправим"),
                (sample::holding(), "Вернём деньги, сейчас позову коллегу"),
                (sample::counter(), "3 300 ₽, для вас сделаю исключение"),
                (sample::counter(), "3 300 ₽, упакую надёжно"),
                (sample::counter(), "3 300 ₽, подарок внутри"),
                (sample::counter(), "3 300 ₽ + подарок"),
                (sample::counter(), "3 300 ₽ плюс чехол"),
                (sample::counter(), "3 300 ₽, добавлю чехол"),
                (sample::counter(), "3 300 ₽, доставлю сам"),
                (sample::counter(), "3 300 ₽, привезу"),
                (sample::counter(), "3 300 ₽, подвезу к метро"),
                (sample::counter(), "3 300 ₽, доставка в подарок"),
                (sample::counter(), "3 300 ₽, доставка на мне"),
                (sample::counter(), "3 300 ₽, доставка с меня"),
                (sample::counter(), "3 300 ₽, доставку оплачу"),
                (sample::counter(), "3 300 ₽, вернём деньги если что"),
                (sample::counter(), "3 300 ₽, деньги вернём"),
                (sample::counter(), "3 300 ₽, гарантия есть"),
                (sample::counter(), "3 300 ₽, кэшбэк"),
                (sample::counter(), "3 300 ₽, скидка на следующий заказ"),
                (sample::counter(), "3 300 ₽ в рассрочку"),
                (sample::counter(), "3 300 ₽, можно частями"),
                (sample::counter(), "3 300 ₽, оплата потом"),
                (sample::counter(), "3 300 ₽ после получения"),
                (sample::stock(), "гарантия 2"),
                (sample::stock(), "Есть, завезли вчера"),
                (sample::stock(), "Есть, завоз был"),
                (sample::stock(), "Есть, скоро привезут ещё"),
                (sample::stock(), "Ждём поставку"),
                (sample::stock(), "Скоро будет"),
                (sample::stock(), "Есть в других цветах"),
                (sample::stock(), "Есть разных цветов"),
                (sample::stock(), "Есть любые размеры"),
                (sample::stock(), "Есть, кожаный"),
                (sample::stock(), "Есть, кожа"),
                (sample::stock(), "Есть, из натуральной кожи"),
                (sample::stock(), "Есть, непромокаемый"),
                (sample::stock(), "Есть, влагозащита"),
                (sample::stock(), "Есть, новый"),
                (sample::stock(), "Есть, в упаковке"),
                (sample::stock(), "Есть, с биркой"),
                (sample::stock(), "Есть, б/у"),
                (sample::stock(), "Есть, доставим"),
                (sample::stock(), "Есть, отправлю СДЭКом"),
                (sample::price(), "3 500 ₽, доставка включена"),
                (sample::price(), "3 500 ₽ с НДС"),
                (sample::price(), "3 500 ₽ без НДС"),
                (sample::price(), "3 500 ₽, рассрочка"),
                (sample::delivery(), "Доставка 500 ₽, день в день"),
                (sample::delivery(), "Доставка 500 ₽, на следующий день"),
                (sample::delivery(), "Доставка 500 ₽, моментально"),
                (sample::delivery(), "Доставка 500 ₽, мигом"),
                (sample::delivery(), "Доставка 500 ₽, к вечеру"),
                (sample::delivery(), "Доставка 500 ₽, к выходным"),
                (sample::delivery(), "Доставка 500 ₽, до Нового года"),
                (sample::delivery(), "Доставка 500 ₽, страховка"),
                (sample::delivery(), "Доставка 500 ₽, отправка в день заказа"),
                (sample::delivery(), "Доставка 500 ₽, отправляем каждый день"),
                (sample::delivery(), "Доставка 500 ₽, трек-номер пришлём"),
                (sample::delivery(), "Доставка 500 ₽, возможна примерка"),
                (sample::delivery(), "Доставка 500 ₽, оплата при получении"),
                (sample::delivery(), "Доставка 500 ₽, наложенный платёж"),
                (sample::out_of_stock(), "Рюкзака нет, могу привезти под заказ"),
                (sample::greet(), "Здравствуйте! Работаем круглосуточно"),
                (sample::greet(), "Здравствуйте! Работаем без выходных"),
                (sample::delivery(), "Быстро доставим за 500 ₽"),
                (sample::delivery(), "Доставка 500 ₽, быстрая"),
                (sample::delivery(), "Отправим в кратчайшие сроки, 500 ₽"),
                (sample::delivery(), "Доставим в кратчайший срок, 500 ₽"),
                (sample::delivery(), "Доставим максимально оперативно, 500 ₽"),
                (sample::delivery(), "Доставим без задержек, 500 ₽"),
                (sample::delivery(), "Срочная доставка 500 ₽"),
                (sample::delivery(), "Доставка СДЭКом в Новосибирск 500 ₽"),
                (sample::delivery(), "Доставка почтой в Новосибирск 500 ₽"),
                (sample::delivery(), "Курьером в Новосибирск 500 ₽"),
                (sample::by_post(), "Отправим СДЭКом, 500 ₽"),
                (sample::by_post(), "Отправим Яндекс Доставкой, 500 ₽"),
                (sample::by_post(), "Отправим через Boxberry, 500 ₽"),
                (sample::by_post(), "Отправим ПЭКом, 500 ₽"),
                (sample::by_post(), "Отправим Деловыми Линиями, 500 ₽"),
                (sample::holding(), "Позову, он точно сделает скидку"),
                (sample::holding(), "Позову, он согласится"),
                (sample::holding(), "Сейчас позову, деньги вернём"),
                (sample::holding(), "Сейчас позову, товар заменим"),
                (sample::holding(), "Продавец вам перезвонит"),
                (sample::holding(), "Продавец позвонит"),
                (sample::holding(), "Мы виноваты, компенсируем"),
            ],
        );
    }
}
