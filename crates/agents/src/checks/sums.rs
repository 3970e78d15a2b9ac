//! Each sum is said of what it is for: the price of the price, the delivery of the delivery, a total of all
//! pieces; the sum that was decided on is said; and nothing is added up by the words.

use domain::decision::{Decision, FactValue, Verdict};
use domain::money::Money;

use super::Case;
use super::draft::Draft;
use super::licence::{Licence, Sum};
use super::said::{Said, starts};
use crate::matching::phrase::Token;
use crate::numbers::fold::is_letter_or_digit;
use crate::numbers::{Amount, Bound, Number, Unit, Value};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let licence = Licence::of(case.decisions, case.context);
    let mut whys = Vec::new();
    let own = |number: &&Number| !draft.is_quoted(&number.span);
    for number in draft.numbers.iter().filter(own) {
        let Some(money) = sum(number, &licence) else { continue };
        let said = Said::of(draft, number, money);
        let wrong = swapped(&said, &licence)
            .or_else(|| threshold(&said, &licence))
            .or_else(|| total(&said, &licence))
            .or_else(|| vague(&said, draft, case))
            .or_else(|| second_price(&said, case))
            .or_else(|| per_unit(&said, case))
            .or_else(|| with_delivery(&said, &licence));
        whys.extend(wrong.map(|why| format!("\"{}\" {why}", &draft.folded[number.span.clone()])));
    }
    whys.extend(added_up(draft, &licence));
    // Of a text without a word the form is complained of.
    if draft.folded.contains(is_letter_or_digit) {
        whys.extend(case.decisions.iter().filter_map(|decision| left_out(draft, decision)));
    }
    whys
}

/// The sum that a number is: a price, or a bare number that is the size of one.
fn sum(number: &Number, licence: &Licence) -> Option<Money> {
    match number.value {
        Value::Price(money) => Some(money),
        Value::Bare(amount) => Some(amount.roubles()).filter(|money| licence.has(*money)),
        _ => None,
    }
}

const DELIVERY: [&str; 7] = ["достав", "отправ", "пересыл", "привез", "почт", "курьер", "пвз"];
const GOODS: [&str; 3] = ["цен", "стоит", "товар"];
const ALL_OF_THEM: [&str; 8] = ["итог", "всего", "вместе", "сумм", "выйдет", "обойд", "обе", "оба"];

/// The delivery's sum given as the price of the goods, or the other way round.
fn swapped(said: &Said<'_>, licence: &Licence) -> Option<String> {
    let of = |sum| licence.is(said.money, sum);
    let goods = of(Sum::Goods) || of(Sum::Total);
    let delivery = of(Sum::Delivery) || of(Sum::FreeFrom);
    // Where only delivery is told, its sum needs no word of its own.
    if goods == delivery || delivery && !licence.knows(Sum::Goods) {
        return None;
    }
    let (is_delivery, is_goods) = (said.nearest(&DELIVERY), said.nearest(&GOODS));
    let wrong = match is_delivery.max(is_goods) {
        Some((at, same)) if goods => Some(at) == is_delivery.map(|found| found.0) && same,
        Some((at, same)) => {
            Some(at) == is_goods.map(|found| found.0) && same && !is_delivery.is_some_and(|(_, same)| same)
        }
        None => delivery && !said.after.iter().any(|word| starts(word, &DELIVERY)),
    };
    wrong.then(|| "is said of the wrong thing: keep price and delivery apart".to_owned())
}

/// «бесплатно от 5 000 ₽» is what the threshold is said with, and nothing else is.
fn threshold(said: &Said<'_>, licence: &Licence) -> Option<String> {
    let of = |sum| licence.is(said.money, sum);
    let free = ["бесплатн", "free", "даром"].iter().any(|word| said.sentence.contains(word));
    let is_paid = said.sentence.split(|c: char| !is_letter_or_digit(c)).any(|word| word.starts_with("платн"));
    let from = said.number.bound == Bound::From
        || said.nearest(&["заказ", "покупк", "сумм", "свыше", "начиная", "over"]).is_some_and(|(_, same)| same);
    let from =
        from && said.number.bound != Bound::UpTo && !said.nearest(&["меньше", "ниже"]).is_some_and(|(_, same)| same);
    if of(Sum::FreeFrom) && !of(Sum::Goods) && !of(Sum::Total) {
        return (!(free && from) || is_paid)
            .then(|| "is the order from which delivery is free, and must be said as that".to_owned());
    }
    let as_threshold = free && said.number.bound == Bound::From && licence.knows(Sum::FreeFrom);
    as_threshold.then(|| "is not the order from which delivery is free".to_owned())
}

/// A total is said of all pieces, the price of one.
fn total(said: &Said<'_>, licence: &Licence) -> Option<String> {
    if !licence.knows(Sum::Total) && licence.quantities.iter().all(|count| *count < 2) {
        return None;
    }
    let pieces = |word: &Token| {
        word.text.parse().is_ok_and(|count: u64| count > 1 && licence.quantities.contains(&count))
            || starts(word, &["две", "два", "двух", "три", "трех", "четыре", "пять"])
    };
    let in_clause = || said.before.iter().rev().take_while(|word| word.clause == said.clause);
    let each = said.followed_by(&["штук", "кажд", "шт", "один", "одн"], 2)
        || said.nearest(&["кажд", "штуку"]).is_some_and(|(_, same)| same)
        || said.before.last().is_some_and(|word| word.text == "по");
    let all = in_clause().any(|word| starts(word, &ALL_OF_THEM) || pieces(word));
    let behind = said.after.iter().take(3).take_while(|word| word.clause == 0);
    let for_several = behind.clone().zip(behind.skip(1)).any(|(word, next)| {
        word.text == "за" && (pieces(next) || starts(next, &["все", "обе", "оба", "пар", "комплект"]))
    });
    let of = |sum| licence.is(said.money, sum);
    let at_all = ["итог", "всего", "вместе"].iter().any(|word| said.nearest(&[*word]).is_some_and(|(_, same)| same));
    if of(Sum::Total) && !of(Sum::Goods) {
        let told = (all || for_several || said.sentence.contains('=')) && !each;
        // «За 2 штуки выйдет 7 000 ₽» is one clause, «3 500 ₽ за штуку, за две — 7 000 ₽» two.
        let near = said.before.iter().rev().take(5).any(|word| pieces(word) || starts(word, &ALL_OF_THEM));
        return (!told && (each || !near)).then(|| "is the sum for all pieces, and must be said as that".to_owned());
    }
    let is_price = of(Sum::Goods) && !of(Sum::Total);
    let for_all = at_all || for_several || is_sold_together(said, pieces);
    (is_price && for_all && !each).then(|| "is the price of one, not of several".to_owned())
}

/// «две за 3 500 ₽», «за две 3 500 ₽», with nothing between.
fn is_sold_together(said: &Said<'_>, pieces: impl Fn(&Token) -> bool) -> bool {
    let near: Vec<&Token> = said.before.iter().rev().take(4).take_while(|word| word.clause == said.clause).collect();
    match near.as_slice() {
        [last, rest @ ..] if last.text == "за" => rest.iter().take(2).any(|word| pieces(word)),
        words => words.windows(2).any(|pair| pieces(pair[0]) && pair[1].text == "за"),
    }
}

/// «от 3 500 ₽», «около 3 500 ₽»: the price is what it is.
fn vague(said: &Said<'_>, draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    const ABOUT: [&str; 5] = ["около", "примерно", "приблизит", "порядка", "где"];
    let is_price = case.decisions.iter().flat_map(|decision| &decision.facts).any(|fact| {
        matches!(fact.name.as_str(), "price" | "total" | "cost") && fact.value == FactValue::Money(said.money)
    });
    let last = said.before.last().filter(|word| word.clause == said.clause);
    let about = last.is_some_and(|word| starts(word, &ABOUT));
    let more = |word: &Token| starts(word, &["меньше", "ниже", "больше", "выше", "дороже", "дешевле"]);
    let bounded = last.is_some_and(|word| more(word) || matches!(word.text.as_str(), "от" | "до"));
    let or_so = said.after.first().is_some_and(|word| word.text == "или") && said.after.get(1).is_some_and(more)
        || draft.folded[said.number.span.end..].starts_with('+');
    let is_threshold = said.sentence.contains("бесплатн");
    let firm = case.decides(&[Verdict::RefuseOffer]);
    let wrong = is_price && (about || or_so || bounded && !is_threshold && !firm);
    wrong.then(|| "is said as about so much, and it is exactly that".to_owned())
}

/// «Договорились на 3 200 ₽. Ваша цена 3 500 ₽»: with a deal the price is only what it was before.
fn second_price(said: &Said<'_>, case: &Case<'_>) -> Option<String> {
    const BEFORE: [&str; 7] = ["вместо", "был", "обычн", "полн", "прежн", "изначальн", "раньше"];
    let deal = case.decisions.iter().find(|decision| decision.verdict == Verdict::AcceptOffer)?;
    let is = |decision: &Decision, name: Option<&str>| {
        let sum = FactValue::Money(said.money);
        decision.facts.iter().any(|fact| fact.value == sum && name.is_none_or(|name| fact.name == name))
    };
    let of_another = case.decisions.iter().any(|other| other.verdict != Verdict::AcceptOffer && is(other, None));
    let told = said.nearest(&BEFORE).is_some_and(|(_, same)| same);
    (is(deal, Some("price")) && !is(deal, Some("offer")) && !of_another && !told)
        .then(|| "is not the sum that was agreed on".to_owned())
}

/// «3 500 ₽ с доставкой», «с доставкой выйдет 3 500 ₽»: goods and delivery are told apart.
fn with_delivery(said: &Said<'_>, licence: &Licence) -> Option<String> {
    if !licence.is(said.money, Sum::Goods) && !licence.is(said.money, Sum::Total) {
        return None;
    }
    let with = |words: &[&Token]| {
        words.windows(2).any(|pair| {
            matches!(pair[0].text.as_str(), "с" | "включая" | "учетом") && pair[1].text.starts_with("доставк")
        })
    };
    let before: Vec<&Token> = said.before.iter().rev().take(4).take_while(|word| word.clause == said.clause).collect();
    let before: Vec<&Token> = before.into_iter().rev().collect();
    let after: Vec<&Token> = said.after.iter().take(4).take_while(|word| word.clause <= 1).collect();
    (with(&before) || with(&after)).then(|| "is the price without delivery".to_owned())
}

/// «3 500 ₽ за пару», «500 ₽ за килограмм»: the seller's table says what a price is for.
fn per_unit(said: &Said<'_>, case: &Case<'_>) -> Option<String> {
    const PER: [&str; 16] = [
        "пару",
        "комплект",
        "набор",
        "упаковк",
        "пачк",
        "месяц",
        "неделю",
        "год",
        "час",
        "сутки",
        "кг",
        "килограмм",
        "метр",
        "км",
        "километр",
        "человек",
    ];
    let mut behind = said.after.iter().take_while(|word| word.clause == 0);
    let joined = behind.next().is_some_and(|word| matches!(word.text.as_str(), "за" | "в" | "с" | "на"));
    let unit = said.after.get(usize::from(joined)).filter(|word| word.clause == 0 && starts(word, &PER))?;
    let slash = said.number.span.end;
    let parted = said.sentence.contains('/') && slash > 0;
    let told = case
        .facts()
        .any(|fact| matches!(&fact.value, FactValue::Text(text) if text.to_lowercase().contains(unit.text.as_str())));
    ((joined || parted) && !told).then(|| format!("is said as a price per \"{}\"", unit.text))
}

/// «3 500 + 500», «3 500 − 200 ₽»: sums are added up by code, or not at all.
fn added_up(draft: &Draft<'_>, licence: &Licence) -> Option<String> {
    let money = |number: &Number| match number.value {
        Value::Price(_) | Value::Discount(_) => true,
        Value::Bare(amount) => amount >= Amount::whole(100),
        Value::Size { unit: Unit::Measure('х'), .. } => true,
        _ => false,
    };
    let found = draft.numbers.windows(2).find(|pair| {
        let between = draft.folded.get(pair[0].span.end..pair[1].span.start).unwrap_or_default();
        let marks = between.trim();
        let computes = !marks.is_empty()
            && marks.chars().all(|c| matches!(c, '+' | '-' | '*' | '×' | '/' | '=' | '±' | '—' | ' '));
        computes && money(&pair[0]) && money(&pair[1]) && !pair.iter().any(|number| draft.is_quoted(&number.span))
    })?;
    (!licence.knows(Sum::Total))
        .then(|| format!("\"{}\" adds up or spans sums", &draft.folded[found[0].span.start..found[1].span.end]))
}

/// What was decided is said: a counter that is not named is no counter.
fn left_out(draft: &Draft<'_>, decision: &Decision) -> Option<String> {
    let names: &[&str] = match decision.verdict {
        Verdict::CounterOffer => &["counter"],
        Verdict::TellPrice => &["price", "total"],
        Verdict::AcceptOffer => &["offer"],
        Verdict::Delivers => &["cost"],
        _ => return None,
    };
    let sums: Vec<Money> = decision
        .facts
        .iter()
        .filter(|fact| names.contains(&fact.name.as_str()))
        .filter_map(|fact| if let FactValue::Money(money) = fact.value { Some(money) } else { None })
        .collect();
    let is_said = |money: &Money| {
        let amount = Some(Amount::of_money(*money));
        draft.numbers.iter().any(|number| number.value.amount() == amount)
            || *money == Money::ZERO && draft.says("free").is_some()
    };
    // «Договорились!» may leave the sum out, if it names no other.
    let silent = decision.verdict == Verdict::AcceptOffer
        && !draft.numbers.iter().any(|number| matches!(number.value, Value::Price(_)));
    (!sums.is_empty() && !sums.iter().any(is_said) && !silent)
        .then(|| format!("the {} that was decided on is not said", names[0]))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn sums_said_of_what_they_are_for_pass() {
        passes(
            "sums",
            &[
                (sample::stock(), "Есть, 3 500 ₽, осталось 2"),
                (sample::stock(), "Да, в наличии два рюкзака по 3500 ₽."),
                (sample::stock(), "В наличии 2 шт. по 3 500 ₽ каждый"),
                (sample::price(), "Цена 3 500 ₽"),
                (sample::price(), "3 500 ₽"),
                (sample::price(), "Рюкзак городской 30 л стоит три с половиной тысячи"),
                (sample::counter(), "Могу отдать за 3 300 ₽ вместо 3 500 ₽"),
                (sample::counter(), "Готов сделать скидку: 3 300 ₽ вместо 3 500 ₽"),
                (sample::counter(), "Могу уступить до 3 300 ₽"),
                (sample::refuse(), "Цена остаётся 3 500 ₽"),
                (sample::refuse(), "К сожалению, уступить не сможем"),
                (sample::accept(), "Договорились, 3 200 ₽"),
                (sample::accept(), "По рукам!"),
                (sample::accept(), "Отдадим за 3 200 ₽ вместо 3 500 ₽"),
                (sample::total(), "За 2 штуки выйдет 7 000 ₽, одна стоит 3 500 ₽"),
                (sample::total(), "Рюкзак стоит 3 500 ₽. За 2 штуки будет 7 000 ₽."),
                (sample::total(), "3 500 ₽ за штуку, итого за две 7 000 ₽"),
                (sample::total(), "Стоимость двух рюкзаков — 7 000 ₽, по 3 500 ₽"),
                (sample::total(), "Два рюкзака обойдутся в 7 000 ₽, по 3 500 ₽ каждый"),
                (sample::total(), "2 шт. × 3 500 ₽ = 7 000 ₽"),
                (sample::delivery(), "Доставка 500 ₽, бесплатно от 5 000 ₽"),
                (sample::delivery(), "500 ₽, а при заказе от 5 000 ₽ — бесплатно"),
                (sample::delivery(), "Доставим за 500 ₽. От 5 000 ₽ доставка бесплатная"),
                (sample::delivery(), "Доставка 500 ₽. Для заказов свыше 5 000 ₽ — бесплатно."),
                (sample::both(), "Рюкзак стоит 3 500 ₽, доставка — 500 ₽"),
                (sample::both(), "Рюкзак есть, 3 500 ₽. Доставка 500 ₽, от 5 000 ₽ бесплатно"),
                (sample::both(), "3500 ₽ плюс доставка 500 ₽"),
            ],
        );
    }

    #[test]
    fn sums_said_of_something_else_are_refused() {
        refuses(
            "sums",
            &[
                (sample::both(), "Рюкзак за 500 ₽, доставка 3 500 ₽"),
                (sample::counter(), "Могу предложить за 3 300 ₽. Доставка 3 300 ₽."),
                (sample::stock(), "Есть. Доставка 3 тыс 500."),
                (sample::both(), "Цена рюкзака 500 ₽"),
                (sample::both(), "Рюкзак есть, 5 000 ₽. Доставка 500 ₽"),
                (sample::both(), "Рюкзак 3 500 ₽, доставка 5 000 ₽"),
                (sample::both(), "Рюкзак 3 500 + 500"),
                (sample::both(), "Отдам за 3500-500, доставка 500 ₽"),
                (sample::delivery(), "Доставка 5 000 ₽, 5–7 дней"),
                (sample::delivery(), "Доставка 500 ₽, бесплатно до 5 000 ₽"),
                (sample::delivery(), "Доставка 500 ₽, бесплатно, если меньше 5 000 ₽"),
                (sample::delivery(), "500 ₽. Доставка бесплатная, от 5 000 ₽ обычно платная"),
                (sample::delivery(), "Доставка бесплатно от 500 ₽, не 5 000 ₽"),
                (sample::delivery(), "Доставка 500 ₽ за килограмм"),
                (sample::delivery(), "Доставка от 500 ₽"),
                (sample::delivery(), "Да, доставим"),
                (sample::price(), "от 3 500 ₽"),
                (sample::price(), "около 3 500 ₽"),
                (sample::price(), "меньше 3 500 ₽"),
                (sample::price(), "3 500 ₽ за пару"),
                (sample::price(), "3 500 ₽ в месяц"),
                (sample::price(), "3 500 ₽/кг"),
                (sample::price(), "Да, продаём"),
                (sample::counter(), "Отдам"),
                (sample::counter(), "Можно дешевле, пишите"),
                (sample::counter(), "Цена 3 500 ₽"),
                (sample::counter(), "3 500–3 300 ₽"),
                (sample::accept(), "Договорились за 3 500 ₽"),
                (sample::accept(), "Договорились на 3 200 ₽. Ваша цена: 3 500 руб."),
                (sample::accept(), "Договорились на 3 200 ₽. 35 сотен рублей"),
                (sample::stock(), "Есть, 3 500 ₽ за две"),
                (sample::stock(), "2 рюкзака за 3 500 ₽"),
                (sample::total(), "Цена рюкзака 7 000 ₽"),
                (sample::total(), "Рюкзак стоит 7 000 ₽"),
                (sample::total(), "За штуку 7 000 ₽, рюкзак стоит 3 500 ₽"),
                (sample::total(), "За две штуки 3 500 ₽"),
                (sample::total(), "Итого 3 500 ₽"),
                (sample::total(), "Вместе 3 500 ₽"),
                (sample::total(), "По 7 000 ₽ за штуку"),
                (sample::counter(), "дам скидку"),
                (sample::counter(), "дам скидку побольше"),
                (sample::counter(), "дам хорошую скидку"),
                (sample::counter(), "Отдаю!"),
                (sample::counter(), "Отдам вам"),
                (sample::counter(), "Бери"),
                (sample::counter(), "Берите"),
                (sample::counter(), "подойдёт"),
                (sample::counter(), "рука руку"),
                (sample::counter(), "3 300 ₽ в комплекте с чехлом"),
                (sample::counter(), "3 300 ₽ с доставкой"),
                (sample::counter(), "3 300 ₽ вместе с доставкой"),
                (sample::counter(), "3 300 ₽ за пару"),
                (sample::counter(), "на рынке дороже"),
                (sample::counter(), "у других дороже"),
                (sample::price(), "3 500 ₽ за комплект"),
                (sample::price(), "3 500 ₽ с человека"),
                (sample::price(), "до 3 500 ₽"),
                (sample::price(), "примерно 3 500 ₽"),
                (sample::price(), "3500+"),
                (sample::price(), "три пятьсот или меньше"),
                (sample::price(), "ниже 3 500 ₽"),
                (sample::price(), "больше 3 500 ₽"),
                (sample::total(), "За штуку 7 000 ₽"),
                (sample::total(), "За штуку 7 000 ₽, всего 3 500 ₽"),
                (sample::total(), "Два рюкзака за 3 500 ₽"),
                (sample::delivery(), "Доставка в Новосибирск 5 000 ₽"),
                (sample::delivery(), "Стоимость доставки 5 000 ₽, от 500 ₽ бесплатно"),
                (sample::delivery(), "Доставим за 5 000 ₽"),
                (sample::delivery(), "Доставка бесплатная, от 5 000 ₽ обычно платная"),
                (sample::delivery(), "Бесплатно до 5 000 ₽"),
                (sample::delivery(), "Бесплатно, если меньше 5 000 ₽"),
                (sample::delivery(), "500 руб за кг"),
                (sample::delivery(), "Доставка 500 ₽ за километр"),
                (sample::both(), "Рюкзак есть, 500 ₽. Доставка 3 500 ₽"),
                (sample::both(), "Рюкзак есть, цена 5 000 ₽"),
                (sample::both(), "Рюкзак есть, доставка 5 000 ₽"),
                (sample::both(), "С доставкой выйдет 3 500 ₽"),
                (sample::both(), "3 500 ₽ с доставкой"),
                (sample::both(), "3 500 ₽ вместе с доставкой"),
                (sample::both(), "3 500 ₽ уже с доставкой"),
                (sample::both(), "Рюкзак 3 500 ₽, доставим бесплатно, обычно от 5 000 ₽"),
            ],
        );
    }
}
