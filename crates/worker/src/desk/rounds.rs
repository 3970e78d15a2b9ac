//! The rounds: again and again somebody looks who waits at the desks, and calls for him; in the morning he tells what was
//! done ([`super::digest`]).
//!
//! One worker does it for all, under a duty that rests between two rounds. Each call is noted before it is made, and only
//! by one worker: what may have been said is not said again, what surely was not is tried in the next round. The second
//! person gets the card through the conversation's mailbox, like everything that is shown: once, and surely. Not here:
//! when a call is due (`domain::waiting`), and its words (`telegram::reminder`).

use std::collections::HashSet;
use std::time::Duration;

use domain::desk::{Card, DeskAction, Person, Place};
use domain::ids::{ConversationId, SellerId, UserId};
use domain::message::{Content, Message, Side};
use domain::waiting::{Call, Waiting};
use queue::Enqueued;
use runtime::shutdown::Shutdown;
use telegram::{CardOutcome, Saying, Sound, reminder};

use super::{Trouble, digest};
use crate::room::{CurrentRoom, Room, Seller};

/// The name of the duty, and the longest time it may take a worker that dies over it.
const DUTY: &str = "desk-rounds";
const LONGEST: Duration = Duration::from_secs(60);

/// Makes the rounds until the shutdown.
pub(crate) async fn run(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let mut failing = false;
    while !shutdown.is_requested() {
        let room = rooms.get();
        match round(&room, shutdown).await {
            Ok(()) => failing = false,
            // Once: the next rounds will say the same.
            Err(_) if failing => {}
            Err(trouble) => {
                failing = true;
                tracing::warn!(error = %runtime::chain(&trouble), "cannot look who waits at the desks; it is tried again and again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(room.settings.worker.rounds_every) => {}
            () = shutdown.requested() => {}
        }
    }
}

async fn round(room: &Room, shutdown: &Shutdown) -> Result<(), Trouble> {
    let Some(duty) = room.store.take_duty(DUTY, LONGEST).await? else { return Ok(()) };
    let done = visit_all(room, shutdown).await;
    room.store.end_duty(duty, room.settings.worker.rounds_every / 2).await?;
    done
}

async fn visit_all(room: &Room, shutdown: &Shutdown) -> Result<(), Trouble> {
    for (id, seller) in &room.sellers {
        if shutdown.is_requested() {
            break;
        }
        digest::tell(room, id, seller).await?;
        call_for_those_who_wait(room, shutdown, id, seller).await?;
    }
    Ok(())
}

/// Makes the calls that are due at one seller's desk, the longest wait first.
async fn call_for_those_who_wait(
    room: &Room,
    shutdown: &Shutdown,
    id: &SellerId,
    seller: &Seller,
) -> Result<(), Trouble> {
    let now = room.clock.now();
    let policy = &seller.settings.desk.reminders;
    let mut rung = HashSet::new();
    for (chat, waiting) in room.store.waiting(id).await? {
        let Some(call) = policy.due(&seller.settings.profile, &waiting, now) else { continue };
        if shutdown.is_requested() {
            break;
        }
        let conversation = ConversationId { seller: id.clone(), chat };
        let Some(card) = room.store.card(&conversation).await?.filter(Card::waits) else {
            room.store.change_waiting(&conversation, &waiting, None).await?;
            continue;
        };
        if card.rests_until_ms() > now.as_millisecond() {
            continue;
        }
        let made = match call {
            Call::Remind | Call::RemindAgain => remind(room, &card, &waiting, &mut rung).await?,
            Call::HandOn => hand_on(room, &card, &waiting, &policy.second).await?,
        };
        let outcome = if made == Made::Yes { "made" } else { "not_made" };
        metrics::counter!("worker_desk_calls_total", "call" => call.name(), "outcome" => outcome).increment(1);
    }
    Ok(())
}

/// Whether somebody may have heard a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Yes,
    No,
}

/// Says below the card that somebody waits. Who replies to that answers the buyer. Of several that come at once in a chat
/// the first one rings; `rung` are the chats where one did.
async fn remind(room: &Room, card: &Card, waiting: &Waiting, rung: &mut HashSet<i64>) -> Result<Made, Trouble> {
    let conversation = &card.escalation.conversation;
    let places = card.reminded_in(&room.store.card_places(&card.id).await?);
    let now_ms = room.clock.now_ms();
    let called = waiting.called(now_ms);
    // Nowhere yet: whoever shows it is at it.
    if places.is_empty() || !room.store.change_waiting(conversation, waiting, Some(&called)).await? {
        return Ok(Made::No);
    }
    let waits = Duration::from_millis(u64::try_from(now_ms - waiting.since_ms).unwrap_or(0));
    let text = reminder::text(card, waits);
    let mut made = Made::No;
    for Place { chat, message } in places {
        let saying = Saying::new(chat, text.as_str()).answering(Some(message)).with_buttons(reminder::buttons(card));
        let sound = if rung.insert(chat) { Sound::Rings } else { Sound::Silent };
        match room.desk.say(&saying.with_sound(sound)).await {
            CardOutcome::Sent { message_id } => {
                made = Made::Yes;
                let at = Place { chat, message: message_id };
                room.store.belongs_to_card(&card.id, at, room.settings.telegram.card_ttl).await?;
            }
            CardOutcome::Unknown { .. } => made = Made::Yes,
            CardOutcome::NotSent(refusal) => tracing::debug!(?refusal, "a reminder was not said"),
        }
    }
    if made == Made::No {
        room.store.change_waiting(conversation, &called, Some(waiting)).await?;
    }
    Ok(made)
}

/// Puts into the conversation's mailbox that the second person gets the card, once.
async fn hand_on(room: &Room, card: &Card, waiting: &Waiting, to: &[i64]) -> Result<Made, Trouble> {
    let now_ms = room.clock.now_ms();
    let conversation = &card.escalation.conversation;
    let nobody = Person { id: 0, name: String::new() };
    let action = DeskAction::HandOn { to: to.to_vec() };
    let message = Message {
        id: format!("hand-on-{}-{}", card.id, waiting.since_ms)
            .parse()
            .expect("letters, dashes and digits make a message's id"),
        conversation: conversation.clone(),
        side: Side::Desk,
        author: UserId(0),
        created_s: now_ms / 1000,
        received_ms: now_ms,
        item: None,
        content: Content::Desk { card: card.id.clone(), by: nobody, action },
    };
    if room.queue.enqueue(&message).await? == Enqueued::MailboxFull {
        return Ok(Made::No);
    }
    room.store.change_waiting(conversation, waiting, Some(&waiting.called(now_ms))).await?;
    Ok(Made::Yes)
}
