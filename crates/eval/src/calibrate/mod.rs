//! The thresholds for a stated share of errors, from messages whose right answers are known.
//!
//! One half of the messages fits, the other judges. On the first, each intent's raw confidence is mapped to a
//! probability, and the lowest probability is sought from which on the answers given are wrong seldom enough, by an
//! exact bound. On the second, which had no part in it, the same thresholds are held to the same bound. If they miss
//! it, or nothing can be proved from so few messages, there are no new thresholds: 0.80 stays.
//!
//! What a threshold is compared with in earnest is the confidence alone, so that is what the thresholds are for. What
//! the other signals would add is told beside it. Where a model shows how likely a human must see a message, a threshold
//! for that is chosen before, by the share of such messages that are to be handed over.

mod leaning;
mod signals;
pub mod told;

use std::collections::BTreeMap;

use domain::intent::Intent;
use domain::seller::Thresholds;
use sha2::{Digest, Sha256};

pub use leaning::Leaning;
pub use signals::Worth;

use crate::cases::{Case, Expect};
use crate::observation::Observation;
use crate::report::pairs;
use crate::stats::Proportion;
use crate::stats::isotonic::Isotonic;
use crate::stats::reliability::Sure;
use crate::stats::separation::{Kinds, Separation};
use crate::thresholds::Found;

/// What is chosen on the one half is always a little lucky, so it is chosen by a stricter bound than it is judged by.
const CHOSEN_BY: f64 = 0.99;
/// The bound by which it is judged: one-sided, 95 percent.
const JUDGED_BY: f64 = 0.95;
/// An intent with fewer answers on the fitting half has no map of its own.
const FEWEST: usize = 8;

/// One answer that would be given if the router were sure enough.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What the buyer was taken to want.
    pub intent: Intent,
    /// How sure the router is, as thresholds go by it.
    pub confidence: f64,
    /// How likely it is held that a human must see it.
    pub call: f64,
    /// Whether the model showed that.
    pub shows_call: bool,
    /// Whether it is right to answer, and to answer this.
    pub right: bool,
    /// All signals, as numbers.
    pub(crate) signals: Vec<f64>,
}

impl Sample {
    fn sure(&self) -> Sure {
        Sure { confidence: self.confidence, right: self.right }
    }
}

/// What one half says about the thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Half {
    /// Its messages.
    pub messages: u64,
    /// Those that only a doubt of the router keeps from being answered, or nothing does.
    pub candidates: u64,
    /// The wrong ones among those that are answered.
    pub wrong: Proportion,
    /// What their share is not above, with 95 percent certainty.
    pub bound: f64,
}

impl Half {
    /// The share of candidates that are answered.
    pub fn coverage(&self) -> Proportion {
        Proportion::new(self.wrong.of, self.candidates)
    }
}

/// The threshold for the likelihood that a human must see a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Human {
    /// On the half that chose it.
    pub fitted: Separation,
    /// What the same threshold does on the half that judges.
    pub held_out: Separation,
}

/// What is asked of the thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// The greatest share of wrong ones among the answers given.
    pub max_error: f64,
    /// The least share handed over of the messages that a human must see, if a threshold for that is wanted.
    pub recall: Option<f64>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// The share of errors that was asked for.
    pub max_error: f64,
    /// How the model leans, if it shows that. The thresholds are for the leaning in force.
    pub leaning: Option<Leaning>,
    /// From which likelihood on a human is called, if the model shows one.
    pub human: Option<Human>,
    /// The thresholds; of an intent that is missing none could be found. Empty: nothing could be proved.
    pub thresholds: BTreeMap<Intent, f64>,
    /// The half they were chosen on.
    pub fitted: Half,
    /// The half that judges them.
    pub held_out: Half,
    /// The same half at the thresholds in force so far.
    pub before: Half,
    /// What each way to a probability is worth, on the half that judges.
    pub worth: Vec<Worth>,
}

impl Calibrated {
    /// Everything that was found, as a seller's file has it.
    pub fn found(&self) -> Found {
        Found { human: self.human.map(|human| human.fitted.threshold), by_intent: self.thresholds.clone() }
    }

    /// Whether the half that judges confirms them.
    pub fn holds(&self) -> bool {
        !self.thresholds.is_empty() && self.held_out.bound <= self.max_error
    }
}

/// Finds the thresholds. `in_force` are those so far.
pub fn thresholds(cases: &[Case], seen: &[Observation], aim: Aim, in_force: &Thresholds) -> Calibrated {
    let max_error = aim.max_error;
    let [mut fitting, mut judging] = halves(cases, seen);
    let leaning = leaning::find(&fitting.shown, &judging.shown);
    let human = aim.recall.and_then(|recall| human(&fitting, &judging, recall));
    let before = judging.told(|sample| {
        let called = sample.shows_call && sample.call >= in_force.human;
        sample.confidence >= in_force.of(sample.intent) && !called
    });
    let called_from = human.map_or(in_force.human, |human| human.fitted.threshold);
    for half in [&mut fitting, &mut judging] {
        half.samples.retain(|sample| !sample.shows_call || sample.call < called_from);
    }
    let maps = maps(&fitting.samples);
    let thresholds = lowest_probability(&fitting.samples, &maps, max_error)
        .map(|probability| per_intent(&fitting.samples, &maps, probability))
        .unwrap_or_default();
    let answered = |sample: &Sample| thresholds.get(&sample.intent).is_some_and(|least| sample.confidence >= *least);
    Calibrated {
        max_error,
        leaning,
        human,
        fitted: fitting.told(answered),
        held_out: judging.told(answered),
        before,
        worth: signals::worth(&fitting.samples, &judging.samples, max_error),
        thresholds,
    }
}

struct Part {
    messages: u64,
    /// Those that a human must see, and those to be answered, by how likely a call was held.
    kinds: Kinds,
    /// What the model shows of the intents.
    shown: Vec<leaning::Shown>,
    samples: Vec<Sample>,
}

impl Part {
    fn told(&self, answered: impl Fn(&Sample) -> bool) -> Half {
        let wrong =
            Proportion::count(self.samples.iter().filter(|sample| answered(sample)).map(|sample| !sample.right));
        let candidates = self.samples.len() as u64;
        Half { messages: self.messages, candidates, wrong, bound: wrong.upper_bound(JUDGED_BY) }
    }
}

/// Every second message of each intent, in an order that only the ids decide: the same messages, the same halves.
fn halves(cases: &[Case], seen: &[Observation]) -> [Part; 2] {
    let mut pairs = pairs(cases, seen);
    pairs.sort_by_cached_key(|(case, _)| (case.intent, Sha256::digest(case.id.as_bytes()).to_vec()));
    let part = |half: usize| {
        let mine: Vec<_> =
            pairs.iter().enumerate().filter(|(place, _)| place % 2 == half).map(|(_, pair)| pair).collect();
        let samples = mine.iter().filter_map(|(case, seen)| sample(case, seen)).collect();
        let calls =
            |expect: Expect| mine.iter().filter(move |(case, _)| case.expect == expect).map(|(_, seen)| seen.call());
        let kinds = Kinds::new(calls(Expect::Escalate), calls(Expect::Answer));
        let shown = mine.iter().filter_map(|(case, seen)| leaning::shown(case, seen)).collect();
        Part { messages: mine.len() as u64, kinds, shown, samples }
    };
    [part(0), part(1)]
}

/// Nothing is chosen where no model shows the likelihood.
fn human(fitting: &Part, judging: &Part, recall: f64) -> Option<Human> {
    let shown = |part: &Part| part.samples.iter().any(|sample| sample.shows_call);
    let fitted = fitting.kinds.finding(recall).filter(|_| shown(fitting) && shown(judging))?;
    let short = (fitted.threshold * 1e3).round() / 1e3;
    Some(Human { fitted: fitting.kinds.at(short), held_out: judging.kinds.at(short) })
}

/// The message as an answer to be given, unless a human is called whatever the confidence.
fn sample(case: &Case, seen: &Observation) -> Option<Sample> {
    const DOUBT: &str = "low_confidence";
    let read = seen.read.as_ref()?;
    if seen.called.as_deref().is_some_and(|reason| reason != DOUBT) {
        return None;
    }
    Some(Sample {
        intent: read.intent,
        confidence: read.confidence,
        call: seen.call(),
        shows_call: read.call.is_some(),
        right: seen.is_right(case) && case.expect != Expect::Escalate,
        signals: signals::of(read, seen.rule),
    })
}

fn maps(samples: &[Sample]) -> BTreeMap<Intent, Isotonic> {
    let of = |intent: Intent| {
        let answers: Vec<Sure> = samples.iter().filter(|sample| sample.intent == intent).map(Sample::sure).collect();
        (answers.len() >= FEWEST).then(|| (intent, Isotonic::fit(&answers)))
    };
    Intent::ALL.into_iter().filter_map(of).collect()
}

/// The lowest probability from which on the answers of `samples` are provably wrong seldom enough.
fn lowest_probability(samples: &[Sample], maps: &BTreeMap<Intent, Isotonic>, max_error: f64) -> Option<f64> {
    let mut mapped: Vec<(f64, bool)> = samples
        .iter()
        .filter_map(|sample| Some((maps.get(&sample.intent)?.probability(sample.confidence), sample.right)))
        .collect();
    mapped.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut wrong = Proportion::default();
    let mut lowest = None;
    for equals in mapped.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        wrong.of += equals.len() as u64;
        wrong.hits += equals.iter().filter(|(_, right)| !right).count() as u64;
        if wrong.upper_bound(CHOSEN_BY) <= max_error {
            lowest = Some(equals[0].0);
        }
    }
    lowest
}

/// Each intent's confidence at that probability: halfway between the least that is answered and the next below.
fn per_intent(samples: &[Sample], maps: &BTreeMap<Intent, Isotonic>, probability: f64) -> BTreeMap<Intent, f64> {
    let threshold = |(intent, map): (&Intent, &Isotonic)| {
        let least = map.least_confidence(probability)?;
        let confidences = samples.iter().filter(|sample| sample.intent == *intent).map(|sample| sample.confidence);
        let below = confidences.filter(|confidence| *confidence < least).max_by(f64::total_cmp);
        // With nothing below it, nothing is known of what would be there.
        let threshold = below.map_or(least, |below| rounded(f64::midpoint(least, below), below, least));
        Some((*intent, threshold))
    };
    maps.iter().filter_map(threshold).collect()
}

/// As short as it can be written without passing `below`.
fn rounded(threshold: f64, below: f64, least: f64) -> f64 {
    (2..=9)
        .map(|digits| {
            let unit = 10_f64.powi(digits);
            (threshold * unit).round() / unit
        })
        .find(|rounded| *rounded > below && *rounded <= least)
        .unwrap_or(threshold)
}

#[cfg(test)]
mod tests;
