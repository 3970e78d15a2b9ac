//! Whether a run is good enough: against fixed figures, and against a run that was.
//!
//! A share passes by the lower end of its interval, so that a lucky fifty messages prove no more than they do. Against
//! a baseline the messages are compared one by one: only a difference that chance does not explain is a worse run.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::report::{Report, Told, Variant};
use crate::stats::Proportion;
use crate::stats::mcnemar::Compared;

/// A difference rarer than this by chance is one.
const SIGNIFICANT: f64 = 0.05;

/// What a suite must reach. Every line is optional.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gate {
    /// The least lower bound of the accuracy.
    pub accuracy: Option<f64>,
    /// The least lower bound of macro F1.
    pub macro_f1: Option<f64>,
    /// The least lower bound of the escalated among those that must be.
    pub must_escalate: Option<f64>,
    /// The least lower bound of the answered among those that must be.
    pub must_answer: Option<f64>,
    /// The greatest expected calibration error.
    pub ece_at_most: Option<f64>,
    /// The greatest 99th percentile of the model's time, in milliseconds.
    pub p99_ms_at_most: Option<u64>,
    /// The least by which macro F1 must exceed that of the prompt it is held against (the lower bound).
    pub macro_f1_gain: Option<f64>,
    /// The least share of haggling scripts that go as they should.
    pub scripts: Option<f64>,
}

/// A file of gates: one table a suite.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gates(BTreeMap<String, Gate>);

impl Gates {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text).map(Self)
    }

    /// The gate of `suite`, if it has one.
    pub fn of(&self, suite: &str) -> Option<&Gate> {
        self.0.get(suite)
    }

    /// The suites that have one.
    pub fn suites(&self) -> String {
        self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Whether it is good enough.
    pub passed: bool,
    /// What was looked at, what was found, what was wanted.
    pub what: String,
}

impl Gate {
    /// Looks at a run.
    pub fn look(&self, report: &Report) -> Vec<Looked> {
        let Some(ours) = report.ours() else {
            return vec![Looked { passed: false, what: "nothing was run".to_owned() }];
        };
        let f1 = ours.intents.macro_f1;
        let gain = report.against.as_ref().map(|against| against.macro_f1_gain.low);
        let at_least = [
            ("accuracy", self.accuracy, lower(ours.intents.accuracy)),
            ("macro F1", self.macro_f1, Some(f1.low)),
            ("must escalate", self.must_escalate, lower(ours.escalations.must_escalate)),
            ("must answer", self.must_answer, lower(ours.escalations.must_answer)),
            ("gain in macro F1", self.macro_f1_gain, gain),
        ];
        let at_most = [
            ("ECE", self.ece_at_most, ours.confidence.as_ref().map(|confidence| confidence.ece)),
            (
                "p99 of the model, in ms",
                self.p99_ms_at_most.map(|ms| ms as f64),
                ours.latency.map(|latency| latency.p99 as f64),
            ),
        ];
        let least = at_least.into_iter().filter_map(|(name, wanted, found)| Some(least(name, wanted?, found)));
        let most = at_most.into_iter().filter_map(|(name, wanted, found)| {
            let wanted = wanted?;
            let what = format!("{name}: {}, at most {wanted:.3}", shown(found));
            Some(Looked { passed: found.is_some_and(|found| found <= wanted), what })
        });
        least.chain(most).collect()
    }

    /// Looks at a run of haggling scripts.
    pub fn look_at_scripts(&self, passed: Proportion) -> Vec<Looked> {
        // Sums are right or wrong: the share itself counts, not what it may really be.
        let whole = |wanted| {
            let what = format!("scripts: {}, at least {wanted:.3}", shown(passed.share()));
            Looked { passed: passed.share().is_some_and(|share| share >= wanted), what }
        };
        self.scripts.map(whole).into_iter().collect()
    }
}

fn least(name: &str, wanted: f64, found: Option<f64>) -> Looked {
    let what = format!("{name}: lower bound {}, at least {wanted:.3}", shown(found));
    Looked { passed: found.is_some_and(|found| found >= wanted), what }
}

fn lower(proportion: Proportion) -> Option<f64> {
    (proportion.of > 0).then(|| proportion.wilson().0)
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or("nothing to measure it by".to_owned(), |figure| format!("{figure:.3}"))
}

/// Looks at a run beside an older one: over the messages they share, is it worse than chance explains?
pub fn against_baseline(report: &Report, baseline: &Report) -> Vec<Looked> {
    let (Some(now), Some(before)) = (report.ours(), baseline.ours()) else {
        return vec![Looked { passed: false, what: "the baseline holds no run".to_owned() }];
    };
    let shared = shared(before, now);
    if shared.is_empty() {
        return vec![Looked { passed: false, what: "the baseline shares no message with this run".to_owned() }];
    }
    let intents = shared.iter().map(|(before, now)| (before.is_right(), now.is_right()));
    let endings = shared.iter().filter_map(|(before, now)| Some((before.is_well_ended()?, now.is_well_ended()?)));
    vec![worse("intents", Compared::of(intents)), worse("endings", Compared::of(endings))]
}

fn shared<'a>(before: &'a Variant, now: &'a Variant) -> Vec<(&'a Told, &'a Told)> {
    let of_now: BTreeMap<&str, &Told> = now.messages.iter().map(|told| (told.id.as_str(), told)).collect();
    // A message whose text was changed is another message.
    let same =
        |told: &'a Told| of_now.get(told.id.as_str()).filter(|now| now.text == told.text).map(|now| (told, *now));
    before.messages.iter().filter_map(same).collect()
}

fn worse(name: &str, compared: Compared) -> Looked {
    let p = compared.p_second_is_worse();
    let passed = compared.only_second >= compared.only_first || p >= SIGNIFICANT;
    let what = format!(
        "{name} against the baseline: {} got worse, {} better, {} alike; p = {p:.4} that chance makes it so much worse",
        compared.only_first, compared.only_second, compared.alike
    );
    Looked { passed, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{About, Prices, sample};

    fn report(wrong: &[usize]) -> Report {
        let (cases, seen) = sample::run(wrong);
        Report::new(About::default(), vec![Variant::of("router.md", &cases, &seen, Prices::default())])
    }

    fn passes(gate: &str, report: &Report) -> Vec<bool> {
        let gates = Gates::parse(&format!("[smoke]\n{gate}")).unwrap();
        gates.of("smoke").unwrap().look(report).iter().map(|looked| looked.passed).collect()
    }

    #[test]
    fn a_share_passes_by_its_lower_bound() {
        // Forty of forty: Wilson's lower bound is 0.912.
        let whole = report(&[]);
        assert_eq!(passes("accuracy = 0.91", &whole), [true]);
        assert_eq!(passes("accuracy = 0.92", &whole), [false]);
        assert_eq!(passes("macro_f1 = 1.0\nmust_escalate = 0.9", &whole), [true, false]);
        assert_eq!(passes("ece_at_most = 0.5\np99_ms_at_most = 10", &whole), [true, false]);
        assert_eq!(passes("", &whole), [] as [bool; 0]);
        // What cannot be measured has not passed.
        assert_eq!(passes("macro_f1_gain = 0.1", &whole), [false]);
    }

    #[test]
    fn a_gate_nobody_knows_is_refused() {
        assert!(Gates::parse("[smoke]\nacuracy = 0.9").unwrap_err().to_string().contains("acuracy"));
    }

    #[test]
    fn only_what_chance_does_not_explain_is_worse() {
        let looked = |before: &[usize], now: &[usize]| {
            against_baseline(&report(now), &report(before)).iter().map(|looked| looked.passed).collect::<Vec<_>>()
        };
        assert_eq!(looked(&[1, 2], &[1, 2]), [true, true]);
        assert_eq!(looked(&[], &[0, 5, 10, 15]), [true, true], "four of forty may be chance: p = 1/16");
        assert!(!looked(&[], &[0, 5, 10, 15, 1])[0], "five may not: p = 1/32");
        assert!(looked(&[0, 5, 10, 15, 1], &[])[0], "better is not worse");
    }

    #[test]
    fn a_baseline_of_other_messages_proves_nothing() {
        let mut other = report(&[]);
        other.variants[0].messages.iter_mut().for_each(|told| told.text.push('!'));
        assert!(!against_baseline(&report(&[]), &other)[0].passed);
    }
}
