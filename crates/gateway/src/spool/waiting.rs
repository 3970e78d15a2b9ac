//! Messages that are to go to Redis now: read from the disk, or lost by it. Each conversation's in their order.
//!
//! A conversation whose mailbox is full waits by itself; the others do not wait for it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use domain::ids::ConversationId;
use domain::message::Message;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use queue::{Enqueued, Queue, QueueError};

use super::recent::Recent;

/// How many conversations are served at a time: enough to fill each of Redis's fsyncs.
const CONVERSATIONS_AT_ONCE: usize = 32;

/// What is to go to Redis.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    conversations: BTreeMap<ConversationId, VecDeque<Arc<Message>>>,
}

impl Waiting {
    /// Behind all that waits.
    pub(crate) fn add(&mut self, messages: Vec<Arc<Message>>) {
        for message in messages {
            self.conversations.entry(message.conversation.clone()).or_default().push_back(message);
        }
    }

    /// Before all that waits: Redis had these already.
    pub(crate) fn add_first(&mut self, messages: Vec<Arc<Message>>) {
        for message in messages.into_iter().rev() {
            self.conversations.entry(message.conversation.clone()).or_default().push_front(message);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.conversations.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.conversations.values().map(VecDeque::len).sum()
    }

    /// Gives to Redis what it takes, and tells how much that was. What it does not take stays.
    pub(crate) async fn offer(&mut self, queue: &Queue, recent: &Recent) -> Offered {
        let away = AtomicBool::new(false);
        let one = |messages| in_order(queue, recent, messages, &away).boxed();
        let offers: Vec<BoxFuture<'_, Offered>> = self.conversations.values_mut().map(one).collect();
        let offered: Vec<_> = stream::iter(offers).buffer_unordered(CONVERSATIONS_AT_ONCE).collect().await;
        self.conversations.retain(|_, messages| !messages.is_empty());
        offered.into_iter().fold(Offered::default(), Offered::and)
    }
}

/// What came of an offer.
#[derive(Debug, Default)]
pub(crate) struct Offered {
    /// Messages that are in Redis now.
    pub(crate) taken: usize,
    /// Why it went no further, if Redis did not answer.
    pub(crate) away: Option<QueueError>,
}

impl Offered {
    fn and(self, other: Self) -> Self {
        Self { taken: self.taken + other.taken, away: self.away.or(other.away) }
    }
}

/// One conversation's messages, each only when the one before is in.
async fn in_order(queue: &Queue, recent: &Recent, messages: &mut VecDeque<Arc<Message>>, away: &AtomicBool) -> Offered {
    let mut offered = Offered::default();
    while let Some(message) = messages.front()
        && !away.load(Ordering::Relaxed)
    {
        let result = match queue.enqueue(message).await {
            Ok(Enqueued::New) => "new",
            Ok(Enqueued::Duplicate) => "duplicate",
            Ok(Enqueued::MailboxFull) => return offered,
            Err(error) => {
                // Nobody else need wait for the same answer.
                away.store(true, Ordering::Relaxed);
                offered.away = Some(error);
                return offered;
            }
        };
        metrics::counter!("gateway_spool_replayed_total", "result" => result).increment(1);
        recent.add(Arc::clone(message), Instant::now());
        messages.pop_front();
        offered.taken += 1;
    }
    offered
}
