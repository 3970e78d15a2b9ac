//! The seller's words as the comparison reads them: what he states, what he asks, the sums, the days, the places.

use domain::decision::{Decision, FactValue};
use domain::money::Money;

use crate::checks::phrases;
use crate::matching::phrase::{Token, tokens};
use crate::matching::{Place, places_named, talk};
use crate::numbers::fold::fold;
use crate::numbers::{self, Amount, Number, ToldBy, Value};

/// A bare number below this is no price: a size, a model, a count.
const LEAST_BARE_PRICE: i64 = 50;

/// A text of the seller's.
#[derive(Debug)]
pub(super) struct Heard {
    /// What he states, folded: questions left out.
    pub(super) text: String,
    /// Whether it speaks of delivery.
    pub(super) is_about_delivery: bool,
    /// Whether it speaks of what the goods cost.
    pub(super) is_about_goods: bool,
    /// Whether a sum is said in one breath with the delivery.
    pub(super) sums_of_delivery: bool,
    /// Whether it answers one question only.
    pub(super) of_one: bool,
    statements: Vec<Token>,
    questions: Vec<Token>,
    numbers: Vec<Number>,
    places: Vec<Place>,
}

impl Heard {
    /// Reads `said`.
    pub(super) fn new(said: &str) -> Self {
        let folded = fold(said);
        let (mut text, mut asked) = (String::new(), String::new());
        for sentence in sentences(&folded) {
            let to = if sentence.trim_end().ends_with('?') { &mut asked } else { &mut text };
            to.push_str(sentence);
            to.push('\n');
        }
        let statements = without_greeting(tokens(&text));
        let speaks_of_delivery = |part: &str| talk::says("delivery", &tokens(part));
        let has_sum = |part: &str| numbers::read_folded(part).iter().any(|number| price(number).is_some());
        Self {
            is_about_delivery: speaks_of_delivery(&text),
            is_about_goods: ["цен", "стоит", "стоим", "товар", "сам "].iter().any(|stem| text.contains(stem)),
            sums_of_delivery: text.lines().flat_map(clauses).any(|part| speaks_of_delivery(part) && has_sum(part)),
            of_one: true,
            numbers: numbers::read_folded(&text),
            places: places_named(&text),
            statements,
            questions: tokens(&asked),
            text,
        }
    }

    /// Whether he states a phrase of `list`.
    pub(super) fn says(&self, list: &str) -> bool {
        phrases::said(list, &self.statements).next().is_some()
    }

    /// Whether he asks with a phrase of `list`.
    pub(super) fn asks(&self, list: &str) -> bool {
        phrases::said(list, &self.questions).next().is_some()
    }

    /// The sums he names, but for those that are about `others`. A bare number is one where it can be a price and is
    /// no number of the decision's own words («рюкзак 300 л»).
    pub(super) fn sums(&self, decision: &Decision, others: &[Money]) -> Vec<Money> {
        let in_words: Vec<Amount> = decision
            .facts
            .iter()
            .filter_map(|fact| if let FactValue::Text(text) = &fact.value { Some(numbers::read(text)) } else { None })
            .flatten()
            .filter_map(|number| number.value.amount())
            .collect();
        let is_ours = |sum: &Money| {
            decision.facts.iter().any(|fact| matches!(&fact.value, FactValue::Money(money) if money == sum))
        };
        let counts = |number: &&Number| !matches!(&number.value, Value::Bare(amount) if in_words.contains(amount) && !is_ours(&amount.roubles()));
        let sums = self.numbers.iter().filter(counts).filter_map(price);
        sums.filter(|sum| is_ours(sum) || !others.contains(sum)).collect()
    }

    /// What he takes off the price.
    pub(super) fn discounts(&self) -> Vec<Money> {
        let discount = |number: &Number| if let Value::Discount(sum) = number.value { Some(sum) } else { None };
        self.numbers.iter().filter_map(discount).collect()
    }

    /// How many pieces he speaks of.
    pub(super) fn counts(&self) -> impl Iterator<Item = u64> + '_ {
        self.numbers
            .iter()
            .filter_map(|number| if let Value::Quantity(count) = number.value { Some(count) } else { None })
    }

    /// From how many to how many days he speaks of.
    pub(super) fn days(&self) -> Option<(u32, u32)> {
        self.numbers.iter().find_map(|number| match number.value {
            Value::Days { from, to } => Some((from, to)),
            _ => None,
        })
    }

    /// Whether all places he names are the decision's, or one of those lies in them.
    pub(super) fn places_are_of(&self, decision: &Decision) -> bool {
        let named = |value: &FactValue| if let FactValue::Text(text) = value { places_named(text) } else { Vec::new() };
        let told: Vec<Place> = decision.facts.iter().flat_map(|fact| named(&fact.value)).collect();
        self.places.iter().all(|place| told.iter().any(|known| known == place || known.lies_in(*place)))
    }
}

/// The sum a number is, where it can be one.
fn price(number: &Number) -> Option<Money> {
    match number.value {
        // «За два 7000» is no two roubles.
        Value::Price(sum) if number.told_by == ToldBy::Unit || sum >= Money::roubles(LEAST_BARE_PRICE) => Some(sum),
        Value::Bare(amount) if amount >= Amount::whole(LEAST_BARE_PRICE) => Some(amount.roubles()),
        _ => None,
    }
}

/// The sentences of a folded text, each with its mark.
fn sentences(text: &str) -> Vec<&str> {
    parts(text, |c| matches!(c, '.' | '!' | '?' | '\n' | '…'))
}

/// The clauses of a sentence.
fn clauses(sentence: &str) -> Vec<&str> {
    parts(sentence, |c| matches!(c, ',' | ';' | '(' | ')'))
}

/// What lies between marks; one within a number («1.200,50») parts nothing.
fn parts(text: &str, is_mark: impl Fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let next = text[end..].chars().next().unwrap_or(' ');
        if is_mark(c) && !(before.is_ascii_digit() && next.is_ascii_digit()) {
            parts.push(&text[start..end]);
            start = end;
        }
        before = c;
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// «Здравствуйте, да, есть» begins with the «да».
fn without_greeting(words: Vec<Token>) -> Vec<Token> {
    let greeting = talk::covered(&["greet"], &words);
    words.into_iter().zip(greeting).filter(|(_, greets)| !greets).map(|(word, _)| word).collect()
}
