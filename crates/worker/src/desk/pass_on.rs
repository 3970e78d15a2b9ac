//! From the desk into the conversation's mailbox: from here on it is a message like others, done once and in order.

use domain::desk::{CardId, DeskAction, Person};
use domain::ids::{ConversationId, MessageId, UserId};
use domain::message::{Content, Message, Side};
use queue::Enqueued;

use super::Trouble;
use crate::room::Room;

/// What became of it.
pub(crate) enum Passed {
    /// It waits its turn.
    On,
    /// It did so before: Telegram told of it twice.
    Before,
    /// The mailbox takes no more.
    Full,
}

/// Puts an action into the conversation's mailbox, once, however often Telegram tells of it.
///
/// # Errors
/// When Redis does not answer: it may be in all the same.
pub(crate) async fn pass_on(
    room: &Room,
    update: u32,
    conversation: &ConversationId,
    card: &CardId,
    by: &Person,
    action: DeskAction,
) -> Result<Passed, Trouble> {
    let now_ms = room.clock.now_ms();
    let message = Message {
        id: message_id(update),
        conversation: conversation.clone(),
        side: Side::Desk,
        author: UserId(by.id.unsigned_abs()),
        created_s: now_ms / 1000,
        received_ms: now_ms,
        item: None,
        content: Content::Desk { card: card.clone(), by: by.clone(), action },
    };
    Ok(match room.queue.enqueue(&message).await? {
        Enqueued::New => Passed::On,
        Enqueued::Duplicate => Passed::Before,
        Enqueued::MailboxFull => Passed::Full,
    })
}

/// The name of what an update asks for.
pub(crate) fn message_id(update: u32) -> MessageId {
    format!("tg-{update}").parse().expect("letters, a dash and digits make a message's id")
}
