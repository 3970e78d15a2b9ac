//! How a model leans to some intents, whatever it reads, and what is gained when that is taken out.
//!
//! A small model writes a word it likes where the buyer's words leave it a choice. On the half that fits, the leaning is
//! what makes the mean probability of each intent the share that it really has; the half that judges tells whether more
//! messages are read right without it.

use domain::intent::{Bias, Intent};

use crate::cases::Case;
use crate::observation::Observation;
use crate::stats::Proportion;

const INTENTS: usize = Intent::ALL.len();
/// A step of the ascent, and how many are made: many more than it takes.
const STEP: f64 = 2.0;
const STEPS: usize = 500;
/// What a probability counts as at least: of the likeliest tokens only so many are told.
const LEAST: f64 = 0.003;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaning {
    /// To be taken out.
    pub bias: Bias,
    /// How many of the other half are read right with it in.
    pub before: Proportion,
    /// The same with it out.
    pub after: Proportion,
}

/// One message: what the model shows, and what is right.
pub(super) type Shown = ([f64; INTENTS], Intent);

/// The message as it counts here, if the model shows how likely it holds each intent.
pub(super) fn shown(case: &Case, seen: &Observation) -> Option<Shown> {
    Some((seen.read.as_ref()?.shown?, case.intent))
}

/// The leaning on `fitting`, and what taking it out does on `judging`. `None` without probabilities to tell from.
pub(super) fn find(fitting: &[Shown], judging: &[Shown]) -> Option<Leaning> {
    if fitting.is_empty() || judging.is_empty() {
        return None;
    }
    let offsets = fit(fitting);
    let bias = Bias(Intent::ALL.into_iter().zip(offsets).map(|(intent, offset)| (intent, rounded(-offset))).collect());
    let right = |offsets: [f64; INTENTS]| {
        Proportion::count(judging.iter().map(|(shown, intent)| likeliest(&probabilities(shown, offsets)) == *intent))
    };
    Some(Leaning { before: right([0.0; INTENTS]), after: right(offsets), bias })
}

/// What is to be added to the logarithms so that the mean probabilities are the shares.
fn fit(messages: &[Shown]) -> [f64; INTENTS] {
    let count = messages.len() as f64;
    let share = |intent| messages.iter().filter(|(_, right)| *right == intent).count() as f64 / count;
    let shares = Intent::ALL.map(share);
    let mut offsets = [0.0; INTENTS];
    for _ in 0..STEPS {
        let mut means = [0.0; INTENTS];
        for (shown, _) in messages {
            let probable = probabilities(shown, offsets);
            means.iter_mut().zip(probable).for_each(|(mean, probability)| *mean += probability / count);
        }
        for ((offset, share), mean) in offsets.iter_mut().zip(shares).zip(means) {
            *offset += STEP * (share - mean);
        }
    }
    offsets
}

fn probabilities(shown: &[f64; INTENTS], offsets: [f64; INTENTS]) -> [f64; INTENTS] {
    let mut weights = offsets;
    for (weight, shown) in weights.iter_mut().zip(shown) {
        *weight = weight.exp() * (shown + LEAST);
    }
    let whole: f64 = weights.iter().sum();
    weights.map(|weight| weight / whole)
}

fn likeliest(probabilities: &[f64; INTENTS]) -> Intent {
    let both = Intent::ALL.into_iter().zip(probabilities);
    both.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(Intent::Other, |(intent, _)| intent)
}

fn rounded(offset: f64) -> f64 {
    (offset * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half stock and half delivery, told apart by 3 to 2 at best; the model holds delivery `times` as likely as it is.
    fn messages(times: f64) -> Vec<Shown> {
        let one = |number: usize| {
            let (intent, stock) =
                if number.is_multiple_of(2) { (Intent::StockInquiry, 0.6) } else { (Intent::DeliveryQuestion, 0.4) };
            let delivery = (1.0 - stock) * times;
            let whole = stock + delivery;
            ([stock / whole, delivery / whole, 0.0, 0.0, 0.0], intent)
        };
        (0..200).map(one).collect()
    }

    #[test]
    fn a_leaning_is_found_and_taken_out() {
        let leaning = find(&messages(4.0), &messages(4.0)).unwrap();
        let over = leaning.bias.of(Intent::DeliveryQuestion) - leaning.bias.of(Intent::StockInquiry);
        assert!((over - 4.0_f64.ln()).abs() < 0.05, "{leaning:?}");
        assert_eq!((leaning.before.hits, leaning.after.hits), (100, 200));
    }

    #[test]
    fn a_model_that_leans_to_nothing_is_left_as_it_is() {
        let leaning = find(&messages(1.0), &messages(1.0)).unwrap();
        let over = leaning.bias.of(Intent::DeliveryQuestion) - leaning.bias.of(Intent::StockInquiry);
        assert!(over.abs() < 0.05, "{leaning:?}");
        assert_eq!((leaning.before.hits, leaning.after.hits), (200, 200));
        assert_eq!(find(&[], &messages(1.0)), None);
    }
}
