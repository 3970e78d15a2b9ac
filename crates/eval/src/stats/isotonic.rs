//! From a raw confidence to a probability, by the only thing one may believe of it: that more is not less.
//!
//! Neighbours that contradict it are pooled (the pool-adjacent-violators algorithm). Each pool counts one right and
//! one wrong answer more than it has: three of three do not prove certainty.

use super::reliability::Sure;

/// A rising step function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Isotonic {
    /// From which confidence on, the probability; both rise.
    steps: Vec<(f64, f64)>,
}

#[derive(Clone, Copy)]
struct Pool {
    from: f64,
    right: f64,
    count: f64,
}

impl Pool {
    fn probability(self) -> f64 {
        (self.right + 1.0) / (self.count + 2.0)
    }

    fn and(self, next: Self) -> Self {
        Self { from: self.from, right: self.right + next.right, count: self.count + next.count }
    }
}

impl Isotonic {
    /// The best such function for `answers`.
    pub fn fit(answers: &[Sure]) -> Self {
        let mut sorted = answers.to_vec();
        sorted.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
        let mut pools: Vec<Pool> = Vec::new();
        for equals in sorted.chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq()) {
            let right = equals.iter().filter(|sure| sure.right).count() as f64;
            let mut pool = Pool { from: equals[0].confidence, right, count: equals.len() as f64 };
            while let Some(before) = pools.pop_if(|before| before.probability() >= pool.probability()) {
                pool = before.and(pool);
            }
            pools.push(pool);
        }
        Self { steps: pools.into_iter().map(|pool| (pool.from, pool.probability())).collect() }
    }

    /// The probability that an answer of such a confidence is right. Below everything seen it is the lowest known;
    /// with nothing seen one half.
    pub fn probability(&self, confidence: f64) -> f64 {
        let below = self.steps.iter().take_while(|(from, _)| *from <= confidence).last();
        below.or(self.steps.first()).map_or(0.5, |(_, probability)| *probability)
    }

    /// The least confidence with that probability or a higher one, if any has it.
    pub fn least_confidence(&self, probability: f64) -> Option<f64> {
        self.steps.iter().find(|(_, reached)| *reached >= probability).map(|(from, _)| *from)
    }

    /// Where it rises, and to what.
    pub fn steps(&self) -> &[(f64, f64)] {
        &self.steps
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sure(confidence: f64, right: bool) -> Sure {
        Sure { confidence, right }
    }

    #[test]
    fn contradicting_neighbours_are_pooled() {
        let answers = [sure(0.2, false), sure(0.4, true), sure(0.6, false), sure(0.8, true), sure(0.9, true)];
        let fitted = Isotonic::fit(&answers);
        // 0.2: (0+1)/(1+2); 0.4 and 0.6 together: (1+1)/(2+2); 0.8 and 0.9 are equal after smoothing: (2+1)/(2+2).
        assert_eq!(fitted.steps(), [(0.2, 1.0 / 3.0), (0.4, 0.5), (0.8, 0.75)]);
        for (confidence, probability) in [(0.0, 1.0 / 3.0), (0.5, 0.5), (0.85, 0.75), (1.0, 0.75)] {
            assert!((fitted.probability(confidence) - probability).abs() < 1e-12, "{confidence}");
        }
        assert_eq!((fitted.least_confidence(0.5), fitted.least_confidence(0.9)), (Some(0.4), None));
        assert!((Isotonic::default().probability(0.7) - 0.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn it_never_falls(answers in proptest::collection::vec((0.0_f64..=1.0, any::<bool>()), 0..100)) {
            let answers: Vec<Sure> = answers.into_iter().map(|(c, right)| sure(c, right)).collect();
            let fitted = Isotonic::fit(&answers);
            for pair in fitted.steps().windows(2) {
                prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
            }
        }
    }
}
