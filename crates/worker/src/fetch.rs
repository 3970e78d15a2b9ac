//! Taking tokens from the queue and running a turn for each: a permit first, then the fetch.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use queue::{Fetcher, QueueError, Token};
use runtime::shutdown::Shutdown;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::task::TaskTracker;

use crate::permits;
use crate::room::{CurrentRoom, Room};
use crate::sabotage::{self, Point};
use crate::turn;

/// How long the loop waits after a failed fetch: long enough not to spin, short enough not to be felt.
const AFTER_ERROR: Duration = Duration::from_millis(100);

/// How many tokens are taken together, at the most, when several wait: Redis serves nobody else meanwhile.
const AT_ONCE: usize = 64;

/// How often the tokens we hold are compared with the turns we run.
const SWEEP_EVERY: Duration = Duration::from_millis(500);

/// Fetches and runs turns until the shutdown, then waits for the running ones, at most as long as the
/// settings allow. What is not done by then keeps its token: the next worker takes it over.
pub(crate) async fn run(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let turns = TaskTracker::new();
    let room = rooms.get();
    let fetchers = (0..room.settings.queue.shards).map(|shard| fetch_from(rooms, shutdown, &turns, shard));
    tokio::join!(
        futures::future::join_all(fetchers),
        sweep(rooms, shutdown, &turns),
        permits::give_out_the_rest(&room, shutdown)
    );

    turns.close();
    tracing::info!(turns.running = turns.len(), "draining");
    if tokio::time::timeout(room.settings.worker.drain, turns.wait()).await.is_err() {
        tracing::warn!(turns.running = turns.len(), "drained no further; what is left goes to another worker");
    }
    release_the_rest(&room).await;
}

/// One shard's loop. The fetch is always awaited to its end: a dropped BLMOVE may still move a token, which
/// then nobody runs until the sweep finds it.
async fn fetch_from(rooms: &CurrentRoom, shutdown: &Shutdown, turns: &TaskTracker, shard: u16) {
    let room = rooms.get();
    let mut fetcher = Fetcher::new(&room.settings.redis, &room.settings.queue, room.worker.clone(), shard);
    let mut failing = false;
    while !shutdown.is_requested() {
        let Some(permit) = permit(&room, shutdown).await else { return };
        match fetch(rooms, turns, &mut fetcher, permit).await {
            Ok(()) => {
                failing = false;
                room.note_fetch();
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    let error = runtime::chain(&error);
                    tracing::warn!(error, queue.shard = shard, "cannot fetch; it is tried again and again");
                }
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
}

/// Takes the tokens that wait, as far as there are permits; if there are none, waits for one. While it waits it holds
/// one permit and no more: another shard may have work for the others.
async fn fetch(
    rooms: &CurrentRoom,
    turns: &TaskTracker,
    fetcher: &mut Fetcher,
    permit: OwnedSemaphorePermit,
) -> Result<(), QueueError> {
    let room = rooms.get();
    let another = || Arc::clone(&room.permits).try_acquire_owned().ok();
    let mut permits: Vec<OwnedSemaphorePermit> =
        std::iter::once(permit).chain(std::iter::from_fn(another)).take(AT_ONCE).collect();
    let mut tokens = fetcher.waiting(permits.len()).await?;
    if tokens.is_empty() {
        permits.truncate(1);
        tokens.extend(fetcher.next().await?);
    }
    if !tokens.is_empty() {
        sabotage::point(Point::AfterFetch);
    }
    let room = rooms.get();
    for (token, permit) in tokens.into_iter().zip(permits) {
        start(&room, turns, token, permit);
    }
    Ok(())
}

/// Own tokens that no turn runs are run again: the answer to a BLMOVE was lost, or Redis was away in the
/// middle of a turn. A token counts as forgotten when two rounds in a row see it idle, so that one just being
/// handed over is left alone.
async fn sweep(rooms: &CurrentRoom, shutdown: &Shutdown, turns: &TaskTracker) {
    let mut idle_before: Vec<Token> = Vec::new();
    while !shutdown.is_requested() {
        tokio::time::sleep(SWEEP_EVERY).await;
        let room = rooms.get();
        let Ok(held) = room.queue.held(&room.worker).await else { continue };
        let idle: Vec<Token> = held.into_iter().filter(|token| !room.runs(token)).collect();
        for token in idle.iter().filter(|token| idle_before.contains(token)) {
            let Ok(permit) = Arc::clone(&room.permits).try_acquire_owned() else { break };
            metrics::counter!("worker_tokens_found_total").increment(1);
            start(&room, turns, token.clone(), permit);
        }
        idle_before = idle;
    }
}

async fn permit(room: &Room, shutdown: &Shutdown) -> Option<OwnedSemaphorePermit> {
    tokio::select! {
        permit = Arc::clone(&room.permits).acquire_owned() => permit.ok(),
        () = shutdown.requested() => None,
    }
}

/// Runs one turn in a task of its own. A panic in it is a bug of ours: it is counted like a failed attempt,
/// so that a message which makes us stumble ends with a human instead of in a circle.
fn start(room: &Arc<Room>, turns: &TaskTracker, token: Token, permit: OwnedSemaphorePermit) {
    let Some(running) = room.begin(&token) else { return };
    let room = Arc::clone(room);
    turns.spawn(async move {
        let _held_until_the_end = (running, permit);
        if AssertUnwindSafe(turn::take(&room, &token)).catch_unwind().await.is_err() {
            tracing::error!(conversation = %token, "a turn panicked");
            turn::give_back_after_panic(&room, &token).await;
        }
    });
}

async fn release_the_rest(room: &Room) {
    sabotage::point(Point::InRelease);
    match room.queue.release_held(&room.worker).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(tokens.released = count, "gave unfinished conversations back"),
        Err(error) => tracing::warn!(error = %runtime::chain(&error), "could not give back; the lease will run out"),
    }
}
