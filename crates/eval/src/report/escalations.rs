//! Whether a human is called when he should be, and left alone when he should be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Pair;
use crate::cases::Expect;
use crate::observation::Ending;
use crate::stats::Proportion;

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
    /// Why, with how often.
    pub reasons: BTreeMap<String, u64>,
}

impl Escalations {
    pub(super) fn of(pairs: &[Pair<'_>]) -> Self {
        let ended = |expect: Expect, ending: Ending| {
            let asked = pairs.iter().filter(|(case, _)| case.expect == expect);
            Proportion::count(asked.map(|(_, seen)| seen.ending == ending))
        };
        let mut reasons = BTreeMap::new();
        for reason in pairs.iter().filter_map(|(_, seen)| seen.called.as_ref()) {
            *reasons.entry(reason.clone()).or_default() += 1;
        }
        Self {
            must_escalate: ended(Expect::Escalate, Ending::Called),
            must_answer: ended(Expect::Answer, Ending::Answered),
            must_be_silent: ended(Expect::Silent, Ending::Silent),
            called: Proportion::count(pairs.iter().map(|(_, seen)| seen.ending == Ending::Called)),
            reasons,
        }
    }
}
