//! What the seller's mode makes of an answer: said, shown on a card, or kept for the comparison. Pure.
//!
//! In `draft`, `shadow` and in a pause nothing is said that nobody tapped, no holding line either. A complaint and a wish
//! for a human reach a human in every mode. Not here: what became of the answers ([`super::judge`]).

use agents::{Outcome, ReplyText};
use domain::conversation::{Conversation, Line};
use domain::escalation::EscalationReason;
use domain::mode::{Manner, Mode};
use domain::record::{Ending, SilentReason};

/// What is done about a turn, in the order of the fields.
#[derive(Debug, PartialEq)]
pub(super) struct Course<'a> {
    /// What the buyer hears.
    pub(super) say: Option<&'a ReplyText>,
    /// The card, with a draft where there is one.
    pub(super) card: Option<(EscalationReason, Option<String>)>,
    /// How the turn ends.
    pub(super) ending: Ending,
    /// Whether the chat is a human's from now on.
    pub(super) handed_over: bool,
}

/// What is done about `outcome` in this manner.
pub(super) fn course(outcome: &Outcome, manner: Manner) -> Course<'_> {
    let silent = |reason| Course { say: None, card: None, ending: Ending::Silent(reason), handed_over: false };
    match (outcome, manner) {
        (Outcome::Silent(reason), _) => silent(*reason),
        (Outcome::Reply { text, then }, Manner::As(Mode::Auto)) => Course {
            say: Some(text),
            card: then.map(|reason| (reason, None)),
            ending: then.map_or(Ending::Replied, Ending::RepliedAndEscalated),
            handed_over: then.is_some(),
        },
        (Outcome::Escalate { reason, holding, draft }, Manner::As(Mode::Auto)) => Course {
            say: Some(holding),
            card: Some((*reason, draft.clone())),
            ending: Ending::Escalated(*reason),
            handed_over: true,
        },
        (Outcome::Reply { text, then }, Manner::As(Mode::Draft) | Manner::Paused) => {
            let usual = if manner == Manner::Paused { EscalationReason::Paused } else { EscalationReason::AwaitsTap };
            let reason = then.unwrap_or(usual);
            let card = Some((reason, Some(text.as_str().to_owned())));
            Course { say: None, card, ending: Ending::Escalated(reason), handed_over: false }
        }
        (Outcome::Escalate { reason, .. }, Manner::As(Mode::Shadow)) if !is_urgent(*reason) => {
            silent(SilentReason::LooksOn)
        }
        (Outcome::Escalate { reason, draft, .. }, _) => Course {
            say: None,
            card: Some((*reason, draft.clone())),
            ending: Ending::Escalated(*reason),
            handed_over: true,
        },
        (Outcome::Reply { .. }, Manner::As(Mode::Shadow)) => silent(SilentReason::LooksOn),
    }
}

impl Course<'_> {
    /// The seller is in the chat already: he is not called into it.
    pub(super) fn leave_to_the_seller(&mut self, reason: SilentReason) {
        if self.card.take().is_some() {
            self.ending = Ending::Silent(reason);
            self.handed_over = false;
        }
    }
}

/// What a seller who answers himself must hear of all the same: a call leaves nothing unread in the chat, and who is
/// angry must not wait.
const fn is_urgent(reason: EscalationReason) -> bool {
    matches!(reason, EscalationReason::Complaint | EscalationReason::WantsHuman | EscalationReason::MissedCall)
}

/// What is remembered of a turn in which nothing was said: what the buyer talked about, not what we would have offered
/// or asked.
pub(super) fn unsaid(memory: Conversation, before: &Conversation, heard: impl Iterator<Item = Line>) -> Conversation {
    let mut memory =
        Conversation { haggling: before.haggling.clone(), asked: None, lines: before.lines.clone(), ..memory };
    heard.for_each(|line| memory.push_line(line));
    memory
}

#[cfg(test)]
mod tests {
    use agents::checks::{CheckContext, HandingOver, review};
    use domain::decision::{Decision, Verdict};
    use domain::intent::Intent;

    use super::*;

    fn text() -> ReplyText {
        let greeting = Decision { intent: Intent::Other, verdict: Verdict::Greet, product: None, facts: Vec::new() };
        let context = CheckContext {
            floors: &[],
            licensed: &[],
            buyer_text: "",
            max_text_chars: 1000,
            handing_over: HandingOver::No,
        };
        review("Здравствуйте!", &[greeting], &context).unwrap()
    }

    /// What is said, on which card, with or without a draft, whose the chat is.
    fn told(outcome: &Outcome, manner: Manner) -> String {
        let course = course(outcome, manner);
        let said = if course.say.is_some() { "says" } else { "is silent" };
        let card = course.card.map_or(String::new(), |(reason, draft)| {
            format!(", card {}{}", reason.name(), if draft.is_some() { " with draft" } else { "" })
        });
        format!("{said}{card}{}", if course.handed_over { ", hands over" } else { "" })
    }

    #[test]
    fn each_mode_makes_its_own_of_an_answer() {
        use EscalationReason::{Complaint, LowConfidence, Order};
        let reply = |then| Outcome::Reply { text: text(), then };
        let escalate = |reason| Outcome::Escalate { reason, holding: text(), draft: None };
        let (auto, draft, shadow) = (Manner::As(Mode::Auto), Manner::As(Mode::Draft), Manner::As(Mode::Shadow));
        for (outcome, manner, expected) in [
            (reply(None), auto, "says"),
            (reply(None), draft, "is silent, card awaits_tap with draft"),
            (reply(None), shadow, "is silent"),
            (reply(None), Manner::Paused, "is silent, card paused with draft"),
            (reply(Some(Order)), auto, "says, card order, hands over"),
            (reply(Some(Order)), draft, "is silent, card order with draft"),
            (reply(Some(Order)), shadow, "is silent"),
            (escalate(LowConfidence), auto, "says, card low_confidence, hands over"),
            (escalate(LowConfidence), draft, "is silent, card low_confidence, hands over"),
            (escalate(LowConfidence), shadow, "is silent"),
            (escalate(Complaint), draft, "is silent, card complaint, hands over"),
            (escalate(Complaint), shadow, "is silent, card complaint, hands over"),
            (escalate(Complaint), Manner::Paused, "is silent, card complaint, hands over"),
            (Outcome::Silent(SilentReason::NothingAsked), draft, "is silent"),
        ] {
            assert_eq!(told(&outcome, manner), expected, "{manner:?} {outcome:?}");
        }
    }
}
