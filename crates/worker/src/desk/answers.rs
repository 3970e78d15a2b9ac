//! What people write at the desk: a reply to a card goes to the buyer, one that begins with `//` to the colleagues, and
//! everything else nowhere.

use domain::desk::{CardId, DeskAction, Place};
use telegram::{ChatKind, Saying, Spot, Words};

use super::pass_on::{Passed, pass_on};
use super::{Trouble, change, press, say, who};
use crate::room::Room;

/// How a note begins that the buyer does not get.
const NOTE: &str = "//";

/// Deals with words.
pub(super) async fn deal_with(room: &Room, update: u32, words: &Words) -> Result<(), Trouble> {
    let sellers = who::sellers(room, words.spot.at.chat).await?;
    if sellers.is_empty() {
        metrics::counter!("worker_desk_strangers_total").increment(1);
        return Ok(());
    }
    let Some(card) = card(room, words).await? else { return hint(room, words).await };
    let Some(conversation) = room.store.card_of(&card).await? else {
        return answer(room, words, "Карточка устарела: ответьте в чате на Авито. Покупателю ничего не ушло.").await;
    };
    if !who::may_act(room, &words.spot, words.by.id, &conversation.seller).await? {
        metrics::counter!("worker_desk_strangers_total").increment(1);
        return Ok(());
    }
    let text = words.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = text else {
        return answer(room, words, "Покупателю ничего не ушло: отправить можно только текст.").await;
    };
    let mut told = None;
    let action = match text.strip_prefix(NOTE) {
        Some(note) if note.trim().is_empty() => return Ok(()),
        Some(note) => DeskAction::Note { text: note.trim().to_owned(), chat: words.spot.at.chat },
        None => {
            let not_before_ms = room.clock.now_ms() + room.settings.telegram.undo.as_millis() as i64;
            told = receipt(room, &words.spot, &card, update).await;
            DeskAction::Answer { text: text.to_owned(), not_before_ms, receipt: told }
        }
    };
    match pass_on(room, update, &conversation, &card, &words.by, action).await? {
        Passed::On => Ok(()),
        Passed::Before => {
            twice(room, told).await;
            Ok(())
        }
        Passed::Full => {
            answer(room, words, "Не принято: в этом чате слишком много сообщений. Попробуйте через минуту.").await
        }
    }
}

/// The card that is answered: by the message, or by the buttons below it, where nobody could note the message.
async fn card(room: &Room, words: &Words) -> Result<Option<CardId>, Trouble> {
    let Some(answered) = &words.reply_to else { return Ok(None) };
    Ok(room.store.card_at(answered.at).await?.or_else(|| answered.card.clone()))
}

/// Tells whoever answered that it is on its way, and how to undo it. Gives the message in which that stands: what came
/// of it is told there.
pub(super) async fn receipt(room: &Room, spot: &Spot, card: &CardId, update: u32) -> Option<Place> {
    let undo = room.settings.telegram.undo;
    let (text, buttons) = if undo.is_zero() {
        ("Отправляю покупателю…".to_owned(), Vec::new())
    } else {
        let buttons = press::undo_button(card, update).map(|button| vec![vec![button]]);
        (format!("Отправлю покупателю через {} с.", undo.as_secs().max(1)), buttons.unwrap_or_default())
    };
    let said = say(room, &Saying::in_reply(spot, text).with_buttons(buttons)).await;
    said.map(|message| Place { chat: spot.at.chat, message })
}

/// A receipt for what had one before: it must not promise anything. Nothing pops up.
pub(super) async fn twice(room: &Room, receipt: Option<Place>) -> press::PopUp {
    if let Some(at) = receipt {
        change(room, at, "Уже принято.", &[]).await;
    }
    None
}

/// Words that answer no card go nowhere, and once in a while that is said. Not in a group: people talk there.
async fn hint(room: &Room, words: &Words) -> Result<(), Trouble> {
    let chat = words.spot.at.chat;
    if words.spot.kind == ChatKind::Group || !room.store.tell_desk_once("hint", chat).await? {
        return Ok(());
    }
    answer(room, words, "Это никуда не ушло. Чтобы ответить покупателю, ответьте на его карточку.").await
}

async fn answer(room: &Room, words: &Words, text: &str) -> Result<(), Trouble> {
    say(room, &Saying::in_reply(&words.spot, text)).await;
    Ok(())
}
