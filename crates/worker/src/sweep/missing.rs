//! What is missing: the messages of a chat that should have come by a webhook and did not. Pure.
//!
//! A buyer's message that is not remembered as arrived may be an answered one all the same: remembered ids go,
//! after a week or a flood, while the chat stays unread until the seller looks at it. So it counts as missing only if
//! it is young and nothing was said to the buyer since; or if all that was said since is ours and arrivals are
//! remembered from before it, which proves that none of our answers knew of it. What the seller typed closes the
//! matter for everything before it, and goes to the worker before any later message of the buyer, or we would talk
//! over him.

use std::collections::HashSet;

use avito::HistoryMessage;
use domain::ids::MessageId;
use domain::message::{Content, Side};

use super::chat::Left;

/// The most messages taken from one chat in one sweep; the next one takes the rest.
const MOST: usize = 20;

/// A message this young is left to its webhook, which may take two seconds. Avito's times are whole seconds.
const STILL_ON_ITS_WAY_S: i64 = 3;

/// A message of the account this young may be ours without our having noted it yet.
const NOT_YET_NOTED_S: i64 = 120;

/// By how much Avito's clock and ours may differ.
const SKEW_S: i64 = 60;

/// What we know about a chat.
pub(super) struct Known<'a> {
    /// The ids of our own messages.
    pub(super) ours: &'a HashSet<MessageId>,
    /// The ids of those that came by a webhook, or were found before.
    pub(super) arrived: &'a HashSet<&'a MessageId>,
    /// From when on all arrivals are remembered, in seconds since 1970.
    pub(super) arrivals_since_s: i64,
    /// Now, in seconds since 1970.
    pub(super) now_s: i64,
    /// How old a missing message may be.
    pub(super) within_s: i64,
    /// For how long we stay out of a chat after the seller wrote in it.
    pub(super) quiet_s: i64,
}

/// What was found.
#[derive(Debug, PartialEq)]
pub(super) struct Missing<'a> {
    /// The messages, oldest first.
    pub(super) messages: Vec<&'a HistoryMessage>,
    /// Whether another look may find more, although nobody writes.
    pub(super) left: Left,
}

/// Finds what is missing in the newest messages of a chat, which come newest first.
pub(super) fn find<'a>(history: &'a [HistoryMessage], known: &Known<'_>) -> Missing<'a> {
    let mut missing = Missing { messages: Vec::new(), left: Left::Nothing };
    let mut since = Since::Nothing;
    for message in history {
        let age_s = known.now_s - message.created_s;
        if age_s > known.within_s {
            break;
        }
        let arrived = known.arrived.contains(&message.id);
        let on_its_way = !arrived && age_s < STILL_ON_ITS_WAY_S;
        let is_missing = match message.side {
            Side::Account if known.ours.contains(&message.id) => {
                since = since.max(Since::Ours);
                continue;
            }
            Side::Account => {
                if age_s < NOT_YET_NOTED_S {
                    missing.left = Left::Something;
                }
                since = Since::Sellers;
                !arrived && age_s <= known.quiet_s
            }
            // No history has these: nobody in the chat has seen them.
            Side::Desk => false,
            Side::Buyer => {
                let unanswered = match since {
                    Since::Nothing => true,
                    Since::Ours => message.created_s > known.arrivals_since_s + SKEW_S,
                    Since::Sellers => false,
                };
                !arrived && unanswered && message.content != Content::Deleted
            }
        };
        if is_missing && on_its_way {
            missing.left = Left::Something;
        } else if is_missing {
            missing.messages.push(message);
        }
    }
    missing.messages.reverse();
    drop_sellers_words_that_nothing_follows(&mut missing.messages);
    if missing.messages.len() > MOST {
        missing.messages.truncate(MOST);
        missing.left = Left::Something;
    }
    missing
}

/// Who spoke since a message, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Since {
    /// Only the buyer.
    Nothing,
    /// We did.
    Ours,
    /// Somebody else of the account, so presumably the seller.
    Sellers,
}

/// The seller's words matter where they come before words of the buyer that we are about to answer.
fn drop_sellers_words_that_nothing_follows(messages: &mut Vec<&HistoryMessage>) {
    while messages.last().is_some_and(|message| message.side == Side::Account) {
        messages.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_000_000;

    /// A chat in one line, oldest first: `b` the buyer's, `o` ours, `s` the seller's, capital if its webhook came;
    /// then its age in seconds.
    fn history(chat: &str) -> Vec<HistoryMessage> {
        let mut messages: Vec<_> = chat.split_whitespace().map(message).collect();
        messages.reverse();
        messages
    }

    fn message(word: &str) -> HistoryMessage {
        let (who, age_s) = word.split_at(1);
        let age_s: i64 = age_s.parse().unwrap();
        let side = if who.eq_ignore_ascii_case("b") || who == "x" { Side::Buyer } else { Side::Account };
        let content = if who == "x" { Content::Deleted } else { Content::Text { text: word.to_owned() } };
        HistoryMessage {
            id: word.parse().unwrap(),
            side,
            author: None,
            created_s: NOW_S - age_s,
            text: Some(word.to_owned()),
            content,
        }
    }

    fn found(chat: &str, arrivals_since_s: i64) -> (String, Left) {
        let history = history(chat);
        let begins = |message: &&HistoryMessage, letters: [char; 2]| message.id.as_str().starts_with(letters);
        let ours = history.iter().filter(|message| begins(message, ['o', 'O'])).map(|message| message.id.clone());
        let ours: HashSet<MessageId> = ours.collect();
        let arrived = history.iter().filter(|message| message.id.as_str().starts_with(char::is_uppercase));
        let arrived: HashSet<&MessageId> = arrived.map(|message| &message.id).collect();
        let known =
            Known { ours: &ours, arrived: &arrived, arrivals_since_s, now_s: NOW_S, within_s: 86_400, quiet_s: 43_200 };
        let missing = find(&history, &known);
        let ids: Vec<&str> = missing.messages.iter().map(|message| message.id.as_str()).collect();
        (ids.join(" "), missing.left)
    }

    #[test]
    fn what_no_webhook_brought_is_found_and_nothing_else() {
        use Left::{Nothing, Something};
        let cases = [
            // Nobody answered.
            ("", "", Nothing),
            ("b90", "b90", Nothing),
            ("b90 b80 b70", "b90 b80 b70", Nothing),
            ("B90 b80 B70 b60", "b80 b60", Nothing),
            ("B90", "", Nothing),
            ("x90", "", Nothing),
            // Too old, or its webhook may still come.
            ("b90000 b90", "b90", Nothing),
            ("b90000", "", Nothing),
            ("b90 b2", "b90", Something),
            ("b90 B2", "b90", Nothing),
            // Answered by us.
            ("B90 o88 b70", "b70", Nothing),
            ("b90 B89 O88", "b90", Nothing),
            ("b500 o400 b300 o200 b100", "b500 b300 b100", Nothing),
            // The seller speaks.
            ("b900 S800", "", Nothing),
            ("b900 s800", "", Nothing),
            ("b900 S800 b700", "b700", Nothing),
            ("b900 s800 b700", "s800 b700", Nothing),
            ("b900 s800 o750 b700", "s800 b700", Nothing),
            ("b90000 s80000 b700", "b700", Nothing),
            // Or it is ours and was sent just now.
            ("b90 s50", "", Something),
            ("b90 s50 b40", "s50 b40", Something),
        ];
        for (chat, expected, left) in cases {
            assert_eq!(found(chat, 0), (expected.to_owned(), left), "{chat}");
        }
    }

    #[test]
    fn what_we_may_have_forgotten_is_not_answered_twice() {
        // Arrivals are remembered from 200 s ago on, and half of that is left to the clocks.
        let since_s = NOW_S - 200;
        for (chat, expected) in [
            ("b300 o250 b190", "b190"),
            ("b300 o50", ""),
            ("b190 o50", ""),
            ("b130 o50", "b130"),
            ("b300 b130 o50", "b130"),
            ("b300 b290", "b300 b290"),
        ] {
            assert_eq!(found(chat, since_s).0, expected, "{chat}");
        }
    }

    #[test]
    fn of_a_flood_the_oldest_are_taken_first() {
        let chat: Vec<String> = (0..30).map(|n| format!("b{}", 500 - n)).collect();
        let (ids, left) = found(&chat.join(" "), 0);
        assert_eq!((ids, left), (chat[..MOST].join(" "), Left::Something));
    }
}
