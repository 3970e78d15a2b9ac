//! Thresholds over messages whose truth is known.

use super::*;
use crate::report::sample as of_report;

const AIM: Aim = Aim { max_error: 0.05, recall: Some(0.98) };

fn in_force() -> Thresholds {
    Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() }
}

/// So many messages of one intent. Their confidence is spread evenly; below `honest_from` every second one is wrong,
/// above it one in `wrong_every`.
fn messages(intent: Intent, count: usize, honest_from: f64, wrong_every: usize) -> (Vec<Case>, Vec<Observation>) {
    let mut cases = Vec::new();
    let mut seen = Vec::new();
    for number in 0..count {
        let confidence = 0.5 + 0.5 * (number as f64 / count as f64);
        let wrong = if confidence < honest_from { number % 2 == 0 } else { number % wrong_every == 0 };
        let case = Case { id: format!("{}-{number}", intent.name()), ..of_report::case(intent) };
        let taken_for = if wrong { Intent::Other } else { intent };
        // It counts as the intent it is taken for, so the wrong ones must be taken for the one that is looked at.
        let (case, taken_for) = if wrong { (Case { intent: taken_for, ..case }, intent) } else { (case, taken_for) };
        let mut observation = of_report::seen(&case, taken_for, confidence);
        observation.called = (confidence < 0.8).then(|| "low_confidence".to_owned());
        cases.push(case);
        seen.push(observation);
    }
    (cases, seen)
}

#[test]
fn the_threshold_lies_where_the_answers_become_right() {
    let (cases, seen) = messages(Intent::StockInquiry, 1200, 0.7, 200);
    let calibrated = thresholds(&cases, &seen, AIM, &in_force());
    let threshold = calibrated.thresholds[&Intent::StockInquiry];
    assert!((threshold - 0.7).abs() < 0.02, "{threshold}");
    assert!(calibrated.holds(), "{calibrated:?}");
    assert!(calibrated.held_out.bound <= 0.05 && calibrated.held_out.wrong.of > 300);
    assert!(calibrated.held_out.coverage().share() > calibrated.before.coverage().share(), "more than at 0.8");
    let told = told::told(&calibrated, &in_force());
    assert!(told.contains("[thresholds]\nstock_inquiry = 0.") && told.contains("5 % holds"), "{told}");
    assert!(told.contains("delivery_question: no threshold found, 0.8 stays"), "{told}");
}

#[test]
fn what_cannot_be_proved_is_not_promised() {
    for (count, wrong_every) in [(60, 1000), (1200, 10)] {
        let (cases, seen) = messages(Intent::StockInquiry, count, 0.0, wrong_every);
        let calibrated = thresholds(&cases, &seen, AIM, &in_force());
        assert!(calibrated.thresholds.is_empty() && !calibrated.holds(), "{count} messages");
        assert!(told::told(&calibrated, &in_force()).contains("Those in force stay"));
    }
}

#[test]
fn what_is_a_humans_anyway_has_no_part_in_it() {
    let (cases, mut seen) = messages(Intent::StockInquiry, 40, 0.0, 1000);
    seen.iter_mut().take(10).for_each(|seen| seen.called = Some("complaint".to_owned()));
    seen.iter_mut().skip(10).take(5).for_each(|seen| seen.read = None);
    let calibrated = thresholds(&cases, &seen, AIM, &in_force());
    let (fitted, held) = (calibrated.fitted, calibrated.held_out);
    assert_eq!((fitted.messages + held.messages, fitted.candidates + held.candidates), (40, 25));
}

#[test]
fn a_human_is_called_where_the_model_shows_that_one_is_likely_to_be_needed() {
    let (mut cases, mut seen) = messages(Intent::StockInquiry, 400, 0.0, 1000);
    for (number, (case, seen)) in cases.iter_mut().zip(&mut seen).enumerate() {
        let must = number.is_multiple_of(4);
        case.expect = if must { Expect::Escalate } else { Expect::Answer };
        seen.called = None;
        seen.read.as_mut().unwrap().call = Some(if must { 0.6 } else { 0.2 });
    }
    let calibrated = thresholds(&cases, &seen, AIM, &in_force());
    let human = calibrated.human.unwrap();
    assert!((human.fitted.threshold - 0.4).abs() < 1e-9, "{human:?}");
    assert_eq!((human.held_out.found.share(), human.held_out.spared.share()), (Some(1.0), Some(1.0)));
    assert_eq!(calibrated.held_out.candidates, human.held_out.spared.of, "nobody else is left to be answered");
    seen.iter_mut().for_each(|seen| seen.read.as_mut().unwrap().call = None);
    assert_eq!(thresholds(&cases, &seen, AIM, &in_force()).human, None, "of a model that shows nothing");
}

#[test]
fn the_halves_are_the_same_whenever_and_in_whatever_order() {
    let (cases, mut seen) = messages(Intent::StockInquiry, 100, 0.7, 200);
    let one = thresholds(&cases, &seen, AIM, &in_force());
    seen.reverse();
    assert_eq!(thresholds(&cases, &seen, AIM, &in_force()), one);
    assert_eq!((one.fitted.messages, one.held_out.messages), (50, 50));
}

#[test]
fn thresholds_are_short_but_never_pass_a_message() {
    for (threshold, below, least, short) in
        [(0.7134, 0.70, 0.72, 0.71), (0.99991, 0.9999, 0.99992, 0.99991), (0.5, 0.0, 0.5, 0.5)]
    {
        assert_eq!(rounded(threshold, below, least), short);
    }
}
