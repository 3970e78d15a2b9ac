//! Whether a question and the seller's own answer to it are worth a row of his table: true for every buyer, and
//! tomorrow too. Pure.
//!
//! It refuses rather too much than too little: a row that is missing costs the seller one more answer, a promise to one
//! buyer that stands in the table is made to all of them. Not here: asking him, and the writing.

use domain::catalog::CatalogSnapshot;
use domain::escalation::EscalationReason;
use domain::intent::Intent;
use domain::money::Money;

use crate::checks;
use crate::mask::mask;
use crate::numbers::{self, Value};
use crate::rules::{self, is_mere_courtesy};
use crate::specialists;

/// The longest question, and the longest answer, in characters: they are shown whole before they are kept.
const QUESTION: usize = 300;
const ANSWER: usize = 1_000;

/// From here on a number that nothing explains may be a price.
const PERHAPS_A_PRICE: u64 = 100;

/// What would stand in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What buyers ask.
    pub question: String,
    /// What they are told.
    pub answer: String,
}

/// Why a pair is not worth a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// What the buyer wanted is not answered from the table of questions.
    AnotherMatter,
    /// The question has no words, or none that say what it is about.
    NoQuestion,
    /// The question or the answer is too long to be one.
    TooLong,
    /// The question is about this buyer: a complaint, an offer, his phone.
    AboutOne,
    /// The answer is a price, a discount or a deal.
    Deal,
    /// The answer has a phone, an address, a link.
    Contact,
    /// The answer holds for a day, or puts off.
    ForNow,
    /// The answer says nothing, or asks.
    NoAnswer,
    /// The table has it.
    Known,
}

impl Unfit {
    /// The name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnotherMatter => "another_matter",
            Self::NoQuestion => "no_question",
            Self::TooLong => "too_long",
            Self::AboutOne => "about_one",
            Self::Deal => "deal",
            Self::Contact => "contact",
            Self::ForNow => "for_now",
            Self::NoAnswer => "no_answer",
            Self::Known => "known",
        }
    }
}

/// What a human was called for, and what he said.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// Why he was called.
    pub reason: EscalationReason,
    /// What the buyer wanted, as far as that was read.
    pub intents: &'a [Intent],
    /// The buyer's words as they stand on the card, a line for each message.
    pub question: &'a str,
    /// The human's.
    pub answer: &'a str,
}

/// The pair as it would stand in the table. Without a table nobody knows whether it is there already.
///
/// # Errors
/// Why it is not worth a row.
pub fn pair(answered: &Answered<'_>, table: Option<&CatalogSnapshot>) -> Result<Pair, Unfit> {
    if !is_a_question_for_all(answered) {
        return Err(Unfit::AnotherMatter);
    }
    let question = question(answered.question)?;
    let answer = answer(answered.answer)?;
    if table.is_some_and(|table| specialists::is_answered(&question, table)) {
        return Err(Unfit::Known);
    }
    Ok(Pair { question, answer })
}

/// Complaints, orders, calls and what only waited for a tap teach nothing. Goods, prices and deliveries have tables of
/// their own: a row of questions would not be asked for them.
fn is_a_question_for_all(answered: &Answered<'_>) -> bool {
    use EscalationReason::{ChecksRefused, FollowUp, LowConfidence, ModelDown, NotInTable};
    let teaches = matches!(answered.reason, NotInTable | LowConfidence | FollowUp | ModelDown | ChecksRefused);
    teaches && (answered.intents.is_empty() || answered.intents.contains(&Intent::Other))
}

/// What was asked, without greetings and without what has no words.
fn question(card: &str) -> Result<String, Unfit> {
    let is_thing = |line: &str| line.starts_with('[') && line.ends_with(']');
    let lines = card.lines().map(str::trim).filter(|line| !line.is_empty() && !is_thing(line));
    let sentences = lines.flat_map(|line| line.split_inclusive(['.', '!', '?', ',']));
    let mut said: Vec<&str> = sentences.map(str::trim).collect();
    let courtesies = said.iter().take_while(|sentence| is_mere_courtesy(sentence)).count();
    said.drain(..courtesies);
    while said.last().is_some_and(|sentence| is_mere_courtesy(sentence)) {
        said.pop();
    }
    let question = one_line(&said.join(" "));
    let question = question.trim_end_matches(',').trim_end().to_owned();
    if !specialists::can_be_found(&question) {
        return Err(Unfit::NoQuestion);
    }
    if question.chars().count() > QUESTION {
        return Err(Unfit::TooLong);
    }
    let offers =
        numbers::read(&question).iter().any(|number| matches!(number.value, Value::Price(_) | Value::Discount(_)));
    if offers || mask(&question) != question || rules::calls_for_human(&question).is_some() {
        return Err(Unfit::AboutOne);
    }
    Ok(question)
}

fn answer(text: &str) -> Result<String, Unfit> {
    let answer = one_line(text);
    if !answer.chars().any(char::is_alphabetic) || answer.contains('?') || is_mere_courtesy(&answer) {
        return Err(Unfit::NoAnswer);
    }
    if answer.chars().count() > ANSWER {
        return Err(Unfit::TooLong);
    }
    if mask(&answer) != answer || checks::own::leads_out_of_the_chat(&answer) {
        return Err(Unfit::Contact);
    }
    for number in numbers::read(&answer) {
        match number.value {
            Value::Phone(_) => return Err(Unfit::Contact),
            Value::InDays(_) | Value::Date { .. } => return Err(Unfit::ForNow),
            // «за 5» is read as five roubles; a sum of that size is none.
            Value::Price(sum) if sum < Money::roubles(10) => {}
            Value::Price(_) | Value::Discount(_) | Value::Percent(_) => return Err(Unfit::Deal),
            Value::Bare(amount) if amount.as_whole().is_none_or(|whole| whole >= PERHAPS_A_PRICE) => {
                return Err(Unfit::Deal);
            }
            _ => {}
        }
    }
    if checks::own::gives_way(&answer) {
        return Err(Unfit::Deal);
    }
    if checks::own::is_for_now(&answer) {
        return Err(Unfit::ForNow);
    }
    Ok(answer)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specialists::sample::catalog;

    fn of(reason: EscalationReason, intents: &[Intent], question: &str, answer: &str) -> Result<String, Unfit> {
        let answered = Answered { reason, intents, question, answer };
        pair(&answered, Some(&catalog())).map(|pair| format!("{} → {}", pair.question, pair.answer))
    }

    fn asked(question: &str, answer: &str) -> Result<String, Unfit> {
        of(EscalationReason::NotInTable, &[Intent::Other], question, answer)
    }

    fn check(wrong: &mut Vec<String>, question: &str, answer: &str, expected: &Result<String, Unfit>) {
        let found = asked(question, answer);
        if found != *expected {
            wrong.push(format!("{question} → {answer}: {found:?}, not {expected:?}"));
        }
    }

    #[test]
    fn what_holds_for_every_buyer_is_worth_a_row() {
        let mut wrong = Vec::new();
        for (question, answer, row) in [
            ("А гарантия есть?", "Да, гарантия год", "А гарантия есть? → Да, гарантия год"),
            (
                "Здравствуйте! Подскажите, стирать можно?\n[фото]\nСпасибо",
                "Только вручную,\nпри 30 градусах",
                "Подскажите, стирать можно? → Только вручную, при 30 градусах",
            ),
            ("Добрый день, молния металлическая?", "Да", "молния металлическая? → Да"),
            (
                "Отправляете в другие страны?",
                "Нет, только по России",
                "Отправляете в другие страны? → Нет, только по России",
            ),
            ("Сколько дней хранится заказ?", "5-7 дней", "Сколько дней хранится заказ? → 5-7 дней"),
        ] {
            check(&mut wrong, question, answer, &Ok(row.to_owned()));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_said_to_one_buyer_is_not() {
        use Unfit::{AboutOne, Contact, Deal, ForNow, NoAnswer, NoQuestion, TooLong};
        let mut wrong = Vec::new();
        let gift = "Упакуете красиво?";
        let long = "я".repeat(1_001);
        for (question, answer, why) in [
            ("[фото]", "Да", NoQuestion),
            ("[голосовое сообщение]\n[пропущенный звонок]", "Да", NoQuestion),
            ("Здравствуйте", "Здравствуйте", NoQuestion),
            ("Ау?", "Да, слушаю", NoQuestion),
            (&long, "Да", TooLong),
            ("За 2000 рублей упакуете?", "Да", AboutOne),
            ("Упакуете? Мой номер 8 912 345-67-89", "Да", AboutOne),
            ("Верните деньги!", "Напишите в поддержку", AboutOne),
            (gift, "Да, 300 рублей", Deal),
            (gift, "Да, за 300", Deal),
            (gift, "Упаковка 350", Deal),
            (gift, "Скидка 10 %", Deal),
            (gift, "Сделаю скидку", Deal),
            (gift, "Хорошо, договорились", Deal),
            (gift, "Отложу для вас", Deal),
            (gift, "Звоните 8 912 345-67-89", Contact),
            (gift, "Приезжайте: Новосибирск, ул. Ленина, д. 12", Contact),
            (gift, "Пишите в телеграм", Contact),
            (gift, "shop@mail.ru", Contact),
            (gift, "Да, завтра", ForNow),
            (gift, "Сейчас уточню", ForNow),
            (gift, "Да, 12 декабря", ForNow),
            (gift, "Вам какую?", NoAnswer),
            (gift, "👍", NoAnswer),
            (gift, "Здравствуйте!", NoAnswer),
            (gift, &long, TooLong),
        ] {
            check(&mut wrong, question, answer, &Err(why));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn complaints_orders_and_what_the_table_has_are_not_asked_about() {
        use EscalationReason::{
            AwaitsTap, Complaint, LowConfidence, MissedCall, ModelDown, NotInTable, Order, WantsHuman,
        };
        let (question, answer) = ("А гарантия есть?", "Да, год");
        for reason in [Complaint, Order, WantsHuman, MissedCall, AwaitsTap] {
            assert_eq!(of(reason, &[Intent::Other], question, answer), Err(Unfit::AnotherMatter), "{}", reason.name());
        }
        assert_eq!(of(NotInTable, &[Intent::StockInquiry], question, answer), Err(Unfit::AnotherMatter));
        for (reason, intents) in [(ModelDown, &[][..]), (LowConfidence, &[Intent::StockInquiry, Intent::Other][..])] {
            assert!(of(reason, intents, question, answer).is_ok(), "{}", reason.name());
        }
        let known = catalog().faq[0].question.value.clone();
        assert_eq!(asked(&known, answer), Err(Unfit::Known), "{known}");
    }
}
