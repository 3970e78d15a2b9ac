//! The seller's desk: what people write and press in Telegram is heard, and passed on.
//!
//! One worker asks Telegram for news, under a duty that goes to another when it dies. An update counts as dealt with
//! when what it asks for is in the queue, or was done where it needs none (a command, a hint); only then Telegram may
//! forget it. What is told twice does no harm: the queue knows the update's number.
//!
//! [`who`] whose desk a chat is, [`commands`] what can be ordered there, [`press`] the buttons, [`answers`] what is written,
//! [`pass_on`] the way into the queue, [`modes`] how the bot is to answer, [`trust`] when that changes by itself,
//! [`learning`] what goes into the table, [`rounds`] who is called again because a buyer waits, [`digest`] what is told in
//! the morning, [`sound`] what rings. Not here: what an action does to a conversation ([`crate::turn`]), and how cards look
//! (crate `telegram`).

mod answers;
mod commands;
mod digest;
pub(crate) mod learning;
mod modes;
mod pass_on;
mod press;
pub(crate) mod rounds;
pub(crate) mod sound;
pub(crate) mod trust;
pub(crate) mod who;

use std::time::{Duration, Instant};

use domain::desk::Place;
use queue::QueueError;
use runtime::shutdown::Shutdown;
use store::{Duty, Kept, StoreError};
use telegram::{Button, CardOutcome, Desk, DeskError, EditOutcome, News, Saying, Update};

use crate::room::{CurrentRoom, Room};

/// The name of the duty.
const DUTY: &str = "telegram-desk";

/// How long to wait after a failure: doubled with each one more.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
const AFTER_FAILURES: Duration = Duration::from_secs(5);

/// Why news are not dealt with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// Telegram does not tell.
    #[error("Telegram does not tell what happened at the desk")]
    Telegram(#[from] DeskError),
    /// Redis does not take it.
    #[error("what happened at the desk cannot be noted")]
    Store(#[from] StoreError),
    /// The queue does not take it.
    #[error("what happened at the desk cannot be passed on")]
    Queue(#[from] QueueError),
}

/// Listens until the shutdown, whenever the duty is ours.
pub(crate) async fn run(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let mut failures = 0;
    while !shutdown.is_requested() {
        let lease = rooms.get().settings.queue.lease;
        let wait = match take_over(rooms, shutdown).await {
            Ok(()) => {
                failures = 0;
                lease / 4
            }
            Err(trouble) => {
                failures += 1;
                tell(&trouble, failures);
                (AFTER_FAILURE * 2_u32.saturating_pow(failures - 1)).min(AFTER_FAILURES)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.requested() => {}
        }
    }
}

/// Listens as long as nobody else does and all goes well.
async fn take_over(rooms: &CurrentRoom, shutdown: &Shutdown) -> Result<(), Trouble> {
    let room = rooms.get();
    let lease = room.settings.queue.lease;
    let Some(duty) = room.store.take_duty(DUTY, lease).await? else { return Ok(()) };
    metrics::gauge!("worker_desk_listening").set(1.0);
    let ended = tokio::select! {
        ended = listen(rooms, shutdown) => ended,
        () = keep(rooms, &duty) => Ok(()),
        () = shutdown.requested() => Ok(()),
    };
    metrics::gauge!("worker_desk_listening").set(0.0);
    room.store.end_duty(duty, Duration::ZERO).await?;
    ended
}

/// Ends when the duty is another's, or may be by now.
async fn keep(rooms: &CurrentRoom, duty: &Duty) {
    let lease = rooms.get().settings.queue.lease;
    let mut ours_until = Instant::now() + lease;
    while Instant::now() < ours_until {
        tokio::time::sleep(lease / 4).await;
        let asked = Instant::now();
        match rooms.get().store.keep_duty(duty, lease).await {
            Ok(Kept::Ours) => ours_until = asked + lease,
            Ok(Kept::Lost) => return,
            // Tried again while it is surely ours.
            Err(_) => {}
        }
    }
}

/// Asks for news and deals with them, one after the other.
async fn listen(rooms: &CurrentRoom, shutdown: &Shutdown) -> Result<(), Trouble> {
    let room = rooms.get();
    let bot = room.desk.bot_id().to_owned();
    let username = introduce(&room.desk).await?;
    let mut offset = room.store.desk_offset(&bot).await?;
    while !shutdown.is_requested() {
        let room = rooms.get();
        if room.desk.bot_id() != bot {
            return Ok(());
        }
        let updates = room.desk.updates(offset).await?;
        // Confirmed by now. Asked without one, Telegram tells all the rest, also when it numbers anew.
        offset = None;
        for update in updates {
            let next = update.id.wrapping_add(1);
            deal_with(&room, &username, update).await?;
            room.store.save_desk_offset(&bot, next).await?;
            offset = Some(next);
        }
    }
    Ok(())
}

/// Who we are, and what can be ordered.
async fn introduce(desk: &Desk) -> Result<String, DeskError> {
    let bot = desk.get_me().await?;
    if let Err(error) = desk.announce(&commands::announced()).await {
        // They can be typed all the same.
        tracing::debug!(error = %runtime::chain(&error), "Telegram does not take the list of commands");
    }
    Ok(bot.username)
}

async fn deal_with(room: &Room, username: &str, update: Update) -> Result<(), Trouble> {
    let kind = match &update.news {
        News::Command(_) => "command",
        News::Words(_) => "words",
        News::Press(_) => "press",
        News::Other => "other",
    };
    metrics::counter!("worker_desk_updates_total", "kind" => kind).increment(1);
    match update.news {
        News::Command(command) if command.bot.as_ref().is_none_or(|bot| bot.eq_ignore_ascii_case(username)) => {
            commands::carry_out(room, &command).await
        }
        News::Words(words) => answers::deal_with(room, update.id, &words).await,
        News::Press(press) => press::deal_with(room, update.id, &press).await,
        News::Command(_) | News::Other => Ok(()),
    }
}

/// Says something at the desk. That it was not heard is no reason to stop: who asked asks again.
pub(crate) async fn say(room: &Room, saying: &Saying) -> Option<i32> {
    match room.desk.say(saying).await {
        CardOutcome::Sent { message_id } => Some(message_id),
        CardOutcome::NotSent(refusal) => {
            tracing::debug!(?refusal, "something was not said at the desk");
            None
        }
        CardOutcome::Unknown { why } => {
            tracing::debug!(why, "something may not have been heard at the desk");
            None
        }
    }
}

/// Changes something that was said at the desk, in its turn.
pub(crate) async fn change(room: &Room, at: Place, text: &str, buttons: &[Vec<Button>]) {
    if let EditOutcome::NotDone(refusal) = room.desk.edit_in_turn(at, text, buttons).await {
        tracing::debug!(?refusal, "a message at the desk was not changed");
    }
}

/// Once per outage: the next rounds will say the same.
fn tell(trouble: &Trouble, failures: u32) {
    if failures == 1 {
        tracing::warn!(error = %runtime::chain(trouble), "cannot listen to the desk in Telegram; it is tried again and again");
    }
}
