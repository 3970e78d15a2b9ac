//! The second opinion at the router's side: held beside what the model shows and, where it is trusted so far, in its
//! place.

use domain::intent::{ConfidenceSource, Intent, Routing, Seconding};
use domain::message::Side;
use opinion::{Example, Opinion, SecondOpinion, Shown};

use super::pool::{self, Second};
use crate::quoted;
use crate::turn::{Turn, Words};

/// Who has it, and how far it is trusted.
pub(crate) struct Seconded {
    second: SecondOpinion,
    trust: Seconding,
}

impl Seconded {
    /// Learns; that takes some tenths of a second.
    pub(crate) fn learn(examples: &[Example], trust: Seconding) -> Self {
        Self { second: SecondOpinion::learn(examples), trust }
    }

    /// What it thinks of the turn.
    fn on(&self, turn: &Turn<'_>, words: &Words) -> Opinion {
        let lines = &turn.conversation.lines;
        let before = lines.iter().rev().find(|line| line.side == Side::Buyer);
        let answered = lines.last().filter(|line| line.side != Side::Buyer);
        self.second.of(Shown {
            text: &words.text,
            before: before.map(|line| line.text.as_str()),
            answered: answered.map(|line| line.text.as_str()),
            listing: turn.listing.is_some(),
        })
    }

    /// The same as it counts beside a model, if it does.
    pub(super) fn counting(&self, turn: &Turn<'_>, words: &Words) -> Option<Second> {
        let weight = self.trust.weight;
        (weight > 0.0).then(|| Second { opinion: self.on(turn, words), weight })
    }

    /// Its reading of a turn whose model is down, if it is sure enough to stand in.
    pub(crate) fn stands_in(&self, turn: &Turn<'_>, words: &Words) -> Option<Routing> {
        self.alone(turn, words, self.trust.stand_in?)
    }

    /// Its reading of a turn, if it is so sure that no model need be asked.
    pub(crate) fn spares_the_model(&self, turn: &Turn<'_>, words: &Words) -> Option<Routing> {
        self.alone(turn, words, self.trust.unasked?)
    }

    /// A complaint is a human's, and what the prompt would not show whole it does not decide either.
    fn alone(&self, turn: &Turn<'_>, words: &Words, least: f64) -> Option<Routing> {
        let opinion = self.on(turn, words);
        let (intent, sure) = pool::alone(&opinion);
        let settled = sure >= least && intent != Intent::Complaint && words.text.chars().count() <= quoted::TEXT_CHARS;
        settled.then(|| Routing {
            intent,
            confidence: sure,
            confidence_from: ConfidenceSource::Opinion,
            call: Some(opinion.call),
            ..super::unread(words)
        })
    }
}
