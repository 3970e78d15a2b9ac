//! What the confidence is worth.

use serde::{Deserialize, Serialize};

use super::Pair;
use crate::stats::coverage::{self, Point};
use crate::stats::reliability::{self, Bin, Sure};

/// The figures about confidence, over the messages that were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confidence {
    /// By how much it misses the truth on the average.
    pub ece: f64,
    /// Brier's score.
    pub brier: f64,
    /// The area under the curve of risk against coverage.
    pub aurc: f64,
    /// The least area that so many errors leave.
    pub best_aurc: f64,
    /// The reliability diagram.
    pub bins: Vec<Bin>,
    /// The curve.
    pub curve: Vec<Point>,
}

impl Confidence {
    pub(super) fn of(pairs: &[Pair<'_>]) -> Option<Self> {
        let read = pairs.iter().filter_map(|(case, seen)| {
            Some(Sure { confidence: seen.read.as_ref()?.confidence, right: seen.is_right(case) })
        });
        let answers: Vec<Sure> = read.collect();
        Some(Self {
            ece: reliability::ece(&answers)?,
            brier: reliability::brier(&answers)?,
            aurc: coverage::aurc(&answers)?,
            best_aurc: coverage::best_aurc(&answers)?,
            bins: reliability::bins(&answers),
            curve: coverage::curve(&answers),
        })
    }
}
