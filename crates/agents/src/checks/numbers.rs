//! Every number of a text is a fact of the decision, or stands in the seller's own words.
//!
//! The type counts as well as the size: 500 ₽ of delivery do not license «500 штук», nor the price of the goods.
//! What only the buyer said licenses nothing, but for an offer that was accepted.

use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::money::Money;

use super::draft::Draft;
use super::{Case, CheckContext};
use crate::matching::phrase::{Token, tokens};
use crate::numbers::fold::fold;
use crate::numbers::{self, Amount, Bound, Number, ToldBy, Unit, Value, Written};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let licence = Licence::of(case.decisions, case.context);
    let mut whys = Vec::new();
    for number in &draft.numbers {
        if licence.covers(number) || stands_in_a_quote(draft, number) {
            whys.extend(swapped(draft, number, &licence));
        } else {
            let said = &draft.folded[number.span.clone()];
            whys.push(format!("\"{said}\" is no fact of this decision"));
        }
    }
    if draft.hidden_numbers.iter().any(|number| !licence.covers(number)) {
        whys.push("a number is spelled out letter by letter".to_owned());
    }
    if let Some(said) = unread_sum(draft) {
        whys.push(format!("\"{said}\" counts something, and the number before it cannot be read"));
    }
    if let Some(said) = draft.says("last").filter(|_| !licence.quantities.contains(&1)) {
        whys.push(format!("\"{said}\": that one is left is no fact of this decision"));
    }
    if let Some(roman) = roman(draft, case) {
        whys.push(format!("\"{roman}\" is a Roman number, and no fact of this decision"));
    }
    if let Some(said) = draft.says("part") {
        whys.push(format!("\"{said}\" is a share, and no fact of this decision"));
    }
    if let Some(said) = draft.says("free").filter(|_| !licence.allows_free(draft)) {
        whys.push(format!("\"{said}\": nothing is free by this decision"));
    }
    whys
}

/// «Отдам за MMD»: capitals that make a number and stand in no fact. A size is told by the table.
fn roman<'a>(draft: &Draft<'a>, case: &Case<'_>) -> Option<&'a str> {
    let told = |word: &str| {
        let has = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|known| known == word);
        case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if has(text)))
    };
    let words = draft.raw.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find(|word| word.len() > 1 && word.chars().all(|c| "IVXLCDM".contains(c)) && !told(word))
}

/// A unit that belongs to no number: «стопиццот рублей», «CD ₽», «несколько дней».
fn unread_sum(draft: &Draft<'_>) -> Option<String> {
    const UNITS: [&str; 9] = ["₽", "%", "руб", "тыс", "тыщ", "процент", "дней", "недел", "суток"];
    UNITS.iter().find_map(|unit| {
        let stands = |at: usize| {
            let start = draft.folded[..at].chars().next_back().is_none_or(|before| !before.is_alphabetic());
            let read = draft.numbers.iter().any(|number| number.span.start <= at && at < number.span.end);
            // «₽ 500»: the sign before its number.
            let before = draft.numbers.iter().any(|number| (at..=at + unit.len() + 2).contains(&number.span.start));
            start && !read && !before && !draft.is_quoted(&(at..at + unit.len()))
        };
        draft
            .folded
            .match_indices(unit)
            .find(|(at, _)| stands(*at))
            .map(|(at, _)| draft.folded[at..].split_whitespace().next().unwrap_or_default().to_owned())
    })
}

/// What numbers may be said.
#[derive(Debug, Default)]
pub(super) struct Licence {
    /// Sums, and whether each is the delivery's.
    money: Vec<(Money, Sum)>,
    quantities: Vec<u64>,
    percents: Vec<Amount>,
    days: Vec<(u32, u32)>,
    /// Numbers within text facts, typed as they stand there.
    in_texts: Vec<Number>,
    /// A text fact says that something is free.
    free_in_text: bool,
}

/// What a sum is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sum {
    Goods,
    Delivery,
}

impl Licence {
    pub(super) fn of(decisions: &[Decision], context: &CheckContext<'_>) -> Self {
        let mut licence = Self::default();
        for decision in decisions {
            for fact in decision.facts.iter().filter(|fact| !only_the_buyers(fact, decision.verdict)) {
                licence.add(fact);
            }
        }
        for fact in context.licensed {
            licence.add(fact);
        }
        licence
    }

    fn add(&mut self, fact: &Fact) {
        match &fact.value {
            FactValue::Money(money) => {
                let sum = if matches!(fact.name.as_str(), "cost" | "free_from") { Sum::Delivery } else { Sum::Goods };
                self.money.push((*money, sum));
            }
            FactValue::Quantity(count) => self.quantities.push(u64::from(*count)),
            FactValue::Percent(percent) => self.percents.push(Amount::whole(i64::from(*percent))),
            FactValue::Days(days) => self.days.push((days.from, days.to)),
            FactValue::Text(text) => {
                let text = fold(text);
                self.free_in_text |= text.contains("бесплатн");
                self.in_texts.extend(numbers::read_folded(&text));
            }
        }
    }

    /// Whether `money` is a licensed sum.
    pub(super) fn has(&self, money: Money) -> bool {
        self.money.iter().any(|(sum, _)| *sum == money)
    }

    pub(super) fn covers(&self, number: &Number) -> bool {
        let in_text = |value: &Value| self.in_texts.iter().any(|known| known.value == *value);
        match &number.value {
            Value::Price(money) => self.has(*money) || in_text(&number.value),
            Value::Quantity(count) => self.quantities.contains(count) || in_text(&number.value),
            Value::Percent(percent) => self.percents.contains(percent) || in_text(&number.value),
            Value::Days { from, to } => self.covers_days(*from, *to, number.bound) || in_text(&number.value),
            Value::Size { amount, unit: Unit::Size } => self.names(*amount) || in_text(&number.value),
            // «одну минуту» is a manner of speaking.
            Value::Size { amount, unit: Unit::Minute } if *amount == Amount::whole(1) => true,
            Value::Ordinal(1) => true,
            Value::Ordinal(ordinal) => i64::try_from(*ordinal).is_ok_and(|ordinal| self.names(Amount::whole(ordinal))),
            Value::Bare(amount) => {
                let one = *amount == Amount::whole(1) && number.written == Written::Words;
                one || self.names(*amount) || self.counts(*amount)
            }
            // «уступлю до 3 300 ₽» names what is asked.
            Value::Discount(money) if number.bound == Bound::UpTo && self.has(*money) => true,
            // «128 ГБ» of «iPhone 13 128 ГБ», which read on its own is one number.
            Value::Size { amount, unit: unit @ Unit::Measure(_) } => {
                in_text(&number.value) || self.ends_with(*amount, *unit)
            }
            Value::Discount(_) | Value::Date { .. } | Value::Time { .. } | Value::Size { .. } | Value::Phone(_) => {
                in_text(&number.value)
            }
        }
    }

    /// Days as they stand, or one end of them named as that end: «до 7 дней».
    fn covers_days(&self, from: u32, to: u32, bound: Bound) -> bool {
        self.days.iter().any(|&(first, last)| match bound {
            Bound::Exactly => (first, last) == (from, to),
            Bound::From => (first, first) == (from, to) || (first, last) == (from, to),
            Bound::UpTo => (last, last) == (from, to),
        })
    }

    /// Whether a text fact holds this number, whatever it counts there.
    fn names(&self, amount: Amount) -> bool {
        self.in_texts.iter().any(|known| known.value.amount() == Some(amount) || known.pieces.contains(&amount))
    }

    fn ends_with(&self, amount: Amount, unit: Unit) -> bool {
        let of_unit = |value: &Value| matches!(value, Value::Size { unit: known, .. } if *known == unit);
        self.in_texts.iter().any(|known| of_unit(&known.value) && known.pieces.last() == Some(&amount))
    }

    /// Whether a fact has this size.
    fn counts(&self, amount: Amount) -> bool {
        let whole = |number: u64| i64::try_from(number).is_ok_and(|number| Amount::whole(number) == amount);
        self.money.iter().any(|(money, _)| Amount::of_money(*money) == amount)
            || self.quantities.iter().any(|count| whole(*count))
            || self.percents.contains(&amount)
            || self.days.iter().any(|(from, to)| whole(u64::from(*from)) || whole(u64::from(*to)))
    }

    /// Something is free: by a cost of nothing, in the seller's words, or from a sum on that the text names.
    fn allows_free(&self, draft: &Draft<'_>) -> bool {
        let named = |money: &Money| draft.numbers.iter().any(|n| n.value.amount() == Some(Amount::of_money(*money)));
        self.free_in_text
            || self.has(Money::ZERO)
            || self.money.iter().any(|(money, sum)| {
                *sum == Sum::Delivery && money.as_kopecks() > 0 && named(money) && self.is_threshold(*money)
            })
    }

    fn is_threshold(&self, money: Money) -> bool {
        self.thresholds().any(|threshold| threshold == money)
    }

    /// The larger sums of the delivery: a threshold is never the cost itself.
    fn thresholds(&self) -> impl Iterator<Item = Money> {
        let cost = self.money.iter().filter(|(_, sum)| *sum == Sum::Delivery).map(|(money, _)| *money).min();
        self.money
            .iter()
            .filter(move |(money, sum)| *sum == Sum::Delivery && Some(*money) > cost)
            .map(|(money, _)| *money)
    }
}

/// An offer is licensed by its acceptance only.
fn only_the_buyers(fact: &Fact, verdict: Verdict) -> bool {
    let buyers = fact.source == Source::Buyer && !matches!(fact.value, FactValue::Text(_));
    (buyers || fact.name == "offer") && verdict != Verdict::AcceptOffer
}

/// Within a text fact the number is the seller's, unless that fact is nothing but the number and the draft
/// makes something else of it: a size «42», said as «цена 42».
fn stands_in_a_quote(draft: &Draft<'_>, number: &Number) -> bool {
    draft.quotes.iter().filter(|quote| quote.start <= number.span.start && number.span.end <= quote.end).any(|quote| {
        let quoted = &draft.folded[quote.clone()];
        quoted.contains(char::is_alphabetic) || number.told_by == ToldBy::Nothing || quote.start <= number.reach.start
    })
}

/// The delivery's sum given as the price of the goods, or the other way round.
fn swapped(draft: &Draft<'_>, number: &Number, licence: &Licence) -> Option<String> {
    let Value::Price(money) = number.value else { return None };
    let of = |sum| licence.money.contains(&(money, sum));
    // Where only delivery is told, its sum needs no word of its own.
    if of(Sum::Delivery) && !licence.money.iter().any(|known| known.1 == Sum::Goods) {
        return None;
    }
    if draft.is_quoted(&number.span) || of(Sum::Goods) == of(Sum::Delivery) {
        return None;
    }
    let before = tokens(&draft.folded[..number.span.start]);
    let clause = before.last().map_or(0, |word| word.clause);
    let is_delivery = |word: &Token| {
        ["достав", "отправ", "пересыл", "привез", "почт", "курьер", "пвз"]
            .iter()
            .any(|stem| word.text.starts_with(stem))
    };
    let is_goods = |word: &Token| ["цен", "стоит", "товар"].iter().any(|stem| word.text.starts_with(stem));
    let nearest = before.iter().rev().find(|word| is_delivery(word) || is_goods(word));
    let wrong = match nearest {
        Some(word) if of(Sum::Goods) => is_delivery(word) && word.clause == clause,
        Some(word) => {
            is_goods(word)
                && word.clause == clause
                && !before.iter().any(|word| word.clause == clause && is_delivery(word))
        }
        None => of(Sum::Delivery) && !tokens(&draft.folded[number.span.end..]).iter().any(is_delivery),
    };
    wrong.then(|| {
        format!("\"{}\" is said of the wrong thing: keep price and delivery apart", &draft.folded[number.span.clone()])
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn facts_may_be_said_in_any_form() {
        passes(
            "numbers",
            &[
                (sample::stock(), "Есть! Рюкзак городской 30 л, 3 500 ₽. Осталось 2 штуки."),
                (sample::stock(), "Да, рюкзак есть, осталось две. Цена 3500."),
                (sample::stock(), "Есть, стоит три тысячи пятьсот рублей"),
                (sample::stock(), "Есть, 3,5 тыс руб"),
                (sample::stock(), "Рюкзак городской 30 л в наличии, одну минуту"),
                (sample::stock(), "3.500 руб."),
                (sample::delivery(), "Доставка в Новосибирск — 500 ₽, 5–7 дней."),
                (sample::delivery(), "Доставим за 500 рублей, от 5 до 7 дней"),
                (sample::delivery(), "Доставка 500 ₽, до 7 дней"),
                (sample::delivery(), "Доставка 500 ₽, до недели"),
                (sample::delivery(), "Доставка 500 ₽, бесплатно от 5 000 ₽"),
                (sample::both(), "Рюкзак есть, 3 500 ₽. Доставка в Новосибирск 500 ₽, 5-7 дней."),
                (sample::both(), "Рюкзак стоит 3 500 ₽, доставка — 500 ₽"),
                (sample::accept(), "Хорошо, отдадим за 3 200 ₽"),
                (sample::counter(), "Могу предложить за 3 300 ₽"),
                (sample::hours(), "Режим работы: Пн–Пт с 9:00 до 21:00"),
                (sample::hours(), "Мы работаем с 9:00 до 21:00"),
                (sample::faq(), "Гарантия 12 месяцев, обмен в течение 14 дней."),
            ],
        );
    }

    #[test]
    fn what_is_no_fact_is_refused_in_any_dress() {
        refuses(
            "numbers",
            &[
                (sample::stock(), "Есть, 3 400 ₽"),
                (sample::stock(), "Есть, осталось 3 штуки"),
                (sample::stock(), "Есть, осталось пять"),
                (sample::stock(), "Есть, стопиццот рублей"),
                (sample::stock(), "Есть, CD ₽"),
                (sample::stock(), "Есть, последний остался"),
                (sample::stock(), "Есть, осталась последняя штука"),
                (sample::delivery(), "Доставка 500 ₽, идёт несколько дней"),
                (sample::stock(), "Рюкзак 40 л есть"),
                (sample::stock(), "Рюкзак 30 кг есть"),
                (sample::stock(), "Есть, 30 ₽"),
                (sample::stock(), "Есть, доставим бесплатно"),
                (sample::stock(), "Осталось 3500 штук"),
                (sample::counter(), "Отдам за 1000"),
                (sample::counter(), "Отдам за 1к"),
                (sample::counter(), "Отдам за тысячу"),
                (sample::counter(), "Отдам за 1 0 0 0 рублей"),
                (sample::counter(), "Отдам за １０００ ₽"),
                (sample::counter(), "Отдам за 1\u{200b}000 ₽"),
                (sample::counter(), "Отдам за тыщу"),
                (sample::counter(), "Отдам за полторы"),
                (sample::counter(), "Отдам за полторы тысячи"),
                (sample::counter(), "Отдам за пятьсотрублей"),
                (sample::counter(), "Отдам за пять двести"),
                (sample::counter(), "Отдам за полцены"),
                (sample::counter(), "Отдам за ЗОО рублей"),
                (sample::counter(), "скину 500"),
                (sample::counter(), "Скидка 10%"),
                (sample::counter(), "Скидка десять процентов"),
                (sample::counter(), "Цена 3300 евро"),
                (sample::counter(), "отдам за т ы с я ч у"),
                (sample::counter(), "3 300 ₽ и вторая в подарок даром"),
                (sample::delivery(), "Доставка 500 ₽, 5 дней"),
                (sample::delivery(), "Доставка 500 ₽, 3–4 дня"),
                (sample::delivery(), "Доставка 500 ₽, за 3 дня"),
                (sample::delivery(), "Доставка 500 ₽, через неделю, 12 мая"),
                (sample::delivery(), "Доставка бесплатно"),
                (sample::both(), "Рюкзак за 500 ₽, доставка 3 500 ₽"),
                (sample::both(), "Цена рюкзака 500 ₽"),
                (sample::counter(), "Могу предложить за 3 300 ₽. Доставка 3 300 ₽."),
                (sample::stock(), "Есть. Доставка 3 тыс 500."),
                (sample::stock(), "Есть, раньше была за MM"),
                (sample::counter(), "Могу предложить за 3 300 ₽. На треть дешевле."),
                (sample::price(), "3 500 ₽, вдвое дешевле"),
                (sample::hours(), "Работаем с 9:00 до 22:00"),
                (sample::hours(), "Работаем с 8 до 21"),
                (sample::faq(), "Гарантия 24 месяца"),
                (sample::greet(), "Здравствуйте! Есть сумка за 100 ₽"),
                (sample::greet(), "Здравствуйте! Звоните 8 912 345 67 89"),
            ],
        );
    }
}
