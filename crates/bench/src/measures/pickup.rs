//! From the call that enqueues a message to the claim in a worker that was waiting: three writes on the disk lie
//! in between (the message, the token's move, the claim).
//!
//! The worker here is the queue's own parts put together as crate `worker` does: a heartbeat, a fetcher that
//! blocks, a task for each token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use domain::ids::MessageId;
use queue::{Fetcher, Heartbeat, Pulse, Queue, WorkerId};
use tokio::task::JoinSet;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::{House, message};
use crate::samples::Latencies;
use crate::shop::SellerNumber;

pub(crate) const NAME: &str = "pickup";

const PER_SECOND: u32 = 50;

/// Measures it.
///
/// # Errors
/// When Redis does not answer, or a message is not claimed.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let house = House::open(1, "").await?;
    let count = PER_SECOND as usize * context.pick(60, 5);
    let sent = Arc::new(Sent::default());
    let producer = house.queue().await?;
    let enqueue = async {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
        let mut calls = JoinSet::new();
        for number in 0..count {
            ticks.tick().await;
            let (queue, sent) = (producer.clone(), Arc::clone(&sent));
            let message = message(SellerNumber(0), &format!("u2i-{number:022}"), "Есть?")?;
            calls.spawn(async move {
                sent.note(message.id.clone());
                queue.enqueue(&message).await
            });
        }
        while let Some(enqueued) = calls.join_next().await {
            enqueued??;
        }
        anyhow::Ok(())
    };
    let (enqueued, claimed) = tokio::join!(enqueue, claim_all(&house, &sent, count));
    enqueued?;
    let latencies = claimed?;
    Ok(vec![
        Figure::once(NAME, format!("{PER_SECOND}/s: p50 of {} messages", latencies.len()), latencies.ms(0.5), "ms"),
        Figure::once(NAME, format!("{PER_SECOND}/s: p99"), latencies.ms(0.99), "ms").gate(Gate::AtMost(15.0)),
        Figure::once(NAME, format!("{PER_SECOND}/s: longest"), latencies.longest_ms(), "ms"),
    ])
}

/// When each message was handed to the queue.
#[derive(Default)]
struct Sent(Mutex<HashMap<MessageId, Instant>>);

impl Sent {
    fn note(&self, id: MessageId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Instant::now());
    }

    fn since(&self, id: &MessageId) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).map(Instant::elapsed)
    }
}

async fn claim_all(house: &House, sent: &Arc<Sent>, count: usize) -> anyhow::Result<Latencies> {
    let (redis, settings) = (&house.shop.settings.redis, &house.shop.settings.queue);
    let (worker, pulse) = (WorkerId::random(), Pulse::new());
    let on_lost = Box::new(|| eprintln!("bench: the lease was lost"));
    let heartbeat =
        tokio::task::block_in_place(|| Heartbeat::start(redis, settings, worker.clone(), pulse.clone(), on_lost))?;
    let queue = house.queue().await?;
    let mut fetcher = Fetcher::new(redis, settings, worker.clone(), 0);
    let mut claims = JoinSet::new();
    let mut latencies = Latencies::new();
    while claims.len() + (latencies.len() as usize) < count {
        pulse.touch();
        if let Some(token) = fetcher.next().await? {
            let (queue, worker, sent) = (queue.clone(), worker.clone(), Arc::clone(sent));
            claims.spawn(async move { claim(&queue, &worker, &token, &sent).await });
        }
        while let Some(claimed) = claims.try_join_next() {
            latencies.add(claimed??);
        }
    }
    while let Some(claimed) = claims.join_next().await {
        latencies.add(claimed??);
    }
    tokio::task::block_in_place(|| heartbeat.stop());
    Ok(latencies)
}

async fn claim(queue: &Queue, worker: &WorkerId, token: &queue::Token, sent: &Sent) -> anyhow::Result<Duration> {
    let claim = queue.claim(worker, token).await?.context("a token without messages")?;
    let took = sent.since(&claim.messages[0].id).context("a message nobody sent")?;
    queue.complete(&claim).await?;
    Ok(took)
}
