//! Nothing is sold, reserved or agreed to without the decision to do so.

use domain::decision::Verdict;

use super::Case;
use super::draft::Draft;
use crate::matching::phrase::QUOTED;

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    if case.decides(&[Verdict::AcceptOffer]) {
        // «К сожалению, туда не отправляем» belongs to the other answer.
        let other = case.decides(&[Verdict::OutOfStock, Verdict::NotSold, Verdict::DoesNotDeliver]);
        let no = draft
            .says("refusal")
            .filter(|_| !other)
            .map(|said| format!("\"{said}\" takes back the deal that was decided on"));
        return no.into_iter().collect();
    }
    let mut whys = Vec::new();
    if let Some(said) = draft.says("deal") {
        whys.push(format!("\"{said}\" closes a deal that nobody decided on"));
    }
    if let Some(said) = draft.says("give_way").filter(|_| !case.decides(&[Verdict::CounterOffer])) {
        whys.push(format!("\"{said}\" gives way, and the decision does not"));
    }
    if let Some(said) = draft.says("yes").filter(|_| answers_no(case) || says_little_else(draft)) {
        whys.push(format!("\"{said}\" reads as a yes"));
    }
    if let Some(sign) = draft.raw.chars().find(|c| YES_SIGNS.contains(c)).filter(|_| answers_no(case)) {
        whys.push(format!("\"{sign}\" reads as a yes"));
    }
    let bargains = [Verdict::CounterOffer, Verdict::RefuseOffer, Verdict::TellPrice, Verdict::InStock];
    let comes = [Verdict::Pickup, Verdict::TellShopFact, Verdict::TellFaq];
    if let Some(said) = draft.says("come").filter(|_| case.decides(&bargains) && !case.decides(&comes)) {
        whys.push(format!("\"{said}\" invites the buyer to a deal that nobody decided on"));
    }
    whys
}

/// Signs that stand for a word.
const YES_SIGNS: [char; 12] = ['👍', '👌', '🤝', '✅', '🆗', '💯', '👏', '🙌', '✔', '☑', '✓', '🫡'];

/// The buyer wants something that he does not get.
fn answers_no(case: &Case<'_>) -> bool {
    let no =
        [Verdict::CounterOffer, Verdict::RefuseOffer, Verdict::OutOfStock, Verdict::NotSold, Verdict::DoesNotDeliver];
    let yes = [Verdict::InStock, Verdict::Delivers, Verdict::Pickup, Verdict::TellShopFact, Verdict::TellFaq];
    case.decides(&no) && !case.decides(&yes)
}

/// «Да.» alone answers whatever the buyer made of his question: «за 1000 отдадите?» among others. «Да, есть» and
/// «Да, доставим» say what they answer.
fn says_little_else(draft: &Draft<'_>) -> bool {
    let says_what = draft.says("have").is_some() || draft.says("ship").is_some();
    draft.words().len() <= 2 && !says_what && !draft.words().iter().any(|word| word.text.contains(QUOTED))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn a_deal_is_said_where_it_was_decided_and_talk_is_no_deal() {
        passes(
            "commitment",
            &[
                (sample::accept(), "Договорились, за 3 200 ₽!"),
                (sample::accept(), "Хорошо, по рукам"),
                (sample::counter(), "Могу уступить до 3 300 ₽"),
                (sample::counter(), "Сделаю скидку: 3 300 ₽"),
                (sample::refuse(), "К сожалению, скидку не сделаю, цена 3 500 ₽"),
                (sample::stock(), "Да, рюкзак есть, 3 500 ₽"),
                (sample::stock(), "Да, есть"),
                (sample::delivery(), "Да, доставим"),
                (sample::delivery(), "Да, доставим в Новосибирск: 500 ₽, посылка идёт 5–7 дней"),
                (sample::price(), "Цена 3 500 ₽"),
                (sample::both(), "Да, есть. Доставка 500 ₽"),
                (sample::accept(), "Договорились, 3 200 ₽! Продавец сейчас оформит заказ."),
                (sample::accept(), "Хорошо, забирайте за 3 200 ₽"),
                (sample::accept(), "Согласны на 3 200 ₽"),
                (sample::accept(), "Идёт, 3 200 ₽"),
                (sample::accept(), "Продано! 3 200 ₽"),
                (sample::counter(), "За вас рады, но отдадим только за 3 300 ₽"),
                (sample::counter(), "Готовы сделать скидку до 3 300 ₽"),
                (sample::counter(), "Можем снизить цену до 3 300 ₽"),
                (sample::counter(), "Предлагаю сойтись на 3 300 ₽"),
                (sample::counter(), "Скину до 3 300 ₽"),
                (sample::refuse(), "Согласиться на такую цену не можем, цена 3 500 ₽"),
                (sample::refuse(), "К сожалению, не договоримся: цена 3 500 ₽"),
                (sample::refuse(), "Не отложим, извините. Цена 3 500 ₽"),
                (sample::refuse(), "Скидку дать не можем, 3 500 ₽"),
                (sample::price(), "Рюкзак стоит 3 500 ₽, если решите брать — напишите"),
                (sample::price(), "Цена 3 500 ₽. Хотите оформить?"),
                (sample::stock(), "Да, есть. Хотите забрать или отправить?"),
                (sample::stock(), "Да, рюкзак есть, цена 3 500 ₽. Если хотите, расскажу про доставку"),
                (sample::pickup(), "Да, можете забрать: Новосибирск, ул. Ленина, 12"),
                (sample::pickup(), "Приезжайте: Новосибирск, ул. Ленина, 12"),
                (sample::pickup(), "Ждём вас: Новосибирск, ул. Ленина, 12"),
                (sample::delivery(), "Да, посылка идёт 5–7 дней, доставка 500 ₽"),
                (sample::accept(), "Хорошо, договорились: «Рюкзак городской 30 л» за 3 200 ₽."),
            ],
        );
    }

    #[test]
    fn nothing_else_closes_a_deal() {
        refuses(
            "commitment",
            &[
                (sample::counter(), "Договорились!"),
                (sample::counter(), "Да"),
                (sample::counter(), "Хорошо."),
                (sample::counter(), "Ок, 3 300 ₽"),
                (sample::counter(), "Ладно, забирайте"),
                (sample::counter(), "ok, deal"),
                (sample::counter(), "Deal!"),
                (sample::counter(), "Пo рyкaм"),
                (sample::counter(), "д о г о в о р и л и с ь"),
                (sample::counter(), "dogovorilis"),
                (sample::counter(), "Zabirajte"),
                (sample::counter(), "Ваша цена устраивает"),
                (sample::counter(), "Сумка ваша"),
                (sample::counter(), "Идёт!"),
                (sample::refuse(), "Так и быть, отдам"),
                (sample::refuse(), "Скину немного"),
                (sample::refuse(), "Согласен"),
                (sample::stock(), "Есть, отложу для вас"),
                (sample::stock(), "Есть, бронирую"),
                (sample::stock(), "Есть, оставлю его за вами"),
                (sample::price(), "Да."),
                (sample::stock(), "ДА"),
                (sample::delivery(), "Да, конечно"),
                (sample::stock(), "Меня устраивает."),
                (sample::refuse(), "Уговорили! 3 500 ₽"),
                (sample::refuse(), "Ваша взяла."),
                (sample::not_sold(), "Такого нет. Ждите, товар за вами."),
                (sample::price(), "3 500 ₽, сделаю скидку"),
                (sample::greet(), "Договорились"),
                (sample::out_of_stock(), "Да, есть"),
                (sample::counter(), "3 300 ₽, при встрече договоримся"),
                (sample::counter(), "Дa, 3 300 ₽"),
                (sample::counter(), "конечно, 3 300 ₽"),
                (sample::counter(), "идет, 3 300 ₽"),
                (sample::counter(), "хорошо, пусть 3 300 ₽"),
                (sample::counter(), "👍 3 300 ₽"),
                (sample::counter(), "✅ 3 300 ₽"),
                (sample::accept(), "К сожалению, не отдадим за 3 200 ₽"),
                (sample::stock(), "Есть, цена 3 500 ₽, уступлю"),
                (sample::stock(), "Есть, цена ниже рынка"),
                (sample::price(), "3 500 ₽, уступлю"),
                (sample::price(), "3 500 ₽, немного уступим"),
                (sample::price(), "3 500 ₽, со скидкой"),
                (sample::price(), "3 500 ₽ со скидкой"),
                (sample::greet(), "Здравствуйте! Да"),
                (sample::greet(), "Здравствуйте! Принимаем карты"),
                (sample::holding(), "Сейчас позову, отложил для вас"),
                (sample::refuse(), "Нет, но могу скинуть"),
                (sample::refuse(), "Хорошо"),
                (sample::refuse(), "Ладно"),
            ],
        );
    }
}
