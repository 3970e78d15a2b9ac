//! One unread chat, looked into.
//!
//! Not here: which messages are missing ([`super::missing`]).

use std::collections::HashSet;

use avito::{ChatSummary, HistoryMessage};
use domain::ids::{ConversationId, MessageId, UserId};
use domain::message::{Message, Side};
use queue::Enqueued;

use super::Trouble;
use super::missing::{self, Known};
use crate::room::{Room, Seller};

/// How many messages of a chat are read: all that Avito shows at once. A buyer writes far fewer between two sweeps, but
/// there may be a time without any.
const HISTORY: usize = 100;

/// Whether a chat may have something left to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Not before somebody writes in it.
    Nothing,
    /// It should be looked into again.
    Something,
}

/// Reads the chat's newest messages and enqueues what no webhook brought, oldest first.
///
/// # Errors
/// When Avito or Redis does not answer. What was enqueued until then stays so.
pub(super) async fn look(room: &Room, seller: &Seller, chat: &ChatSummary) -> Result<Left, Trouble> {
    let conversation = ConversationId { seller: seller.settings.profile.id.clone(), chat: chat.chat.clone() };
    let history = seller.messenger.history(&chat.chat, HISTORY).await?;
    metrics::counter!("worker_swept_chats_total").increment(1);
    let ids: Vec<&MessageId> = history.iter().map(|message| &message.id).collect();
    let arrivals = room.queue.arrivals(&conversation, &ids).await?;
    let arrived: HashSet<&MessageId> =
        ids.into_iter().zip(&arrivals.seen).filter(|(_, seen)| **seen).map(|(id, _)| id).collect();
    let ours = match history.iter().any(|message| message.side == Side::Account) {
        true => room.store.sent_ids(&conversation).await?,
        false => HashSet::new(),
    };
    let now_ms = room.clock.now_ms();
    let known = Known {
        ours: &ours,
        arrived: &arrived,
        arrivals_since_s: arrivals.complete_since_ms.div_euclid(1000) + 1,
        now_s: now_ms / 1000,
        within_s: room.settings.worker.sweep_within.as_secs() as i64,
        quiet_s: seller.settings.profile.quiet_after_seller.as_secs() as i64,
    };
    let found = missing::find(&history, &known);
    for message in found.messages {
        let message = into_message(message, &conversation, chat, now_ms);
        match room.queue.enqueue(&message).await? {
            Enqueued::New => tell(&message),
            // Its webhook came while we looked.
            Enqueued::Duplicate => {}
            Enqueued::MailboxFull => return Ok(Left::Something),
        }
    }
    Ok(found.left)
}

fn tell(message: &Message) {
    metrics::counter!("worker_sweep_found_total").increment(1);
    tracing::warn!(
        conversation = %message.conversation, message = %message.id, message.created_s = message.created_s,
        "a message that no webhook brought was found in an unread chat"
    );
}

/// The message as its webhook would have brought it, only later. The clock of the two seconds starts now: before,
/// nobody knew of it.
fn into_message(
    message: &HistoryMessage,
    conversation: &ConversationId,
    chat: &ChatSummary,
    received_ms: i64,
) -> Message {
    Message {
        id: message.id.clone(),
        conversation: conversation.clone(),
        side: message.side,
        // Told by the side only. Nobody goes by it.
        author: message.author.unwrap_or(UserId(0)),
        created_s: message.created_s,
        received_ms,
        item: chat.item,
        content: message.content.clone(),
    }
}
