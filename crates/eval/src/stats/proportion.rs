//! A share of so many, with what it may really be.
//!
//! Two intervals, for two purposes: Wilson's is the honest width of a figure in a report; Clopper and Pearson's
//! bound never promises too much, so thresholds are chosen by it.

use domain::proportion::Interval;
use serde::{Deserialize, Serialize};

use super::binomial;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proportion {
    /// How many of them.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Proportion {
    /// `hits` of `of`.
    pub const fn new(hits: u64, of: u64) -> Self {
        Self { hits, of }
    }

    /// How many of `all` it holds for.
    pub fn count(all: impl IntoIterator<Item = bool>) -> Self {
        all.into_iter().fold(Self::default(), |sum, hit| Self { hits: sum.hits + u64::from(hit), of: sum.of + 1 })
    }

    /// The share itself; `None` of nothing.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Wilson's interval of 95 percent. Of nothing everything is possible.
    pub fn wilson(self) -> (f64, f64) {
        let Interval { low, high } = domain::proportion::Proportion { hits: self.hits, of: self.of }.wilson();
        (low, high)
    }

    /// Clopper and Pearson's upper bound: with probability `confidence` or more the true share is not above it.
    pub fn upper_bound(self, confidence: f64) -> f64 {
        if self.hits >= self.of {
            return 1.0;
        }
        // The greatest true share with which so few hits are still as likely as that, found by halving: fifty steps
        // are enough for every digit anybody prints.
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if binomial::at_most(self.hits, self.of, middle) > 1.0 - confidence {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(measured: f64, known: f64) {
        assert!((measured - known).abs() < 5e-5, "{measured} is not {known}");
    }

    #[test]
    fn wilsons_interval_has_its_known_ends() {
        // 81 of 263 stands in textbooks; 0 and 10 of 10 are z²/(10 + z²) and the rest of it.
        for (hits, of, low, high) in
            [(81, 263, 0.25529, 0.36621), (0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0), (48, 50, 0.86540, 0.98896)]
        {
            let (l, h) = Proportion::new(hits, of).wilson();
            close(l, low);
            close(h, high);
        }
        assert_eq!(Proportion::new(0, 0).wilson(), (0.0, 1.0));
    }

    #[test]
    fn the_exact_bound_has_its_known_values() {
        // With no failure in n the bound is 1 - (1 - confidence)^(1/n): the rule of three, exactly.
        for n in [1, 10, 59, 300] {
            close(Proportion::new(0, n).upper_bound(0.95), 1.0 - 0.05_f64.powf(1.0 / n as f64));
        }
        // 1 and 10 of 100, one-sided 95 and 97.5 percent, as tables have them.
        close(Proportion::new(1, 100).upper_bound(0.95), 0.046_56);
        close(Proportion::new(10, 100).upper_bound(0.975), 0.176_22);
        assert_eq!(Proportion::new(7, 7).upper_bound(0.95), 1.0);
        assert_eq!(Proportion::new(0, 0).upper_bound(0.95), 1.0);
    }

    #[test]
    fn fifty_nine_without_an_error_are_the_fewest_that_prove_five_percent() {
        assert!(Proportion::new(0, 58).upper_bound(0.95) > 0.05);
        assert!(Proportion::new(0, 59).upper_bound(0.95) <= 0.05);
    }

    proptest! {
        #[test]
        fn both_intervals_hold_the_share_and_narrow_with_more_of_the_same(hits in 0_u64..200, more in 0_u64..200) {
            let of = hits + more + 1;
            let one = Proportion::new(hits, of);
            let (low, high) = one.wilson();
            let share = one.share().unwrap();
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            prop_assert!(one.upper_bound(0.95) >= share);
            let ten = Proportion::new(hits * 10, of * 10);
            prop_assert!(ten.wilson().1 - ten.wilson().0 <= high - low + 1e-12);
            prop_assert!(ten.upper_bound(0.95) <= one.upper_bound(0.95) + 1e-12);
        }
    }
}
