//! From several signals at once to a probability: logistic regression, which with one signal is Platt's scaling.
//!
//! Small on purpose: a dozen weights, Newton's steps, a little shrinkage so that a signal that is always right does
//! not weigh infinitely much.

/// How much the weights are drawn to zero, in units of one answer.
const SHRINKAGE: f64 = 1.0;
/// Newton's method is there after a few; this is the bound.
const STEPS: usize = 50;

/// Weights, the constant first.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    weights: Vec<f64>,
}

impl Logistic {
    /// The likeliest weights for signals and whether the answer was right. All rows have the same length.
    pub fn fit(rows: &[(Vec<f64>, bool)]) -> Self {
        let width = rows.first().map_or(0, |(signals, _)| signals.len()) + 1;
        let mut weights = vec![0.0; width];
        for _ in 0..STEPS {
            let step = newton(rows, &weights);
            weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight -= step);
            if step.iter().all(|step| step.abs() < 1e-9) {
                break;
            }
        }
        Self { weights }
    }

    /// The probability that an answer with such signals is right.
    pub fn probability(&self, signals: &[f64]) -> f64 {
        sigmoid(dot(&self.weights, signals))
    }

    /// What each signal weighs, the constant first.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
}

fn newton(rows: &[(Vec<f64>, bool)], weights: &[f64]) -> Vec<f64> {
    let width = weights.len();
    let mut slope = vec![0.0; width];
    let mut bend = vec![vec![0.0; width]; width];
    for (place, weight) in weights.iter().enumerate() {
        // The constant is free: how often answers are right is no guess. A trace keeps the matrix solvable.
        let held = if place == 0 { 1e-6 } else { SHRINKAGE };
        slope[place] = held * weight;
        bend[place][place] = held;
    }
    for (signals, right) in rows {
        let p = sigmoid(dot(weights, signals));
        let error = p - f64::from(u8::from(*right));
        let value = |place: usize| if place == 0 { 1.0 } else { signals[place - 1] };
        for i in 0..width {
            slope[i] += error * value(i);
            for (j, cell) in bend[i].iter_mut().enumerate() {
                *cell += p * (1.0 - p) * value(i) * value(j);
            }
        }
    }
    solve(bend, slope)
}

/// Gauss, with pivoting. The matrix is positive definite, so there is a solution.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let width = right.len();
    for column in 0..width {
        let pivot = (column..width).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()));
        let pivot = pivot.unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..width {
            let factor = matrix[row][column] / matrix[column][column];
            let (above, below) = matrix.split_at_mut(row);
            below[0].iter_mut().zip(&above[column]).for_each(|(cell, over)| *cell -= factor * over);
            right[row] -= factor * right[column];
        }
    }
    for row in (0..width).rev() {
        let known: f64 = (row + 1..width).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

fn dot(weights: &[f64], signals: &[f64]) -> f64 {
    weights[0] + weights[1..].iter().zip(signals).map(|(weight, signal)| weight * signal).sum::<f64>()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A confidence as a signal: its log odds, not beyond what four nines say.
pub fn log_odds(confidence: f64) -> f64 {
    let p = confidence.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant_alone_is_how_often_answers_are_right() {
        let rows: Vec<(Vec<f64>, bool)> = (0..10).map(|i| (Vec::new(), i < 8)).collect();
        assert!((Logistic::fit(&rows).probability(&[]) - 0.8).abs() < 1e-6);
    }

    #[test]
    fn a_law_that_made_the_answers_is_found_again() {
        // Right with the probability 1 / (1 + e^(1 - 2x)), in exact shares over a fine grid.
        let mut rows = Vec::new();
        for grid in 0..=20 {
            let x = f64::from(grid) / 10.0 - 0.5;
            let right = (sigmoid(2.0 * x - 1.0) * 200.0).round() as usize;
            rows.extend((0..200).map(|i| (vec![x], i < right)));
        }
        let fitted = Logistic::fit(&rows);
        let [constant, weight] = fitted.weights() else { panic!("two weights") };
        assert!((constant + 1.0).abs() < 0.02 && (weight - 2.0).abs() < 0.02, "{fitted:?}");
    }

    #[test]
    fn a_signal_that_is_always_right_weighs_much_but_not_infinitely() {
        let rows: Vec<(Vec<f64>, bool)> =
            (0..40).map(|i| (vec![if i % 2 == 0 { 1.0 } else { -1.0 }], i % 2 == 0)).collect();
        let fitted = Logistic::fit(&rows);
        let sure = fitted.probability(&[1.0]);
        assert!(sure > 0.85 && sure < 0.999, "{sure}");
        assert!((fitted.probability(&[-1.0]) + sure - 1.0).abs() < 1e-3);
    }

    #[test]
    fn log_odds_are_bounded() {
        assert!(log_odds(0.5).abs() < 1e-12);
        assert!(log_odds(1.0) < 9.3 && log_odds(0.0) > -9.3);
    }
}
