//! The report as people read it, and what may be concluded from it.

use std::fmt::Write;

use domain::proportion::{Interval, Proportion};
use domain::record::Variant;

use super::Report;
use super::tally::{Arm, Experiment, Outcome};
use crate::plain::{count, moment, table};

/// Fewer chats than this in a variant, and nothing is concluded: the intervals are as wide as the question.
pub(super) const FEWEST: u64 = 30;

/// A difference of this much is worth an experiment; how many chats it takes to see it is told.
const WORTH_SEEING: f64 = 0.10;

/// What two variants say about one outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Judgement {
    /// One of them has too few chats, or nothing is recorded.
    TooLittle,
    /// The difference may be none.
    NoDifference,
    /// It happens more often with B.
    More,
    /// It happens less often with B.
    Less,
}

impl Judgement {
    /// The name in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::TooLittle => "too_little_data",
            Self::NoDifference => "no_difference_seen",
            Self::More => "more_often_with_b",
            Self::Less => "less_often_with_b",
        }
    }
}

/// What may be concluded, with the difference.
pub(super) fn judge(a: Option<Proportion>, b: Option<Proportion>) -> (Judgement, Option<Interval>) {
    let (Some(a), Some(b)) = (a, b) else { return (Judgement::TooLittle, None) };
    let Some(difference) = a.difference_to(b) else { return (Judgement::TooLittle, None) };
    let judgement = match difference {
        _ if a.of.min(b.of) < FEWEST => Judgement::TooLittle,
        Interval { low, .. } if low > 0.0 => Judgement::More,
        Interval { high, .. } if high < 0.0 => Judgement::Less,
        _ => Judgement::NoDifference,
    };
    (judgement, Some(difference))
}

/// How many chats each variant needs for a difference of [`WORTH_SEEING`] to be seen in four of five experiments.
pub(super) fn needed(a: Proportion, b: Proportion) -> u64 {
    /// The square of 1.96 + 0.84 standard deviations: an error of 5 in 100, and 80 in 100 seen.
    const SQUARE: f64 = 7.849;
    let all = Proportion { hits: a.hits + b.hits, of: a.of + b.of };
    // A share that was never seen is not nothing for sure: its upper bound is reckoned with.
    let share = all.share().filter(|share| *share > 0.0).unwrap_or(all.wilson().high).min(0.5);
    (SQUARE * 2.0 * share * (1.0 - share) / (WORTH_SEEING * WORTH_SEEING)).ceil() as u64
}

/// Both variants of an experiment, if chats of both were seen.
pub(super) fn pair(experiment: &Experiment) -> (Option<&Arm>, Option<&Arm>) {
    let of = |variant| experiment.arms.iter().find(|arm| arm.variant == variant);
    (of(Variant::A), of(Variant::B))
}

/// The whole report.
pub(super) fn to_a_person(report: &Report) -> String {
    let since = moment(report.since_ms);
    if report.experiments.is_empty() {
        return format!(
            "no experiment: since {since} UTC no chat was answered with a prompt that has a variant\n  hint: put a \
             variant beside its prompt in answers.prompts_dir, agents/pricing.b.md with `share: 50%` in its front matter\n"
        );
    }
    let mut page = String::new();
    for experiment in &report.experiments {
        one(&mut page, experiment, report, &since);
    }
    page
}

fn one(page: &mut String, experiment: &Experiment, report: &Report, since: &str) {
    // A String takes everything.
    writeln!(page, "experiment {}, since {since} UTC", experiment.prompt).ok();
    for arm in &experiment.arms {
        let (chats, turns) = (count(arm.chats as usize, "chat"), count(arm.turns as usize, "turn"));
        writeln!(page, "  {}  version {}: {chats}, {turns}", letter(arm.variant), arm.version).ok();
    }
    for arm in &experiment.earlier {
        let (letter, chats) = (letter(arm.variant), count(arm.chats as usize, "chat"));
        writeln!(page, "  not counted: {chats} with {letter} version {}, an earlier one", arm.version).ok();
    }
    let (a, b) = pair(experiment);
    let mut rows = table(["of the chats", "A", "B", "B − A", ""]);
    for outcome in Outcome::ALL {
        let (a, b) = (a.and_then(|arm| arm.of(outcome)), b.and_then(|arm| arm.of(outcome)));
        let (judgement, difference) = judge(a, b);
        rows.add_row([
            name(outcome, report.again_within),
            share(a),
            share(b),
            difference.map_or_else(|| "–".to_owned(), points),
            said(judgement, a, b),
        ]);
    }
    writeln!(page, "\n{rows}\n\n{}\n", verdict(a, b)).ok();
}

fn verdict(a: Option<&Arm>, b: Option<&Arm>) -> String {
    let chats = |arm: Option<&Arm>| arm.map_or(0, |arm| arm.chats);
    if chats(a).min(chats(b)) < FEWEST {
        return format!(
            "too little data: {} with A and {} with B. Nothing is concluded from fewer than {FEWEST} of each; let it go on.",
            count(chats(a) as usize, "chat"),
            chats(b)
        );
    }
    let differs = |outcome: &Outcome| {
        let of = |arm: Option<&Arm>| arm.and_then(|arm| arm.of(*outcome));
        matches!(judge(of(a), of(b)).0, Judgement::More | Judgement::Less)
    };
    if Outcome::ALL.iter().any(differs) {
        "where a difference is told, it is none in 1 of 20 cases: see that it stays when there are more chats"
            .to_owned()
    } else {
        "no difference seen: either there is none worth the trouble, or there are too few chats to see it".to_owned()
    }
}

const fn letter(variant: Variant) -> char {
    match variant {
        Variant::A => 'A',
        Variant::B => 'B',
    }
}

fn name(outcome: Outcome, again_within: u32) -> String {
    match outcome {
        Outcome::Escalated => "escalated, not for an order".to_owned(),
        Outcome::Edited => "edited by the seller".to_owned(),
        Outcome::Refused => "a text refused by a check".to_owned(),
        Outcome::WroteAgain => format!("the buyer wrote again within {again_within} min"),
        Outcome::Ordered => "an order".to_owned(),
    }
}

/// `12.5 % (6–23), 8 of 64`, or a dash where nothing is known.
fn share(seen: Option<Proportion>) -> String {
    let Some((seen, share)) = seen.and_then(|seen| Some((seen, seen.share()?))) else { return "–".to_owned() };
    let Interval { low, high } = seen.wilson();
    format!("{:.1} % ({:.0}–{:.0}), {} of {}", share * 100.0, low * 100.0, high * 100.0, seen.hits, seen.of)
}

/// `-12 to +3 points`.
fn points(difference: Interval) -> String {
    format!("{:+.0} to {:+.0} points", difference.low * 100.0, difference.high * 100.0)
}

fn said(judgement: Judgement, a: Option<Proportion>, b: Option<Proportion>) -> String {
    match (judgement, a, b) {
        (_, None, _) | (_, _, None) => "not recorded".to_owned(),
        (Judgement::TooLittle, ..) => "too little data".to_owned(),
        (Judgement::More, ..) => "more often with B".to_owned(),
        (Judgement::Less, ..) => "less often with B".to_owned(),
        (Judgement::NoDifference, Some(a), Some(b)) => {
            let (needed, seen) = (needed(a, b), a.of.min(b.of));
            if needed > seen {
                format!("no difference seen; 10 points are seen with {needed} chats of each")
            } else {
                "no difference seen, and 10 points would have been".to_owned()
            }
        }
    }
}
