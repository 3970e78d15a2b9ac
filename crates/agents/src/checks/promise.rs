//! No promise of a deed: nobody checks, writes back, sends tomorrow or pays because a text said so.

use domain::decision::{FactValue, Verdict};

use super::draft::Draft;
use super::{Case, HandingOver};
use crate::matching::words::{is_derived, likeness, words};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    let handing_over = case.context.handing_over == HandingOver::Yes;
    if let Some(said) = draft.says("promise") {
        whys.push(format!("\"{said}\" promises what nobody decided on"));
    }
    if let Some(said) = draft.says("claim").filter(|said| !is_told(said, case)) {
        whys.push(format!("\"{said}\" is claimed, and no fact of this decision says so"));
    }
    // A holding line says that somebody answers, and when the shop opens.
    if let Some(said) = draft.says("report").filter(|_| !handing_over) {
        whys.push(format!("\"{said}\" promises an answer"));
    }
    let delivers = case.decides(&[Verdict::Delivers, Verdict::DoesNotDeliver, Verdict::AskWhichCity, Verdict::Pickup]);
    let ships = draft.says("ship");
    if let Some(said) = ships.as_ref().filter(|_| !delivers) {
        whys.push(format!("\"{said}\" promises a delivery"));
    }
    let when = draft.says("when").filter(|_| !handing_over || ships.is_some());
    if let Some(said) = when {
        whys.push(format!("\"{said}\" promises a day"));
    }
    whys
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
            ],
        );
    }
}
