//! What the signals beside the confidence would add.

use domain::intent::Intent;

use super::{Sample, maps};
use crate::observation::Read;
use crate::stats::coverage;
use crate::stats::logistic::{Logistic, log_odds};
use crate::stats::reliability::{self, Sure};

/// What a way from signals to a probability is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// Which way.
    pub name: &'static str,
    /// Brier's score.
    pub brier: f64,
    /// The expected calibration error.
    pub ece: f64,
    /// The area under risk and coverage.
    pub aurc: f64,
    /// The most that can be answered with no more errors than asked for: seen afterwards, so a little too good.
    pub coverage: f64,
}

/// The signals of an answer: what the model says and shows, by how much it leads, whether the plain rules agree, and
/// which intent it is.
pub(super) fn of(read: &Read, rule: Option<Intent>) -> Vec<f64> {
    let agreement = rule.map_or(0.0, |rule| if rule == read.intent { 1.0 } else { -1.0 });
    let own = [
        log_odds(read.confidence),
        log_odds(read.stated.unwrap_or(read.confidence)),
        read.margin.unwrap_or(0.0),
        agreement,
    ];
    let which = Intent::ALL.iter().map(|intent| f64::from(u8::from(*intent == read.intent)));
    own.into_iter().chain(which).collect()
}

/// Each way, fitted on the one half and judged on the other.
pub(super) fn worth(fitting: &[Sample], judging: &[Sample], max_error: f64) -> Vec<Worth> {
    let maps = maps(fitting);
    let rows = |pick: fn(&[f64]) -> Vec<f64>| -> Vec<(Vec<f64>, bool)> {
        fitting.iter().map(|sample| (pick(&sample.signals), sample.right)).collect()
    };
    let one = |signals: &[f64]| signals[..1].to_vec();
    let all = |signals: &[f64]| signals.to_vec();
    let (platt, every) = (Logistic::fit(&rows(one)), Logistic::fit(&rows(all)));
    let judge = |name, probability: &dyn Fn(&Sample) -> f64| {
        let answers: Vec<Sure> =
            judging.iter().map(|sample| Sure { confidence: probability(sample), right: sample.right }).collect();
        judged(name, &answers, max_error)
    };
    [
        judge("the confidence as it is", &|sample| sample.confidence),
        judge("the confidence, intent by intent (isotonic)", &|sample| {
            maps.get(&sample.intent).map_or(0.5, |map| map.probability(sample.confidence))
        }),
        judge("the confidence, scaled (Platt)", &|sample| platt.probability(&one(&sample.signals))),
        judge("all signals (logistic)", &|sample| every.probability(&sample.signals)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn judged(name: &'static str, answers: &[Sure], max_error: f64) -> Option<Worth> {
    let allowed = coverage::curve(answers).into_iter().filter(|point| point.risk <= max_error);
    Some(Worth {
        name,
        brier: reliability::brier(answers)?,
        ece: reliability::ece(answers)?,
        aurc: coverage::aurc(answers)?,
        coverage: allowed.map(|point| point.coverage).fold(0.0, f64::max),
    })
}
