//! From the buyer's words to a plan: the model reads, the table answers, the assistant decides.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agents::{Answer, Routed, TableUnreadable, Turn};
use domain::autonomy::LastAnswer;
use domain::conversation::Conversation;
use domain::desk::{Card, CardState, DeskAction};
use domain::escalation::{Escalation, EscalationReason};
use domain::ids::ConversationId;
use domain::intent::Intent;
use domain::message::{Content, Message};
use domain::mode::{Manner, Mode, Modes};
use domain::record::{Ending, SilentReason, Trace};
use queue::{Claim, retry_delay};
use store::{ChatInfo, TakenBy};

use super::attached;
use super::cards::{self, Follow, Showing};
use super::hear::{self, Silence, Words};
use super::judge::{self, Judgement, Next};
use super::learn;
use super::manner;
use super::parts;
use super::plan::{self, Holder, Plan, Step, Voice};
use super::setback::Setback;
use crate::room::{Room, Seller};

/// How many earlier lines a card shows.
const LINES_ON_A_CARD: usize = 3;

/// Thinks about the buyer's words: the model reads them while the table and the chat are fetched, then the
/// assistant decides and words the answer.
///
/// # Errors
/// When the model failed and another attempt may help.
pub(crate) async fn about(room: &Arc<Room>, seller: &Seller, claim: &Claim, words: Words) -> Result<Plan, Setback> {
    let turn = Turn {
        seller: &seller.settings.profile,
        conversation: &words.memory,
        messages: &words.messages,
        listing: words.chat.as_ref().and_then(|chat| chat.listing.as_ref()),
        now: room.clock.now(),
        started: Instant::now(),
    };
    let (routed, table, told, recalled) = tokio::join!(
        room.assistant.route(&turn),
        room.sheets.snapshot(&seller.settings),
        ask_about_chat(seller, claim, words.chat.as_ref()),
        recall(room, claim, &words),
    );
    let (modes, before) = recalled?;
    let can_do_without = || table.as_deref().is_ok_and(|table| room.assistant.can_do_without_model(&turn, table));
    if words.quiet.is_none() {
        another_attempt(room, claim, &routed, can_do_without)?;
    }

    let table = table.as_deref().map_err(|error| {
        tracing::warn!(seller = %claim.conversation.seller, error = %runtime::chain(error), "cannot read the table");
        TableUnreadable { why: runtime::chain(error) }
    });
    let chat = told.as_ref().or(words.chat.as_ref()).cloned().unwrap_or_default();
    let turn = Turn { listing: chat.listing.as_ref(), ..turn };
    let (answer, ()) = tokio::join!(room.assistant.answer(&turn, routed, table), keep(room, claim, told.as_ref()));
    let manner = modes.manner(seller.settings.mode, &intents(&answer), room.clock.now_ms());
    if let Some(reason) = words.quiet.filter(|_| manner != Manner::As(Mode::Shadow)) {
        return keep_silent(room, seller, claim, unanswered(words, reason)).await;
    }
    into_plan(room, seller, claim, &words, chat, Thought { answer, manner, before }).await
}

/// An answer, how it is to be given, and the one before it.
struct Thought {
    answer: Answer,
    manner: Manner,
    before: Option<LastAnswer>,
}

/// How the seller wants to be answered for, and what was answered last.
async fn recall(room: &Room, claim: &Claim, words: &Words) -> Result<(Modes, Option<LastAnswer>), Setback> {
    let ConversationId { seller, chat } = &claim.conversation;
    Ok(tokio::try_join!(
        room.store.modes(seller, hear::listing(&words.messages), chat),
        room.store.last_answer(&claim.conversation),
    )?)
}

/// What a turn is about: as it was decided, or else as it was read.
fn intents(answer: &Answer) -> Vec<Intent> {
    let decided: Vec<Intent> = answer.trace.decisions.iter().map(|decision| decision.intent).collect();
    let read = answer.trace.routing.iter().map(|routing| routing.intent);
    if decided.is_empty() { read.collect() } else { decided }
}

/// The buyer's words, to which nothing is said.
fn unanswered(words: Words, reason: SilentReason) -> Silence {
    let Words { messages: buyer, mut memory, chat, .. } = words;
    buyer.iter().filter_map(hear::line).for_each(|line| memory.push_line(line));
    Silence { reason, seller_spoke_now: false, seller_said: Vec::new(), buyer, chat, memory }
}

/// A card with the buyer's words and nothing else, no word to the buyer. The chat is then the seller's.
///
/// # Errors
/// When Redis does not answer.
pub(crate) async fn show_a_human(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    words: Words,
    reason: EscalationReason,
) -> Result<Plan, Setback> {
    let told = ask_about_chat(seller, claim, words.chat.as_ref()).await;
    keep(room, claim, told.as_ref()).await;
    let chat = told.or(words.chat).unwrap_or_default();
    let (question, mut memory) = (question(&words.messages), words.memory);
    let attached = attached::to(seller, claim, &words.messages).await;
    let escalation = Escalation { attached, ..escalation(claim, &memory, question.clone(), chat, reason, None) };
    let Showing { mut card, steps } = cards::call(room, seller, claim, escalation).await?;
    words.messages.iter().filter_map(hear::line).for_each(|line| memory.push_line(line));
    let ending = Ending::Escalated(reason);
    let record = plan::record(room, claim, agents::mask(&question).into_owned(), ending, Trace::default());
    card.came_of(&record.turn, Vec::new());
    let judgement = Judgement { next: Next::Nothing, ..Judgement::default() };
    let holder = Holder::Human { by: TakenBy::HandOver };
    Ok(Plan { steps, memory, holder, card: Some(Box::new(card)), record, judgement, lesson: None, heard: None })
}

/// Silence; but a human who has the chat at the desk is told there what the buyer writes, and that he himself wrote on
/// Avito.
///
/// # Errors
/// When Redis does not answer.
pub(crate) async fn keep_silent(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    silence: Silence,
) -> Result<Plan, Setback> {
    let told = match silence.reason {
        SilentReason::SellerSpeaks | SilentReason::HandedOver | SilentReason::Paused => {
            tell_the_desk(room, seller, claim, &silence).await?
        }
        _ => None,
    };
    let judgement = hear::judged(room, claim, &silence).await?;
    let taught = learn::of_silence(room, seller, claim, &silence).await?;
    let mut plan = Plan { judgement, ..plan::keep_silent(room, claim, silence) };
    if let Some(Showing { mut card, steps }) = told {
        card.came_of(&plan.record.turn, Vec::new());
        (plan.steps, plan.card) = (steps, Some(Box::new(card)));
    }
    plan.steps.extend(taught.steps);
    Ok(Plan { lesson: taught.lesson, heard: taught.heard, ..plan })
}

async fn tell_the_desk(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    silence: &Silence,
) -> Result<Option<Showing>, Setback> {
    let card = room.store.card(&claim.conversation).await?;
    if silence.seller_spoke_now {
        let Some(card) = card.filter(Card::waits) else { return Ok(None) };
        return cards::mark(room, Card { state: CardState::AnsweredOnAvito, ..card }).await.map(Some);
    }
    let question = question(&silence.buyer);
    let missed = silence.buyer.iter().any(|message| message.content == Content::Call { missed: true });
    let reason = match cards::follow(card.as_ref()) {
        // Nothing of it stands unread in the chat, and who calls wants to buy.
        _ if missed => EscalationReason::MissedCall,
        Follow::Tell(reason) => reason,
        Follow::Nothing => return Ok(None),
    };
    if question.is_empty() {
        return Ok(None);
    }
    let told = ask_about_chat(seller, claim, silence.chat.as_ref()).await;
    keep(room, claim, told.as_ref()).await;
    let chat = told.or_else(|| silence.chat.clone()).unwrap_or_default();
    let mut before = silence.memory.clone();
    before.lines.retain(|line| !silence.buyer.iter().any(|message| message.received_ms == line.at_ms));
    let attached = attached::to(seller, claim, &silence.buyer).await;
    let escalation = Escalation { attached, ..escalation(claim, &before, question, chat, reason, None) };
    cards::call(room, seller, claim, escalation).await.map(Some)
}

/// A failing model is tried again a few times before the assistant goes on without it; not where the rules are sure
/// of the turn, for then the buyer need not wait.
fn another_attempt(
    room: &Room,
    claim: &Claim,
    routed: &Routed,
    can_do_without: impl FnOnce() -> bool,
) -> Result<(), Setback> {
    let Routed::Down(failure) = routed else { return Ok(()) };
    if !failure.may_pass || claim.attempts + 1 >= room.settings.worker.model_attempts || can_do_without() {
        return Ok(());
    }
    let after =
        failure.retry_after.unwrap_or_else(|| retry_delay(&room.settings.queue, claim.attempts, &mut rand::rng()));
    tracing::debug!(conversation = %claim.token, retry.after_ms = after.as_millis() as u64, "the model failed");
    Err(Setback::Failed { what: "asking the model", why: failure.why.clone() })
}

/// What Avito says about the chat, unless that is known: the buyer's name, the listing. Without it the turn goes on.
async fn ask_about_chat(seller: &Seller, claim: &Claim, known: Option<&ChatInfo>) -> Option<ChatInfo> {
    if known.is_some() {
        return None;
    }
    // Late is as good as never: the names on a card are not worth the buyer's time.
    let asked = tokio::time::timeout(Duration::from_millis(800), seller.messenger.chat(&claim.conversation.chat)).await;
    let Ok(Ok(chat)) = asked else {
        tracing::debug!(conversation = %claim.token, "Avito told nothing about the chat");
        return None;
    };
    Some(ChatInfo { buyer: chat.buyer, listing: chat.listing })
}

/// Keeps for a day what Avito told of the chat.
async fn keep(room: &Room, claim: &Claim, told: Option<&ChatInfo>) {
    let Some(told) = told else { return };
    if let Err(error) = room.store.save_chat_info(&claim.conversation, told).await {
        tracing::debug!(conversation = %claim.token, error = %runtime::chain(&error), "cannot keep the chat's names");
    }
}

async fn into_plan(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    words: &Words,
    chat: ChatInfo,
    thought: Thought,
) -> Result<Plan, Setback> {
    let Thought { answer, manner, before } = thought;
    let question = question(&words.messages);
    let newest = claim.messages.last().unwrap_or(&words.messages[0]);
    let longest = room.settings.avito.max_text_chars;
    let say = |text: &agents::ReplyText| -> Vec<Step> {
        let part = |part: &str| Step::Say {
            text: part.to_owned(),
            after: newest.id.clone(),
            after_s: newest.created_s,
            earlier: words.sent.clone(),
            voice: Voice::Bot,
        };
        parts::of(text.as_str(), longest).into_iter().map(part).collect()
    };
    let mut course = manner::course(&answer.outcome, manner);
    if let Some(reason) = words.quiet {
        course.leave_to_the_seller(reason);
    }
    let record = plan::record(room, claim, agents::mask(&question).into_owned(), course.ending, answer.trace.clone());
    let judgement =
        judge::of_buyer(before.as_ref(), &answer, manner, &record.turn, record.at_ms, &room.settings.autonomy);
    let mut steps = course.say.map(say).unwrap_or_default();
    let read = intents(&answer);
    let mut card = None;
    if let Some((reason, draft)) = course.card {
        let draft = draft.map(|own| judge::draft(&judgement, &own, room.settings.answers.max_chars));
        let attached = attached::to(seller, claim, &words.messages).await;
        let escalation = Escalation { attached, ..escalation(claim, &words.memory, question, chat, reason, draft) };
        let mut showing = cards::call(room, seller, claim, escalation).await?;
        showing.card.came_of(&record.turn, read);
        steps.extend(showing.steps);
        card = Some(Box::new(showing.card));
    }
    let memory = if manner.speaks() {
        answer.memory
    } else {
        manner::unsaid(answer.memory, &words.memory, words.messages.iter().filter_map(hear::line))
    };
    let holder = if course.handed_over { Holder::Human { by: TakenBy::HandOver } } else { Holder::AsBefore };
    Ok(Plan { steps, memory, holder, card, record, judgement, lesson: None, heard: None })
}

fn escalation(
    claim: &Claim,
    memory: &Conversation,
    question: String,
    chat: ChatInfo,
    reason: EscalationReason,
    draft: Option<String>,
) -> Escalation {
    let earlier = memory.lines.len().saturating_sub(LINES_ON_A_CARD);
    Escalation {
        conversation: claim.conversation.clone(),
        reason,
        question,
        attached: Vec::new(),
        before: memory.lines[earlier..].to_vec(),
        buyer: chat.buyer,
        listing: chat.listing,
        draft,
        trouble: None,
    }
}

/// What the buyer said, as a human reads it on the card: things without words are named.
fn question(messages: &[Message]) -> String {
    let parts: Vec<&str> = messages.iter().filter_map(spoken).collect();
    parts.join("\n")
}

/// The words in a message, or what it is instead, as a human reads it. `None`: it was taken back.
pub(crate) fn spoken(message: &Message) -> Option<&str> {
    Some(match &message.content {
        Content::Text { text } | Content::Link { text, .. } => text,
        Content::Image { .. } => "[фото]",
        Content::Voice { .. } => "[голосовое сообщение]",
        Content::Video => "[видео]",
        Content::File => "[файл]",
        Content::Location { title } if title.trim().is_empty() => "[точка на карте]",
        Content::Location { title } => title,
        Content::Call { missed: true } => "[пропущенный звонок]",
        Content::Call { missed: false } => "[звонок]",
        Content::Item { title } => title,
        Content::Unknown { .. } => "[вложение]",
        Content::Desk { action: DeskAction::Answer { text, .. }, .. } => text,
        Content::Desk { .. } => "[действие в Telegram]",
        Content::Deleted => return None,
    })
}
