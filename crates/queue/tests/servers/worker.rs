//! A worker of the queue's own primitives, as the real one uses them: a permit less, and an answer that is a list of
//! ids.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use queue::{Attempt, BeginSend, Fetcher, Heartbeat, Merge, Pulse, QueueError, StepState, Token, WorkerId};
use runtime::shutdown::Shutdown;
use tokio::task::JoinSet;

use crate::shop::Shop;

const MOMENT: Duration = Duration::from_millis(50);

/// A worker that is started anew whenever it loses its lease, as its supervisor would.
pub(crate) struct Worker {
    /// How often it had to be started anew.
    restarts: Arc<AtomicUsize>,
    end: Shutdown,
    lives: JoinSet<()>,
}

impl Worker {
    pub(crate) fn start(shop: &Arc<Shop>) -> Self {
        let (restarts, end, mut lives) = (Arc::<AtomicUsize>::default(), Shutdown::new(), JoinSet::new());
        let (shop, counted, until) = (Arc::clone(shop), Arc::clone(&restarts), end.clone());
        lives.spawn(async move {
            loop {
                Life::live(&shop, &until).await;
                if until.is_requested() {
                    return;
                }
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { restarts, end, lives }
    }

    pub(crate) fn restarts(&self) -> usize {
        self.restarts.load(Ordering::Relaxed)
    }

    /// Lets it finish.
    pub(crate) async fn stop(mut self) {
        self.end.trigger();
        while let Some(ended) = self.lives.join_next().await {
            ended.unwrap();
        }
    }
}

/// From a start to the loss of the lease.
struct Life {
    shop: Arc<Shop>,
    id: WorkerId,
    running: Mutex<HashSet<Token>>,
    over: Shutdown,
}

impl Life {
    async fn live(shop: &Arc<Shop>, end: &Shutdown) {
        let (id, pulse, over) = (WorkerId::random(), Pulse::new(), Shutdown::new());
        let Some(heart) = Self::heart(shop, &id, &pulse, &over, end).await else { return };
        let life = Arc::new(Self { shop: Arc::clone(shop), id, running: Mutex::default(), over: over.clone() });
        let mut loops = JoinSet::new();
        for shard in 0..shop.settings.shards {
            loops.spawn(Arc::clone(&life).fetch(shard));
            loops.spawn(Arc::clone(&life).tend(shard));
        }
        loops.spawn(Arc::clone(&life).sweep());
        tokio::select! {
            // As if the process ended: what is under way stops where it is.
            () = over.requested() => loops.shutdown().await,
            () = end.requested() => {
                over.trigger();
                while loops.join_next().await.is_some() {}
                life.shop.queue.release_held(&life.id).await.ok();
            }
            () = Self::tick(&pulse) => {}
        }
        tokio::task::spawn_blocking(move || heart.stop()).await.unwrap();
    }

    /// Tries until Redis answers.
    async fn heart(
        shop: &Arc<Shop>,
        id: &WorkerId,
        pulse: &Pulse,
        over: &Shutdown,
        end: &Shutdown,
    ) -> Option<Heartbeat> {
        while !end.is_requested() {
            let (redis, settings) = (shop.redis.clone(), shop.settings.clone());
            let (id, pulse, over) = (id.clone(), pulse.clone(), over.clone());
            pulse.touch();
            let start = move || Heartbeat::start(&redis, &settings, id, pulse, Box::new(move || over.trigger()));
            if let Ok(heart) = tokio::task::spawn_blocking(start).await.unwrap() {
                return Some(heart);
            }
            tokio::time::sleep(MOMENT).await;
        }
        None
    }

    async fn tick(pulse: &Pulse) {
        loop {
            pulse.touch();
            tokio::time::sleep(MOMENT).await;
        }
    }

    async fn fetch(self: Arc<Self>, shard: u16) {
        let mut fetcher = Fetcher::new(&self.shop.redis, &self.shop.settings, self.id.clone(), shard);
        while !self.over.is_requested() {
            match fetcher.next().await {
                Ok(Some(token)) => self.run(&token).await,
                Ok(None) => {}
                Err(_) => tokio::time::sleep(MOMENT).await,
            }
        }
    }

    async fn tend(self: Arc<Self>, shard: u16) {
        while !self.over.is_requested() {
            self.shop.queue.housekeep_shard(shard).await.ok();
            tokio::time::sleep(2 * MOMENT).await;
        }
    }

    async fn sweep(self: Arc<Self>) {
        let mut idle_before: Vec<Token> = Vec::new();
        while !self.over.is_requested() {
            tokio::time::sleep(4 * MOMENT).await;
            let Ok(held) = self.shop.queue.held(&self.id).await else { continue };
            let idle: Vec<_> = held.into_iter().filter(|token| !self.running().contains(token)).collect();
            for token in idle.iter().filter(|token| idle_before.contains(token)) {
                self.run(token).await;
            }
            idle_before = idle;
        }
    }

    /// What fails is left where it is, for the sweep.
    async fn run(&self, token: &Token) {
        if self.running().insert(token.clone()) {
            self.turn(token).await.ok();
            self.running().remove(token);
        }
    }

    async fn turn(&self, token: &Token) -> Result<(), QueueError> {
        let Shop { queue, .. } = &*self.shop;
        let Some(claim) = queue.claim(&self.id, token).await? else { return Ok(()) };
        let chat = claim.conversation.chat.as_str();
        let ids: Vec<&str> = claim.messages.iter().map(|message| message.id.as_str()).collect();
        let plan = claim.journal.as_ref().map_or_else(|| ids.join(" "), |journal| journal.plan.clone());
        let begun = claim.journal.as_ref().is_some_and(|journal| journal.state == StepState::Begun);
        if !(begun && self.shop.was_sent(chat, &plan)) {
            let need = Duration::from_millis(300);
            match queue.begin_send(&claim, &plan, 0, Merge::Never, need).await? {
                BeginSend::Go => self.shop.answer(chat, &plan),
                BeginSend::LeaseTooShort => {
                    queue.nack(&claim, MOMENT, Attempt::Free, "the lease is too short").await?;
                    return Ok(());
                }
                BeginSend::Fenced | BeginSend::Newer => return Ok(()),
            }
        }
        queue.complete(&claim).await.map(drop)
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashSet<Token>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
