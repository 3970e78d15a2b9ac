//! Doing what the plan says: each step journalled before, settled after, and never done twice.

use std::sync::Arc;
use std::time::{Duration, Instant};

use avito::{Refusal, SendOutcome};
use domain::escalation::{Escalation, EscalationReason};
use domain::ids::{ConversationId, MessageId};
use domain::record::{Ending, SilentReason};
use queue::{BeginSend, Claim, Completed, Memory, Merge, StepState};
use store::{StoreError, TakenBy, Takeover};

use super::cards;
use super::hear;
use super::judge;
use super::learn;
use super::plan::{Begun, Holder, Plan, Step, Voice};
use super::reconcile::{self, Sending, Settled};
use super::setback::Setback;
use super::show;
use crate::room::{Room, Seller};
use crate::sabotage::{self, Part, Point};

/// What the lease must cover beyond the send's own deadline: the way to Redis and back.
const LEASE_MARGIN: Duration = Duration::from_millis(300);

/// How many times in a row Avito may refuse our tokens before a human gets the reply: once is a whim of Avito's.
const REFUSED_TOKENS: u32 = 3;

/// What is known of a step before we touch it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The journal says it is about to be done, and by us; the lease covers it until then.
    Journalled(Instant),
    /// It surely was not done; the journal does not know of it yet.
    Pending,
    /// An earlier holder began it, and nobody knows how that ended.
    Unknown,
}

/// How a step ended.
pub(super) enum Gone {
    /// The buyer has the text; its id is still to be noted.
    Said(MessageId),
    /// Telegram has what it was to be told.
    Shown,
    /// The seller spoke in between: no word of ours after his.
    Overtaken,
    /// Avito refuses the text for good.
    Refused(Refusal),
    /// Telegram refuses the message for good.
    Unwanted(String),
}

/// Writes into the journal that `step` of `plan` is about to be done, if the conversation is still ours and,
/// where `merge` asks, nobody wrote in between. Also says until when the lease covers the step: counted from
/// before the question, so that a process that stands still between the answer and the step does not do it late.
///
/// # Errors
/// When Redis fails.
pub(crate) async fn begin(
    room: &Room,
    claim: &Claim,
    plan: &Plan,
    step: usize,
    merge: Merge,
) -> Result<(BeginSend, Instant), Setback> {
    let journal = serde_json::to_string(plan).map_err(Setback::BrokenPlan)?;
    let need = room.settings.avito.send_timeout.max(room.settings.telegram.timeout) + LEASE_MARGIN;
    sabotage::point(Point::BeforeBeginSend);
    let covered_until = Instant::now() + need;
    let begun = room.queue.begin_send(claim, &journal, step as u32, merge, need).await?;
    sabotage::point(Point::AfterBeginSend);
    if sabotage::without(Part::Fencing) {
        let begun = if begun == BeginSend::Fenced { BeginSend::Go } else { begun };
        return Ok((begun, Instant::now() + need));
    }
    Ok((begun, covered_until))
}

/// Goes on with a plan that an earlier claim began.
///
/// # Errors
/// As [`carry_out`].
pub(crate) async fn resume(room: &Arc<Room>, seller: &Seller, claim: &Claim, begun: Begun) -> Result<(), Setback> {
    let standing = match (begun.state, claim.memory) {
        (StepState::Begun, _) | (_, Memory::Doubtful) => Standing::Unknown,
        (StepState::Pending, Memory::Whole) => Standing::Pending,
    };
    carry_out(room, seller, claim, begun.plan, begun.step, standing).await
}

/// Does the steps of `plan` from `step` on and acknowledges the turn.
///
/// # Errors
/// When a step did not go out, or Redis fails: how far it came is in the journal.
pub(crate) async fn carry_out(
    room: &Arc<Room>,
    seller: &Seller,
    claim: &Claim,
    mut plan: Plan,
    mut step: usize,
    mut standing: Standing,
) -> Result<(), Setback> {
    let mut said = None;
    while step < plan.steps.len() {
        match take(room, seller, claim, &plan, step, standing).await? {
            gone @ (Gone::Said(_) | Gone::Shown) => {
                said = if let Gone::Said(id) = gone { Some(id) } else { None };
                step += 1;
                if step < plan.steps.len() {
                    note(room, claim, said.take()).await?;
                    room.queue.record_step(claim, (step - 1) as u32).await?;
                }
            }
            Gone::Overtaken => plan.drop_words_from(step),
            Gone::Refused(refusal) => refused(room, seller, claim, &mut plan, step, &refusal).await?,
            Gone::Unwanted(why) => {
                tracing::error!(conversation = %claim.token, why, "Telegram refuses a message to one of the seller's chats");
                if !plan.do_without(step) {
                    return Err(Setback::Failed { what: "sending the card to Telegram", why });
                }
            }
        }
        standing = Standing::Pending;
    }
    finish(room, claim, plan, said).await
}

/// Does one step, after making sure that it was not done and may still be done.
async fn take(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    plan: &Plan,
    step: usize,
    standing: Standing,
) -> Result<Gone, Setback> {
    match &plan.steps[step] {
        Step::Say { text, after, after_s, earlier, voice } => {
            let sending = Sending { text, after, after_s: *after_s, earlier, same_before: plan.said_before(step) };
            if standing == Standing::Unknown
                && let Settled::Sent(id) = reconcile::patiently(room, seller, claim, sending).await?
            {
                return Ok(said(id));
            }
            let covered_until = match standing {
                Standing::Journalled(until) => until,
                Standing::Pending | Standing::Unknown => {
                    let ours = *voice == Voice::Bot;
                    if ours && hear::seller_spoke_since(room, claim, &plan.record.messages).await? {
                        return Ok(Gone::Overtaken);
                    }
                    journal(room, claim, plan, step).await?
                }
            };
            say(room, seller, claim, step, sending, covered_until).await
        }
        told => {
            let covered_until = match standing {
                Standing::Journalled(until) => until,
                Standing::Pending | Standing::Unknown => journal(room, claim, plan, step).await?,
            };
            if covered_until < Instant::now() + room.settings.telegram.timeout {
                return Err(late(room, claim, step).await);
            }
            show::take(room, claim, plan, step, told, standing).await
        }
    }
}

/// Avito refuses a text for good. The seller's own: he is told. Ours: a human gets it, and what was to be said after it,
/// unless a card is coming anyway.
async fn refused(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    plan: &mut Plan,
    step: usize,
    refusal: &Refusal,
) -> Result<(), Setback> {
    if matches!(plan.steps[step], Step::Say { voice: Voice::Person, .. }) {
        tracing::warn!(conversation = %claim.token, why = %refusal, "Avito refuses the seller's answer for good; he is told");
        plan.tell_that_refused(step, &in_russian(refusal));
        if !plan.speaks() {
            plan.memory = room.store.conversation(&claim.conversation).await?;
        }
        return Ok(());
    }
    tracing::error!(conversation = %claim.token, why = %refusal, "Avito refuses the reply for good; a human is called");
    let unsaid = plan.take_words_from(step);
    if plan.shows_from(step) {
        return Ok(());
    }
    let reason = EscalationReason::DeadLetter;
    let escalation = Escalation {
        conversation: claim.conversation.clone(),
        reason,
        question: plan.record.question.clone(),
        attached: Vec::new(),
        before: Vec::new(),
        buyer: None,
        listing: None,
        draft: Some(unsaid.join("\n")),
        trouble: None,
    };
    let showing = cards::call(room, seller, claim, escalation).await?;
    plan.record.ending = if plan.speaks() { Ending::RepliedAndEscalated(reason) } else { Ending::Escalated(reason) };
    plan.holder = Holder::Human { by: TakenBy::HandOver };
    plan.steps.splice(step..step, showing.steps);
    plan.card = Some(Box::new(showing.card));
    Ok(())
}

async fn journal(room: &Room, claim: &Claim, plan: &Plan, step: usize) -> Result<Instant, Setback> {
    match begin(room, claim, plan, step, Merge::Never).await? {
        (BeginSend::Go | BeginSend::Newer, covered_until) => Ok(covered_until),
        (BeginSend::Fenced, _) => Err(Setback::Fenced),
        (BeginSend::LeaseTooShort, _) => Err(Setback::lease_too_short()),
    }
}

/// We stood still between the journal and the step: whoever took over does it, or we do it anew.
async fn late(room: &Room, claim: &Claim, step: usize) -> Setback {
    match room.queue.take_back(claim, step as u32).await {
        Ok(()) => Setback::lease_too_short(),
        Err(error) => error.into(),
    }
}

/// Sends a text to the buyer, while the lease covers it.
async fn say(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    step: usize,
    sending: Sending<'_>,
    covered_until: Instant,
) -> Result<Gone, Setback> {
    let what = "sending the reply to Avito";
    let refusal = match seller.messenger.send_by(&claim.conversation.chat, sending.text, covered_until).await {
        SendOutcome::Sent { id, .. } => return Ok(said(id)),
        SendOutcome::Unknown { why } => {
            // Most unknown sends arrived: the history often says so at once.
            return match reconcile::once(seller, claim, sending).await {
                Ok(Settled::Sent(id)) => Ok(said(id)),
                _ => Err(Setback::Later { what, why, after: room.settings.queue.settle }),
            };
        }
        SendOutcome::NotSent(refusal) => refusal,
    };
    match refusal {
        Refusal::RetryAfter(after) => {
            room.queue.take_back(claim, step as u32).await?;
            Err(Setback::Later { what, why: "Avito asks us to wait".to_owned(), after })
        }
        Refusal::Retry { .. } if Instant::now() >= covered_until => Err(late(room, claim, step).await),
        Refusal::Unauthorized { .. } if claim.attempts + 1 >= REFUSED_TOKENS => Ok(Gone::Refused(refusal)),
        Refusal::Retry { why } | Refusal::Unauthorized { why } => {
            room.queue.take_back(claim, step as u32).await?;
            Err(Setback::Failed { what, why })
        }
        Refusal::Paywall | Refusal::Final { .. } => Ok(Gone::Refused(refusal)),
    }
}

/// Why Avito does not take it, for the seller.
fn in_russian(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Paywall => "на Авито не оплачен доступ к сообщениям".to_owned(),
        Refusal::Unauthorized { .. } => "Авито не принимает ключ доступа".to_owned(),
        Refusal::Final { why } => format!("Авито не принял сообщение ({why})"),
        other => format!("Авито не принял сообщение ({other})"),
    }
}

fn said(id: MessageId) -> Gone {
    sabotage::point(Point::AfterSend);
    Gone::Said(id)
}

/// Notes the id of a text that went out, before anything else can look at the chat.
async fn note(room: &Room, claim: &Claim, said: Option<MessageId>) -> Result<(), StoreError> {
    match said {
        Some(id) => room.store.record_sent(&claim.conversation, &id).await,
        None => Ok(()),
    }
}

/// Remembers and records, then acknowledges: in that order, so that a crash in between repeats only what may be
/// repeated. `said` is the id of the last text, if it is not noted yet.
async fn finish(room: &Room, claim: &Claim, mut plan: Plan, said: Option<MessageId>) -> Result<(), Setback> {
    let conversation = &claim.conversation;
    plan.close(room.clock.now_ms(), claim);
    // Together, and in this order over one connection: one write on Redis's disk is waited for.
    let (noted, remembered, left, kept, (), (), ()) = tokio::join!(
        note(room, claim, said),
        room.store.save_conversation(conversation, &plan.memory),
        leave_the_chat_to(room, conversation, plan.holder),
        keep_card(room, &plan),
        record(room, claim, &plan),
        judge::keep(room, conversation, &plan.judgement),
        learn::keep(room, &conversation.seller, plan.heard.as_deref()),
    );
    noted.and(remembered).and(left).and(kept)?;
    acknowledge(room, claim, &plan).await
}

/// Ends a turn in which nothing happened and of which nothing is remembered: our own words came back.
///
/// # Errors
/// As [`carry_out`].
pub(super) async fn pass_over(room: &Room, claim: &Claim, mut plan: Plan) -> Result<(), Setback> {
    plan.close(room.clock.now_ms(), claim);
    tokio::join!(record(room, claim, &plan), acknowledge(room, claim, &plan)).1
}

/// Keeps the record. It explains; it does not decide: a turn does not fail for it.
async fn record(room: &Room, claim: &Claim, plan: &Plan) {
    if let Err(error) = room.store.append_record(&plan.record).await {
        tracing::warn!(conversation = %claim.token, error = %runtime::chain(&error), "cannot keep the record");
    }
}

async fn acknowledge(room: &Room, claim: &Claim, plan: &Plan) -> Result<(), Setback> {
    sabotage::point(Point::BeforeComplete);
    if room.queue.complete(claim).await? == Completed::Fenced {
        return Err(Setback::Fenced);
    }
    sabotage::point(Point::AfterComplete);
    tell(plan);
    Ok(())
}

async fn keep_card(room: &Room, plan: &Plan) -> Result<(), StoreError> {
    match &plan.card {
        Some(card) => room.store.save_card(card, room.settings.telegram.card_ttl).await,
        None => Ok(()),
    }
}

async fn leave_the_chat_to(room: &Room, conversation: &ConversationId, holder: Holder) -> Result<(), StoreError> {
    let since_ms = room.clock.now_ms();
    let (takeover, ttl) = match holder {
        Holder::AsBefore => return Ok(()),
        Holder::Bot => return room.store.clear_takeover(conversation).await,
        Holder::Human { by } => (Takeover { by, since_ms, until_ms: None }, room.quiet_after(conversation)),
        Holder::Paused { until_ms } => {
            let left = Duration::from_millis(u64::try_from(until_ms - since_ms).unwrap_or(0));
            (Takeover { by: TakenBy::Paused, since_ms, until_ms: Some(until_ms) }, left)
        }
    };
    room.store.set_takeover(conversation, &takeover, ttl).await
}

fn tell(plan: &Plan) {
    let record = &plan.record;
    let (ending, why) = match record.ending {
        Ending::Replied => ("replied", ""),
        Ending::Answered => ("answered", ""),
        Ending::RepliedAndEscalated(reason) => ("replied_and_escalated", reason.name()),
        Ending::Escalated(reason) => ("escalated", reason.name()),
        Ending::Silent(reason) => ("silent", reason.name()),
    };
    metrics::counter!("worker_turns_total", "ending" => ending, "why" => why).increment(1);
    if record.ending != Ending::Silent(SilentReason::Echo) {
        metrics::histogram!("worker_turn_seconds", "ending" => ending).record(record.total_ms as f64 / 1000.0);
    }
    tracing::info!(
        conversation = %record.conversation,
        turn.id = %record.turn,
        turn.messages = record.messages.len(),
        turn.total_ms = record.total_ms,
        ending,
        why,
        "turn done"
    );
}
