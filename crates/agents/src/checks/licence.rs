//! What numbers may be said: those of the decision's facts, each as what it is.
//!
//! The type counts as well as the size: 500 ₽ of delivery license no «500 штук». What only the buyer said
//! licenses nothing, but for an offer that was accepted.

use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::money::Money;

use super::CheckContext;
use super::draft::Draft;
use crate::numbers::fold::fold;
use crate::numbers::{self, Amount, Bound, Number, ToldBy, Unit, Value, Written};

/// What numbers may be said.
#[derive(Debug, Default)]
pub(super) struct Licence {
    /// Sums, and what each is for.
    pub(super) money: Vec<(Money, Sum)>,
    pub(super) quantities: Vec<u64>,
    percents: Vec<Amount>,
    days: Vec<(u32, u32)>,
    /// Numbers within text facts, typed as they stand there.
    in_texts: Vec<Number>,
    /// Days of the week from one to another: «Пн–Пт».
    weekdays: Vec<(u8, u8)>,
    /// How many alternatives are named.
    listed: Vec<u64>,
    /// A text fact says that something is free.
    free_in_text: bool,
}

/// What a sum is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    /// One piece: the price, a counter, an accepted offer.
    Goods,
    /// So many pieces together.
    Total,
    /// Sending it.
    Delivery,
    /// The order from which sending is free.
    FreeFrom,
}

impl Sum {
    fn named(fact: &str) -> Self {
        match fact {
            "cost" => Self::Delivery,
            "free_from" => Self::FreeFrom,
            "total" => Self::Total,
            _ => Self::Goods,
        }
    }
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
            FactValue::Money(money) => self.money.push((*money, Sum::named(&fact.name))),
            FactValue::Quantity(count) => self.quantities.push(u64::from(*count)),
            FactValue::Percent(percent) => self.percents.push(Amount::whole(i64::from(*percent))),
            FactValue::Days(days) => self.days.push((days.from, days.to)),
            FactValue::Text(text) => {
                let text = fold(text);
                self.free_in_text |= text.contains("бесплатн");
                let numbers = numbers::read_folded(&text);
                self.weekdays.extend(numbers.windows(2).filter_map(|pair| weekdays(&text, &pair[0], &pair[1])));
                self.in_texts.extend(numbers);
                if fact.name == "alternatives" {
                    // «У нас два варианта»: as many as are named.
                    self.listed.push(text.matches('"').count() as u64 / 2);
                }
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
            Value::Price(money) => self.has(*money) || in_text(&number.value) || self.counts_pieces(number, *money),
            Value::Quantity(count) => {
                self.quantities.contains(count) || self.listed.contains(count) || in_text(&number.value)
            }
            Value::Percent(percent) => self.percents.contains(percent) || in_text(&number.value),
            Value::Days { from, to } => self.covers_days(*from, *to, number.bound) || in_text(&number.value),
            Value::Size { amount, unit: Unit::Size } => self.sizes(*amount) || in_text(&number.value),
            // «одну минуту» is a manner of speaking.
            Value::Size { amount, unit: Unit::Minute } if *amount == Amount::whole(1) => true,
            Value::Ordinal(1) => true,
            Value::Ordinal(ordinal) => i64::try_from(*ordinal).is_ok_and(|ordinal| self.sizes(Amount::whole(ordinal))),
            Value::Bare(amount) => {
                let in_words = number.written == Written::Words;
                // «от 40» is more than that 40 W stand in a title.
                let named = self.names(*amount) && number.bound == Bound::Exactly;
                named
                    || self.in_texts.iter().any(|known| known.bound == number.bound && known.value == number.value)
                    || self.counts(*amount, number.bound)
                    || in_words && amount.as_whole().is_some_and(|whole| self.listed.contains(&whole))
            }
            // «уступлю до 3 300 ₽» names what is asked.
            Value::Discount(money) if number.bound == Bound::UpTo && self.has(*money) => true,
            // «128 ГБ» of «iPhone 13 128 ГБ», which read on its own is one number.
            Value::Size { amount, unit: unit @ Unit::Measure(_) } => {
                in_text(&number.value) || self.ends_with(*amount, *unit)
            }
            Value::Weekday(day) => {
                in_text(&number.value) || self.weekdays.iter().any(|(from, to)| (from..=to).contains(&day))
            }
            // A year is twelve months.
            Value::Size { amount, unit: Unit::Year } => {
                in_text(&number.value) || in_text(&Value::Size { amount: amount.times(12), unit: Unit::Month })
            }
            Value::Discount(_)
            | Value::Date { .. }
            | Value::Time { .. }
            | Value::InDays(_)
            | Value::Size { .. }
            | Value::Phone(_) => in_text(&number.value),
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

    /// «за две 7 000 ₽»: the word before makes it look like a sum, and it counts what the total is for.
    fn counts_pieces(&self, number: &Number, money: Money) -> bool {
        let has_total = self.money.iter().any(|(_, sum)| *sum == Sum::Total);
        let whole = Amount::of_money(money).as_whole();
        has_total && number.told_by == ToldBy::Words && whole.is_some_and(|whole| self.quantities.contains(&whole))
    }

    /// Whether a text fact holds this number as a size, a model or a place in a row, and not as 30 litres.
    fn sizes(&self, amount: Amount) -> bool {
        self.in_texts.iter().any(|known| {
            let kind = matches!(
                known.value,
                Value::Bare(_) | Value::Ordinal(_) | Value::Size { unit: Unit::Size | Unit::Measure('х'), .. }
            );
            kind && known.value.amount() == Some(amount) || known.pieces.contains(&amount)
        })
    }

    /// Whether a text fact holds this number, whatever it counts there.
    pub(super) fn names(&self, amount: Amount) -> bool {
        self.in_texts.iter().any(|known| known.value.amount() == Some(amount) || known.pieces.contains(&amount))
    }

    fn ends_with(&self, amount: Amount, unit: Unit) -> bool {
        let of_unit = |value: &Value| matches!(value, Value::Size { unit: known, .. } if *known == unit);
        self.in_texts.iter().any(|known| of_unit(&known.value) && known.pieces.last() == Some(&amount))
    }

    /// Whether a fact has this size.
    fn counts(&self, amount: Amount, bound: Bound) -> bool {
        let whole = |number: u64| i64::try_from(number).is_ok_and(|number| Amount::whole(number) == amount);
        self.money.iter().any(|(money, _)| Amount::of_money(*money) == amount)
            // «работаем до 2» counts no pieces.
            || bound == Bound::Exactly && self.quantities.iter().any(|count| whole(*count))
            || self.percents.contains(&amount)
    }

    /// Something is free: by a cost of nothing, in the seller's words, or from a sum on that the text names.
    pub(super) fn allows_free(&self, draft: &Draft<'_>) -> bool {
        let named = |money: &Money| draft.numbers.iter().any(|n| n.value.amount() == Some(Amount::of_money(*money)));
        self.free_in_text
            || self.has(Money::ZERO)
            || self.money.iter().any(|(money, sum)| *sum == Sum::FreeFrom && money.as_kopecks() > 0 && named(money))
    }

    /// Whether `money` is a sum for `sum`.
    pub(super) fn is(&self, money: Money, sum: Sum) -> bool {
        self.money.contains(&(money, sum))
    }

    /// Whether there is a sum for `sum`.
    pub(super) fn knows(&self, sum: Sum) -> bool {
        self.money.iter().any(|known| known.1 == sum)
    }

    /// Whether a text fact holds a phone.
    pub(super) fn has_phone(&self) -> bool {
        self.in_texts.iter().any(|known| matches!(known.value, Value::Phone(_)))
    }

    /// Whether a text fact holds this very value.
    pub(super) fn is_written(&self, value: &Value) -> bool {
        self.in_texts.iter().any(|known| known.value == *value)
    }
}

/// The days that two days of the week span, where a dash or «по» stands between.
fn weekdays(text: &str, first: &Number, next: &Number) -> Option<(u8, u8)> {
    let (Value::Weekday(from), Value::Weekday(to)) = (&first.value, &next.value) else { return None };
    let between = text.get(first.span.end..next.span.start)?.trim();
    (matches!(between, "-" | "—" | "по" | "до") && from < to).then_some((*from, *to))
}

/// An offer is licensed by its acceptance only.
fn only_the_buyers(fact: &Fact, verdict: Verdict) -> bool {
    let buyers = fact.source == Source::Buyer && !matches!(fact.value, FactValue::Text(_));
    (buyers || fact.name == "offer") && verdict != Verdict::AcceptOffer
}
