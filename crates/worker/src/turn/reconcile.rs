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

/// A text of ours whose fate is to be found out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sending<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// The newest message of the chat when it was decided: it can only stand after that.
    pub(crate) after: &'a MessageId,
    /// When that was written, in seconds since 1970: the history may not show it yet.
    pub(crate) after_s: i64,
    /// Our sends before it, which may stand there too. Not the ids noted since: if its own is among them, the
    /// worker that noted it died before the turn was acknowledged.
    pub(crate) earlier: &'a [MessageId],
    /// How many earlier parts of the same reply read the same. They stand there for certain, before this one.
    pub(crate) same_before: usize,
}

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
    sending: Sending<'_>,
) -> Result<Settled, Setback> {
    let first = once(seller, claim, sending).await?;
    if first != Settled::Absent {
        return Ok(first);
    }
    tokio::time::sleep(room.settings.queue.settle).await;
    once(seller, claim, sending).await
}

/// Reads the history once.
///
/// # Errors
/// When the history cannot be read.
pub(crate) async fn once(seller: &Seller, claim: &Claim, sending: Sending<'_>) -> Result<Settled, Setback> {
    if sabotage::without(Part::Reconciliation) {
        return Ok(Settled::Absent);
    }
    let what = "reading the chat's history to settle an unknown send";
    let history = seller
        .messenger
        .history(&claim.conversation.chat, HISTORY)
        .await
        .map_err(|error| Setback::Failed { what, why: runtime::chain(&error) })?;
    Ok(find(&history, sending))
}

/// Looks for the text among our side's messages that are newer than it can be old.
fn find(history: &[HistoryMessage], Sending { text, after, after_s, earlier, same_before }: Sending<'_>) -> Settled {
    let newest_first: Vec<&HistoryMessage> = history
        .iter()
        .take_while(|message| message.id != *after && message.created_s >= after_s)
        .filter(|message| message.side == Side::Account && !earlier.contains(&message.id))
        .filter(|message| message.text.as_deref().map(str::trim) == Some(text.trim()))
        .collect();
    let ours = newest_first.iter().rev().nth(same_before);
    ours.map_or(Settled::Absent, |message| Settled::Sent(message.id.clone()))
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
    fn only_our_own_text_after_the_question_counts_as_the_send() {
        let newest_first = [
            message("6", Side::Account, "Ещё раз."),
            message("5a", Side::Account, "Ещё раз."),
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
        for (text, after, earlier, expected) in cases {
            let (after, earlier) = (after.parse().unwrap(), Vec::from_iter(earlier.parse()));
            let found =
                find(&newest_first, Sending { text, after: &after, after_s: 0, earlier: &earlier, same_before: 0 });
            assert_eq!(found, expected, "{text:?} after {after}, not {earlier:?}");
        }
        let after = "2".parse().unwrap();
        for (same_before, expected) in [(0, Some("5a")), (1, Some("6")), (2, None)] {
            let found =
                find(&newest_first, Sending { text: "Ещё раз.", after: &after, after_s: 0, earlier: &[], same_before });
            let expected = expected.map_or(Settled::Absent, |id| Settled::Sent(id.parse().unwrap()));
            assert_eq!(found, expected, "the part after {same_before} others that read the same");
        }
    }
    #[test]
    fn an_old_answer_is_not_the_send_because_the_history_lags() {
        // Three times the same question; neither the second answer, whose echo has come, nor the third is shown yet.
        let mut history = [
            message("5", Side::Buyer, "В Омск?"),
            message("3", Side::Buyer, "В Омск?"),
            message("2", Side::Account, "Да."),
        ];
        for (message, created_s) in history.iter_mut().zip([30, 20, 10]) {
            message.created_s = created_s;
        }
        let after = "4".parse().unwrap();
        let sending = |after_s| Sending { text: "Да.", after: &after, after_s, earlier: &[], same_before: 0 };
        assert_eq!(find(&history, sending(20)), Settled::Absent);
        assert_eq!(find(&history, sending(0)), Settled::Sent("2".parse().unwrap()), "where nobody knows when");
    }
}
