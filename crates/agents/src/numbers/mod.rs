//! Numbers as Russians write them, read as typed values: «80к», «полторы тысячи», «пять двести», «-10 %»,
//! «по 300 за штуку», «5–7 дней», «с 9 до 21», «8 912 345-67-89».
//!
//! The reader serves both sides: it reads what a buyer offers, and what we are about to say. It prefers to see
//! a number too many: a number that nothing licenses is not said, and a template goes out instead. It decides
//! nothing about a number but its type; «за 5» is five roubles here, and a matter for the specialist.

mod amount;
mod calendar;
mod digits;
pub(crate) mod fold;
mod items;
mod lexicon;
mod numeral;
mod scripts;
pub(crate) mod tables;
mod tokens;
mod typed;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod write;

use std::ops::Range;

use domain::money::Money;

pub use amount::Amount;
pub use fold::Folded;
pub use lexicon::Unit;
pub use numeral::Written;

/// The numbers in `text`, in order; spans are bytes of `text`.
pub fn read(text: &str) -> Vec<Number> {
    let folded = Folded::new(text);
    let mut numbers = read_folded(folded.as_str());
    for number in &mut numbers {
        number.span = folded.source_span(&number.span);
        number.reach = folded.source_span(&number.reach);
    }
    numbers
}

/// The numbers in a text that is folded already; spans are bytes of the folded text.
pub fn read_folded(text: &str) -> Vec<Number> {
    let lexicon = lexicon::lexicon();
    let tokens = tokens::tokens(text, lexicon);
    typed::classify(&tokens, &items::scan(&tokens, lexicon), lexicon)
}

/// Whether a word of digits and letters is a number of a known form: «80к», «30л», «13й», «1к200», «30х40».
pub(crate) fn is_known_form(word: &str) -> bool {
    let lexicon = lexicon::lexicon();
    let tokens = tokens::tokens(word, lexicon);
    let starts = tokens.first().is_some_and(|first| first.digits().is_some());
    starts && tokens.iter().all(|token| token.word().is_none_or(|word| numeral::stands_behind_digits(word, lexicon)))
}

/// One number of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// What it says.
    pub value: Value,
    /// Where it stands, with its unit.
    pub span: Range<usize>,
    /// Where it stands, with the words that make it what it is: «цена», «скину», «дешевле».
    pub reach: Range<usize>,
    /// Whether it is meant exactly.
    pub bound: Bound,
    /// What tells its type.
    pub told_by: ToldBy,
    /// Digits or words.
    pub written: Written,
    /// Other readings of the same digits: «13 128» may be two numbers.
    pub pieces: Vec<Amount>,
}

/// A typed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A sum of roubles.
    Price(Money),
    /// So much less: «скину 500», «-500 ₽», «на 500 дешевле».
    Discount(Money),
    /// Percent, whatever of.
    Percent(Amount),
    /// A count of things.
    Quantity(u64),
    /// Days, from and to; a week is seven.
    Days {
        /// At the least.
        from: u32,
        /// At the most.
        to: u32,
    },
    /// A day of the calendar.
    Date {
        /// The day.
        day: u8,
        /// The month; «5-го числа» names none.
        month: Option<u8>,
        /// The year as written.
        year: Option<u16>,
    },
    /// A time of day.
    Time {
        /// The hour, 0 to 24.
        hour: u8,
        /// The minute.
        minute: u8,
    },
    /// A day of the week: 1 is Monday.
    Weekday(u8),
    /// So many days from now: «сегодня» is 0, «послезавтра» 2.
    InDays(u8),
    /// A size, a measure, a span of hours or months, a sum of another currency.
    Size {
        /// How much.
        amount: Amount,
        /// Of what.
        unit: Unit,
    },
    /// A phone, a card or another long number: its digits.
    Phone(String),
    /// «пятый», «13-й».
    Ordinal(u64),
    /// A number that nothing around it explains.
    Bare(Amount),
}

impl Value {
    /// The plain number it is, where it is one.
    pub fn amount(&self) -> Option<Amount> {
        match self {
            Self::Price(money) | Self::Discount(money) => Some(Amount::of_money(*money)),
            Self::Percent(amount) | Self::Size { amount, .. } | Self::Bare(amount) => Some(*amount),
            Self::Quantity(number) | Self::Ordinal(number) => i64::try_from(*number).ok().map(Amount::whole),
            Self::Days { from, to } if from == to => Some(Amount::whole(i64::from(*to))),
            Self::Days { .. }
            | Self::Date { .. }
            | Self::Time { .. }
            | Self::Weekday(_)
            | Self::InDays(_)
            | Self::Phone(_) => None,
        }
    }
}

/// Whether a number is meant exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// As it stands.
    Exactly,
    /// «от 5».
    From,
    /// «до 7».
    UpTo,
}

/// What tells a number's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldBy {
    /// A unit, or a form that is its own: «3500 ₽», «9:00».
    Unit,
    /// The words around it: «цена 3500», «за 3500».
    Words,
    /// Nothing.
    Nothing,
}
