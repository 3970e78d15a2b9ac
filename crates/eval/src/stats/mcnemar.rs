//! McNemar's exact test: whether one of two, who answered the same questions, is really the better.
//!
//! Only the questions count on which they differ. If neither is better, each such question is a coin's throw.

use serde::{Deserialize, Serialize};

use super::binomial;

/// How two compare over the same questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Only the first was right.
    pub only_first: u64,
    /// Only the second was right.
    pub only_second: u64,
    /// Both were, or neither.
    pub alike: u64,
}

impl Compared {
    /// Counts pairs of (first right, second right).
    pub fn of(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut compared = Self::default();
        for pair in pairs {
            match pair {
                (true, false) => compared.only_first += 1,
                (false, true) => compared.only_second += 1,
                _ => compared.alike += 1,
            }
        }
        compared
    }

    /// How likely a difference as great as this, either way, is by chance.
    pub fn p_two_sided(self) -> f64 {
        let (less, more) = (self.only_first.min(self.only_second), self.only_first.max(self.only_second));
        (2.0 * binomial::at_most(less, less + more, 0.5)).min(1.0)
    }

    /// How likely it is by chance that the second looks as much worse than the first as here.
    pub fn p_second_is_worse(self) -> f64 {
        binomial::at_most(self.only_second, self.only_first + self.only_second, 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(only_first: u64, only_second: u64) -> Compared {
        Compared { only_first, only_second, alike: 500 }
    }

    #[test]
    fn the_test_has_its_known_values() {
        for (first, second, two_sided) in [
            (0, 0, 1.0),
            (5, 5, 1.0),
            (1, 9, 22.0 / 1024.0),
            (0, 5, 2.0 / 32.0),
            // Fifteen against five: the binomial test of 5 in 20.
            (15, 5, 0.041_389),
            (121, 59, 4.434e-6),
        ] {
            let p = compared(first, second).p_two_sided();
            assert!((p - two_sided).abs() < 1e-5 * two_sided.max(0.1), "{first} and {second}: {p}");
        }
    }

    #[test]
    fn worse_is_one_side_only() {
        assert!((compared(9, 1).p_second_is_worse() - 11.0 / 1024.0).abs() < 1e-9);
        assert!(compared(1, 9).p_second_is_worse() > 0.99);
        assert!((compared(0, 0).p_second_is_worse() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn pairs_are_counted_by_who_was_right() {
        let pairs = [(true, true), (true, false), (true, false), (false, true), (false, false)];
        assert_eq!(Compared::of(pairs), Compared { only_first: 2, only_second: 1, alike: 2 });
    }
}
