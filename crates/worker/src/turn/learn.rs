//! The seller answered himself what the bot could not: whether his answer is offered for his table, and where.
//!
//! The offer is made once for a card, where the card is shown, after the buyer has the answer. Whatever he answered is
//! also kept, masked, for training. Not here: what is fit for it (`agents::learning`), and what a tap does
//! ([`crate::desk`]).

use std::time::Duration;

use agents::learning::{self, Answered, Pair, Unfit};
use domain::conversation::Line;
use domain::desk::{Card, CardState};
use domain::ids::SellerId;
use domain::lesson::Lesson;
use domain::message::Side;
use domain::record::SilentReason;
use domain::training::{AnsweredFrom, HumanAnswer};
use queue::Claim;

use super::hear::Silence;
use super::plan::Step;
use super::setback::Setback;
use crate::desk::learning::count;
use crate::room::{Room, Seller};

/// An offer is not worth the buyer's time: whether the table has it already is looked up within this.
const LOOK_IT_UP: Duration = Duration::from_millis(500);

/// What an answer teaches.
#[derive(Debug, Default)]
pub(super) struct Taught {
    /// The pair.
    pub(super) lesson: Option<Box<Lesson>>,
    /// One offer of it for each chat of the card.
    pub(super) steps: Vec<Step>,
    /// What is kept of it for training.
    pub(super) heard: Option<Box<HumanAnswer>>,
}

/// He answered what is on the card.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn of_answer(
    room: &Room,
    seller: &Seller,
    card: &Card,
    answer: &str,
    from: AnsweredFrom,
) -> Result<Taught, Setback> {
    let heard = Some(heard(room, card, answer, from));
    let none = Taught { heard, ..Taught::default() };
    if !room.settings.learning.offer || room.store.lesson(&card.id).await?.is_some() {
        return Ok(none);
    }
    let pair = match worth_a_row(room, seller, card, answer).await {
        Ok(pair) => pair,
        Err(unfit) => {
            count("not_offered", unfit.name());
            return Ok(none);
        }
    };
    count("offered", "");
    let shown = room.store.card_places(&card.id).await?;
    let steps = shown.into_iter().map(|(chat, reply_to)| Step::Offer { chat, reply_to }).collect();
    let conversation = card.escalation.conversation.clone();
    let lesson = Lesson { card: card.id.clone(), conversation, question: pair.question, answer: pair.answer };
    Ok(Taught { lesson: Some(Box::new(lesson)), steps, ..none })
}

/// Whether it is worth a row. Most answers are not: the table is asked for only where it decides.
async fn worth_a_row(room: &Room, seller: &Seller, card: &Card, answer: &str) -> Result<Pair, Unfit> {
    let escalation = &card.escalation;
    let intents = card.of.as_ref().map_or(&[][..], |of| of.intents.as_slice());
    let answered = Answered { reason: escalation.reason, intents, question: &escalation.question, answer };
    learning::pair(&answered, None)?;
    let table = tokio::time::timeout(LOOK_IT_UP, room.sheets.snapshot(&seller.settings)).await;
    learning::pair(&answered, table.ok().and_then(Result::ok).as_deref())
}

/// What is kept of an answer for training.
pub(super) fn heard(room: &Room, card: &Card, answer: &str, source: AnsweredFrom) -> Box<HumanAnswer> {
    let masked = |text: &str| agents::mask(text).into_owned();
    let escalation = &card.escalation;
    let (turn, intents) = card.of.clone().map(|of| (of.turn, of.intents)).unwrap_or_default();
    Box::new(HumanAnswer {
        turn,
        at_ms: room.clock.now_ms(),
        reason: escalation.reason,
        intents,
        question: masked(&escalation.question),
        before: escalation.before.iter().map(|line| Line { text: masked(&line.text), ..line.clone() }).collect(),
        draft: escalation.draft.as_deref().map(masked),
        answer: masked(answer),
        source,
    })
}

/// He wrote on Avito while a card was open, or went on where the first words of his were no answer yet.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn of_silence(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    silence: &Silence,
) -> Result<Taught, Setback> {
    let speaks = silence.reason == SilentReason::SellerSpeaks && silence.seller_spoke_now;
    // With words of the buyer's among them nobody knows which he answers.
    if !speaks || silence.seller_said.is_empty() || !silence.buyer.is_empty() {
        return Ok(Taught::default());
    }
    match room.store.card(&claim.conversation).await? {
        Some(card) if card.waits() || goes_on(&card, silence) => {
            of_answer(room, seller, &card, &silence.seller_said.join(" "), AnsweredFrom::Avito).await
        }
        _ => Ok(Taught::default()),
    }
}

/// Whether the seller wrote last before this too: the buyer has not asked anything else.
fn goes_on(card: &Card, silence: &Silence) -> bool {
    let before = silence.memory.lines.iter().rev().nth(silence.seller_said.len());
    card.state == CardState::AnsweredOnAvito && before.is_some_and(|line| line.side == Side::Account)
}

/// Keeps what a human answered. It is for later; no turn fails for it.
pub(super) async fn keep(room: &Room, seller: &SellerId, heard: Option<&HumanAnswer>) {
    let Some(heard) = heard else { return };
    let limits = &room.settings.learning;
    match room.store.append_human_answer(seller, heard, limits.keep, limits.keep_max).await {
        Ok(()) => metrics::counter!("worker_human_answers_total", "source" => heard.source.name()).increment(1),
        Err(error) => {
            tracing::warn!(%seller, error = %runtime::chain(&error), "cannot keep a human's answer for training");
        }
    }
}
