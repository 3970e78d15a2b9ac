//! Whose words are these, and may we answer?
//!
//! A message of the seller's account is either an echo of our own send or the seller typing. Turns of one
//! conversation run one after the other, and every id of ours is noted before a turn is acknowledged: so an
//! id that is not noted here was typed by the seller.

use domain::conversation::{Conversation, Line};
use domain::ids::{ConversationId, ItemId, MessageId};
use domain::message::{Content, Message, Side};
use domain::record::SilentReason;
use queue::{Claim, Memory};
use store::{ChatInfo, Remembered, TakenBy, Takeover};

use super::judge::{self, Judgement};
use super::setback::Setback;
use crate::room::{Room, Seller};

/// How many sends of ours can stand after a buyer's newest message although they answer older ones: those that
/// were on their way when he wrote. One is usual.
pub(super) const EARLIER_SENDS: usize = 5;

/// What the unanswered messages of a conversation come to.
pub(crate) enum Heard {
    /// Nothing for us to say.
    Nothing(Silence),
    /// The buyer's words, oldest first, with the memory of the conversation.
    Buyer(Words),
    /// The same, and among them words of the account: the seller's, or ours that Redis forgot.
    BuyerAndSomebody(Words),
}

/// A reason for silence, and what to remember all the same.
pub(crate) struct Silence {
    /// The reason.
    pub(crate) reason: SilentReason,
    /// Whether one of these very messages was typed by the seller.
    pub(crate) seller_spoke_now: bool,
    /// What he wrote in them.
    pub(crate) seller_said: Vec<String>,
    /// The buyer's words among them, oldest first.
    pub(crate) buyer: Vec<Message>,
    /// What Avito told of the chat, if it is not too long ago.
    pub(crate) chat: Option<ChatInfo>,
    /// The memory with these messages in it.
    pub(crate) memory: Conversation,
}

/// The buyer's unanswered words.
pub(crate) struct Words {
    /// The messages, oldest first, at least one.
    pub(crate) messages: Vec<Message>,
    /// The memory of the conversation, without them.
    pub(crate) memory: Conversation,
    /// What Avito told of the chat, if it is not too long ago.
    pub(crate) chat: Option<ChatInfo>,
    /// Our last sends there, newest first.
    pub(crate) sent: Vec<MessageId>,
    /// Why nothing may be said, where the bot only looks on at the seller's answers.
    pub(crate) quiet: Option<SilentReason>,
}

/// Sorts the claimed messages.
///
/// # Errors
/// When what we remember cannot be read: without it the seller could be talked over.
pub(crate) async fn listen(room: &Room, seller: &Seller, claim: &Claim) -> Result<Heard, Setback> {
    let conversation = &claim.conversation;
    let known = room.store.remembered(conversation, EARLIER_SENDS).await?;
    let Remembered { mut memory, takeover, chat, sent } = known;
    let mut buyer = Vec::new();
    let mut seller_spoke_now = false;
    let mut seller_said = Vec::new();
    for message in &claim.messages {
        match message.side {
            Side::Buyer => buyer.push(message.clone()),
            Side::Account if sent.contains(&message.id) => {}
            Side::Account if room.store.is_ours(conversation, &message.id).await? => {}
            Side::Account => {
                tracing::info!(conversation = %claim.token, message = %message.id, "the seller speaks in the chat");
                seller_spoke_now = true;
                seller_said.extend(message.text().map(str::to_owned));
            }
            Side::Desk => {}
        }
    }
    if seller_spoke_now && !buyer.is_empty() && claim.memory == Memory::Doubtful {
        return Ok(Heard::BuyerAndSomebody(Words { messages: buyer, memory, chat, sent, quiet: None }));
    }
    let reason = if seller_spoke_now {
        Some(SilentReason::SellerSpeaks)
    } else if buyer.is_empty() {
        Some(SilentReason::Echo)
    } else if buyer.iter().all(|message| message.content == Content::Deleted) {
        Some(SilentReason::Deleted)
    } else {
        takeover.and_then(|takeover| still_quiet(room, seller, &takeover))
    };
    let Some(reason) = reason else {
        return Ok(Heard::Buyer(Words { messages: buyer, memory, chat, sent, quiet: None }));
    };
    if reason == SilentReason::SellerSpeaks && !seller_spoke_now && may_look_on(room, seller, claim, &buyer).await? {
        return Ok(Heard::Buyer(Words { messages: buyer, memory, chat, sent, quiet: Some(reason) }));
    }
    if reason != SilentReason::Echo {
        claim.messages.iter().filter_map(line).for_each(|line| memory.push_line(line));
    }
    Ok(Heard::Nothing(Silence { reason, seller_spoke_now, seller_said, buyer, chat, memory }))
}

/// The seller answers in this chat himself: where the bot only looks on, it thinks all the same.
async fn may_look_on(room: &Room, seller: &Seller, claim: &Claim, buyer: &[Message]) -> Result<bool, Setback> {
    let ConversationId { seller: id, chat } = &claim.conversation;
    let modes = room.store.modes(id, listing(buyer), chat).await?;
    Ok(modes.may_look_on(seller.settings.mode))
}

/// The number of the listing that the buyer writes about, where Avito names it.
pub(super) fn listing(messages: &[Message]) -> Option<ItemId> {
    messages.iter().rev().find_map(|message| message.item)
}

/// Whether the seller wrote in this chat beyond the messages that were `considered` when the plan was made.
///
/// # Errors
/// When that cannot be found out: then nothing may be said.
pub(crate) async fn seller_spoke_since(room: &Room, claim: &Claim, considered: &[MessageId]) -> Result<bool, Setback> {
    let mut now = claim.clone();
    room.queue.refresh(&mut now).await?;
    for message in now.messages.iter().filter(|message| message.side == Side::Account) {
        if !considered.contains(&message.id) && !room.store.is_ours(&claim.conversation, &message.id).await? {
            tracing::info!(conversation = %claim.token, message = %message.id, "the seller spoke before our reply left");
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the seller's words tell of our last answer.
///
/// # Errors
/// When what we remember cannot be read.
pub(super) async fn judged(room: &Room, claim: &Claim, silence: &Silence) -> Result<Judgement, Setback> {
    if silence.seller_said.is_empty() {
        return Ok(Judgement::default());
    }
    let last = room.store.last_answer(&claim.conversation).await?;
    Ok(judge::of_seller(last, silence.seller_said.clone(), room.clock.now_ms(), &room.settings.autonomy))
}

/// Why we keep out of a chat that a human has, as long as he has it.
fn still_quiet(room: &Room, seller: &Seller, takeover: &Takeover) -> Option<SilentReason> {
    let usual = || takeover.since_ms + seller.settings.profile.quiet_after_seller.as_millis() as i64;
    let quiet_until = takeover.until_ms.unwrap_or_else(usual);
    (room.clock.now_ms() < quiet_until).then_some(match takeover.by {
        TakenBy::Seller => SilentReason::SellerSpeaks,
        TakenBy::HandOver => SilentReason::HandedOver,
        TakenBy::Paused => SilentReason::Paused,
    })
}

/// A message as a line of the conversation, where it has words.
pub(super) fn line(message: &Message) -> Option<Line> {
    let text = message.text()?.to_owned();
    Some(Line { side: message.side, text, at_ms: message.received_ms })
}
