//! What can be ordered at the desk: one line in [`COMMANDS`] each.
//!
//! A stranger hears nothing, whatever he orders, unless he brings a code that binds his chat. Not here: buttons and
//! replies.

use std::sync::Arc;

use domain::ids::SellerId;
use futures::future::BoxFuture;
use store::Bound;
use telegram::{Command, Saying};

use super::{Trouble, modes, say, who};
use crate::room::{Room, Seller};

/// A command as it was given, by somebody who may.
pub(crate) struct Order<'a> {
    /// The room it is carried out in.
    pub(crate) room: &'a Room,
    /// Where, by whom, and with what argument.
    pub(crate) command: &'a Command,
    /// The sellers whose desk this is, at least one.
    pub(crate) sellers: &'a [(SellerId, Arc<Seller>)],
}

/// What is answered to a command, once it is carried out.
pub(crate) type Answered<'a> = BoxFuture<'a, Result<Saying, Trouble>>;

/// One command.
pub(crate) struct Known {
    /// Its name, without the slash.
    pub(crate) name: &'static str,
    /// What it does, for the list that Telegram shows, in Russian.
    pub(crate) does: &'static str,
    /// Does it, and says what is answered.
    pub(crate) run: for<'a> fn(&'a Order<'a>) -> Answered<'a>,
}

/// All commands but /start, in the order in which they are shown.
pub(crate) const COMMANDS: &[Known] = &[
    Known { name: "mode", does: "как отвечает бот", run: modes::mode },
    Known { name: "pause", does: "пауза: /pause 2ч", run: modes::pause },
    Known { name: "resume", does: "снять паузу", run: modes::resume },
    Known { name: "stats", does: "насколько вы с ботом согласны", run: modes::stats },
    Known { name: "help", does: "что умеет бот", run: help },
];

/// How the command is called that binds a chat.
const START: &str = "start";

/// The commands as Telegram is told of them.
pub(super) fn announced() -> Vec<(&'static str, &'static str)> {
    COMMANDS.iter().map(|known| (known.name, known.does)).collect()
}

/// Carries out what was ordered, if whoever orders it may.
pub(super) async fn carry_out(room: &Room, command: &Command) -> Result<(), Trouble> {
    if command.name == START && bind(room, command).await? {
        return Ok(());
    }
    let sellers = who::sellers(room, command.spot.at.chat).await?;
    if sellers.is_empty() {
        metrics::counter!("worker_desk_strangers_total").increment(1);
        return Ok(());
    }
    let order = Order { room, command, sellers: &sellers };
    let known = COMMANDS.iter().find(|known| known.name == command.name);
    let answer = match known {
        Some(known) => (known.run)(&order).await?,
        None => help(&order).await?,
    };
    say(room, &answer).await;
    Ok(())
}

/// Binds the chat to the seller whose code this is; `false` if it is no code.
async fn bind(room: &Room, command: &Command) -> Result<bool, Trouble> {
    let code = command.argument.as_str();
    let is_code = (1..=64).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric());
    if !is_code {
        return Ok(false);
    }
    let Some(id) = room.store.desk_code(code).await? else { return Ok(false) };
    let Some(seller) = room.sellers.get(&id) else { return Ok(false) };
    let chat = command.spot.at.chat;
    let bound = Bound { by: command.by.name.clone(), since_ms: room.clock.now_ms() };
    room.store.bind_desk(&id, chat, &bound).await?;
    // After it: who dies in between binds the chat once more.
    room.store.drop_desk_code(code).await?;
    tracing::info!(seller = %id, telegram.chat = chat, "a Telegram chat was bound to a seller");
    let text = format!(
        "Готово: сюда будут приходить карточки магазина «{}». Ответьте на карточку — ответ уйдёт покупателю на Авито. \
         /help — что ещё умеет бот.",
        seller.settings.profile.name
    );
    say(room, &Saying::in_reply(&command.spot, text)).await;
    Ok(true)
}

fn help<'a>(order: &'a Order<'a>) -> Answered<'a> {
    let shops: Vec<&str> = order.sellers.iter().map(|(_, seller)| seller.settings.profile.name.as_str()).collect();
    let commands: String = COMMANDS.iter().map(|known| format!("/{} — {}\n", known.name, known.does)).collect();
    let undo = match order.room.settings.telegram.undo.as_secs() {
        0 => String::new(),
        seconds => format!(" {seconds} с его можно отменить."),
    };
    let text = format!(
        "Магазин: {}.\n\nОтвет на карточку уходит покупателю на Авито.{undo} Ответ, который начинается с //, — заметка для \
         коллег, покупатель её не увидит. Остальное, что вы пишете здесь, никуда не уходит.\n\n{commands}",
        shops.join(", ")
    );
    let saying = Saying::in_reply(&order.command.spot, text.trim_end());
    Box::pin(async move { Ok(saying) })
}
