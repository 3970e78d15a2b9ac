//! So many hits in so many independent tries.

/// The probability of `k` hits or fewer in `n` tries of probability `p` each.
pub(super) fn at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    // Term by term, in logarithms: the first may be too small for a float when the sum is not.
    let odds = (p / (1.0 - p)).ln();
    let mut term = n as f64 * (1.0 - p).ln();
    let mut sum = term.exp();
    for hits in 1..=k {
        term += ((n - hits + 1) as f64 / hits as f64).ln() + odds;
        sum += term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probabilities_are_the_known_ones() {
        for (k, n, p, known) in [
            (0, 10, 0.5, 1.0 / 1024.0),
            (2, 5, 0.5, 0.5),
            (1, 3, 1.0 / 3.0, 20.0 / 27.0),
            (3, 3, 0.9, 1.0),
            (0, 5, 0.0, 1.0),
            (4, 5, 1.0, 0.0),
            // Half of the mass and half of the middle term, which by Stirling is 1 / sqrt(5000 pi).
            (5000, 10_000, 0.5, 0.5 + 0.5 * 0.007_978_646),
        ] {
            let found = at_most(k, n, p);
            assert!((found - known).abs() < 1e-8, "{k} of {n} at {p}: {found}");
        }
    }
}
