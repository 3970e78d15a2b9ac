//! Telling two kinds of things apart by one number: what is at the threshold or above it is taken for the one kind.

use serde::{Deserialize, Serialize};

use super::Proportion;

/// What a threshold does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Separation {
    /// The threshold.
    pub threshold: f64,
    /// How many of those that should be found are.
    pub found: Proportion,
    /// How many of those that should be spared are.
    pub spared: Proportion,
}

/// Two kinds, each by the numbers of its things.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    find: Vec<f64>,
    spare: Vec<f64>,
}

impl Kinds {
    /// Of what should be found and what should be spared.
    pub fn new(find: impl IntoIterator<Item = f64>, spare: impl IntoIterator<Item = f64>) -> Self {
        let sorted = |values: Vec<f64>| {
            let mut values = values;
            values.sort_by(f64::total_cmp);
            values
        };
        Self { find: sorted(find.into_iter().collect()), spare: sorted(spare.into_iter().collect()) }
    }

    /// What `threshold` does.
    pub fn at(&self, threshold: f64) -> Separation {
        Separation {
            threshold,
            found: Proportion::count(self.find.iter().map(|value| *value >= threshold)),
            spared: Proportion::count(self.spare.iter().map(|value| *value < threshold)),
        }
    }

    /// The lowest threshold that spares at least this share; `None` if none does.
    pub fn sparing(&self, share: f64) -> Option<Separation> {
        let enough = |separation: &Separation| separation.spared.share().is_some_and(|spared| spared >= share);
        self.thresholds().map(|threshold| self.at(threshold)).find(enough)
    }

    /// The highest threshold that finds at least this share; `None` if none does.
    pub fn finding(&self, share: f64) -> Option<Separation> {
        let enough = |separation: &Separation| separation.found.share().is_some_and(|found| found >= share);
        self.thresholds().map(|threshold| self.at(threshold)).filter(enough).last()
    }

    /// One between each two numbers that are there, in ascending order, and none at the very ends.
    fn thresholds(&self) -> impl Iterator<Item = f64> {
        let mut all: Vec<f64> = self.find.iter().chain(&self.spare).copied().collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        let between: Vec<f64> = all.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
        between.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Kinds {
        Kinds::new([0.9, 0.3, 0.8, 0.6], [0.1, 0.2, 0.05, 0.4, 0.7])
    }

    #[test]
    fn the_lowest_threshold_that_spares_enough_finds_the_most() {
        let four_of_five = kinds().sparing(0.8).unwrap();
        assert!((four_of_five.threshold - 0.5).abs() < 1e-9, "{four_of_five:?}");
        assert_eq!((four_of_five.spared, four_of_five.found), (Proportion::new(4, 5), Proportion::new(3, 4)));
        assert_eq!(kinds().sparing(1.0).unwrap().found, Proportion::new(2, 4));
    }

    #[test]
    fn the_highest_threshold_that_finds_enough_spares_the_most() {
        let all = kinds().finding(1.0).unwrap();
        assert!((all.threshold - 0.25).abs() < 1e-9, "{all:?}");
        assert_eq!((all.spared, all.found), (Proportion::new(3, 5), Proportion::new(4, 4)));
        let three_of_four = kinds().finding(0.75).unwrap();
        assert!((three_of_four.threshold - 0.5).abs() < 1e-9, "{three_of_four:?}");
    }

    #[test]
    fn what_cannot_be_told_apart_has_no_threshold() {
        assert_eq!(Kinds::new([0.5], [0.5]).sparing(0.5), None);
        assert_eq!(Kinds::default().finding(0.5), None);
        assert_eq!(Kinds::new([0.5, 0.6], []).sparing(0.5), None);
    }
}
