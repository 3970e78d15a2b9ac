//! One turn over one conversation: claim what is unanswered, answer it, acknowledge.
//!
//! [`take`] is the frame (claim, and what a setback means for the queue), [`answer`] the story. The parts:
//! [`hear`] whose words are these, [`doubt`] whether Redis forgot that they were answered, [`think`] what to say,
//! [`manner`] what the seller's mode makes of it, [`judge`] what became of it, [`learn`] what his own answer teaches,
//! [`desk`] what somebody did in Telegram, [`cards`] on which card people are told, [`attached`] what is on it beside words, [`parts`] in how many messages,
//! [`plan`] what will be done, [`act`] doing it exactly once, [`show`] the part of it that Telegram sees, [`reconcile`]
//! finding out whether it was done.

mod act;
mod attached;
mod cards;
mod desk;
mod doubt;
mod hear;
mod judge;
mod learn;
mod manner;
mod parts;
mod plan;
mod reconcile;
mod setback;
mod show;
mod think;

use std::sync::Arc;
use std::time::Duration;

use domain::message::{Message, Side};
use queue::{Attempt, BeginSend, Claim, Merge, Nacked, Token, retry_delay};

use crate::room::{Room, Seller};
use crate::sabotage::{self, Part, Point};
pub(crate) use desk::waiting_draft;
pub(crate) use think::spoken;

use act::Standing;
use hear::Heard;
use plan::Plan;
use setback::Setback;

/// How often a turn is decided again because the buyer went on typing. After that the reply goes out, and
/// what came later is answered by the next turn.
const MERGES: u32 = 2;

/// Claims the conversation of `token`, answers it, and tells the queue how it went.
pub(crate) async fn take(room: &Arc<Room>, token: &Token) {
    let mut claim = match room.queue.claim(&room.worker, token).await {
        Ok(Some(claim)) => claim,
        Ok(None) => return,
        Err(error) => {
            // The token stays in our processing list; the sweep finds it.
            tracing::warn!(conversation = %token, error = %runtime::chain(&error), "cannot claim; trying again");
            return;
        }
    };
    if sabotage::without(Part::ProcessingList) {
        sabotage::let_go(&room.queue, &room.worker, token).await;
    }
    sabotage::point(Point::AfterClaim);
    let rest = if claim.journal.is_none() { keep_one_matter(&mut claim) } else { Rest::Nothing };
    let attempts = claim.attempts;
    let kept = claim.clone();
    if let Err(setback) = answer(room, claim, rest).await {
        give_back(room, &kept, attempts, &setback).await;
    }
}

/// What is left in the mailbox for the turns after this one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Nothing that was there when we looked.
    Nothing,
    /// Something of another kind.
    Something,
}

/// A turn is about one thing, whichever came first: what was written in the chat, or one action at the desk.
fn keep_one_matter(claim: &mut Claim) -> Rest {
    let from_desk = |message: &Message| message.side == Side::Desk;
    let kept = match claim.messages.iter().position(from_desk) {
        Some(0) => 1,
        Some(before) => before,
        None => claim.messages.len(),
    };
    let rest = if kept < claim.messages.len() { Rest::Something } else { Rest::Nothing };
    claim.messages.truncate(kept);
    rest
}

/// A turn from claim to acknowledgement.
async fn answer(room: &Arc<Room>, mut claim: Claim, mut rest: Rest) -> Result<(), Setback> {
    let seller = room.sellers.get(&claim.conversation.seller).ok_or(Setback::UnknownSeller)?;
    if let Some(begun) = plan::resumable(&claim)? {
        return act::resume(room, seller, &claim, begun).await;
    }
    let mut merges = 0;
    loop {
        let mut plan = decide(room, seller, &claim).await?;
        sabotage::point(Point::AfterModel);
        if plan.is_an_echo() {
            return act::pass_over(room, &claim, plan).await;
        }
        if plan.answers() && claim.messages[0].side != Side::Desk {
            let_the_buyer_finish(room, &claim).await;
        }
        let merge = merge(room, &claim, &mut plan, merges, rest).await?;
        match act::begin(room, &claim, &plan, 0, merge).await? {
            (BeginSend::Go, covered_until) => {
                return act::carry_out(room, seller, &claim, plan, 0, Standing::Journalled(covered_until)).await;
            }
            (BeginSend::Newer, _) => merges += 1,
            (BeginSend::Fenced, _) => return Err(Setback::Fenced),
            (BeginSend::LeaseTooShort, _) => return Err(Setback::lease_too_short()),
        }
        room.queue.refresh(&mut claim).await?;
        rest = keep_one_matter(&mut claim);
    }
}

/// Whether to decide again if somebody wrote meanwhile. A buyer who never stops typing is answered all the same; a seller
/// who types is never overrun.
async fn merge(room: &Room, claim: &Claim, plan: &mut Plan, merges: u32, rest: Rest) -> Result<Merge, Setback> {
    if rest == Rest::Something {
        // What waits behind is not for this turn; but if it is the seller's word, ours are not said.
        if hear::seller_spoke_since(room, claim, &plan.record.messages).await? {
            plan.drop_words_from(0);
        }
        return Ok(Merge::Never);
    }
    let patient = merges < MERGES || hear::seller_spoke_since(room, claim, &plan.record.messages).await?;
    Ok(if patient { Merge::Allow } else { Merge::Never })
}

/// What to do about the unanswered messages: nothing, for a reason, or what the assistant says.
async fn decide(room: &Arc<Room>, seller: &Seller, claim: &Claim) -> Result<Plan, Setback> {
    if claim.messages[0].side == Side::Desk {
        return desk::decide(room, seller, claim).await;
    }
    match hear::listen(room, seller, claim).await? {
        Heard::Nothing(silence) => think::keep_silent(room, seller, claim, silence).await,
        Heard::BuyerAndSomebody(words) => doubt::ask_a_human(room, seller, claim, words).await,
        Heard::Buyer(words) if words.quiet.is_none() && doubt::may_be_answered(room, seller, claim, &words).await? => {
            doubt::ask_a_human(room, seller, claim, words).await
        }
        Heard::Buyer(words) => think::about(room, seller, claim, words).await,
    }
}

/// Waits until the buyer has paused for a moment, so that three short messages get one reply. The time runs
/// from the messages' arrival: thinking has used most of it already.
async fn let_the_buyer_finish(room: &Room, claim: &Claim) {
    let received = |message: Option<&Message>| message.map_or(0, |message| message.received_ms);
    let limits = &room.settings.worker;
    let quiet_at = received(claim.messages.last()) + limits.burst_quiet.as_millis() as i64;
    let latest = received(claim.messages.first()) + limits.burst_max.as_millis() as i64;
    let wait_ms = quiet_at.min(latest) - room.clock.now_ms();
    if let Ok(wait_ms @ 1..) = u64::try_from(wait_ms) {
        // A message dated in the future (a clock that was set) must not hold the turn.
        tokio::time::sleep(Duration::from_millis(wait_ms).min(limits.burst_max)).await;
    }
}

/// Tells the queue that the turn did not end, and when to try again.
async fn give_back(room: &Room, claim: &Claim, attempts: u32, setback: &Setback) {
    let (after, attempt) = match setback {
        Setback::Fenced => {
            metrics::counter!("worker_turns_fenced_total").increment(1);
            tracing::info!(conversation = %claim.token, "another worker has this conversation now");
            return;
        }
        Setback::Queue(error) => {
            // Redis may be away: the token stays with us, and the sweep runs it again.
            tracing::warn!(conversation = %claim.token, error = %runtime::chain(error), "Redis failed in a turn");
            return;
        }
        Setback::Later { after, .. } | Setback::Early { after } => (*after, Attempt::Free),
        Setback::Failed { .. } | Setback::UnknownSeller | Setback::BrokenPlan(_) => {
            (retry_delay(&room.settings.queue, attempts, &mut rand::rng()), Attempt::Counted)
        }
    };
    let why = setback.to_string();
    sabotage::point(Point::InNack);
    match room.queue.nack(claim, after, attempt, &why).await {
        Ok(Nacked::Delayed) if matches!(setback, Setback::Early { .. }) => {
            tracing::debug!(conversation = %claim.token, why, "turn put off");
        }
        Ok(Nacked::Delayed) => {
            tracing::warn!(conversation = %claim.token, turn.attempt = attempts + 1, retry.after_ms = after.as_millis() as u64, why, "turn put off");
        }
        Ok(Nacked::DeadLettered) => {
            tracing::error!(conversation = %claim.token, turn.attempts = attempts + 1, why, "gave up: dead letter");
        }
        Ok(Nacked::Fenced) => tracing::info!(conversation = %claim.token, "another worker has this conversation now"),
        Err(error) => {
            tracing::warn!(conversation = %claim.token, error = %runtime::chain(&error), "cannot put off; the sweep will");
        }
    }
}

/// After a panic: the attempt is counted under a new claim, since the old one went down with the turn.
pub(crate) async fn give_back_after_panic(room: &Room, token: &Token) {
    if let Ok(Some(claim)) = room.queue.claim(&room.worker, token).await {
        let panicked = Setback::Failed { what: "running the turn", why: "it panicked; see the log".to_owned() };
        give_back(room, &claim, claim.attempts, &panicked).await;
    }
}
