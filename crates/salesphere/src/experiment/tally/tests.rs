//! What is counted, and what is not.

use domain::record::{Refusal, Trace};

use super::*;

const MINUTE: i64 = 60_000;
const AGAIN: Again = Again { within_ms: 10 * MINUTE, now_ms: 1000 * MINUTE };

fn turn(chat: &str, minute: i64, variant: Option<(Variant, &str)>, ending: Ending) -> DecisionRecord {
    let trial = |(variant, version): (Variant, &str)| Trial {
        prompt: "agents/pricing.md".into(),
        variant,
        version: version.into(),
    };
    DecisionRecord {
        turn: format!("{chat}-{minute}"),
        conversation: format!("demo:{chat}").parse().unwrap(),
        messages: Vec::new(),
        question: "А дешевле?".into(),
        at_ms: minute * MINUTE,
        ending,
        said: Vec::new(),
        trace: Trace { trials: variant.map(trial).into_iter().collect(), ..Trace::default() },
        total_ms: 1000,
    }
}

/// A variant, its chats, and in how many of how many it came to each outcome.
type Counted = (Variant, u64, Vec<Option<(u64, u64)>>);

fn tally(records: &[DecisionRecord]) -> Vec<Counted> {
    let mut experiments = of(records, AGAIN);
    assert_eq!(experiments.len(), 1);
    let counted = |arm: &Arm| {
        let counted = |outcome| arm.of(outcome).map(|seen| (seen.hits, seen.of));
        (arm.variant, arm.chats, Outcome::ALL.into_iter().map(counted).collect())
    };
    experiments.remove(0).arms.iter().map(counted).collect()
}

const A: Option<(Variant, &str)> = Some((Variant::A, "1"));
const B: Option<(Variant, &str)> = Some((Variant::B, "7"));

#[test]
fn a_chat_is_one_case_and_what_comes_later_in_it_counts() {
    use Ending::{Escalated, Replied, RepliedAndEscalated, Silent};
    let mut refused = turn("c2", 5, B, Replied);
    refused.trace.refusals = vec![Refusal { check: "numbers".into(), why: "9".into(), text: "9".into() }];
    let mut echo = turn("c1", 31, None, Silent(SilentReason::Echo));
    echo.question.clear();
    let counted = tally(&[
        // Before the experiment reached this chat: its escalation is not the experiment's.
        turn("c1", 1, None, Escalated(EscalationReason::LowConfidence)),
        turn("c1", 10, A, Replied),
        turn("c1", 30, A, Replied),
        echo,
        turn("c1", 45, None, RepliedAndEscalated(EscalationReason::Order)),
        refused,
        // Within ten minutes, and a human was called without any prompt of ours.
        turn("c2", 9, None, Escalated(EscalationReason::WantsHuman)),
        // Not over yet.
        turn("c3", 995, B, Replied),
    ]);
    let none = None;
    assert_eq!(
        counted,
        [
            (Variant::A, 1, vec![Some((0, 1)), none, Some((0, 1)), Some((0, 1)), Some((1, 1))]),
            (Variant::B, 2, vec![Some((1, 2)), none, Some((1, 2)), Some((1, 1)), Some((0, 2))]),
        ]
    );
}

#[test]
fn only_the_newest_version_of_a_variant_is_compared() {
    let old = Some((Variant::B, "9"));
    let records =
        [turn("c1", 1, A, Ending::Replied), turn("c2", 2, old, Ending::Replied), turn("c2", 8, B, Ending::Replied)];
    let experiment = of(&records, AGAIN).remove(0);
    let versions = |arms: &[Arm]| arms.iter().map(|arm| arm.version.clone()).collect::<Vec<_>>();
    assert_eq!(
        (versions(&experiment.arms), versions(&experiment.earlier)),
        (vec!["1".into(), "7".into()], vec!["9".to_owned()])
    );
}

#[test]
fn without_a_trial_there_is_no_experiment() {
    assert_eq!(of(&[turn("c1", 1, None, Ending::Replied)], AGAIN), []);
}
