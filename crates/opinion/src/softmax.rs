//! A softmax regression: a weight for each feature and answer, learned by going through the examples a few times.

use crate::features::{BUCKETS, Feature};

/// How many times the examples are gone through.
const ROUNDS: u64 = 5;
/// How far a step goes.
const STEP: f32 = 0.5;

/// The weights.
#[derive(Debug)]
pub(crate) struct Softmax<const ANSWERS: usize> {
    weights: Vec<[f32; ANSWERS]>,
    bias: [f32; ANSWERS],
}

impl<const ANSWERS: usize> Softmax<ANSWERS> {
    /// Learns by `AdaGrad`: each weight has a step of its own, smaller the more it has moved.
    pub(crate) fn learn(examples: &[Vec<Feature>], answers: &[usize]) -> Self {
        let mut model = Self { weights: vec![[0.0; ANSWERS]; BUCKETS], bias: [0.0; ANSWERS] };
        let mut moved: Vec<[f32; ANSWERS]> = std::iter::repeat_n([1e-3; ANSWERS], BUCKETS).collect();
        let mut bias_moved = [1e-3_f32; ANSWERS];
        let mut order: Vec<usize> = (0..examples.len()).collect();
        for round in 0..ROUNDS {
            order.sort_by_key(|example| shuffled(*example as u64, round));
            for example in &order {
                let (features, right) = (&examples[*example], answers[*example]);
                let said = model.probabilities(features);
                for answer in 0..ANSWERS {
                    let off = said[answer] - f32::from(u8::from(answer == right));
                    bias_moved[answer] += off * off;
                    model.bias[answer] -= STEP * off / bias_moved[answer].sqrt();
                    for feature in features {
                        let slope = off * feature.value;
                        let moved = &mut moved[feature.bucket][answer];
                        *moved += slope * slope;
                        model.weights[feature.bucket][answer] -= STEP * slope / moved.sqrt();
                    }
                }
            }
        }
        model
    }

    /// How likely each answer is.
    pub(crate) fn probabilities(&self, features: &[Feature]) -> [f32; ANSWERS] {
        let mut sums = self.bias;
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[feature.bucket]) {
                *sum += weight * feature.value;
            }
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        let all: f32 = sums.iter().map(|sum| (sum - most).exp()).sum();
        sums.map(|sum| (sum - most).exp() / all)
    }
}

/// A number that puts the examples into another order each round, and into the same one always (`SplitMix64`).
fn shuffled(example: u64, round: u64) -> u64 {
    let mut z = example.wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
