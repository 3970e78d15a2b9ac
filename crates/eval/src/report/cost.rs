//! How long the model takes, how many tokens it eats, and what they cost.

use domain::record::Usage;
use serde::{Deserialize, Serialize};

use super::Pair;
use crate::stats::percentile;

/// How long the model took for a message, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// The median.
    pub p50: u64,
    /// Nine in ten are quicker.
    pub p90: u64,
    /// Ninety-nine in a hundred.
    pub p99: u64,
    /// The longest.
    pub max: u64,
}

impl Latency {
    pub(super) fn of(pairs: &[Pair<'_>]) -> Option<Self> {
        let asked = pairs.iter().filter(|(_, seen)| seen.read.is_some());
        let mut took: Vec<u64> = asked.map(|(_, seen)| seen.took_ms).collect();
        took.sort_unstable();
        let at = |percent| percentile(&took, percent);
        Some(Self { p50: at(50.0)?, p90: at(90.0)?, p99: at(99.0)?, max: at(100.0)? })
    }
}

/// What a million tokens cost, in whatever money the provider bills.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Prices {
    /// Tokens sent.
    pub prompt: f64,
    /// Tokens sent that the provider had in its cache.
    pub cached: f64,
    /// Tokens received.
    pub completion: f64,
}

/// What a run cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Calls and tokens.
    pub usage: Usage,
    /// The money for all of it; `None` where no prices were named.
    pub money: Option<f64>,
    /// The money for a thousand messages.
    pub per_thousand: Option<f64>,
}

impl Cost {
    pub(super) fn of(pairs: &[Pair<'_>], prices: Prices) -> Self {
        let usage = pairs.iter().fold(Usage::default(), |sum, (_, seen)| sum.plus(seen.usage));
        let fresh = usage.prompt_tokens.saturating_sub(usage.cached_tokens);
        let millionths = fresh as f64 * prices.prompt
            + usage.cached_tokens as f64 * prices.cached
            + usage.completion_tokens as f64 * prices.completion;
        let money = (prices != Prices::default()).then_some(millionths / 1e6);
        let per_thousand = money.filter(|_| !pairs.is_empty()).map(|money| money / pairs.len() as f64 * 1000.0);
        Self { usage, money, per_thousand }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use domain::intent::Intent;

    #[test]
    fn tokens_from_the_cache_have_their_own_price() {
        let case = sample::case(Intent::Other);
        let mut seen = sample::seen(&case, Intent::Other, 0.9);
        seen.usage = Usage { calls: 1, prompt_tokens: 1500, cached_tokens: 1000, completion_tokens: 100 };
        let pairs = [(&case, &seen)];
        let cost = Cost::of(&pairs, Prices { prompt: 0.4, cached: 0.1, completion: 1.6 });
        // 500 × 0.4 + 1000 × 0.1 + 100 × 1.6, in millionths.
        assert!((cost.money.unwrap() - 460e-6).abs() < 1e-12);
        assert!((cost.per_thousand.unwrap() - 0.46).abs() < 1e-9);
        assert_eq!(Cost::of(&pairs, Prices::default()).money, None);
    }
}
