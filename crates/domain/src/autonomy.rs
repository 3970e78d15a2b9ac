//! How far the bot has earned the seller's trust, from what became of its answers: pure counting.
//!
//! While the seller looks every answer over (or answers himself, and the bot looks on), agreement is counted; when it is
//! sure enough, the bot may propose to answer by itself. While it answers by itself, interventions are counted; when
//! there are surely too many, it goes back to drafts. "Sure" is the Wilson bound on both sides: a few lucky answers
//! promote nothing, one unlucky one demotes nothing.
//!
//! Not here: whether two texts agree (crate `agents`), where the counts are kept (`store`), who is told (`worker`).

use serde::{Deserialize, Serialize};

use crate::conversation::{Asked, Haggling};
use crate::decision::Decision;
use crate::intent::Intent;
use crate::mode::Mode;
use crate::proportion::Proportion;

/// What became of one answer of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The draft was sent as it was.
    Unchanged,
    /// The seller sent something else instead of the draft.
    Edited,
    /// The seller sent nothing.
    Rejected,
    /// The seller said the same by himself.
    Same,
    /// The seller said something else by himself.
    Different,
    /// It went out by itself, and nobody objected.
    Stood,
    /// It went out by itself, and the seller wrote something over it.
    Overruled,
    /// It went out by itself, and the buyer complained or asked for a human.
    Complained,
}

impl Fate {
    /// All of them.
    pub const ALL: [Fate; 8] = [
        Self::Unchanged,
        Self::Edited,
        Self::Rejected,
        Self::Same,
        Self::Different,
        Self::Stood,
        Self::Overruled,
        Self::Complained,
    ];

    /// The name in Redis and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Edited => "edited",
            Self::Rejected => "rejected",
            Self::Same => "same",
            Self::Different => "different",
            Self::Stood => "stood",
            Self::Overruled => "overruled",
            Self::Complained => "complained",
        }
    }

    /// The fate of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.name() == name)
    }

    /// Whether the answer went out by itself, unseen.
    pub const fn is_of_auto(self) -> bool {
        matches!(self, Self::Stood | Self::Overruled | Self::Complained)
    }
}

/// What became of the answer of one turn to one kind of question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The turn. Judged again, it counts once, as it was judged last.
    pub turn: String,
    /// Which kind of question.
    pub intent: Intent,
    /// What became of it.
    pub fate: Fate,
    /// When the answer was made, in milliseconds since 1970.
    pub at_ms: i64,
}

/// The last answer of ours in a chat, said or not: what the seller's next words are held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastAnswer {
    /// Its turn.
    pub turn: String,
    /// When it was made, in milliseconds since 1970.
    pub at_ms: i64,
    /// How it was given.
    pub mode: Mode,
    /// Its words.
    pub text: String,
    /// What was decided. Only what can be judged is here, one decision for each kind of question.
    pub decisions: Vec<Decision>,
    /// The haggling, once it is said.
    #[serde(default)]
    pub haggling: Haggling,
    /// What it asks the buyer.
    #[serde(default)]
    pub asked: Option<Asked>,
    /// What the seller has said since, oldest first.
    pub seller_said: Vec<String>,
}

/// How often each fate was met with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([u32; Fate::ALL.len()]);

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, fate: Fate) {
        self.0[fate as usize] += 1;
    }

    /// How often `fate` was met with.
    pub const fn of(&self, fate: Fate) -> u32 {
        self.0[fate as usize]
    }

    /// Of the answers that the seller looked over, or that he gave himself: how many agreed, and of how many.
    pub const fn agreement(&self) -> Share {
        let agreed = self.of(Fate::Unchanged) + self.of(Fate::Same);
        Share { of: agreed + self.of(Fate::Edited) + self.of(Fate::Rejected) + self.of(Fate::Different), hits: agreed }
    }

    /// Of the answers that went out by themselves: in how many somebody intervened, and of how many.
    pub const fn interventions(&self) -> Share {
        let hits = self.of(Fate::Overruled) + self.of(Fate::Complained);
        Share { of: hits + self.of(Fate::Stood), hits }
    }
}

impl FromIterator<Fate> for Tally {
    fn from_iter<T: IntoIterator<Item = Fate>>(fates: T) -> Self {
        let mut tally = Self::default();
        fates.into_iter().for_each(|fate| tally.add(fate));
        tally
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub hits: u32,
    /// Of how many.
    pub of: u32,
}

impl Share {
    /// The lower end of the Wilson interval: the true share is hardly below. 0 of nothing.
    pub fn at_least(self) -> f64 {
        Proportion { hits: self.hits.min(self.of).into(), of: self.of.into() }.wilson().low
    }
}

/// When trust is earned, and when it is lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The agreement that must be sure before the bot proposes to answer by itself, 0 to 1.
    pub propose_from: f64,
    /// At least so many answers must have been looked over.
    pub propose_after: u32,
    /// The share of interventions that must be sure before the bot goes back to drafts, 0 to 1.
    pub fall_back_from: f64,
    /// At least so many interventions there must have been.
    pub fall_back_after: u32,
}

/// What the counts call for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// Propose to answer by itself.
    Propose(Share),
    /// Back to drafts.
    FallBack(Share),
}

/// What the counts of one kind of question call for, in the mode that is in force for it. Complaints are a human's
/// whatever the counts.
pub fn step(intent: Intent, mode: Mode, tally: &Tally, bar: &Bar) -> Step {
    if intent == Intent::Complaint {
        return Step::Stay;
    }
    if mode == Mode::Auto {
        let share = tally.interventions();
        let too_many = share.hits >= bar.fall_back_after && share.at_least() > bar.fall_back_from;
        return if too_many { Step::FallBack(share) } else { Step::Stay };
    }
    let share = tally.agreement();
    let enough = share.of >= bar.propose_after && share.at_least() >= bar.propose_from;
    if enough { Step::Propose(share) } else { Step::Stay }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BAR: Bar = Bar { propose_from: 0.9, propose_after: 30, fall_back_from: 0.1, fall_back_after: 3 };

    fn share(hits: u32, of: u32) -> Share {
        Share { hits, of }
    }

    #[test]
    fn the_bound_is_wilsons() {
        // Computed by hand from Wilson's formula with z = 1.96.
        for (hits, of, bound) in
            [(0, 0, 0.0), (0, 10, 0.0), (10, 10, 0.7225), (118, 120, 0.9413), (30, 60, 0.3775), (1, 1, 0.2065)]
        {
            let found = share(hits, of).at_least();
            assert!((found - bound).abs() < 5e-4, "{hits} of {of}: {found}");
        }
    }

    #[test]
    fn trust_is_earned_by_many_that_agree_and_lost_by_several_that_do_not() {
        let tally = |counts: &[(Fate, u32)]| -> Tally {
            counts.iter().flat_map(|(fate, count)| vec![*fate; *count as usize]).collect()
        };
        use Fate::{Complained, Different, Edited, Overruled, Rejected, Same, Stood, Unchanged};
        for (mode, counts, expected) in [
            (Mode::Draft, &[(Unchanged, 29)][..], Step::Stay),
            (Mode::Draft, &[(Unchanged, 35)], Step::Propose(share(35, 35))),
            (Mode::Shadow, &[(Same, 118), (Different, 2)], Step::Propose(share(118, 120))),
            (Mode::Shadow, &[(Same, 20), (Unchanged, 20)], Step::Propose(share(40, 40))),
            (Mode::Draft, &[(Unchanged, 35), (Edited, 2), (Rejected, 2)], Step::Stay),
            (Mode::Draft, &[(Stood, 100)], Step::Stay),
            (Mode::Auto, &[(Unchanged, 100)], Step::Stay),
            (Mode::Auto, &[(Stood, 5), (Overruled, 2)], Step::Stay),
            (Mode::Auto, &[(Stood, 3), (Overruled, 2), (Complained, 1)], Step::FallBack(share(3, 6))),
            (Mode::Auto, &[(Stood, 97), (Overruled, 3)], Step::Stay),
        ] {
            assert_eq!(step(Intent::StockInquiry, mode, &tally(counts), &BAR), expected, "{mode:?} {counts:?}");
        }
        let sure = tally(&[(Unchanged, 500)]);
        assert_eq!(step(Intent::Complaint, Mode::Draft, &sure, &BAR), Step::Stay, "a human's, always");
    }

    #[test]
    fn every_fate_is_known_by_its_name() {
        for fate in Fate::ALL {
            assert_eq!(Fate::named(fate.name()), Some(fate));
        }
    }

    proptest! {
        #[test]
        fn the_bound_is_a_share_below_the_one_seen(hits in 0_u32..2000, more in 0_u32..2000) {
            let of = hits + more;
            let bound = share(hits, of).at_least();
            prop_assert!((0.0..=1.0).contains(&bound));
            if of > 0 {
                prop_assert!(bound <= f64::from(hits) / f64::from(of) + 1e-12);
            }
        }

        #[test]
        fn one_more_hit_raises_the_bound_and_one_more_miss_lowers_it(hits in 0_u32..2000, more in 0_u32..2000) {
            let of = hits + more;
            let bound = share(hits, of).at_least();
            prop_assert!(share(hits + 1, of + 1).at_least() >= bound);
            prop_assert!(share(hits, of + 1).at_least() <= bound);
        }

        #[test]
        fn more_of_the_same_is_surer(hits in 0_u32..500, more in 0_u32..500, times in 2_u32..6) {
            let of = hits + more;
            prop_assert!(share(hits * times, of * times).at_least() >= share(hits, of).at_least() - 1e-12);
        }

        #[test]
        fn every_fate_counts_on_one_side_only(fates in proptest::collection::vec(0_usize..8, 0..200)) {
            let tally: Tally = fates.iter().map(|at| Fate::ALL[*at]).collect();
            prop_assert_eq!(tally.agreement().of + tally.interventions().of, fates.len() as u32);
        }
    }
}
