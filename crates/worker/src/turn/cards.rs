//! Which card a conversation has, and in which chats it is shown or changed.
//!
//! A conversation has one card. As long as nobody has acted on it and it is not old, what the buyer goes on to write is
//! added to it; else there is a new one. Nothing is written to Redis here: the plan carries the card, and it is kept
//! when the turn ends, so that a turn that is decided anew does not find its own work half done.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::attached::Attached;
use domain::desk::{Card, CardId, CardState, Place};
use domain::escalation::{Escalation, EscalationReason};
use domain::message::Message;
use queue::Claim;

use super::plan::Step;
use super::setback::Setback;
use crate::desk::who;
use crate::room::{Room, Seller};

/// A card, and what brings it before everybody's eyes.
pub(super) struct Showing {
    /// The card as it will be.
    pub(super) card: Card,
    /// One step for each chat.
    pub(super) steps: Vec<Step>,
}

/// Calls the seller's people: on the card there is, or on a new one.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn call(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    escalation: Escalation,
) -> Result<Showing, Setback> {
    let now_ms = room.clock.now_ms();
    let id = card_id(claim);
    let calls = escalation.attached.contains(&Attached::MissedCall);
    let known = room.store.card(&claim.conversation).await?;
    let grows_ms = room.settings.telegram.card_grows.as_millis() as i64;
    let card = match known {
        // Of a plan that was made for these very messages and given up before it was carried out.
        Some(card) if card.id == id => Card { opened_ms: card.opened_ms, ..Card::new(id, escalation, now_ms) },
        Some(mut card) if card.waits() && now_ms - card.updated_ms < grows_ms => {
            card.grow(escalation, now_ms);
            card
        }
        _ => Card::new(id, escalation, now_ms),
    };
    let shown = room.store.card_places(&card.id).await?;
    let mut chats = who::chats(room, &claim.conversation.seller, seller).await?;
    // The second person has it, once it was handed on.
    chats.extend(shown.keys().filter(|chat| !chats.contains(chat)).copied().collect::<Vec<_>>());
    let mut steps = Vec::new();
    for chat in chats {
        let Some(&message) = shown.get(&chat) else {
            steps.push(Step::Card { chat });
            continue;
        };
        steps.push(Step::Edit { at: Place { chat, message } });
        if calls {
            // A card that only changes makes no sound.
            let text = format!("🔥 Пропущенный звонок: перезвоните{}.", named(&card));
            steps.push(Step::Tell { chat, reply_to: Some(message), text });
        }
    }
    Ok(Showing { steps, card })
}

/// Who calls, as far as Avito tells: «: Анна».
fn named(card: &Card) -> String {
    let name = card.escalation.buyer.as_ref().map(|buyer| buyer.name.as_str()).unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    if name.trim().is_empty() { String::new() } else { format!(": {}", name.trim()) }
}

/// The card as things stand now, wherever it is shown.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn mark(room: &Room, mut card: Card) -> Result<Showing, Setback> {
    card.updated_ms = room.clock.now_ms();
    let shown = room.store.card_places(&card.id).await?;
    Ok(Showing { steps: edits(&shown), card })
}

fn edits(shown: &BTreeMap<i64, i32>) -> Vec<Step> {
    shown.iter().map(|(&chat, &message)| Step::Edit { at: Place { chat, message } }).collect()
}

/// What becomes of the card when the buyer writes in a chat that a human has.
pub(super) enum Follow {
    /// The human has it on a card: it is told there.
    Tell(EscalationReason),
    /// He does without us.
    Nothing,
}

/// Whether a human who has the chat is told what the buyer writes.
pub(super) fn follow(card: Option<&Card>) -> Follow {
    let Some(card) = card else { return Follow::Nothing };
    match card.state {
        CardState::Open | CardState::Taken { .. } | CardState::Paused { .. } => Follow::Tell(card.escalation.reason),
        CardState::Answered { .. } | CardState::Failed { .. } | CardState::Rejected { .. } => {
            Follow::Tell(EscalationReason::FollowUp)
        }
        // He reads the chat where he wrote in it.
        CardState::AnsweredOnAvito | CardState::Returned { .. } | CardState::Replaced => Follow::Nothing,
    }
}

/// The name of the card that these messages make: the same however often it is decided what to do about them.
fn card_id(claim: &Claim) -> CardId {
    let mut hasher = DefaultHasher::new();
    claim.conversation.to_string().hash(&mut hasher);
    claim.messages.first().map(|message: &Message| message.id.as_str()).hash(&mut hasher);
    format!("{:016x}", hasher.finish()).parse().expect("sixteen hex digits make a card's name")
}
