//! The statistics behind the figures: each a pure function over numbers, tested against known values.
//!
//! Not here: what the numbers are about.

mod binomial;
pub mod bootstrap;
pub mod coverage;
pub mod isotonic;
pub mod logistic;
pub mod mcnemar;
pub mod proportion;
pub mod reliability;
pub mod separation;

pub use proportion::Proportion;

/// The nearest-rank percentile of `sorted`, which must be in ascending order; `None` of nothing.
pub fn percentile(sorted: &[u64], percent: f64) -> Option<u64> {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let ten: Vec<u64> = (1..=10).collect();
        for (percent, value) in [(0.0, 1), (50.0, 5), (90.0, 9), (99.0, 10), (100.0, 10)] {
            assert_eq!(percentile(&ten, percent), Some(value), "{percent}");
        }
        assert_eq!(percentile(&[], 50.0), None);
    }
}
