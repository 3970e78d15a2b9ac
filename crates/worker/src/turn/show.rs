//! What a turn does in Telegram: cards shown and changed, receipts, words among colleagues.
//!
//! Telegram has no history to ask. So a card whose fate is unknown is shown again, and says so; a change may be made
//! twice, since the second changes nothing; and a mere word that may have been said is not said again.

use domain::desk::{Card, Place};
use domain::lesson::LessonState;
use queue::Claim;
use telegram::{CardOutcome, EditOutcome, Refusal, Saying, Showing, Sound, learning};

use super::act::{Gone, Standing};
use super::plan::{Plan, Step};
use super::setback::Setback;
use crate::desk::sound;
use crate::room::{Room, Seller};

/// Does one step, which the journal knows to be begun and the lease covers.
///
/// # Errors
/// When Telegram did not take it, or Redis fails.
pub(super) async fn take(
    room: &Room,
    claim: &Claim,
    plan: &Plan,
    number: usize,
    step: &Step,
    standing: Standing,
) -> Result<Gone, Setback> {
    let card = || plan.card.as_deref().ok_or_else(no_card);
    match step {
        Step::Card { chat } => {
            let showing = if standing == Standing::Unknown { Showing::Again } else { Showing::First };
            keep_if_new(room, card()?).await?;
            shown(room, claim, number, *chat, card()?, showing).await
        }
        Step::Edit { at } => match room.desk.update(*at, card()?).await {
            EditOutcome::Done => Ok(Gone::Shown),
            // Somebody deleted it. As long as it waits for somebody, it must be there.
            EditOutcome::Gone if card()?.waits() => shown(room, claim, number, at.chat, card()?, Showing::First).await,
            EditOutcome::Gone => Ok(Gone::Shown),
            EditOutcome::NotDone(refusal) => not_done(room, claim, number, refusal).await,
        },
        Step::Confirm { at, text } => match room.desk.edit(*at, text, &[]).await {
            EditOutcome::Done | EditOutcome::Gone => Ok(Gone::Shown),
            EditOutcome::NotDone(refusal) => not_done(room, claim, number, refusal).await,
        },
        Step::Tell { .. } if standing == Standing::Unknown => Ok(Gone::Shown),
        Step::Tell { chat, reply_to, text } => {
            let sound = seller_of(room, claim).map_or(Sound::Rings, |seller| sound::now(room, seller));
            let saying = Saying::new(*chat, text.as_str()).answering(*reply_to).with_sound(sound);
            match room.desk.say(&saying).await {
                CardOutcome::Sent { .. } | CardOutcome::Unknown { .. } => Ok(Gone::Shown),
                CardOutcome::NotSent(refusal) => not_done(room, claim, number, refusal).await,
            }
        }
        Step::Offer { .. } if standing == Standing::Unknown => Ok(Gone::Shown),
        Step::Offer { chat, reply_to } => offered(room, claim, plan, number, *chat, *reply_to).await,
        Step::Say { .. } => Ok(Gone::Shown),
    }
}

/// A press may come before the turn has ended: the card must be known by then.
async fn keep_if_new(room: &Room, card: &Card) -> Result<(), Setback> {
    let known = room.store.card(&card.escalation.conversation).await?;
    if known.is_none_or(|known| known.id != card.id) {
        room.store.save_card(card, room.settings.telegram.card_ttl).await?;
    }
    Ok(())
}

async fn shown(
    room: &Room,
    claim: &Claim,
    number: usize,
    chat: i64,
    card: &Card,
    showing: Showing,
) -> Result<Gone, Setback> {
    let reason = card.escalation.reason;
    let sound = seller_of(room, claim).map_or(Sound::Rings, |seller| sound::of_card(room, seller, reason));
    match room.desk.show(chat, card, showing, sound).await {
        CardOutcome::Sent { message_id } => {
            let at = Place { chat, message: message_id };
            room.store.card_shown(&card.id, at, room.settings.telegram.card_ttl).await?;
            Ok(Gone::Shown)
        }
        CardOutcome::Unknown { why } => {
            Err(Setback::Later { what: SENDING, why, after: room.settings.telegram.retry_after })
        }
        CardOutcome::NotSent(refusal) => not_done(room, claim, number, refusal).await,
    }
}

/// Offers the plan's lesson. A tap may come before the turn has ended: it must be known by then.
async fn offered(
    room: &Room,
    claim: &Claim,
    plan: &Plan,
    number: usize,
    chat: i64,
    reply_to: i32,
) -> Result<Gone, Setback> {
    let Some(lesson) = plan.lesson.as_deref() else { return Ok(Gone::Shown) };
    if !room.store.offer_lesson(lesson, room.settings.telegram.card_ttl).await? {
        return Ok(Gone::Shown);
    }
    let state = LessonState::Offered;
    let saying = Saying::new(chat, learning::text(lesson, &state))
        .answering(Some(reply_to))
        .with_buttons(learning::buttons(&lesson.card, &state));
    match room.desk.say(&saying).await {
        CardOutcome::Sent { message_id } => {
            room.store.lesson_shown(&lesson.card, Place { chat, message: message_id }).await?;
            Ok(Gone::Shown)
        }
        CardOutcome::Unknown { .. } => Ok(Gone::Shown),
        CardOutcome::NotSent(refusal) => not_done(room, claim, number, refusal).await,
    }
}

fn seller_of<'a>(room: &'a Room, claim: &Claim) -> Option<&'a Seller> {
    room.sellers.get(&claim.conversation.seller).map(|seller| &**seller)
}

const SENDING: &str = "sending the card to Telegram";

async fn not_done(room: &Room, claim: &Claim, number: usize, refusal: Refusal) -> Result<Gone, Setback> {
    room.queue.take_back(claim, number as u32).await?;
    let (why, after) = match refusal {
        Refusal::Final { why } => return Ok(Gone::Unwanted(why)),
        Refusal::RetryAfter(after) => ("Telegram asks us to wait".to_owned(), after),
        Refusal::Retry { why } => (why, room.settings.telegram.retry_after),
    };
    Err(Setback::Later { what: SENDING, why, after })
}

fn no_card() -> Setback {
    Setback::Failed { what: "showing a card", why: "the plan has none".to_owned() }
}
