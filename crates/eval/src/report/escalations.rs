//! Whether a human is called when he should be, and left alone when he should be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Pair;
use crate::cases::Expect;
use crate::observation::Ending;
use crate::stats::Proportion;
use crate::stats::separation::{Kinds, Separation};

/// The figures about calls for a human.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Escalations {
    /// Of the messages that must be escalated, how many are.
    pub must_escalate: Proportion,
    /// Of the messages that must be answered, how many are.
    pub must_answer: Proportion,
    /// Of the messages that call for nothing, for how many nothing is said.
    pub must_be_silent: Proportion,
    /// Of all messages, for how many a human is called.
    pub called: Proportion,
    /// How many of those that must be escalated would be, were just so many of those that must be answered spared as
    /// [`Escalations::SPARED`] says: what the likelihood of a call is worth, whatever the thresholds in force.
    #[serde(default)]
    pub at_best: Option<Separation>,
    /// Why, with how often.
    pub reasons: BTreeMap<String, u64>,
}

impl Escalations {
    /// The share of messages to be answered that a seller wants answered.
    pub const SPARED: f64 = 0.85;

    pub(super) fn of(pairs: &[Pair<'_>]) -> Self {
        let ended = |expect: Expect, ending: Ending| {
            let asked = pairs.iter().filter(|(case, _)| case.expect == expect);
            Proportion::count(asked.map(|(_, seen)| seen.ending == ending))
        };
        let calls =
            |expect: Expect| pairs.iter().filter(move |(case, _)| case.expect == expect).map(|(_, seen)| seen.call());
        let mut reasons = BTreeMap::new();
        for reason in pairs.iter().filter_map(|(_, seen)| seen.called.as_ref()) {
            *reasons.entry(reason.clone()).or_default() += 1;
        }
        Self {
            must_escalate: ended(Expect::Escalate, Ending::Called),
            must_answer: ended(Expect::Answer, Ending::Answered),
            must_be_silent: ended(Expect::Silent, Ending::Silent),
            called: Proportion::count(pairs.iter().map(|(_, seen)| seen.ending == Ending::Called)),
            at_best: Kinds::new(calls(Expect::Escalate), calls(Expect::Answer)).sparing(Self::SPARED),
            reasons,
        }
    }
}
