//! Many durations as a histogram, and one figure over several rounds.

use std::time::Duration;

use hdrhistogram::Histogram;

/// What a duration above it is counted as: a minute, in microseconds. No measure waits longer.
const LONGEST_US: u64 = 60_000_000;

/// Durations, kept to a microsecond and three digits.
#[derive(Debug, Clone)]
pub(crate) struct Latencies(Histogram<u64>);

impl Latencies {
    pub(crate) fn new() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are in order and three digits are few"))
    }

    pub(crate) fn add(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_micros()).unwrap_or(LONGEST_US));
    }

    pub(crate) fn merge(&mut self, others: &Self) {
        self.0.add(&others.0).expect("both have the same bounds");
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    /// The duration, in milliseconds, that `share` of all do not exceed.
    pub(crate) fn ms(&self, share: f64) -> f64 {
        if self.0.is_empty() {
            return f64::NAN;
        }
        self.0.value_at_quantile(share) as f64 / 1000.0
    }

    /// The longest, in milliseconds.
    pub(crate) fn longest_ms(&self) -> f64 {
        self.0.max() as f64 / 1000.0
    }
}

/// The same figure, measured several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    pub(crate) fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The one in the middle; of an even number, between the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match (sorted.get(middle), sorted.len().is_multiple_of(2)) {
            (None, _) => f64::NAN,
            (Some(value), false) => *value,
            (Some(value), true) => f64::midpoint(sorted[middle - 1], *value),
        }
    }

    /// The least and the most.
    pub(crate) fn range(&self) -> (f64, f64) {
        self.0
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(*value), most.max(*value)))
    }

    /// Each value, so many times.
    pub(crate) fn times(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|value| value * factor).collect())
    }

    /// Each value of these over the value of the same round of the others.
    pub(crate) fn over(&self, others: &Self) -> Self {
        Self(self.0.iter().zip(&others.0).map(|(value, other)| value / other).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_range_the_ends() {
        for (values, median, range) in [
            (&[3.0, 1.0, 2.0][..], 2.0, (1.0, 3.0)),
            (&[4.0, 1.0, 2.0, 3.0], 2.5, (1.0, 4.0)),
            (&[7.0], 7.0, (7.0, 7.0)),
        ] {
            let rounds = Rounds(values.to_vec());
            assert_eq!((rounds.median(), rounds.range()), (median, range), "{values:?}");
        }
        assert!(Rounds::default().median().is_nan());
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        let ratios = Rounds(vec![2.0, 30.0]).over(&Rounds(vec![1.0, 10.0]));
        assert_eq!(ratios.0, [2.0, 3.0]);
    }

    #[test]
    fn quantiles_are_told_in_milliseconds_and_nothing_is_no_figure() {
        let mut latencies = Latencies::new();
        (1..=1000).for_each(|ms| latencies.add(Duration::from_millis(ms)));
        assert!((latencies.ms(0.99) - 990.0).abs() < 1.0, "{}", latencies.ms(0.99));
        assert!(Latencies::new().ms(0.5).is_nan());
    }
}
