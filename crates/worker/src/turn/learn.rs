//! The seller answered himself what the bot could not: whether his answer is offered for his table, and where.
//!
//! The offer is made once for a card, where the card is shown, after the buyer has the answer. Not here: what is fit for
//! it (`agents::learning`), and what a tap does ([`crate::desk`]).

use std::time::Duration;

use agents::learning::{self, Answered};
use domain::desk::{Card, CardState};
use domain::lesson::Lesson;
use domain::message::Side;
use domain::record::SilentReason;
use queue::Claim;

use super::hear::Silence;
use super::plan::Step;
use super::setback::Setback;
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
}

/// He answered from Telegram.
///
/// # Errors
/// When Redis does not answer.
pub(super) async fn of_answer(room: &Room, seller: &Seller, card: &Card, answer: &str) -> Result<Taught, Setback> {
    if !room.settings.learning.offer || room.store.lesson(&card.id).await?.is_some() {
        return Ok(Taught::default());
    }
    let escalation = &card.escalation;
    let answered = Answered {
        reason: escalation.reason,
        intents: card.of.as_ref().map_or(&[], |of| of.intents.as_slice()),
        question: &escalation.question,
        answer,
    };
    // Most answers are none: the table is asked for only where it decides.
    let fit = learning::pair(&answered, None);
    let table = match fit {
        Ok(_) => tokio::time::timeout(LOOK_IT_UP, room.sheets.snapshot(&seller.settings)).await,
        Err(unfit) => return Ok(not_offered(unfit)),
    };
    let table = table.ok().and_then(Result::ok);
    let pair = match learning::pair(&answered, table.as_deref()) {
        Ok(pair) => pair,
        Err(unfit) => return Ok(not_offered(unfit)),
    };
    let shown = room.store.card_places(&card.id).await?;
    let steps = shown.into_iter().map(|(chat, reply_to)| Step::Offer { chat, reply_to }).collect();
    let conversation = escalation.conversation.clone();
    let lesson = Lesson { card: card.id.clone(), conversation, question: pair.question, answer: pair.answer };
    metrics::counter!("worker_lessons_total", "step" => "offered", "why" => "").increment(1);
    Ok(Taught { lesson: Some(Box::new(lesson)), steps })
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
            of_answer(room, seller, &card, &silence.seller_said.join(" ")).await
        }
        _ => Ok(Taught::default()),
    }
}

/// Whether the seller wrote last before this too: the buyer has not asked anything else.
fn goes_on(card: &Card, silence: &Silence) -> bool {
    let before = silence.memory.lines.iter().rev().nth(silence.seller_said.len());
    card.state == CardState::AnsweredOnAvito && before.is_some_and(|line| line.side == Side::Account)
}

fn not_offered(unfit: learning::Unfit) -> Taught {
    metrics::counter!("worker_lessons_total", "step" => "not_offered", "why" => unfit.name()).increment(1);
    Taught::default()
}
