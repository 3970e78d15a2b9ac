//! What the observations say: every figure of a run, to be shown, kept and held against another run's.
//!
//! A report is data: it is written as JSON and read again as a baseline.

mod confidence;
mod cost;
mod entities;
mod escalations;
pub mod html;
mod intents;
#[cfg(test)]
pub(crate) mod sample;
mod svg;
pub mod terminal;

use std::collections::BTreeMap;

use domain::intent::Intent;
use serde::{Deserialize, Serialize};

pub use confidence::Confidence;
pub use cost::{Cost, Latency, Prices};
pub use entities::Entity;
pub use escalations::Escalations;
pub use intents::{Class, Confusion, Intents};

use crate::cases::{Case, Expect};
use crate::observation::{Ending, Observation};
use crate::stats::bootstrap;
use crate::stats::mcnemar::Compared;

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What was run, on what, by which model.
    pub about: About,
    /// The prompt in force and, if it was held against another, that one.
    pub variants: Vec<Variant>,
    /// How the first compares with the second, where there are two.
    pub against: Option<Against>,
}

/// What a run was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// `router`, `decision`, `smoke`.
    pub suite: String,
    /// The model that answered, by its name at the endpoint.
    pub model: String,
    /// When, as a date and a time.
    pub at: String,
    /// Whether the answers came from a tape.
    pub recorded: bool,
}

/// A figure and its interval of 95 percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Everything about one prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// `router.md`, or what it was held against.
    pub name: String,
    /// Which intents were taken for which.
    pub intents: Intents,
    /// Products, places, prices, numbers.
    pub entities: Vec<Entity>,
    /// Whether humans are called when they should be, and only then.
    pub escalations: Escalations,
    /// Whether the confidence means what it says.
    pub confidence: Option<Confidence>,
    /// How long the model took.
    pub latency: Option<Latency>,
    /// Tokens and money.
    pub cost: Cost,
    /// Each message.
    pub messages: Vec<Told>,
}

/// One message and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Which.
    pub id: String,
    /// The buyer's words.
    pub text: String,
    /// What was said before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// What he wants.
    pub intent: Intent,
    /// What he was taken to want; `None` where nothing was read.
    pub taken_for: Option<Intent>,
    /// Whether a model was asked; otherwise a rule settled it.
    pub asked: bool,
    /// How sure the model was.
    pub confidence: Option<f64>,
    /// What should have been done.
    pub expect: Expect,
    /// What was.
    pub ending: Ending,
    /// Why a human was called, or why the model's answer could not be used.
    pub why: Option<String>,
    /// What would have been said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

impl Told {
    fn of(case: &Case, seen: &Observation) -> Self {
        Self {
            id: case.id.clone(),
            text: case.text.clone(),
            before: case.before.iter().map(|said| said.text().to_owned()).collect(),
            intent: case.intent,
            taken_for: seen.intent(case),
            asked: seen.was_asked(),
            confidence: seen.read.as_ref().map(|read| read.confidence),
            expect: case.expect,
            ending: seen.ending,
            why: seen.failed.clone().or_else(|| seen.called.clone()),
            said: seen.said.clone(),
        }
    }

    /// Whether the intent is right; what a model was not asked it cannot get wrong.
    pub fn is_right(&self) -> bool {
        !self.asked || self.taken_for == Some(self.intent)
    }

    /// Whether what was done is what should be; `None` where either will do.
    pub fn is_well_ended(&self) -> Option<bool> {
        match self.expect {
            Expect::Answer => Some(self.ending == Ending::Answered),
            Expect::Escalate => Some(self.ending == Ending::Called),
            Expect::Silent => Some(self.ending == Ending::Silent),
            Expect::Either => None,
        }
    }
}

/// How the prompt in force compares with another over the same messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// The other's name.
    pub name: String,
    /// Message by message: the first is ours.
    pub compared: Compared,
    /// How likely such a difference is by chance.
    pub p: f64,
    /// By how much our macro F1 is the higher.
    pub macro_f1_gain: Estimate,
}

impl Variant {
    /// The figures of `seen`. A message that was not seen does not count.
    pub fn of(name: &str, cases: &[Case], seen: &[Observation], prices: Prices) -> Self {
        let pairs = pairs(cases, seen);
        Self {
            name: name.to_owned(),
            intents: Intents::of(&pairs),
            entities: entities::of(&pairs),
            escalations: Escalations::of(&pairs),
            confidence: Confidence::of(&pairs),
            latency: Latency::of(&pairs),
            cost: Cost::of(&pairs, prices),
            messages: pairs.iter().map(|(case, seen)| Told::of(case, seen)).collect(),
        }
    }

    /// The messages that went wrong: another intent, or another ending than should be.
    pub fn failures(&self) -> impl Iterator<Item = &Told> {
        self.messages.iter().filter(|told| !told.is_right() || told.is_well_ended() == Some(false))
    }
}

impl Against {
    /// Ours against another.
    pub fn of(ours: &Variant, other: &Variant) -> Self {
        let of_other: BTreeMap<&str, &Told> = other.messages.iter().map(|told| (told.id.as_str(), told)).collect();
        let pairs: Vec<(&Told, &Told)> =
            ours.messages.iter().filter_map(|told| Some((told, *of_other.get(told.id.as_str())?))).collect();
        let compared = Compared::of(pairs.iter().map(|(ours, other)| (ours.is_right(), other.is_right())));
        let gain = |places: &[usize]| {
            let f1 = |told: &dyn Fn(usize) -> (Intent, Option<Intent>)| {
                intents::macro_f1(&intents::confusion(places.iter().map(|&place| told(place))))
            };
            f1(&|place| (pairs[place].0.intent, pairs[place].0.taken_for))
                - f1(&|place| (pairs[place].1.intent, pairs[place].1.taken_for))
        };
        let all: Vec<usize> = (0..pairs.len()).collect();
        let (low, high) = bootstrap::interval(pairs.len(), gain);
        Self {
            name: other.name.clone(),
            compared,
            p: compared.p_two_sided(),
            macro_f1_gain: Estimate { value: gain(&all), low, high },
        }
    }
}

impl Report {
    /// The report on one prompt, or on two.
    pub fn new(about: About, variants: Vec<Variant>) -> Self {
        let against = match variants.as_slice() {
            [ours, other, ..] => Some(Against::of(ours, other)),
            _ => None,
        };
        Self { about, variants, against }
    }

    /// The prompt in force.
    pub fn ours(&self) -> Option<&Variant> {
        self.variants.first()
    }
}

/// A case with what was seen of it.
pub(crate) type Pair<'a> = (&'a Case, &'a Observation);

/// In the order of the cases, whatever the order in which they were seen.
pub(crate) fn pairs<'a>(cases: &'a [Case], seen: &'a [Observation]) -> Vec<Pair<'a>> {
    let by_id: BTreeMap<&str, &Observation> = seen.iter().map(|seen| (seen.id.as_str(), seen)).collect();
    cases.iter().filter_map(|case| Some((case, *by_id.get(case.id.as_str())?))).collect()
}

#[cfg(test)]
mod tests;
