//! Was it sent? The chat's history settles what a lost answer left open.

use avito::HistoryMessage;
use domain::ids::MessageId;
use domain::message::Side;
use queue::Claim;

use super::setback::Setback;
use crate::room::{Room, Seller};
use crate::sabotage::{self, Part};

/// How many messages of the history are read. A chat does not move on by more in the seconds that a send
/// stays unknown.
const HISTORY: usize = 50;

/// What the history says about a text of ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It stands there, under this id.
    Sent(MessageId),
    /// It does not stand there.
    Absent,
}

/// Asks until it is sure: found once is sent; absent counts only when two reads say so, with time between
/// them for a late application and a history that lags.
///
/// # Errors
/// When the history cannot be read: then nobody knows, and we wait.
pub(crate) async fn patiently(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    text: &str,
    after: &MessageId,
) -> Result<Settled, Setback> {
    let first = once(room, seller, claim, text, after).await?;
    if first != Settled::Absent {
        return Ok(first);
    }
    tokio::time::sleep(room.settings.queue.settle).await;
    once(room, seller, claim, text, after).await
}

/// Reads the history once.
///
/// # Errors
/// When the history cannot be read.
pub(crate) async fn once(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    text: &str,
    after: &MessageId,
) -> Result<Settled, Setback> {
    if sabotage::without(Part::Reconciliation) {
        return Ok(Settled::Absent);
    }
    let what = "reading the chat's history to settle an unknown send";
    let history = seller
        .messenger
        .history(&claim.conversation.chat, HISTORY)
        .await
        .map_err(|error| Setback::Failed { what, why: runtime::chain(&error) })?;
    let ours = room.store.sent_ids(&claim.conversation).await?;
    Ok(find(&history, text, after, |id| ours.contains(id)))
}

/// Looks for `text` among our side's messages that are newer than `after` and not known already.
fn find(history: &[HistoryMessage], text: &str, after: &MessageId, known: impl Fn(&MessageId) -> bool) -> Settled {
    history
        .iter()
        .take_while(|message| message.id != *after)
        .filter(|message| message.side == Side::Account && !known(&message.id))
        .find(|message| message.text.as_deref().map(str::trim) == Some(text.trim()))
        .map_or(Settled::Absent, |message| Settled::Sent(message.id.clone()))
}

#[cfg(test)]
mod tests {
    use domain::message::Content;

    use super::*;

    fn message(id: &str, side: Side, text: &str) -> HistoryMessage {
        let (id, text) = (id.parse().unwrap(), text.to_owned());
        let content = Content::Text { text: text.clone() };
        HistoryMessage { id, side, author: None, created_s: 0, text: Some(text), content }
    }

    #[test]
    fn only_our_own_new_unnoted_text_counts_as_the_send() {
        let newest_first = [
            message("5", Side::Buyer, "Да, есть."),
            message("4", Side::Account, "Да, есть."),
            message("3", Side::Account, "Доставим."),
            message("2", Side::Buyer, "Красная есть?"),
            message("1", Side::Account, "Здравствуйте!"),
        ];
        let cases = [
            ("Да, есть.", "2", "", Settled::Sent("4".parse().unwrap())),
            ("Да, есть.", "2", "4", Settled::Absent),
            ("Да, есть.", "4", "", Settled::Absent),
            ("Здравствуйте!", "2", "", Settled::Absent),
            ("Красная есть?", "1", "", Settled::Absent),
            ("Доставим. ", "2", "4", Settled::Sent("3".parse().unwrap())),
        ];
        for (text, after, known, expected) in cases {
            let found = find(&newest_first, text, &after.parse().unwrap(), |id| id.as_str() == known);
            assert_eq!(found, expected, "{text:?} after {after}, {known:?} known");
        }
    }
}
