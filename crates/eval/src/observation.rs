//! What came out for one message: all that the figures are made of, one JSON object a line.

use domain::escalation::EscalationReason;
use domain::intent::{ConfidenceSource, Entities, Flags, Intent};
use domain::record::Usage;
use serde::{Deserialize, Serialize};

use crate::cases::Case;

/// One message, seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Which message.
    pub id: String,
    /// What the model made of it.
    pub read: Option<Read>,
    /// Why it made nothing of it.
    pub failed: Option<String>,
    /// What the plain rules make of it, if they understand it.
    pub rule: Option<Intent>,
    /// What would be done, as far as was tried.
    pub ending: Ending,
    /// Why a human would be called, by the reason's name.
    pub called: Option<String>,
    /// What would be said to the buyer, where the whole decision was tried.
    pub said: Option<String>,
    /// What was decided, by the verdicts' names.
    pub verdicts: Vec<String>,
    /// How long the model took, in milliseconds; of a recorded answer how long it took then.
    pub took_ms: u64,
    /// What it cost.
    pub usage: Usage,
}

/// What a model made of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// The main wish.
    pub intent: Intent,
    /// A second one.
    pub second_intent: Option<Intent>,
    /// How sure it is, as the assistant goes by it.
    pub confidence: f64,
    /// Where that comes from.
    pub confidence_from: ConfidenceSource,
    /// What the model says of itself.
    pub stated: Option<f64>,
    /// The probability mass of the intent.
    pub mass: Option<f64>,
    /// By how much that exceeds the next.
    pub margin: Option<f64>,
    /// The probability mass of each intent as the model shows it, in the order of [`Intent::ALL`].
    #[serde(default)]
    pub shown: Option<[f64; Intent::ALL.len()]>,
    /// How likely a human must see the message.
    #[serde(default)]
    pub call: Option<f64>,
    /// What it found named.
    pub entities: Entities,
    /// What it found calls for a human.
    pub flags: Flags,
}

/// What would be done about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// An answer of ours.
    Answered,
    /// A human.
    Called,
    /// Nothing.
    Silent,
}

impl Observation {
    /// The intent it counts as, held against what is right. Of two questions in one message either may be named first:
    /// whoever names both has read the message as it is.
    pub fn intent(&self, case: &Case) -> Option<Intent> {
        let read = self.read.as_ref()?;
        let swapped = case.second_intent == Some(read.intent) && read.second_intent == Some(case.intent);
        Some(if swapped { case.intent } else { read.intent })
    }

    /// How likely it was held that a human must see the message: for sure where one is called whatever the likelihood.
    pub fn call(&self) -> f64 {
        const DOUBT: &str = EscalationReason::LowConfidence.name();
        match (&self.called, &self.read) {
            (Some(reason), _) if reason != DOUBT => 1.0,
            (_, Some(read)) => read.call.unwrap_or(1.0 - read.confidence),
            (called, None) => f64::from(u8::from(called.is_some())),
        }
    }

    /// Whether a model was asked: what a rule settles it has not read.
    pub fn was_asked(&self) -> bool {
        self.read.is_some() || self.failed.is_some()
    }

    /// Whether the intent is right.
    pub fn is_right(&self, case: &Case) -> bool {
        self.intent(case) == Some(case.intent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn of_two_questions_either_may_be_named_first() {
        let case = Case { second_intent: Some(Intent::DeliveryQuestion), ..sample::case(Intent::StockInquiry) };
        let read = |intent, second| {
            let mut seen = sample::seen(&case, intent, 0.9);
            seen.read.as_mut().unwrap().second_intent = second;
            seen.is_right(&case)
        };
        let (stock, delivery) = (Intent::StockInquiry, Intent::DeliveryQuestion);
        assert!(read(stock, None) && read(delivery, Some(stock)));
        assert!(!read(delivery, None), "the one he asked first was not seen");
    }
}
