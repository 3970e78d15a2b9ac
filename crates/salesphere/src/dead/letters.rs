//! Dead letters as the commands speak of them: found by name, grouped by the turn that failed, and who was told.

use std::collections::BTreeSet;

use domain::ids::ConversationId;
use queue::{DeadLetter, DeadLetterId};

use super::Which;
use crate::house::House;
use crate::plain::printable;

/// How many letters one command deals with.
const AT_ONCE: usize = 10_000;

/// The letters of one turn that failed for good: those of one conversation, given up together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// How the operator names them: `0-17`, `0-17..19`.
    pub(super) name: String,
    /// How many.
    pub(super) messages: usize,
    /// The first of them; the others share what is told of it.
    pub(super) first: DeadLetter,
}

/// Groups letters that are sorted from the newest to the oldest, and keeps that order.
pub(super) fn groups(letters: &[DeadLetter]) -> Vec<Group> {
    let number = |id: DeadLetterId| {
        let text = id.to_string();
        text.split_once('-').and_then(|(shard, number)| Some((shard.to_owned(), number.parse::<u64>().ok()?)))
    };
    let together = |newer: &DeadLetter, older: &DeadLetter| {
        let follows = number(newer.id).zip(number(older.id));
        follows.is_some_and(|((shard, newer), (its_shard, older))| shard == its_shard && newer == older + 1)
            && newer.conversation == older.conversation
            && newer.error == older.error
            && newer.at_ms == older.at_ms
            && newer.told == older.told
    };
    let named = |letters: &[DeadLetter]| {
        let (last, first) = (letters.first()?, letters.last()?);
        let name = match number(last.id) {
            Some((_, last)) if letters.len() > 1 => format!("{}..{last}", first.id),
            _ => first.id.to_string(),
        };
        Some(Group { name, messages: letters.len(), first: first.clone() })
    };
    letters.chunk_by(together).filter_map(named).collect()
}

/// The conversation of a letter, where it names one.
pub(super) fn conversation(letter: &DeadLetter) -> Option<ConversationId> {
    letter.conversation.parse().ok()
}

/// Seller and chat as they are printed.
pub(super) fn seller_and_chat(letter: &DeadLetter) -> (String, String) {
    let (seller, chat) = letter.conversation.split_once(':').unwrap_or((&letter.conversation, ""));
    (printable(seller).into_owned(), printable(chat).into_owned())
}

/// Who was told of a letter.
pub(super) fn told(house: &House, letter: &DeadLetter) -> &'static str {
    let known = conversation(letter).is_some_and(|id| house.seller(&id.seller).is_some());
    match (letter.told, known) {
        (true, _) => "the seller",
        (false, true) => "nobody yet",
        (false, false) => "nobody: no such seller",
    }
}

/// The ids that are meant, each once, oldest first.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn meant(house: &House, which: &Which) -> anyhow::Result<Vec<DeadLetterId>> {
    if !which.all {
        let ids: BTreeSet<_> = which.ids.iter().flat_map(|span| span.ids()).copied().collect();
        return Ok(ids.into_iter().collect());
    }
    let letters = house.queue.dead_letters(AT_ONCE).await.map_err(|error| house.failure(&error))?;
    Ok(letters.iter().rev().map(|letter| letter.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(id: &str, chat: &str, at_ms: i64, error: &str) -> DeadLetter {
        DeadLetter {
            id: id.parse().unwrap(),
            conversation: format!("demo:{chat}"),
            error: error.to_owned(),
            at_ms,
            envelope: String::new(),
            told: true,
        }
    }

    #[test]
    fn the_letters_of_one_failed_turn_are_one_line() {
        let letters = [
            letter("0-9", "a", 50, "down"),
            letter("0-8", "a", 50, "down"),
            letter("0-7", "b", 50, "down"),
            letter("0-6", "b", 40, "down"),
            letter("0-4", "b", 40, "down"),
            letter("1-3", "b", 40, "down"),
            letter("1-2", "b", 40, "poison"),
        ];
        let groups = groups(&letters);
        let told: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.messages)).collect();
        assert_eq!(told, [("0-8..9", 2), ("0-7", 1), ("0-6", 1), ("0-4", 1), ("1-3", 1), ("1-2", 1)]);
    }
}
