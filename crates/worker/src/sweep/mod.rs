//! The sweep: what no webhook brought is found in the sellers' unread chats.
//!
//! Some deliveries get lost, and nobody knows whether Avito repeats them. So each seller's unread chats are looked
//! through: once after the start, every `worker.sweep_every`, and again after an outage of Redis or Avito. One
//! worker does it for a seller at a time. What is found goes the way of every message, through
//! [`queue::Queue::enqueue`], which knows what came before. A chat in which nothing happened since it was last looked
//! into costs nothing. [`missing`] decides what is found; the text that Avito withholds without a subscription is an
//! error of [`avito`]'s, and never a message.

mod chat;
mod missing;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use avito::{AvitoError, ChatSummary, Page, Which};
use domain::ids::{ChatId, MessageId, SellerId};
use futures::StreamExt;
use queue::QueueError;
use runtime::shutdown::Shutdown;
use store::{Duty, StoreError};

use crate::room::{CurrentRoom, Room, Seller};

/// How many sellers are swept at the same time.
const SELLERS_AT_ONCE: usize = 16;

/// How long one sweep may go on before it is cut: the others want their turn.
const LONGEST: Duration = Duration::from_secs(100);

/// What may pass in one chat besides the calls of Avito. After so much and three calls without a sign of life the duty is
/// another worker's.
const BETWEEN_CALLS: Duration = Duration::from_secs(5);

/// After a failed sweep: how long to wait, doubled with each one more, and how long where only the operator helps.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
const UNTIL_THE_OPERATOR_HELPS: Duration = Duration::from_secs(600);

/// How many sweeps in a row Avito may refuse our tokens before only the operator helps: once is a whim of Avito's.
const REFUSED_TOKENS: u32 = 3;

/// How many times one chat is looked into while Redis fails, and after what pause: a Redis that is started anew is soon
/// back, and the chats behind this one want their turn as well.
const LOOKS: u32 = 3;
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// For so long after one worker called for new sweeps the others need not.
const CALLED: Duration = Duration::from_secs(5);

/// The largest offset that Avito serves.
const FARTHEST: u32 = 1000;

/// Sweeps until the shutdown; a chat that is being looked into is finished.
pub(crate) async fn run(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let room = rooms.get();
    let every = room.settings.worker.sweep_every;
    if every.is_zero() {
        return;
    }
    let tick = (every / 4).clamp(Duration::from_millis(20), Duration::from_secs(1));
    let mut broken = room.queue.losses();
    let mut rounds: HashMap<SellerId, Round> = HashMap::new();
    let mut call = true;
    while !shutdown.is_requested() {
        let room = rooms.get();
        see_who_is_there(&mut rounds, &room);
        if broken.has_changed().unwrap_or(false) {
            broken.mark_unchanged();
            call = true;
        }
        if call {
            call = call_for_sweeps(&room).await.is_err();
            rounds.values_mut().for_each(|round| round.due = Instant::now());
        }
        let due = rounds.values_mut().filter(|round| round.due <= Instant::now());
        futures::stream::iter(due).for_each_concurrent(SELLERS_AT_ONCE, |round| round.take(&room, shutdown)).await;
        tokio::select! {
            () = tokio::time::sleep(tick) => {}
            () = shutdown.requested() => {}
        }
    }
}

/// Sellers come and go, and change. A changed one is looked at at once: what kept us from it may be put right.
fn see_who_is_there(rounds: &mut HashMap<SellerId, Round>, room: &Room) {
    rounds.retain(|seller, _| room.sellers.contains_key(seller));
    for (id, seller) in &room.sellers {
        let same = rounds.get(id).is_some_and(|round| Arc::ptr_eq(&round.seller, seller));
        if !same {
            let settled = rounds.remove(id).map(|round| round.settled).unwrap_or_default();
            rounds.insert(id.clone(), Round { settled, ..Round::new(Arc::clone(seller)) });
        }
    }
}

/// After a start or an outage nobody waits for the next sweep to be due. Of several workers one calls.
async fn call_for_sweeps(room: &Room) -> Result<(), StoreError> {
    for seller in room.sellers.keys() {
        let called = room.store.take_duty(&format!("sweep-call:{seller}"), CALLED).await?;
        if called.is_some() {
            room.store.wake_duty(&format!("sweep:{seller}")).await?;
        }
    }
    Ok(())
}

/// What we know of one seller's sweeps.
struct Round {
    seller: Arc<Seller>,
    /// Not before.
    due: Instant,
    /// How many failed in a row.
    failures: u32,
    /// The newest message of each chat that was looked through and has nothing left to find.
    settled: HashMap<ChatId, MessageId>,
}

/// How a sweep ended.
enum Swept {
    /// All chats were looked through.
    Whole,
    /// It took too long, or we are going home.
    Cut,
}

/// Why a sweep failed.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("Avito does not tell what is unread")]
    Avito(#[from] AvitoError),
    #[error("the queue does not take what was found")]
    Queue(#[from] QueueError),
    #[error("what we remember cannot be read")]
    Store(#[from] StoreError),
}

impl Round {
    fn new(seller: Arc<Seller>) -> Self {
        Self { seller, due: Instant::now(), failures: 0, settled: HashMap::new() }
    }

    /// Sweeps, unless another worker does or did.
    async fn take(&mut self, room: &Room, shutdown: &Shutdown) {
        let every = room.settings.worker.sweep_every;
        let duty = format!("sweep:{}", self.seller.settings.profile.id);
        let Ok(taken) = room.store.take_duty(&duty, held(room)).await else {
            self.due = Instant::now() + AFTER_FAILURE.min(every);
            return;
        };
        let Some(duty) = taken else {
            self.due = Instant::now() + every / 4;
            return;
        };
        let started = Instant::now();
        let swept = self.sweep(room, shutdown, started, &duty).await;
        let rest = self.rest(every, started.elapsed(), &swept);
        self.due = Instant::now() + rest;
        if let Err(error) = room.store.end_duty(duty, rest).await {
            tracing::debug!(error = %runtime::chain(&error), "the sweep's duty rests until its time is over");
        }
    }

    /// How long from now the next sweep may begin, after one that took so long.
    fn rest(&mut self, every: Duration, took: Duration, swept: &Result<Swept, Trouble>) -> Duration {
        let seller = &self.seller.settings.profile.id;
        let outcome = match swept {
            Ok(Swept::Whole) => "whole",
            Ok(Swept::Cut) => "cut",
            Err(_) => "failed",
        };
        metrics::counter!("worker_sweeps_total", "outcome" => outcome).increment(1);
        let error = match swept {
            Ok(swept) => {
                if std::mem::take(&mut self.failures) > 0 {
                    tracing::info!(%seller, "the unread chats can be looked through again");
                }
                return if matches!(swept, Swept::Whole) { every.saturating_sub(took) } else { Duration::ZERO };
            }
            Err(error) => error,
        };
        self.failures += 1;
        // Told once: an outage is not news every few seconds.
        if self.failures == 1 {
            tracing::warn!(%seller, error = %runtime::chain(error), "cannot look through the unread chats; trying again");
        }
        rest_after(error, self.failures, every)
    }

    async fn sweep(
        &mut self,
        room: &Room,
        shutdown: &Shutdown,
        started: Instant,
        duty: &Duty,
    ) -> Result<Swept, Trouble> {
        let oldest_s = room.clock.now_ms() / 1000 - room.settings.worker.sweep_within.as_secs() as i64;
        let mut listed = HashSet::new();
        for offset in (0..=FARTHEST).step_by(Page::FIRST.limit as usize) {
            let page = Page { offset, ..Page::FIRST };
            keep(room, duty).await;
            let chats = self.seller.messenger.chats(Which::Unread, page).await?;
            let full = chats.len() as u32 == page.limit;
            let young: Vec<_> =
                chats.into_iter().filter(|chat| chat.updated_s == 0 || chat.updated_s >= oldest_s).collect();
            let last_page = !full || young.is_empty();
            for chat in young {
                if shutdown.is_requested() || started.elapsed() > LONGEST {
                    return Ok(Swept::Cut);
                }
                let newest = chat.last.as_ref().map(|message| message.id.clone());
                listed.insert(chat.chat.clone());
                if newest.is_some() && self.settled.get(&chat.chat) == newest.as_ref() {
                    continue;
                }
                keep(room, duty).await;
                let looked = look_patiently(room, &self.seller, &chat).await;
                match (skipping_one(&chat.chat, looked)?, newest) {
                    (chat::Left::Nothing, Some(newest)) => drop(self.settled.insert(chat.chat, newest)),
                    _ => drop(self.settled.remove(&chat.chat)),
                }
            }
            if last_page {
                break;
            }
        }
        self.settled.retain(|chat, _| listed.contains(chat));
        Ok(Swept::Whole)
    }
}

/// Looks into a chat, over a Redis that is away for a moment.
async fn look_patiently(room: &Room, seller: &Seller, chat: &ChatSummary) -> Result<chat::Left, Trouble> {
    for _ in 1..LOOKS {
        match chat::look(room, seller, chat).await {
            Err(Trouble::Queue(_) | Trouble::Store(_)) => tokio::time::sleep(LOOK_AGAIN).await,
            looked => return looked,
        }
    }
    chat::look(room, seller, chat).await
}

/// How long the duty is ours without another sign of life.
fn held(room: &Room) -> Duration {
    LOOKS * room.settings.avito.call_timeout + BETWEEN_CALLS
}

/// A sign of life, before each call of Avito. If the duty is lost, two sweep for a moment, and find the same.
async fn keep(room: &Room, duty: &Duty) {
    room.store.keep_duty(duty, held(room)).await.ok();
}

/// A chat that Avito shows in a way we cannot read is no reason to leave the others alone.
fn skipping_one(chat: &ChatId, looked: Result<chat::Left, Trouble>) -> Result<chat::Left, Trouble> {
    match looked {
        Err(Trouble::Avito(error @ (AvitoError::Rejected { .. } | AvitoError::Unreadable { .. }))) => {
            tracing::warn!(%chat, error = %runtime::chain(&error), "cannot look into an unread chat; skipping it");
            Ok(chat::Left::Something)
        }
        looked => looked,
    }
}

/// How long from the end of a failed sweep the next may begin.
fn rest_after(error: &Trouble, failures: u32, every: Duration) -> Duration {
    match error {
        Trouble::Avito(AvitoError::RateLimited { after, .. }) => (*after).max(AFTER_FAILURE),
        Trouble::Avito(AvitoError::Paywall { .. }) => UNTIL_THE_OPERATOR_HELPS.max(every),
        Trouble::Avito(AvitoError::Unauthorized { .. }) if failures >= REFUSED_TOKENS => {
            UNTIL_THE_OPERATOR_HELPS.max(every)
        }
        _ => AFTER_FAILURE.saturating_mul(2_u32.saturating_pow(failures - 1)).min(every),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_sweep_is_repeated_soon_and_one_that_cannot_succeed_seldom() {
        const CALL: &str = "chats";
        let minute = Duration::from_secs(60);
        let down = || AvitoError::Unavailable { call: CALL, why: "reset".to_owned() };
        let refused = || AvitoError::Unauthorized { call: CALL, why: "expired".to_owned() };
        let limited = |s| AvitoError::RateLimited { call: CALL, after: Duration::from_secs(s) };
        let cases = [
            (down(), 1, 5),
            (down(), 2, 10),
            (down(), 4, 40),
            (down(), 5, 60),
            (down(), 99, 60),
            (limited(90), 1, 90),
            (limited(1), 1, 5),
            (AvitoError::Paywall { call: CALL }, 1, 600),
            (refused(), 1, 5),
            (refused(), 2, 10),
            (refused(), 3, 600),
        ];
        for (error, failures, seconds) in cases {
            let told = error.to_string();
            let rest = rest_after(&Trouble::Avito(error), failures, minute);
            assert_eq!(rest, Duration::from_secs(seconds), "{told}, {failures} in a row");
        }
    }
}
