//! Buttons: who presses one hears at once that it was noticed, and what it does is done by a turn.
//!
//! A button says what it does and to which card; all else is looked up, so that it works after any restart, and says so
//! when it is too old. Whoever presses must be at the desk of the card's seller: what the button says proves nothing.

use domain::desk::{Card, CardId, DeskAction, Place};
use domain::ids::ConversationId;
use futures::future::BoxFuture;
use telegram::{Button, CardButton, Press, Saying, Spot, UNDO, learning as lessons, trust};

use super::pass_on::{Passed, message_id, pass_on};
use super::{Trouble, answers, learning, modes, say, who};
use crate::room::Room;
use crate::turn::waiting_draft;

/// A press by somebody who is at somebody's desk.
pub(crate) struct Pressed<'a> {
    /// The room it is dealt with in.
    pub(crate) room: &'a Room,
    /// The number of Telegram's update: the same press told twice has the same.
    pub(crate) update: u32,
    /// The press.
    pub(crate) press: &'a Press,
    /// Where.
    pub(crate) spot: Spot,
}

/// What pops up for whoever pressed; `None`: nothing.
pub(crate) type PopUp = Option<String>;

/// What buttons do that are on no card: the verb, and what is done.
pub(crate) struct Verb {
    /// What the button says.
    pub(crate) verb: &'static str,
    /// Does it, and says what pops up. Who may is for it to find out.
    pub(crate) run: for<'a> fn(&'a Pressed<'a>) -> BoxFuture<'a, Result<PopUp, Trouble>>,
}

/// All of them, but the cards' own.
const VERBS: &[Verb] = &[
    Verb { verb: UNDO, run: undo },
    Verb { verb: trust::SHOW_MODES, run: modes::press },
    Verb { verb: trust::SET_MODE, run: modes::press },
    Verb { verb: trust::NOT_NOW, run: modes::press },
    Verb { verb: lessons::SAVE, run: learning::press },
    Verb { verb: lessons::DECLINE, run: learning::press },
];

pub(super) const NO_ACCESS: &str = "Нет доступа";
const TOO_OLD: &str = "Карточка устарела: откройте чат на Авито.";
const NEWER: &str = "По этому чату есть карточка новее.";
const FULL: &str = "Не принято: в этом чате слишком много сообщений. Попробуйте через минуту.";

/// Deals with a press, and ends the waiting on the button.
pub(super) async fn deal_with(room: &Room, update: u32, press: &Press) -> Result<(), Trouble> {
    let Some(spot) = press.spot else { return Ok(()) };
    let pressed = Pressed { room, update, press, spot };
    let line = match (CardButton::of_verb(&press.verb), VERBS.iter().find(|known| known.verb == press.verb)) {
        (Some(button), _) => on_card(&pressed, button).await?,
        (None, Some(known)) => (known.run)(&pressed).await?,
        (None, None) => Some(TOO_OLD.to_owned()),
    };
    if let Err(error) = room.desk.answer_press(&press.id, line.as_deref()).await {
        // What was pressed is done all the same; the button's clock ends by itself.
        tracing::debug!(error = %runtime::chain(&error), "a press was not answered");
    }
    Ok(())
}

async fn on_card(pressed: &Pressed<'_>, button: CardButton) -> Result<PopUp, Trouble> {
    let room = pressed.room;
    let (conversation, card) = match find(pressed, &pressed.press.of).await? {
        Found::Card(conversation, card) => (conversation, card),
        Found::Nothing(why) => return Ok(Some(why.to_owned())),
    };
    let newest = room.store.card(&conversation).await?.filter(|newest| newest.id == card);
    let Some(card) = newest else { return Ok(Some(NEWER.to_owned())) };
    let (action, line) = match button {
        CardButton::Edit => return prompt(pressed, &card).await,
        CardButton::SendDraft => return send_draft(pressed, &conversation, &card).await,
        CardButton::Reject => (DeskAction::RejectDraft, "Черновик не будет отправлен."),
        CardButton::Take => (DeskAction::TakeChat, "Чат у вас, бот молчит."),
        CardButton::Return => (DeskAction::ReturnToBot, "Бот снова отвечает в этом чате."),
        CardButton::Pause => {
            let until_ms = room.clock.now_ms() + PAUSE_MS;
            (DeskAction::PauseChat { until_ms }, "Бот молчит в этом чате час.")
        }
    };
    let passed = pass_on(room, pressed.update, &conversation, &card.id, &pressed.press.by, action).await?;
    Ok(Some(match passed {
        Passed::On | Passed::Before => line.to_owned(),
        Passed::Full => FULL.to_owned(),
    }))
}

/// How long the button «Пауза 1 ч» keeps the bot silent.
const PAUSE_MS: i64 = 3_600_000;

enum Found {
    Card(ConversationId, CardId),
    Nothing(&'static str),
}

/// The card that a button is of, for somebody who may act on it.
async fn find(pressed: &Pressed<'_>, of: &str) -> Result<Found, Trouble> {
    let room = pressed.room;
    let Ok(card) = of.parse::<CardId>() else { return Ok(Found::Nothing(TOO_OLD)) };
    let Some(conversation) = room.store.card_of(&card).await? else { return Ok(Found::Nothing(TOO_OLD)) };
    if !who::may_act(room, &pressed.spot, pressed.press.by.id, &conversation.seller).await? {
        metrics::counter!("worker_desk_strangers_total").increment(1);
        return Ok(Found::Nothing(NO_ACCESS));
    }
    Ok(Found::Card(conversation, card))
}

/// A line to reply to, with the draft at hand.
async fn prompt(pressed: &Pressed<'_>, card: &Card) -> Result<PopUp, Trouble> {
    let draft = card.escalation.draft.as_deref().filter(|_| card.waits());
    let text = match draft {
        Some(draft) => format!("Напишите ответ покупателю. Черновик:\n\n{draft}"),
        None => "Напишите ответ покупателю.".to_owned(),
    };
    let saying = Saying::in_reply(&pressed.spot, text).expecting_a_reply("Ответ покупателю");
    if let Some(message) = say(pressed.room, &saying).await {
        let at = Place { chat: pressed.spot.at.chat, message };
        pressed.room.store.belongs_to_card(&card.id, at, pressed.room.settings.telegram.card_ttl).await?;
    }
    Ok(None)
}

async fn send_draft(pressed: &Pressed<'_>, conversation: &ConversationId, card: &Card) -> Result<PopUp, Trouble> {
    if let Err(why) = waiting_draft(card) {
        return Ok(Some(why.to_owned()));
    }
    let room = pressed.room;
    let receipt = answers::receipt(room, &pressed.spot, &card.id, pressed.update).await;
    let not_before_ms = room.clock.now_ms() + room.settings.telegram.undo.as_millis() as i64;
    let action = DeskAction::SendDraft { not_before_ms, receipt };
    let passed = pass_on(room, pressed.update, conversation, &card.id, &pressed.press.by, action).await?;
    Ok(match passed {
        Passed::On => None,
        Passed::Before => answers::twice(room, receipt).await,
        Passed::Full => Some(FULL.to_owned()),
    })
}

/// «Отменить» under a receipt.
fn undo<'a>(pressed: &'a Pressed<'a>) -> BoxFuture<'a, Result<PopUp, Trouble>> {
    Box::pin(async move {
        let parts = pressed.press.of.split_once(':').and_then(|(card, answer)| Some((card, answer.parse().ok()?)));
        let Some((card, answer)) = parts else { return Ok(Some(TOO_OLD.to_owned())) };
        let (conversation, card) = match find(pressed, card).await? {
            Found::Card(conversation, card) => (conversation, card),
            Found::Nothing(why) => return Ok(Some(why.to_owned())),
        };
        let action = DeskAction::Undo { of: message_id(answer), receipt: Some(pressed.spot.at) };
        let by = &pressed.press.by;
        let passed = pass_on(pressed.room, pressed.update, &conversation, &card, by, action).await?;
        Ok(Some(match passed {
            Passed::On | Passed::Before => "Отменяю…".to_owned(),
            Passed::Full => FULL.to_owned(),
        }))
    })
}

/// The button that undoes an answer.
pub(super) fn undo_button(card: &CardId, answer: u32) -> Option<Button> {
    Button::new("Отменить", UNDO, &format!("{card}:{answer}"))
}
