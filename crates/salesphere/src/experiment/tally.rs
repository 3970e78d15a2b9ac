//! Counting: from the records of decisions to how often what happened in the chats of each variant.
//!
//! A chat is one case, however many turns it has: the variants were dealt out by chat, and the turns of one buyer are
//! alike. Pure: no store, no clock.

use std::collections::BTreeMap;

use domain::escalation::EscalationReason;
use domain::ids::ConversationId;
use domain::proportion::Proportion;
use domain::record::{DecisionRecord, Ending, SilentReason, Trial, Variant};

/// When a buyer counts as one who wrote again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Again {
    /// So soon after an answer.
    pub(super) within_ms: i64,
    /// Now: what is younger than that is not over yet.
    pub(super) now_ms: i64,
}

/// The two variants of one prompt.
#[derive(Debug, PartialEq)]
pub(super) struct Experiment {
    /// The prompt's file.
    pub(super) prompt: String,
    /// The newest version of each variant that some chat got, A first.
    pub(super) arms: Vec<Arm>,
    /// Earlier versions, which are not compared.
    pub(super) earlier: Vec<Arm>,
}

/// The chats that got one version of a variant.
#[derive(Debug, PartialEq)]
pub(super) struct Arm {
    pub(super) variant: Variant,
    pub(super) version: String,
    pub(super) chats: u64,
    pub(super) turns: u64,
    /// When it was last used.
    last_ms: i64,
    escalated: Proportion,
    refused: Proportion,
    wrote_again: Proportion,
    ordered: Proportion,
}

/// What can come of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Escalated,
    Edited,
    Refused,
    WroteAgain,
    Ordered,
}

impl Outcome {
    /// All of them, in the order in which they are told.
    pub(super) const ALL: [Outcome; 5] =
        [Self::Escalated, Self::Edited, Self::Refused, Self::WroteAgain, Self::Ordered];

    /// The name in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Escalated => "escalated",
            Self::Edited => "edited_by_seller",
            Self::Refused => "refused_by_check",
            Self::WroteAgain => "buyer_wrote_again",
            Self::Ordered => "order",
        }
    }
}

impl Arm {
    /// In how many of how many chats it came to that. `None`: the records do not tell.
    pub(super) fn of(&self, outcome: Outcome) -> Option<Proportion> {
        Some(match outcome {
            Outcome::Escalated => self.escalated,
            // No record says yet what became of a draft in the seller's hands.
            Outcome::Edited => return None,
            Outcome::Refused => self.refused,
            Outcome::WroteAgain => self.wrote_again,
            Outcome::Ordered => self.ordered,
        })
    }

    fn new(trial: &Trial) -> Self {
        let none = Proportion::default();
        Self {
            variant: trial.variant,
            version: trial.version.clone(),
            chats: 0,
            turns: 0,
            last_ms: i64::MIN,
            escalated: none,
            refused: none,
            wrote_again: none,
            ordered: none,
        }
    }

    /// Counts a chat: its turns, oldest first, of which those of `own` were asked with this arm's prompt.
    fn count(&mut self, chat: &[&DecisionRecord], own: &[usize], again: Again) {
        let Some(&first) = own.first() else { return };
        let since = &chat[first..];
        self.chats += 1;
        self.turns += own.len() as u64;
        self.last_ms = own.iter().map(|&turn| chat[turn].at_ms).chain([self.last_ms]).max().unwrap_or(self.last_ms);
        self.escalated.count(since.iter().any(|turn| is_escalated(turn.ending)));
        self.ordered.count(since.iter().any(|turn| is_order(turn.ending)));
        self.refused.count(own.iter().any(|&turn| !chat[turn].trace.refusals.is_empty()));
        let again: Vec<bool> = own.iter().filter_map(|&turn| wrote_again(chat, turn, again)).collect();
        if !again.is_empty() {
            self.wrote_again.count(again.contains(&true));
        }
    }
}

/// The experiments that `records` tell of, by the prompt's name.
pub(super) fn of(records: &[DecisionRecord], again: Again) -> Vec<Experiment> {
    let mut chats: BTreeMap<&ConversationId, Vec<&DecisionRecord>> = BTreeMap::new();
    for record in records {
        chats.entry(&record.conversation).or_default().push(record);
    }
    let mut prompts: BTreeMap<&str, Vec<Arm>> = BTreeMap::new();
    for chat in chats.values_mut() {
        chat.sort_by_key(|turn| turn.at_ms);
        let mut own: Vec<(&Trial, Vec<usize>)> = Vec::new();
        for (number, turn) in chat.iter().enumerate() {
            for trial in &turn.trace.trials {
                match own.iter_mut().find(|(known, _)| *known == trial) {
                    Some((_, turns)) => turns.push(number),
                    None => own.push((trial, vec![number])),
                }
            }
        }
        for (trial, turns) in own {
            arm(prompts.entry(&trial.prompt).or_default(), trial).count(chat, &turns, again);
        }
    }
    prompts.into_iter().map(|(prompt, arms)| experiment(prompt, arms)).collect()
}

fn arm<'a>(arms: &'a mut Vec<Arm>, trial: &Trial) -> &'a mut Arm {
    let known = arms.iter().position(|arm| arm.variant == trial.variant && arm.version == trial.version);
    let place = known.unwrap_or_else(|| {
        arms.push(Arm::new(trial));
        arms.len() - 1
    });
    &mut arms[place]
}

fn experiment(prompt: &str, mut arms: Vec<Arm>) -> Experiment {
    arms.sort_by_key(|arm| (arm.variant, std::cmp::Reverse(arm.last_ms)));
    let mut newest: Vec<Arm> = Vec::new();
    let mut earlier = Vec::new();
    for arm in arms {
        let known = newest.iter().any(|newer| newer.variant == arm.variant);
        let arms = if known { &mut earlier } else { &mut newest };
        arms.push(arm);
    }
    Experiment { prompt: prompt.to_owned(), arms: newest, earlier }
}

/// A human was called, and not to take an order.
fn is_escalated(ending: Ending) -> bool {
    matches!(ending, Ending::Escalated(why) | Ending::RepliedAndEscalated(why) if why != EscalationReason::Order)
}

fn is_order(ending: Ending) -> bool {
    matches!(ending, Ending::Escalated(EscalationReason::Order) | Ending::RepliedAndEscalated(EscalationReason::Order))
}

/// Whether the buyer wrote again soon after the answer of `turn`. `None`: nothing was answered, or it is not over yet.
fn wrote_again(chat: &[&DecisionRecord], turn: usize, again: Again) -> Option<bool> {
    let answered = chat[turn];
    if answered.ending != Ending::Replied {
        return None;
    }
    let until = answered.at_ms + again.within_ms;
    let wrote = chat[turn + 1..].iter().any(|next| is_buyers(next) && next.at_ms - next.total_ms <= until);
    (wrote || until <= again.now_ms).then_some(wrote)
}

/// Whether the buyer wrote what this turn was about. A silent turn keeps no words.
fn is_buyers(turn: &DecisionRecord) -> bool {
    !turn.question.is_empty() || turn.ending == Ending::Silent(SilentReason::HandedOver)
}

#[cfg(test)]
mod tests;
