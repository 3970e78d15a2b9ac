//! No promise of a deed: nobody checks, writes back, sends tomorrow or pays because a text said so.

use domain::decision::Verdict;

use super::draft::Draft;
use super::{Case, HandingOver};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    let handing_over = case.context.handing_over == HandingOver::Yes;
    if let Some(said) = draft.says("promise") {
        whys.push(format!("\"{said}\" promises what nobody decided on"));
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
                (sample::holding(), "Позову коллегу, завтра отправим"),
                (sample::holding(), "Вернём деньги, сейчас позову коллегу"),
            ],
        );
    }
}
