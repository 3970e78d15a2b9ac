//! How often something happened, and how far the true share may be from what was seen.
//!
//! «95 % of 50» may be anything from 84 to 99 %: whoever shows a share shows its interval too. Intervals are those of
//! Wilson's score, which hold for few cases and for shares near nothing and all; the difference of two shares has
//! Newcombe's, made of the two. All of them hold in 95 of 100 cases.

/// Half the width, in standard deviations, of what holds in 95 of 100 cases.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proportion {
    /// How many it was true of.
    pub hits: u64,
    /// How many were looked at.
    pub of: u64,
}

/// Between what bounds a share, or the difference of two, lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Proportion {
    /// Counts one more.
    pub fn count(&mut self, hit: bool) {
        self.of += 1;
        self.hits += u64::from(hit);
    }

    /// The share as it was seen, 0 to 1. `None`: nothing was looked at.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Where the true share lies. All is possible where nothing was looked at.
    pub fn wilson(self) -> Interval {
        let Some(share) = self.share() else { return Interval { low: 0.0, high: 1.0 } };
        let n = self.of as f64;
        let widened = 1.0 + Z * Z / n;
        let centre = (share + Z * Z / (2.0 * n)) / widened;
        let half = Z / widened * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        // The ends are exact where the share is: a rounding error must decide nothing.
        Interval {
            low: if self.hits == 0 { 0.0 } else { (centre - half).max(0.0) },
            high: if self.hits == self.of { 1.0 } else { (centre + half).min(1.0) },
        }
    }

    /// By how much the share of `other` lies above this one. `None`: one of them has seen nothing.
    pub fn difference_to(self, other: Proportion) -> Option<Interval> {
        let (here, there) = (self.share()?, other.share()?);
        let (mine, theirs) = (self.wilson(), other.wilson());
        let seen = there - here;
        let down = ((there - theirs.low).powi(2) + (mine.high - here).powi(2)).sqrt();
        let up = ((theirs.high - there).powi(2) + (here - mine.low).powi(2)).sqrt();
        Some(Interval { low: seen - down, high: seen + up })
    }
}

impl Interval {
    /// Whether `value` is possible.
    pub fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(interval: Interval, low: f64, high: f64) {
        assert!((interval.low - low).abs() < 5e-4 && (interval.high - high).abs() < 5e-4, "{interval:?}");
    }

    #[test]
    fn the_interval_is_that_of_the_textbook() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29, without correction for continuity.
        for (hits, of, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            close(Proportion { hits, of }.wilson(), low, high);
        }
        close(Proportion::default().wilson(), 0.0, 1.0);
    }

    #[test]
    fn the_difference_is_that_of_the_textbook() {
        // Newcombe 1998 (II), table II, method 10: 56/70 - 48/80 and 9/10 - 3/10.
        let difference = |a: (u64, u64), (hits, of): (u64, u64)| {
            Proportion { hits, of }.difference_to(Proportion { hits: a.0, of: a.1 }).unwrap()
        };
        close(difference((56, 70), (48, 80)), 0.0524, 0.3339);
        close(difference((9, 10), (3, 10)), 0.1705, 0.8090);
        assert!(difference((5, 10), (5, 10)).contains(0.0));
        assert_eq!(Proportion::default().difference_to(Proportion { hits: 1, of: 2 }), None);
    }

    #[test]
    fn counting_is_adding_up() {
        let mut seen = Proportion::default();
        [true, false, true].into_iter().for_each(|hit| seen.count(hit));
        assert_eq!((seen.hits, seen.of), (2, 3));
    }
}
