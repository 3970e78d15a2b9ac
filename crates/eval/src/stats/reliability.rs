//! Whether a confidence means what it says: of all answers given with 0.8, eight in ten should be right.

use serde::{Deserialize, Serialize};

use super::Proportion;

/// How many bins a diagram has.
pub const BINS: usize = 10;

/// How sure an answer was, and whether it was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure {
    /// 0 to 1.
    pub confidence: f64,
    /// Whether it was right.
    pub right: bool,
}

/// All answers whose confidence lies in one tenth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Where the tenth begins.
    pub from: f64,
    /// The mean confidence in it.
    pub confidence: f64,
    /// How many were right.
    pub right: Proportion,
}

/// The bins that hold an answer, from the least sure on. A confidence of exactly 1 is in the last.
pub fn bins(answers: &[Sure]) -> Vec<Bin> {
    let bin = |sure: &Sure| ((sure.confidence.clamp(0.0, 1.0) * BINS as f64) as usize).min(BINS - 1);
    let of = |number: usize| {
        let inside: Vec<&Sure> = answers.iter().filter(|sure| bin(sure) == number).collect();
        let sum: f64 = inside.iter().map(|sure| sure.confidence).sum();
        (!inside.is_empty()).then(|| Bin {
            from: number as f64 / BINS as f64,
            confidence: sum / inside.len() as f64,
            right: Proportion::count(inside.iter().map(|sure| sure.right)),
        })
    };
    (0..BINS).filter_map(of).collect()
}

/// The expected calibration error: by how much, on the average answer, its bin's confidence misses its bin's share
/// of right ones. `None` of nothing.
pub fn ece(answers: &[Sure]) -> Option<f64> {
    let gap = |bin: &Bin| (bin.confidence - bin.right.share().unwrap_or(0.0)).abs() * bin.right.of as f64;
    (!answers.is_empty()).then(|| bins(answers).iter().map(gap).sum::<f64>() / answers.len() as f64)
}

/// Brier's score: the mean square between confidence and truth. 0 is perfect, 0.25 is a coin that knows itself.
pub fn brier(answers: &[Sure]) -> Option<f64> {
    let square = |sure: &Sure| (sure.confidence - f64::from(u8::from(sure.right))).powi(2);
    (!answers.is_empty()).then(|| answers.iter().map(square).sum::<f64>() / answers.len() as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sure(confidence: f64, right: bool) -> Sure {
        Sure { confidence, right }
    }

    #[test]
    fn the_scores_have_their_known_values() {
        let answers = [sure(0.95, true), sure(0.95, false), sure(0.65, true), sure(0.65, true)];
        // Bins 0.9: gap 0.45, half of them; 0.6: gap 0.35, the other half.
        assert!((ece(&answers).unwrap() - 0.40).abs() < 1e-12);
        // (0.0025 + 0.9025 + 0.1225 + 0.1225) / 4
        assert!((brier(&answers).unwrap() - 0.2875).abs() < 1e-12);
        assert_eq!((ece(&[]), brier(&[])), (None, None));
        assert_eq!(ece(&[sure(1.0, true), sure(0.0, false)]), Some(0.0));
        assert_eq!(brier(&[sure(0.5, true), sure(0.5, false)]), Some(0.25));
    }

    #[test]
    fn the_bins_hold_every_answer_once_the_surest_in_the_last() {
        let bins = bins(&[sure(1.0, true), sure(0.99, false), sure(0.0, false), sure(0.1, true)]);
        let told: Vec<(f64, u64, u64)> = bins.iter().map(|bin| (bin.from, bin.right.hits, bin.right.of)).collect();
        assert_eq!(told, [(0.0, 0, 1), (0.1, 1, 1), (0.9, 1, 2)]);
    }

    proptest! {
        #[test]
        fn no_answer_is_lost_and_the_scores_stay_between_nought_and_one(
            answers in proptest::collection::vec((0.0_f64..=1.0, any::<bool>()), 1..100)
        ) {
            let answers: Vec<Sure> = answers.into_iter().map(|(confidence, right)| sure(confidence, right)).collect();
            prop_assert_eq!(bins(&answers).iter().map(|bin| bin.right.of).sum::<u64>(), answers.len() as u64);
            for score in [ece(&answers).unwrap(), brier(&answers).unwrap()] {
                prop_assert!((0.0..=1.0).contains(&score));
            }
        }
    }
}
