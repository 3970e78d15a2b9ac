//! Which webhook goes out when: one at a time within a chat, chats side by side, some only later.
//!
//! How one is posted stands in [`super::delivery`].

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::chat::Chat;
use super::delivery;
use super::fault::Fault;
use super::state::State;

/// How long a delivery that is to be overtaken waits for the one that overtakes it.
const OVERTAKEN_AFTER: Duration = Duration::from_secs(1);

/// How many webhooks may wait. A load test makes thousands; beyond this something is wrong.
pub(super) const QUEUE: usize = 100_000;

/// One webhook on its way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) message: String,
    pub(super) chat: String,
    pub(super) account: u64,
    pub(super) body: String,
    pub(super) fault: Option<Fault>,
    pub(super) not_before: Instant,
    /// Told when the delivery has ended, however.
    pub(super) done: Option<oneshot::Sender<()>>,
}

impl Outgoing {
    /// At once, without a fault.
    pub(super) fn new(message: &str, chat: &Chat, body: String) -> Self {
        Self {
            message: message.to_owned(),
            chat: chat.id.clone(),
            account: chat.account,
            body,
            fault: None,
            not_before: Instant::now(),
            done: None,
        }
    }
}

/// Runs until the server is dropped.
pub(super) async fn run(state: Arc<State>, mut queue: mpsc::Receiver<Outgoing>) {
    let mut lanes = Lanes::default();
    let mut under_way = JoinSet::<String>::new();
    loop {
        tokio::select! {
            next = queue.recv() => match next {
                Some(out) => lanes.push(out, Instant::now()),
                None => return,
            },
            Some(ended) = under_way.join_next(), if !under_way.is_empty() => match ended {
                Ok(chat) => lanes.ended(&chat),
                Err(error) => tracing::error!(%error, "a delivery ended in a panic"),
            },
            () = until(lanes.next_due()) => lanes.release(Instant::now()),
        }
        while let Some(out) = lanes.next_ready() {
            let state = Arc::clone(&state);
            under_way.spawn(async move {
                let chat = out.chat.clone();
                delivery::deliver(&state, out).await;
                chat
            });
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// The webhooks that wait, by chat.
#[derive(Debug, Default)]
struct Lanes {
    lanes: HashMap<String, Lane>,
    /// Chats with something to send and nothing under way.
    ready: VecDeque<String>,
    /// Those whose time has not come.
    later: Vec<Outgoing>,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<Outgoing>,
    busy: bool,
}

impl Lanes {
    fn push(&mut self, mut out: Outgoing, now: Instant) {
        if out.fault == Some(Fault::Reorder) {
            out.not_before = now + OVERTAKEN_AFTER;
        }
        if out.not_before > now {
            self.later.push(out);
            return;
        }
        let overtaken = self.later.extract_if(.., |held| held.chat == out.chat && held.fault == Some(Fault::Reorder));
        let overtaken: Vec<_> = overtaken.collect();
        self.line_up(out);
        overtaken.into_iter().for_each(|held| self.line_up(held));
    }

    fn release(&mut self, now: Instant) {
        let mut due: Vec<_> = self.later.extract_if(.., |held| held.not_before <= now).collect();
        due.sort_by_key(|held| held.not_before);
        due.into_iter().for_each(|held| self.line_up(held));
    }

    fn next_due(&self) -> Option<Instant> {
        self.later.iter().map(|held| held.not_before).min()
    }

    fn line_up(&mut self, out: Outgoing) {
        let lane = self.lanes.entry(out.chat.clone()).or_default();
        if !lane.busy && lane.waiting.is_empty() {
            self.ready.push_back(out.chat.clone());
        }
        lane.waiting.push_back(out);
    }

    fn next_ready(&mut self) -> Option<Outgoing> {
        let lane = self.lanes.get_mut(&self.ready.pop_front()?)?;
        lane.busy = true;
        lane.waiting.pop_front()
    }

    fn ended(&mut self, chat: &str) {
        let Some(lane) = self.lanes.get_mut(chat) else { return };
        lane.busy = false;
        if lane.waiting.is_empty() {
            self.lanes.remove(chat);
        } else {
            self.ready.push_back(chat.to_owned());
        }
    }
}
