//! Money in whole kopecks: no rounding, no currency but the rouble.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// An amount in kopecks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// Whole roubles.
    pub const fn roubles(roubles: i64) -> Self {
        Self(roubles * 100)
    }

    /// Kopecks.
    pub const fn kopecks(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// The amount in kopecks.
    pub const fn as_kopecks(self) -> i64 {
        self.0
    }

    /// The amount in roubles, for a model or a log that wants a plain number.
    pub fn as_roubles(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// From roubles as a spreadsheet holds them; `None` if it is no amount a small seller can mean
    /// (not finite, over ten billion) or has a fraction of a kopeck.
    pub fn from_roubles(roubles: f64) -> Option<Self> {
        let kopecks = roubles * 100.0;
        let whole = kopecks.round();
        (roubles.is_finite() && roubles.abs() < 1e10 && (kopecks - whole).abs() < 1e-6).then_some(Self(whole as i64))
    }

    /// `percent` of this amount, cut to whole kopecks.
    pub const fn percent(self, percent: i64) -> Self {
        Self(self.0 * percent / 100)
    }

    /// This amount `count` times; `None` where it no longer fits.
    pub fn times(self, count: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(count)).map(Self)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl fmt::Display for Money {
    /// As Russians write it: `3 500 ₽`, `1 200,50 ₽`, with no-break spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (roubles, kopecks) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let digits = roubles.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                f.write_str("\u{a0}")?;
            }
            write!(f, "{digit}")?;
        }
        if kopecks > 0 {
            write!(f, ",{kopecks:02}")?;
        }
        f.write_str("\u{a0}₽")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_the_russian_way() {
        let written = |kopecks| Money::kopecks(kopecks).to_string().replace('\u{a0}', " ");
        assert_eq!(written(0), "0 ₽");
        assert_eq!(written(350_000), "3 500 ₽");
        assert_eq!(written(120_050), "1 200,50 ₽");
        assert_eq!(written(12_345_678_900), "123 456 789 ₽");
        assert_eq!(written(-500), "-5 ₽");
    }

    #[test]
    fn a_spreadsheet_number_becomes_kopecks_or_nothing() {
        assert_eq!(Money::from_roubles(1500.0), Some(Money::roubles(1500)));
        assert_eq!(Money::from_roubles(0.1 + 0.2), Some(Money::kopecks(30)));
        assert_eq!(Money::from_roubles(0.001), None);
        assert_eq!(Money::from_roubles(f64::NAN), None);
        assert_eq!(Money::from_roubles(1e12), None);
    }
}
