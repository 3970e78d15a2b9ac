//! The bootstrap: how far a figure would move with another sample of the same kind.
//!
//! For figures without a formula of their own, as macro F1. The draw is seeded: the same data, the same interval.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How many samples are drawn. The ends of an interval of 95 percent are then good to about half a point.
const DRAWS: usize = 1000;
const SEED: u64 = 7;

/// The interval of 95 percent, by percentiles, of `figure` over samples of `count` things. The figure gets the places
/// of the things drawn.
pub fn interval(count: usize, figure: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    if count == 0 {
        return (0.0, 0.0);
    }
    let mut chance = StdRng::seed_from_u64(SEED);
    let mut drawn = vec![0; count];
    let mut figures: Vec<f64> = (0..DRAWS)
        .map(|_| {
            drawn.fill_with(|| chance.random_range(0..count));
            figure(&drawn)
        })
        .collect();
    figures.sort_by(f64::total_cmp);
    let at = |share: f64| figures[((DRAWS - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_share_is_about_the_one_that_theory_gives() {
        let hits: Vec<bool> = (0..400).map(|i| i % 5 != 0).collect();
        let share = |places: &[usize]| places.iter().filter(|&&i| hits[i]).count() as f64 / places.len() as f64;
        let (low, high) = interval(hits.len(), share);
        // Eighty percent of 400: the standard error is two points.
        assert!((low - 0.761).abs() < 0.01 && (high - 0.839).abs() < 0.01, "{low} to {high}");
        assert_eq!(interval(hits.len(), share), (low, high), "the same again");
    }

    #[test]
    fn of_one_thing_nothing_moves() {
        assert_eq!(interval(1, |_| 0.5), (0.5, 0.5));
        assert_eq!(interval(0, |_| 0.5), (0.0, 0.0));
    }
}
