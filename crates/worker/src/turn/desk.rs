//! A turn about what somebody did at the seller's desk: one action, its effect on the buyer's chat, and how the card
//! tells of it.
//!
//! Who may act was found out before it came into the queue ([`crate::desk`]). Here the action meets the conversation as
//! it is by now: the draft may be gone, the answer undone, the chat another's.

use std::time::Duration;

use domain::conversation::{Conversation, Line};
use domain::desk::{Card, CardId, CardState, DeskAction, Note, Person, Place};
use domain::ids::MessageId;
use domain::message::{Content, Message, Side};
use domain::mode::Mode;
use domain::record::{Ending, SilentReason, Trace};
use domain::training::AnsweredFrom;
use queue::{Claim, Memory};
use store::TakenBy;

use super::cards;
use super::hear::EARLIER_SENDS;
use super::judge::{self, Draft, Judgement};
use super::learn::{self, Taught};
use super::parts;
use super::plan::{self, Holder, Plan, Step, Voice};
use super::setback::Setback;
use crate::room::{Room, Seller};

/// The longest sleep of a turn that must not act yet: an undo is noticed when it wakes.
const NAP: Duration = Duration::from_secs(1);

/// How many messages of the history are looked through for an answer that Redis may have forgotten.
const HISTORY: usize = 50;

/// What an action comes to.
struct Deed {
    /// What is said to the buyer, and what becomes of receipts.
    steps: Vec<Step>,
    /// The card after it, where it changes.
    card: Option<Card>,
    holder: Holder,
    ending: Ending,
    /// What the buyer is told, for the memory of the conversation.
    said: Option<String>,
    /// What became of the draft, where one waited.
    draft: Option<Draft>,
    /// What it may teach the bot.
    taught: Taught,
}

impl Deed {
    fn nothing() -> Self {
        let ending = Ending::Silent(SilentReason::AtTheDesk);
        Self {
            steps: Vec::new(),
            card: None,
            holder: Holder::AsBefore,
            ending,
            said: None,
            draft: None,
            taught: Taught::default(),
        }
    }

    fn told(receipt: Option<Place>, text: &str) -> Self {
        Self { steps: confirm(receipt, text), ..Self::nothing() }
    }
}

/// What is done about the one action that `claim` holds.
///
/// # Errors
/// When it is too early for it, or Redis or Avito do not answer.
pub(super) async fn decide(room: &Room, seller: &Seller, claim: &Claim) -> Result<Plan, Setback> {
    let message = &claim.messages[0];
    let mut memory = room.store.conversation(&claim.conversation).await?;
    let card = room.store.card(&claim.conversation).await?;
    let deed = match &message.content {
        Content::Desk { card: on, by, action } => {
            let undone = is_undone(room, claim, &message.id).await?;
            if !undone {
                wait_for_its_time(room, action)?;
            }
            metrics::counter!("worker_desk_actions_total", "action" => action.name()).increment(1);
            let scene = Scene { room, seller, claim, on, by, card };
            if undone { scene.undone(&message.id, action) } else { scene.play(action).await? }
        }
        _ => Deed::nothing(),
    };
    let judgement = judged(room, claim, &mut memory, deed.draft).await?;
    if let Some(text) = &deed.said {
        memory.push_line(Line { side: Side::Account, text: text.clone(), at_ms: room.clock.now_ms() });
    }
    let (card, marks) = match deed.card {
        Some(card) => {
            let showing = cards::mark(room, card).await?;
            (Some(Box::new(showing.card)), showing.steps)
        }
        None => (None, Vec::new()),
    };
    Ok(Plan {
        steps: deed.steps.into_iter().chain(marks).chain(deed.taught.steps).collect(),
        memory,
        holder: deed.holder,
        card,
        record: plan::record(room, claim, String::new(), deed.ending, Trace::default()),
        judgement,
        lesson: deed.taught.lesson,
        heard: deed.taught.heard,
    })
}

/// What is told by what became of the draft; sent as it was, it haggles and asks as it would have by itself.
async fn judged(
    room: &Room,
    claim: &Claim,
    memory: &mut Conversation,
    draft: Option<Draft>,
) -> Result<Judgement, Setback> {
    let Some(done) = draft else { return Ok(Judgement::default()) };
    let last = room.store.last_answer(&claim.conversation).await?;
    if let Some(last) = last.as_ref().filter(|last| done == Draft::Sent && last.mode == Mode::Draft) {
        memory.haggling = last.haggling.clone();
        memory.asked = last.asked;
    }
    Ok(judge::of_draft(last, &done))
}

/// An answer can be undone for a while. Until then the conversation rests, and wakes now and then to see.
fn wait_for_its_time(room: &Room, action: &DeskAction) -> Result<(), Setback> {
    let left_ms = action.not_before_ms() - room.clock.now_ms();
    match u64::try_from(left_ms) {
        Ok(left_ms @ 1..) => Err(Setback::Early { after: Duration::from_millis(left_ms).min(NAP) }),
        _ => Ok(()),
    }
}

/// Whether the answer in this message is undone by a later one.
async fn is_undone(room: &Room, claim: &Claim, answer: &MessageId) -> Result<bool, Setback> {
    let mut now = claim.clone();
    room.queue.refresh(&mut now).await?;
    let undoes = |message: &Message| matches!(&message.content, Content::Desk { action: DeskAction::Undo { of, .. }, .. } if of == answer);
    Ok(now.messages.iter().any(undoes))
}

/// An action and what it meets.
struct Scene<'a> {
    room: &'a Room,
    seller: &'a Seller,
    claim: &'a Claim,
    on: &'a CardId,
    by: &'a Person,
    /// The newest card about the conversation.
    card: Option<Card>,
}

impl Scene<'_> {
    async fn play(&self, action: &DeskAction) -> Result<Deed, Setback> {
        let by = self.by.clone();
        Ok(match action {
            DeskAction::Answer { text, receipt, .. } => {
                let taught = match self.same_card() {
                    Some(card) => learn::of_answer(self.room, self.seller, &card, text, AnsweredFrom::Telegram).await?,
                    None => Taught::default(),
                };
                Deed { taught, ..self.answer(text, *receipt).await? }
            }
            DeskAction::SendDraft { receipt, .. } => match self.draft() {
                Ok(draft) => {
                    let heard =
                        self.same_card().map(|card| learn::heard(self.room, &card, &draft, AnsweredFrom::Telegram));
                    let taught = Taught { heard, ..Taught::default() };
                    Deed { draft: Some(Draft::Sent), taught, ..self.answer(&draft, *receipt).await? }
                }
                Err(why) => Deed::told(*receipt, why),
            },
            DeskAction::Note { text, chat } => self.note(text, *chat).await?,
            DeskAction::Undo { of, receipt } => {
                let in_time = self.card.as_ref().is_some_and(|card| card.withdrawn.contains(of));
                if in_time {
                    Deed::nothing()
                } else {
                    Deed::told(*receipt, "Поздно: ответ уже ушёл покупателю.")
                }
            }
            DeskAction::RejectDraft => {
                let draft = self.draft().is_ok().then_some(Draft::Rejected);
                Deed { draft, ..self.turns(CardState::Rejected { by }, Holder::AsBefore) }
            }
            DeskAction::TakeChat => self.turns(CardState::Taken { by }, Holder::Human { by: TakenBy::Seller }),
            DeskAction::ReturnToBot => self.turns(CardState::Returned { by }, Holder::Bot),
            DeskAction::PauseChat { until_ms } => {
                let until_ms = *until_ms;
                self.turns(CardState::Paused { by, until_ms }, Holder::Paused { until_ms })
            }
            DeskAction::HandOn { to } => self.hand_on(to).await?,
        })
    }

    /// The card, if it is still the newest one.
    fn same_card(&self) -> Option<Card> {
        self.card.clone().filter(|card| card.id == *self.on)
    }

    fn turns(&self, state: CardState, holder: Holder) -> Deed {
        // The button of a card that another one has replaced: its words are about something that is over.
        let Some(card) = self.same_card() else { return Deed::nothing() };
        Deed { card: Some(Card { state, ..card }), holder, ..Deed::nothing() }
    }

    fn draft(&self) -> Result<String, &'static str> {
        let card = self.same_card().ok_or("Не отправлено: есть карточка новее.")?;
        waiting_draft(&card).map(str::to_owned)
    }

    /// The words go to the buyer, whoever has the chat; then it is the seller's.
    async fn answer(&self, text: &str, receipt: Option<Place>) -> Result<Deed, Setback> {
        let history = self.seller.messenger.history(&self.claim.conversation.chat, HISTORY).await;
        let what = "reading the chat's history before the seller's answer";
        let history = history.map_err(|error| Setback::Failed { what, why: runtime::chain(&error) })?;
        let longest = self.room.settings.avito.max_text_chars;
        let parts = parts::of(text, longest);
        let earlier = self.room.store.remembered(&self.claim.conversation, EARLIER_SENDS).await?.sent;
        let mut there = 0;
        if self.claim.memory == Memory::Doubtful {
            // Redis may have forgotten that some of it went out.
            let ours = self.room.store.sent_ids(&self.claim.conversation).await?;
            let stands = |part: &str| {
                history.iter().any(|line| {
                    line.side == Side::Account
                        && !ours.contains(&line.id)
                        && line.text.as_deref().map(str::trim) == Some(part)
                })
            };
            there = parts.iter().take_while(|part| stands(part)).count();
        }
        let (after, after_s) = match history.first() {
            Some(newest) => (newest.id.clone(), newest.created_s),
            // An empty history: whatever stands there later came after.
            None => (self.claim.messages[0].id.clone(), 0),
        };
        let say = |part: &&str| Step::Say {
            text: (*part).to_owned(),
            after: after.clone(),
            after_s,
            earlier: earlier.clone(),
            voice: Voice::Person,
        };
        let mut steps: Vec<Step> = parts[there..].iter().map(say).collect();
        steps.extend(confirm(receipt, "Отправлено покупателю."));
        let state = CardState::Answered { by: self.by.clone(), text: text.to_owned() };
        let awaited = self.card.as_ref().is_some_and(|card| card.waits() && card.awaits_tap());
        Ok(Deed {
            steps,
            card: self.card.clone().map(|card| Card { state, ..card }),
            // Who looks every answer over has not taken the chat by doing so.
            holder: if awaited { Holder::AsBefore } else { Holder::Human { by: TakenBy::Seller } },
            ending: Ending::Answered,
            said: Some(text.to_owned()),
            draft: self.draft().is_ok().then(|| Draft::Replaced { by: text.to_owned() }),
            taught: Taught::default(),
        })
    }

    fn undone(&self, answer: &MessageId, action: &DeskAction) -> Deed {
        let receipt = match action {
            DeskAction::Answer { receipt, .. } | DeskAction::SendDraft { receipt, .. } => *receipt,
            _ => None,
        };
        let card = self.card.clone().map(|mut card| {
            card.withdraw(answer.clone());
            card
        });
        Deed {
            card,
            ending: Ending::Silent(SilentReason::Withdrawn),
            ..Deed::told(receipt, "Отменено: покупатель ничего не получил.")
        }
    }

    /// On the card, and told to whoever else has it.
    async fn note(&self, text: &str, written_in: i64) -> Result<Deed, Setback> {
        let Some(mut card) = self.same_card() else { return Ok(Deed::nothing()) };
        card.note(Note { by: self.by.clone(), text: text.to_owned() });
        let shown = self.room.store.card_places(&card.id).await?;
        let tell = |(&chat, &at): (&i64, &i32)| Step::Tell {
            chat,
            reply_to: Some(at),
            text: format!("Заметка, {}: {text}", self.by.name),
        };
        let steps = shown.iter().filter(|(chat, _)| **chat != written_in).map(tell).collect();
        Ok(Deed { steps, card: Some(card), ..Deed::nothing() })
    }

    /// The card is shown to whoever does not have it yet. That the others' copies change nothing does no harm, and there
    /// is somebody left to see it should Telegram refuse the second person's chat.
    async fn hand_on(&self, to: &[i64]) -> Result<Deed, Setback> {
        let Some(card) = self.same_card().filter(Card::waits) else { return Ok(Deed::nothing()) };
        let shown = self.room.store.card_places(&card.id).await?;
        let missing = to.iter().filter(|chat| !shown.contains_key(chat));
        let steps = missing.map(|&chat| Step::Card { chat }).collect();
        Ok(Deed { steps, card: Some(card), ..Deed::nothing() })
    }
}

/// The draft that waits on a card; or, for whoever wants it sent, why there is none.
///
/// # Errors
/// With what he is told.
pub(crate) fn waiting_draft(card: &Card) -> Result<&str, &'static str> {
    match (&card.state, &card.escalation.draft) {
        (CardState::Answered { .. }, _) => Err("Не отправлено: покупателю уже ответили."),
        (CardState::AnsweredOnAvito, _) => Err("Не отправлено: вы уже ответили на Авито."),
        (CardState::Rejected { .. }, _) => Err("Не отправлено: черновик отклонён."),
        (_, Some(draft)) if card.waits() => Ok(draft),
        _ => Err("Не отправлено: черновика больше нет."),
    }
}

fn confirm(receipt: Option<Place>, text: &str) -> Vec<Step> {
    receipt.into_iter().map(|at| Step::Confirm { at, text: text.to_owned() }).collect()
}
