//! Sums of money a buyer offers, and how many he wants.

use super::table::goods::GOODS;
use super::table::numbers::{COUNTS, MEASURES, MODELS, NOT_A_PRICE_AFTER, PIECES, ROUBLES, SUMS, TAKES, THOUSANDS};
use super::text::Word;

/// Below this a number is a size, a model or a count.
const LEAST_PRICE: f64 = 50.0;

/// More of a thing nobody wants from a small shop: such a number is something else.
const MOST_PIECES: f64 = 50.0;

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    pub(super) value: f64,
    pub(super) start: usize,
    pub(super) end: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With «руб», or in thousands.
    Money,
    /// With «шт».
    Pieces,
    /// With a measure of its own.
    Measure,
    /// Bare, in digits.
    Digits,
    /// Bare, in words.
    Words,
}

/// All numbers of a message.
pub(super) fn find(words: &[Word]) -> Vec<Amount> {
    let mut amounts = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let amount = read(words, at);
        at = amount.map_or(at + 1, |amount| amount.end);
        amounts.extend(amount);
    }
    amounts
}

fn read(words: &[Word], at: usize) -> Option<Amount> {
    let is = |at: usize, list: &[&str]| words.get(at).is_some_and(|word| list.contains(&word.plain.as_str()));
    let in_table = |table: &[(&str, f64)]| table.iter().find(|(name, _)| *name == words[at].plain).map(|(_, n)| *n);
    if is(at, &["полторы", "полтора"]) {
        let end = if is(at + 1, THOUSANDS) { at + 2 } else { at + 1 };
        return Some(Amount { value: 1500.0, start: at, end, kind: Kind::Money });
    }
    let (bare, kind) = match (words[at].number, in_table(COUNTS), in_table(SUMS)) {
        (Some(number), _, _) => (number, Kind::Digits),
        (None, Some(count), _) => (count, Kind::Words),
        (None, None, Some(sum)) => (sum, Kind::Money),
        (None, None, None) => return None,
    };
    let (mut value, mut end, mut kind) = (bare, at + 1, kind);
    if is(end, THOUSANDS) {
        (value, end, kind) = (bare * 1000.0, end + 1, Kind::Money);
        // «Две пятьсот» is written so too: the hundreds follow.
        let hundreds =
            words.get(end).and_then(|word| SUMS.iter().find(|(name, sum)| *name == word.plain && *sum < 1000.0));
        if let Some((_, sum)) = hundreds {
            (value, end) = (value + sum, end + 1);
        }
    }
    if kind == Kind::Words && (1.0..10.0).contains(&bare) {
        // «Две пятьсот» is a price: the thousands go without saying.
        if let Some((_, sum)) =
            words.get(end).and_then(|word| SUMS.iter().find(|(name, sum)| *name == word.plain && *sum < 1000.0))
        {
            (value, end, kind) = (bare * 1000.0 + sum, end + 1, Kind::Money);
        }
    }
    if is(end, ROUBLES) {
        (end, kind) = (end + 1, Kind::Money);
    } else if is(end, PIECES) {
        (end, kind) = (end + 1, Kind::Pieces);
    } else if is(end, MEASURES) {
        (end, kind) = (end + 1, Kind::Measure);
    }
    Some(Amount { value, start: at, end, kind })
}

impl Amount {
    /// Whether it can be a price the buyer names.
    pub(super) fn is_price(&self, words: &[Word]) -> bool {
        let after = |list: &[&str]| self.start > 0 && list.contains(&words[self.start - 1].plain.as_str());
        let fits = match self.kind {
            Kind::Money => true,
            Kind::Digits => self.value >= LEAST_PRICE,
            Kind::Pieces | Kind::Measure | Kind::Words => false,
        };
        fits && !after(NOT_A_PRICE_AFTER)
    }

    /// Whether it says itself that it is money.
    pub(super) fn is_money(&self) -> bool {
        self.kind == Kind::Money
    }

    /// Whether it says how many.
    pub(super) fn is_count(&self, words: &[Word]) -> bool {
        let before = self.start.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.plain.as_str());
        let next = words.get(self.end);
        let names_thing = next.is_some_and(|word| GOODS.iter().any(|(stem, _)| word.plain.starts_with(stem)));
        let taken = before.is_some_and(|word| TAKES.contains(&word));
        let modelled = before.is_some_and(|word| MODELS.contains(&word));
        let whole = self.value.fract() == 0.0 && (1.0..=MOST_PIECES).contains(&self.value);
        whole
            && match self.kind {
                Kind::Pieces => true,
                Kind::Words => !modelled && (self.value > 1.0 || taken),
                Kind::Digits => !modelled && (names_thing || taken),
                Kind::Money | Kind::Measure => false,
            }
    }

    /// Whether it is a share of the price.
    pub(super) fn is_percent(&self, words: &[Word]) -> bool {
        words.get(self.end - 1).is_some_and(|word| word.plain == "%" || word.plain.starts_with("процент"))
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::model::text::words;

    #[test]
    fn prices_and_counts_are_told_apart() {
        for (text, price, count) in [
            ("за 1000 отдадите", Some(1000.0), None),
            ("за 1 000р", Some(1000.0), None),
            ("2,5к норм?", Some(2500.0), None),
            ("3 тыс", Some(3000.0), None),
            ("две тысячи пятьсот", Some(2500.0), None),
            ("полторы тыщи", Some(1500.0), None),
            ("за косарь", Some(1000.0), None),
            ("две пятьсот пойдет", Some(2500.0), None),
            ("скиньте 500", None, None),
            ("дешевле на 300 рублей", None, None),
            ("скидка 10%", None, None),
            ("42 размер", None, None),
            ("чехол на айфон 13", None, None),
            ("возьму 2", None, Some(2.0)),
            ("две штуки", None, Some(2.0)),
            ("3 сумки", None, Some(3.0)),
            ("5 шт", None, Some(5.0)),
            ("рюкзак 20 л", None, None),
            ("через 3 дня", None, None),
        ] {
            let words = words(text);
            let amounts = find(&words);
            let value = |amount: &super::Amount| amount.value;
            assert_eq!(amounts.iter().find(|a| a.is_price(&words)).map(value), price, "{text}");
            assert_eq!(amounts.iter().find(|a| a.is_count(&words)).map(value), count, "{text}");
        }
    }
}
