//! Were these words answered already? Asked when Redis may have forgotten: the chat knows.
//!
//! Redis writes one log. So if it still knows a send of ours, it also knows what it knew before that send: which
//! messages the turn answered. Only a message of the account that it does not know, and that stands after the
//! buyer's words, may be an answer that got lost with the end of the log. It may also be the seller's own. Either way
//! we do not speak, and a human is told, since a card may have got lost as well.
//!
//! Not here: when Redis is doubted (crate `queue`).

use std::collections::HashSet;

use avito::HistoryMessage;
use domain::escalation::EscalationReason;
use domain::ids::MessageId;
use domain::message::Side;
use queue::{Claim, Memory};

use super::hear::Words;
use super::plan::Plan;
use super::setback::Setback;
use super::think;
use crate::room::{Room, Seller};

/// How many messages of the history are read: more than a chat moves on by while Redis is away.
const HISTORY: usize = 50;

/// Whether an answer to one of these words may stand in the chat without Redis knowing of it.
///
/// # Errors
/// When the history cannot be read: then nobody knows, and we wait.
pub(super) async fn may_be_answered(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    words: &Words,
) -> Result<bool, Setback> {
    if claim.memory == Memory::Whole {
        return Ok(false);
    }
    let what = "reading the chat's history because Redis may have forgotten an answer";
    let history = seller.messenger.history(&claim.conversation.chat, HISTORY).await;
    let history = history.map_err(|error| Setback::Failed { what, why: runtime::chain(&error) })?;
    let ours = room.store.sent_ids(&claim.conversation).await?;
    // A webhook brought these: they were weighed in `hear`.
    let known = claim.messages.iter().map(|message| &message.id).chain(&ours).collect();
    let asked: Vec<&MessageId> = words.messages.iter().map(|message| &message.id).collect();
    Ok(stands_after(&history, &asked, &known))
}

/// A card, and silence: we cannot know what there is left to say.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn ask_a_human(room: &Room, seller: &Seller, claim: &Claim, words: Words) -> Result<Plan, Setback> {
    think::show_a_human(room, seller, claim, words, EscalationReason::MayBeAnswered).await
}

/// Whether an unknown message of the account stands after one of those that are `asked` about. The history comes
/// newest first; what is not in it, lagging as it may be, has nothing after it.
fn stands_after(history: &[HistoryMessage], asked: &[&MessageId], known: &HashSet<&MessageId>) -> bool {
    let newest_answer =
        history.iter().position(|message| message.side == Side::Account && !known.contains(&message.id));
    newest_answer.is_some_and(|at| history[at..].iter().any(|message| asked.contains(&&message.id)))
}

#[cfg(test)]
mod tests {
    use domain::message::Content;

    use super::*;

    /// A chat in one line, oldest first: `b` the buyer's, `o` the account's.
    fn history(chat: &str) -> Vec<HistoryMessage> {
        let message = |word: &str| HistoryMessage {
            id: word.parse().unwrap(),
            side: if word.starts_with('b') { Side::Buyer } else { Side::Account },
            author: None,
            created_s: 0,
            text: Some(word.to_owned()),
            content: Content::Text { text: word.to_owned() },
        };
        let mut messages: Vec<_> = chat.split_whitespace().map(message).collect();
        messages.reverse();
        messages
    }

    #[test]
    fn only_what_redis_does_not_know_may_be_a_forgotten_answer() {
        for (chat, asked, known, expected) in [
            ("b1", "b1", "", false),
            ("b1 o1", "b1", "", true),
            ("b1 o1", "b1", "o1", false),
            ("b1 o1 b2", "b2", "", false),
            ("b1 o1 b2", "b1 b2", "", true),
            ("b1 b2 o1", "b2", "o1", false),
            ("b1 o1 o2", "b1", "o2", true),
            ("b1 o1 b2 o2", "b2", "o1", true),
            // The history lags, or goes back less far.
            ("o1", "b1", "", false),
            ("", "b1", "", false),
        ] {
            let ids = |words: &str| words.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<MessageId>>();
            let (asked_ids, known_ids) = (ids(asked), ids(known));
            let found = stands_after(&history(chat), &Vec::from_iter(&asked_ids), &HashSet::from_iter(&known_ids));
            assert_eq!(found, expected, "{chat}: {asked} asked about, {known} known");
        }
    }
}
