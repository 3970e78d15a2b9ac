//! From the buyer's words to a plan: the model reads, the table answers, the assistant decides.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agents::{Answer, Outcome, Routed, TableUnreadable, Turn};
use domain::conversation::Conversation;
use domain::escalation::{Escalation, EscalationReason};
use domain::message::{Content, Message};
use domain::record::{Ending, Trace};
use queue::{Claim, retry_delay};
use store::{ChatInfo, TakenBy};

use super::hear::{self, Words};
use super::parts;
use super::plan::{self, Plan, Step};
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
    let (routed, table, told) = tokio::join!(
        room.assistant.route(&turn),
        room.sheets.snapshot(&seller.settings),
        ask_about_chat(seller, claim, &words),
    );
    let can_do_without = || table.as_deref().is_ok_and(|table| room.assistant.can_do_without_model(&turn, table));
    another_attempt(room, claim, &routed, can_do_without)?;

    let table = table.as_deref().map_err(|error| {
        tracing::warn!(seller = %claim.conversation.seller, error = %runtime::chain(error), "cannot read the table");
        TableUnreadable { why: runtime::chain(error) }
    });
    let chat = told.as_ref().or(words.chat.as_ref()).cloned().unwrap_or_default();
    let turn = Turn { listing: chat.listing.as_ref(), ..turn };
    let (answer, ()) = tokio::join!(room.assistant.answer(&turn, routed, table), keep(room, claim, told.as_ref()));
    Ok(into_plan(room, claim, &words, chat, answer))
}

/// A card with the buyer's words and nothing else, no word to the buyer. The chat is then the seller's.
pub(crate) async fn show_a_human(
    room: &Room,
    seller: &Seller,
    claim: &Claim,
    words: Words,
    reason: EscalationReason,
) -> Plan {
    let told = ask_about_chat(seller, claim, &words).await;
    keep(room, claim, told.as_ref()).await;
    let chat = told.or(words.chat).unwrap_or_default();
    let (question, mut memory) = (question(&words.messages), words.memory);
    let card = card(claim, &memory, question.clone(), chat, reason, None);
    words.messages.iter().filter_map(hear::line).for_each(|line| memory.push_line(line));
    let ending = Ending::Escalated(reason);
    let record = plan::record(room, claim, agents::mask(&question).into_owned(), ending, Trace::default());
    Plan { steps: vec![card], memory, taken_by: Some(TakenBy::HandOver), record }
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
async fn ask_about_chat(seller: &Seller, claim: &Claim, words: &Words) -> Option<ChatInfo> {
    if words.chat.is_some() {
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

fn into_plan(room: &Room, claim: &Claim, words: &Words, chat: ChatInfo, answer: Answer) -> Plan {
    let question = question(&words.messages);
    let newest = claim.messages.last().unwrap_or(&words.messages[0]);
    let longest = room.settings.avito.max_text_chars;
    let say = |text: &agents::ReplyText| -> Vec<Step> {
        let part = |part: &str| Step::Say {
            text: part.to_owned(),
            after: newest.id.clone(),
            after_s: newest.created_s,
            earlier: words.sent.clone(),
        };
        parts::of(text.as_str(), longest).into_iter().map(part).collect()
    };
    let card = |reason, draft| card(claim, &words.memory, question.clone(), chat, reason, draft);
    let (steps, ending) = match &answer.outcome {
        Outcome::Reply { text, then: None } => (say(text), Ending::Replied),
        Outcome::Reply { text, then: Some(reason) } => {
            let card = card(*reason, None);
            (say(text).into_iter().chain([card]).collect(), Ending::RepliedAndEscalated(*reason))
        }
        Outcome::Escalate { reason, holding, draft } => {
            let card = card(*reason, draft.clone());
            (say(holding).into_iter().chain([card]).collect(), Ending::Escalated(*reason))
        }
        Outcome::Silent(reason) => (Vec::new(), Ending::Silent(*reason)),
    };
    let handed_over = matches!(ending, Ending::Escalated(_) | Ending::RepliedAndEscalated(_));
    Plan {
        steps,
        memory: answer.memory,
        taken_by: handed_over.then_some(TakenBy::HandOver),
        record: plan::record(room, claim, agents::mask(&question).into_owned(), ending, answer.trace),
    }
}

fn card(
    claim: &Claim,
    memory: &Conversation,
    question: String,
    chat: ChatInfo,
    reason: EscalationReason,
    draft: Option<String>,
) -> Step {
    let earlier = memory.lines.len().saturating_sub(LINES_ON_A_CARD);
    let escalation = Escalation {
        conversation: claim.conversation.clone(),
        reason,
        question,
        before: memory.lines[earlier..].to_vec(),
        buyer: chat.buyer,
        listing: chat.listing,
        draft,
        trouble: None,
    };
    Step::Card { escalation: Box::new(escalation) }
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
        Content::Location { title } => title,
        Content::Call { missed: true } => "[пропущенный звонок]",
        Content::Call { missed: false } => "[звонок]",
        Content::Item { title } => title,
        Content::Unknown { .. } => "[вложение]",
        Content::Deleted => return None,
    })
}
