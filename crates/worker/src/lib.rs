//! The loop: take a conversation from the queue, decide, act, acknowledge.
//!
//! A turn is one pass over a conversation's unanswered messages. [`turn::answer`] tells its story;
//! [`fetch`] keeps many turns running at once, at most one per conversation; [`rounds`] are the small
//! periodic duties (own tokens that nobody runs, overdue retries, dead workers); [`sweep`] finds what no webhook
//! brought; [`tell`] sees to it that a human knows of every dead letter; [`desk`] hears what people do in Telegram; [`watch`] has an eye on Redis; [`mod@renew`] on
//! the settings; [`health`] answers the operator.
//!
//! Not here: what to say (crate `agents`), how a message survives a crash (crate `queue`).

mod desk;
mod fetch;
mod health;
mod permits;
mod program;
mod renew;
mod room;
mod rounds;
mod sabotage;
mod sweep;
mod tell;
mod turn;
mod watch;

use std::sync::Arc;

use anyhow::Context;
use domain::clock::SharedClock;
use futures::future::BoxFuture;
use queue::{Heartbeat, Pulse, WorkerId};
use runtime::shutdown::Shutdown;
use settings::Settings;
use tokio::net::TcpListener;

pub use health::probe;
pub use program::program;
pub use renew::Renewing;
pub use room::{Room, assistant};

use room::CurrentRoom;

/// A worker that is about to run.
pub struct Worker {
    /// All settings it begins with.
    pub settings: Arc<Settings>,
    /// Who knows of their changes; without it they stay.
    pub renewing: Option<Renewing>,
    /// What time it is.
    pub clock: SharedClock,
    /// Ends it.
    pub shutdown: Shutdown,
    /// Where health and metrics are served.
    pub listener: TcpListener,
    /// What to do when the lease is lost: a process exits, a test notes it.
    pub on_lost_lease: Box<dyn FnOnce() + Send>,
}

impl Worker {
    /// Works until the shutdown is requested, then drains.
    ///
    /// # Errors
    /// When something it cannot start without is missing: Redis, the prompts, the Google key.
    pub fn run(self) -> BoxFuture<'static, anyhow::Result<()>> {
        Box::pin(self.run_inner())
    }

    async fn run_inner(self) -> anyhow::Result<()> {
        let Self { settings, renewing, clock, shutdown, listener, on_lost_lease } = self;
        let room = Room::open(settings, clock, WorkerId::random()).await?;
        let pulse = Pulse::new();
        let heartbeat = Heartbeat::start(
            &room.settings.redis,
            &room.settings.queue,
            room.worker.clone(),
            pulse.clone(),
            on_lost_lease,
        )
        .context("starting the heartbeat")?;
        tracing::info!(worker.id = %room.worker, worker.permits = room.settings.worker.permits, "worker is up");
        let rooms = Arc::new(CurrentRoom::new(room));
        let room = rooms.get();

        // The loop of turns decides when all is over; the others accompany it, also while it drains.
        tokio::select! {
            () = take_turns(&rooms, &shutdown) => {}
            () = rounds::tend_the_queue(&room) => {}
            () = watch::redis(&room) => {}
            () = rounds::beat(&pulse) => {}
            () = renew::run(&rooms, renewing) => {}
            served = health::serve(listener, Arc::clone(&rooms), heartbeat.beaten()) => served.context("serving health and metrics")?,
        }
        heartbeat.stop();
        room.sheets.finish().await;
        tracing::info!(worker.id = %room.worker, "worker is down");
        Ok(())
    }
}

/// Turns, and what must not be cut off in the middle of a card or a chat: all of it ends with the shutdown.
async fn take_turns(rooms: &CurrentRoom, shutdown: &Shutdown) {
    tokio::join!(
        fetch::run(rooms, shutdown),
        sweep::run(rooms, shutdown),
        tell::of_dead_letters(rooms, shutdown),
        desk::run(rooms, shutdown),
        desk::trust::run(rooms, shutdown),
        desk::learning::run(rooms, shutdown),
        desk::rounds::run(rooms, shutdown),
    );
}
