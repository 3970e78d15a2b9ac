//! Two opinions made one: the logarithmic pool, in which each probability counts by the power of its weight.
//!
//! Where both are sure of the same the pool is too; where they part it is not, and a human is asked.

use domain::intent::Intent;
use opinion::Opinion;

use super::confidence::Masses;

/// What a probability counts as at least. Of the likeliest tokens only so many are told, and nothing is impossible
/// because one of the two has never seen it.
const LEAST: f64 = 0.003;
/// How sure a model counts that only says so: it says 1 to everything.
const MOST_STATED: f64 = 0.97;
/// How likely a model that says nothing needs a human counts to be wrong, where it shows no probability of that.
const UNSHOWN_CALL: f64 = 0.05;

/// The second opinion on a message, and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Second {
    pub(super) opinion: Opinion,
    pub(super) weight: f64,
}

impl Second {
    /// The intents, pooled.
    pub(super) fn intents(&self, model: &Masses) -> Masses {
        let mut pooled = [0.0; Intent::ALL.len()];
        for (pooled, (model, own)) in pooled.iter_mut().zip(model.0.iter().zip(self.opinion.intents)) {
            *pooled = (model + LEAST).powf(1.0 - self.weight) * (own + LEAST).powf(self.weight);
        }
        let whole: f64 = pooled.iter().sum();
        Masses(pooled.map(|mass| mass / whole))
    }

    /// How likely a human must see the message, pooled.
    pub(super) fn call(&self, model: Option<f64>) -> f64 {
        let model = model.unwrap_or(UNSHOWN_CALL);
        let odds = (1.0 - self.weight) * log_odds(model) + self.weight * log_odds(self.opinion.call);
        1.0 / (1.0 + (-odds).exp())
    }
}

/// The probabilities of a model that only states how sure it is of what it chose.
pub(super) fn as_stated(chosen: Intent, second: Option<Intent>, confidence: f64) -> Masses {
    let sure = confidence.clamp(0.0, MOST_STATED);
    let named = |intent: Intent| intent == chosen || Some(intent) == second;
    let count = Intent::ALL.into_iter().filter(|intent| named(*intent)).count() as f64;
    let others = Intent::ALL.len() as f64 - count;
    Masses(Intent::ALL.map(|intent| if named(intent) { sure / count } else { (1.0 - sure) / others }))
}

/// How sure the second opinion is that a message is one plain question, and which.
pub(super) fn alone(opinion: &Opinion) -> (Intent, f64) {
    let likeliest = Masses(opinion.intents).likeliest();
    (likeliest, Masses(opinion.intents).mass(likeliest) * (1.0 - opinion.call))
}

fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(LEAST, 1.0 - LEAST);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(weight: f64, intents: [f64; 5], call: f64) -> Second {
        Second { opinion: Opinion { intents, call }, weight }
    }

    #[test]
    fn the_pool_lies_between_the_two_and_the_heavier_one_pulls_more() {
        let model = Masses([0.6, 0.3, 0.1, 0.0, 0.0]);
        let own = [0.1, 0.8, 0.1, 0.0, 0.0];
        let delivery = |weight| second(weight, own, 0.5).intents(&model).0[1];
        assert!(delivery(0.2) < delivery(0.5) && delivery(0.5) < delivery(0.8), "{} {}", delivery(0.2), delivery(0.8));
        assert!((delivery(0.0) - 0.3).abs() < 0.01 && (delivery(1.0) - 0.8).abs() < 0.01, "alone each is itself");
        let sure = second(0.5, [0.9, 0.05, 0.05, 0.0, 0.0], 0.5).intents(&Masses([0.9, 0.05, 0.05, 0.0, 0.0]));
        assert!((sure.0[0] - 0.9).abs() < 0.02, "two of one opinion keep it: {sure:?}");
    }

    #[test]
    fn a_call_is_pooled_in_log_odds_and_a_model_that_shows_none_counts_as_nearly_sure() {
        let none = [0.2; 5];
        assert!((second(0.5, none, 0.5).call(Some(0.5)) - 0.5).abs() < 1e-9);
        assert!((second(0.5, none, 0.9).call(Some(0.1)) - 0.5).abs() < 1e-9, "they part: even");
        assert!(second(0.5, none, 0.6).call(None) < 0.5 && second(0.5, none, 0.99).call(None) > 0.5);
        assert!(second(1.0, none, 0.0).call(Some(1.0)).is_finite());
    }

    #[test]
    fn what_a_model_only_states_is_spread_over_the_others() {
        let both = as_stated(Intent::StockInquiry, Some(Intent::DeliveryQuestion), 0.9);
        assert!((both.0[0] - 0.45).abs() < 1e-9 && (both.0[1] - 0.45).abs() < 1e-9, "{both:?}");
        let one = as_stated(Intent::Other, None, 1.0);
        assert!((one.0[4] - MOST_STATED).abs() < 1e-9 && (one.0.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{one:?}");
    }
}
