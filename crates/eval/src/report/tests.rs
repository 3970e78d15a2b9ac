//! The figures of a run whose truth is known.

use super::*;
use crate::report::sample;

fn variant(name: &str, wrong: &[usize]) -> Variant {
    let (cases, seen) = sample::run(wrong);
    Variant::of(name, &cases, &seen, Prices { prompt: 0.4, cached: 0.1, completion: 1.6 })
}

pub(super) fn report() -> Report {
    let about = About {
        suite: "router".into(),
        model: "sandbox-rules".into(),
        at: "2026-11-30 20:00:00".into(),
        recorded: true,
    };
    Report::new(about, vec![variant("router.md", &[3, 17]), variant("plain", &[3, 5, 6, 10, 15, 17, 20, 21, 25])])
}

#[test]
fn the_figures_of_a_run_are_those_of_its_messages() {
    let report = report();
    let ours = report.ours().unwrap();
    assert_eq!((ours.intents.accuracy.hits, ours.intents.accuracy.of), (38, 40));
    // Number 3 is a complaint taken for something else at 0.96: nobody is called. The other seven are.
    assert_eq!((ours.escalations.must_escalate.hits, ours.escalations.must_escalate.of), (7, 8));
    let confidence = ours.confidence.as_ref().unwrap();
    assert!(confidence.aurc >= confidence.best_aurc && confidence.curve.len() == 40);
    assert_eq!(ours.latency.unwrap().max, 990);
    assert!((ours.cost.per_thousand.unwrap() - (200.0 * 0.4 + 1800.0 * 0.1 + 90.0 * 1.6) / 1000.0).abs() < 1e-9);
    assert!(ours.failures().any(|told| told.id == "m-3") && ours.failures().any(|told| told.id == "m-17"));
}

#[test]
fn two_prompts_are_compared_message_by_message() {
    let against = report().against.unwrap();
    assert_eq!(against.compared, Compared { only_first: 7, only_second: 0, alike: 33 });
    assert!((against.p - 2.0 / 128.0).abs() < 1e-9);
    let gain = against.macro_f1_gain;
    assert!(gain.low > 0.0 && gain.low <= gain.value && gain.value <= gain.high, "{gain:?}");
}

#[test]
fn a_report_is_read_again_as_it_was_written() {
    let report = report();
    let again: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    let messages = |report: &Report| -> Vec<_> {
        let told = report.ours().unwrap().messages.iter();
        told.map(|told| (told.id.clone(), told.text.clone(), told.taken_for, told.ending, told.expect)).collect()
    };
    assert_eq!((&again.about, messages(&again)), (&report.about, messages(&report)));
    assert_eq!(again.ours().unwrap().intents.confusion, report.ours().unwrap().intents.confusion);
}

#[test]
fn a_message_that_was_not_seen_does_not_count() {
    let (cases, seen) = sample::run(&[]);
    let half = Variant::of("router.md", &cases, &seen[..20], Prices::default());
    assert_eq!((half.intents.accuracy.of, half.messages.len()), (20, 20));
    let none = Variant::of("router.md", &cases, &[], Prices::default());
    assert_eq!((none.confidence, none.latency), (None, None));
}
