//! The size of a number as it was written: exact, to a thousandth. Not money yet.

use std::fmt;

use domain::money::Money;

/// An amount in thousandths: `1.5` is 1 500. Exact, so that two ways of writing one number compare equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// One half: «с половиной».
    pub const HALF: Amount = Amount(500);

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self(number.saturating_mul(1000))
    }

    /// Digits before and after the decimal mark; `None` where there are more than an amount can have.
    pub fn parse(whole: &str, fraction: &str) -> Option<Self> {
        if whole.len() > 12 || fraction.len() > 9 {
            return None;
        }
        let mut thousandths = String::from(fraction);
        while thousandths.len() < 3 {
            thousandths.push('0');
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = thousandths[..3].parse().ok()?;
        Some(Self(whole * 1000 + fraction))
    }

    /// This many times as much.
    pub const fn times(self, factor: i64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// Both together.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The whole number it is; `None` where it is none, or is negative.
    pub fn as_whole(self) -> Option<u64> {
        if self.0 % 1000 == 0 { u64::try_from(self.0 / 1000).ok() } else { None }
    }

    /// So many roubles; a fraction of a kopeck is cut.
    pub const fn roubles(self) -> Money {
        Money::kopecks(self.0 / 10)
    }

    /// So many kopecks.
    pub const fn kopecks(self) -> Money {
        Money::kopecks(self.0 / 1000)
    }

    /// An amount of money as a plain number of roubles.
    pub const fn of_money(money: Money) -> Self {
        Self(money.as_kopecks().saturating_mul(10))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0.unsigned_abs() % 1000);
        if rest == 0 { write!(f, "{whole}") } else { f.write_str(format!("{whole}.{rest:03}").trim_end_matches('0')) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        assert_eq!(Amount::parse("1", "5"), Some(Amount::whole(1).plus(Amount::HALF)));
        assert_eq!(Amount::parse("1200", "50").map(Amount::roubles), Some(Money::kopecks(120_050)));
        assert_eq!(Amount::parse("1234567890123", ""), None);
        assert_eq!(Amount::whole(2).plus(Amount::HALF).to_string(), "2.5");
        assert_eq!(Amount::HALF.as_whole(), None);
    }
}
