//! A human is told of every dead letter, however it came to be: with the buyer's words and the error, on a card.
//!
//! The letter is marked after Telegram's receipt and never before, so a crash in between shows the card once more.
//! One worker does it at a time. Not here: when a message becomes a dead letter (crate `queue`).

use std::collections::HashSet;
use std::time::Duration;

use domain::attached::Attached;
use domain::desk::{Card, CardId, DeskAction, Place};
use domain::escalation::{Escalation, EscalationReason};
use domain::ids::ConversationId;
use domain::message::{Content, Message, Side};
use domain::record::{DecisionRecord, Ending, Trace};
use queue::{DeadLetter, DeadLetterId, QueueError};
use runtime::shutdown::Shutdown;
use store::StoreError;
use telegram::{CardOutcome, Refusal, Showing};

use crate::desk::{self, sound, who};
use crate::room::{CurrentRoom, Room, Seller};
use crate::turn;

/// How often untold dead letters are looked for. A human is slower.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many letters are looked at in one round, and how many cards are shown: Telegram takes one a second for a chat.
const LETTERS: usize = 100;
const CARDS: usize = 5;

/// How many characters of the buyer's words one card takes. A longer list of letters makes several cards.
const WORDS: usize = 1_000;

/// How many earlier lines a card shows.
const LINES: usize = 3;

/// How long a letter waits that cannot be told to anybody before the operator has done something.
const UNTIL_THE_OPERATOR_HELPS: Duration = Duration::from_secs(600);

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the dead letters cannot be read or marked")]
    Queue(#[from] QueueError),
    #[error("what we remember cannot be read or written")]
    Store(#[from] StoreError),
}

/// Tells until the shutdown; a card that is on its way is waited for.
pub(crate) async fn of_dead_letters(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let mut doubtful = HashSet::new();
    while !shutdown.is_requested() {
        if let Err(error) = round(&rooms.get(), shutdown, &mut doubtful).await {
            tracing::warn!(error = %runtime::chain(&error), "cannot tell of dead letters; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = shutdown.requested() => {}
        }
    }
}

/// Tells of what is due. `doubtful` are the letters whose card may have been shown.
async fn round(room: &Room, shutdown: &Shutdown, doubtful: &mut HashSet<DeadLetterId>) -> Result<(), Trouble> {
    if room.queue.untold_dead_letters(1).await?.is_empty() {
        return Ok(());
    }
    let longest = room.settings.telegram.timeout * CARDS as u32 + Duration::from_secs(10);
    let Some(duty) = room.store.take_duty("tell-of-dead-letters", longest).await? else { return Ok(()) };
    let told = tell_of_all(room, shutdown, doubtful).await;
    room.store.end_duty(duty, Duration::ZERO).await?;
    told
}

async fn tell_of_all(room: &Room, shutdown: &Shutdown, doubtful: &mut HashSet<DeadLetterId>) -> Result<(), Trouble> {
    let untold = room.queue.untold_dead_letters(LETTERS).await?;
    for letters in into_cards(untold).into_iter().take(CARDS) {
        if shutdown.is_requested() {
            break;
        }
        match addressee(room, &letters[0]) {
            Some((conversation, seller)) => tell(room, &conversation, seller, &letters, doubtful).await?,
            None => put_off(room, &letters, UNTIL_THE_OPERATOR_HELPS).await?,
        }
    }
    Ok(())
}

/// Whom to tell. Nobody, where the letter belongs to no seller we know: the operator reads the log.
fn addressee<'a>(room: &'a Room, letter: &DeadLetter) -> Option<(ConversationId, &'a Seller)> {
    let conversation = letter.conversation.parse::<ConversationId>().ok();
    let found = conversation.and_then(|id| room.sellers.get(&id.seller).map(|seller| (id, &**seller)));
    if found.is_none() {
        tracing::error!(
            letter = %letter.id, conversation = letter.conversation, why = letter.error,
            "a dead letter of no seller in the sellers' directory: nobody can be told; see `salesphere queue dead list`"
        );
    }
    found
}

async fn tell(
    room: &Room,
    conversation: &ConversationId,
    seller: &Seller,
    letters: &[DeadLetter],
    doubtful: &mut HashSet<DeadLetterId>,
) -> Result<(), Trouble> {
    let card = card(room, conversation, letters).await?;
    let again = letters.iter().any(|letter| doubtful.contains(&letter.id));
    let showing = if again { Showing::Again } else { Showing::First };
    let chat = seller.settings.telegram_chat;
    let outcome = show(room, seller, chat, &card, showing).await?;
    metrics::counter!("worker_dead_letters_told_total", "outcome" => outcome.name()).increment(letters.len() as u64);
    let wait = match outcome {
        CardOutcome::Sent { .. } => {
            // Whoever else is bound to the seller, as far as Telegram takes it.
            for other in
                who::chats(room, &conversation.seller, seller).await?.into_iter().filter(|other| *other != chat)
            {
                show(room, seller, other, &card, showing).await?;
            }
            correct_receipts(room, letters).await;
            return note(room, conversation, letters, &card.escalation, doubtful).await;
        }
        CardOutcome::Unknown { why } => {
            tracing::warn!(%conversation, why, "whether the card about a dead letter arrived is unknown; once more");
            doubtful.extend(letters.iter().map(|letter| letter.id));
            room.settings.telegram.retry_after
        }
        CardOutcome::NotSent(Refusal::RetryAfter(after)) => after,
        CardOutcome::NotSent(Refusal::Retry { .. }) => room.settings.telegram.retry_after,
        CardOutcome::NotSent(Refusal::Final { why }) => {
            tracing::error!(%conversation, why, "Telegram refuses the card about a dead letter: the seller is not told");
            UNTIL_THE_OPERATOR_HELPS
        }
    };
    put_off(room, letters, wait).await
}

/// The card about these letters, the conversation's newest from now on: its buttons work, and who replies to it answers
/// the buyer. It is known before it is shown, since a press may come at once. A turn of the conversation may write its
/// own card at the same time; then one of the two says that there is a newer one.
async fn card(room: &Room, conversation: &ConversationId, letters: &[DeadLetter]) -> Result<Card, StoreError> {
    let escalation = escalation(room, conversation, letters).await?;
    let id = card_id(&letters[0]);
    let card = match room.store.card(conversation).await?.filter(|known| known.id == id) {
        // It may have been shown before, and somebody has acted on it, or the buyer wrote again.
        Some(known) if known.escalation.question.contains(&escalation.question) => return Ok(known),
        Some(known) => Card { escalation, ..known },
        None => Card::new(id, escalation, room.clock.now_ms()),
    };
    room.store.save_card(&card, room.settings.telegram.card_ttl).await?;
    Ok(card)
}

/// The card's name: the same however often it is shown.
fn card_id(letter: &DeadLetter) -> CardId {
    let name = format!("dead{}", letter.id.to_string().replace('-', "x"));
    let name: String = name.chars().take(CardId::MOST).collect();
    name.parse().expect("the id of a letter is two numbers and a dash")
}

/// Shows it in one chat, and notes where.
async fn show(
    room: &Room,
    seller: &Seller,
    chat: i64,
    card: &Card,
    showing: Showing,
) -> Result<CardOutcome, StoreError> {
    let outcome = room.desk.show(chat, card, showing, sound::now(room, seller)).await;
    if let CardOutcome::Sent { message_id } = outcome {
        let at = Place { chat, message: message_id };
        room.store.card_shown(&card.id, at, room.settings.telegram.card_ttl).await?;
    }
    Ok(outcome)
}

/// Where somebody was told that his answer goes out, he is told that it may not have: we gave up before we knew.
async fn correct_receipts(room: &Room, letters: &[DeadLetter]) {
    for message in letters.iter().filter_map(|letter| letter.message().ok()) {
        let Content::Desk { action, .. } = message.content else { continue };
        if let DeskAction::Answer { receipt: Some(at), .. } | DeskAction::SendDraft { receipt: Some(at), .. } = action {
            desk::change(room, at, "Не удалось отправить. Загляните в чат на Авито: подробности на карточке.", &[])
                .await;
        }
    }
}

async fn escalation(
    room: &Room,
    conversation: &ConversationId,
    letters: &[DeadLetter],
) -> Result<Escalation, StoreError> {
    let chat = room.store.chat_info(conversation).await?.unwrap_or_default();
    let memory = room.store.conversation(conversation).await?;
    let earlier = memory.lines.len().saturating_sub(LINES);
    Ok(Escalation {
        conversation: conversation.clone(),
        reason: EscalationReason::DeadLetter,
        question: question(letters),
        attached: attached(letters),
        before: memory.lines[earlier..].to_vec(),
        buyer: chat.buyer,
        listing: chat.listing,
        draft: None,
        trouble: Some(errors(letters)),
    })
}

/// A human knows: the turn's end goes into the records, the mark onto the letters.
async fn note(
    room: &Room,
    conversation: &ConversationId,
    letters: &[DeadLetter],
    escalation: &Escalation,
    doubtful: &mut HashSet<DeadLetterId>,
) -> Result<(), Trouble> {
    for letter in letters {
        room.queue.mark_told(letter.id).await?;
        doubtful.remove(&letter.id);
        tracing::info!(%conversation, letter = %letter.id, "the seller was told of a dead letter");
    }
    let record = record(room.clock.now_ms(), conversation, letters, escalation);
    if let Err(error) = room.store.append_record(&record).await {
        // The record explains; it does not decide.
        tracing::warn!(%conversation, error = %runtime::chain(&error), "cannot keep the record of a dead letter");
    }
    Ok(())
}

async fn put_off(room: &Room, letters: &[DeadLetter], wait: Duration) -> Result<(), Trouble> {
    for letter in letters {
        room.queue.tell_later(letter.id, wait).await?;
    }
    Ok(())
}

fn record(
    now_ms: i64,
    conversation: &ConversationId,
    letters: &[DeadLetter],
    escalation: &Escalation,
) -> DecisionRecord {
    let messages: Vec<Message> = letters.iter().filter_map(|letter| letter.message().ok()).collect();
    let arrived = messages.iter().map(|message| message.received_ms).min();
    DecisionRecord {
        turn: format!("dead-{}", letters[0].id),
        conversation: conversation.clone(),
        messages: messages.iter().map(|message| message.id.clone()).collect(),
        question: agents::mask(&escalation.question).into_owned(),
        at_ms: now_ms,
        ending: Ending::Escalated(EscalationReason::DeadLetter),
        said: Vec::new(),
        trace: Trace { notes: escalation.trouble.clone().into_iter().collect(), ..Trace::default() },
        total_ms: arrived.map_or(0, |arrived| now_ms - arrived),
    }
}

/// The letters that go onto one card each: those of one conversation, as far as their words fit.
fn into_cards(letters: Vec<DeadLetter>) -> Vec<Vec<DeadLetter>> {
    let mut cards: Vec<Vec<DeadLetter>> = Vec::new();
    for letter in letters {
        let fits = |card: &&mut Vec<DeadLetter>| {
            let words = words(&letter).chars().count() + question(card).chars().count();
            card[0].conversation == letter.conversation && words < WORDS
        };
        let mut of_the_chat = cards.iter_mut().rev().filter(|card| card[0].conversation == letter.conversation);
        match of_the_chat.next().filter(fits) {
            Some(card) => card.push(letter),
            None => cards.push(vec![letter]),
        }
    }
    cards
}

/// What has no words.
fn attached(letters: &[DeadLetter]) -> Vec<Attached> {
    let messages = letters.iter().filter_map(|letter| letter.message().ok());
    let mut all: Vec<Attached> =
        messages.filter(|message| message.side == Side::Buyer).filter_map(|m| Attached::of(&m.content)).collect();
    all.drain(..all.len().saturating_sub(Card::ATTACHED));
    all
}

/// What was asked, as a human reads it.
fn question(letters: &[DeadLetter]) -> String {
    letters.iter().map(words).collect::<Vec<_>>().join("\n")
}

fn words(letter: &DeadLetter) -> String {
    let Ok(message) = letter.message() else { return "[сообщение не читается]".to_owned() };
    let said = turn::spoken(&message).unwrap_or("[сообщение удалено]");
    match message.side {
        Side::Buyer => said.to_owned(),
        Side::Account | Side::Desk => format!("Магазин: {said}"),
    }
}

/// Why nobody answered, each reason once.
fn errors(letters: &[DeadLetter]) -> String {
    let mut errors: Vec<&str> = Vec::new();
    for letter in letters {
        if !errors.contains(&letter.error.as_str()) {
            errors.push(&letter.error);
        }
    }
    errors.join("; ")
}

#[cfg(test)]
mod tests;
