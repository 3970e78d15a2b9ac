//! Cases and observations for tests.

use domain::intent::{ConfidenceSource, Entities, Flags, Intent};
use domain::record::Usage;

use crate::cases::{Case, Expect};
use crate::observation::{Ending, Observation, Read};

pub(crate) fn case(intent: Intent) -> Case {
    Case {
        id: "m-1".into(),
        text: "Есть?".into(),
        before: Vec::new(),
        listing: None,
        intent,
        second_intent: None,
        entities: None,
        expect: if intent == Intent::Complaint { Expect::Escalate } else { Expect::Answer },
        why: None,
        smoke: false,
        tags: Vec::new(),
    }
}

pub(crate) fn seen(case: &Case, intent: Intent, confidence: f64) -> Observation {
    let called = (intent == Intent::Complaint || confidence < 0.8).then(|| "low_confidence".to_owned());
    Observation {
        id: case.id.clone(),
        read: Some(Read {
            intent,
            second_intent: None,
            confidence,
            confidence_from: ConfidenceSource::Logprobs,
            stated: Some(1.0),
            mass: Some(confidence),
            margin: Some(2.0 * confidence - 1.0),
            shown: None,
            call: None,
            entities: Entities::default(),
            flags: Flags::default(),
        }),
        failed: None,
        rule: None,
        ending: if called.is_some() { Ending::Called } else { Ending::Answered },
        called,
        said: None,
        verdicts: Vec::new(),
        took_ms: (confidence * 1000.0) as u64,
        usage: Usage { calls: 1, prompt_tokens: 2000, cached_tokens: 1800, completion_tokens: 90 },
    }
}

/// Forty messages of which `wrong` are taken for something else, the less sure the further on.
pub(crate) fn run(wrong: &[usize]) -> (Vec<Case>, Vec<Observation>) {
    let cases: Vec<Case> = (0..40)
        .map(|number| Case {
            id: format!("m-{number}"),
            text: format!("Сообщение {number}: <b>есть?</b>"),
            ..case(Intent::ALL[number % 5])
        })
        .collect();
    let read = |(number, case): (usize, &Case)| {
        let intent = if wrong.contains(&number) { Intent::ALL[(number + 1) % 5] } else { case.intent };
        seen(case, intent, 0.99 - number as f64 / 100.0)
    };
    let seen = cases.iter().enumerate().map(read).collect();
    (cases, seen)
}
