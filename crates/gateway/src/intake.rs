//! The way into the queue: the one place where a message is accepted or not.
//!
//! Accepted means: on Redis's disk, or, where Redis does not answer, on ours. Only where neither takes it is Avito's
//! own retry the last hope.

use std::sync::Arc;
use std::time::Duration;

use domain::message::{Message, Side};
use queue::{Enqueued, Queue};
use store::Store;
use tokio::time::timeout;

use crate::ending::Ending;
use crate::spool::{Place, Spool, Way};

/// Takes messages in.
pub(crate) struct Intake {
    pub(crate) queue: Queue,
    pub(crate) store: Store,
    pub(crate) spool: Spool,
    /// How long Redis may take over one message.
    pub(crate) redis_within: Duration,
}

impl Intake {
    /// Takes one message in. Everything of the account that is not surely ours goes to the worker, who sees it
    /// in order with the rest.
    pub(crate) async fn accept(&self, message: Message) -> Ending {
        if message.side == Side::Account && self.is_our_echo(&message).await {
            return Ending::Echo;
        }
        let message = Arc::new(message);
        match self.spool.enter(&message) {
            Way::Redis(place) => self.enqueue(message, place).await,
            Way::Disk(mut outcome) => outcome.wait().await.into(),
        }
    }

    /// Straight into the queue, unless that fails, or others' failure is known first.
    async fn enqueue(&self, message: Arc<Message>, mut place: Place) -> Ending {
        let enqueued = tokio::select! {
            written = place.moved() => return written.into(),
            enqueued = timeout(self.redis_within, self.queue.enqueue(&message)) => enqueued,
        };
        let ending = match enqueued {
            Ok(Ok(Enqueued::New)) => Ending::Enqueued,
            Ok(Ok(Enqueued::Duplicate)) => Ending::Duplicate,
            Ok(Ok(Enqueued::MailboxFull)) => return Ending::MailboxFull,
            Ok(Err(error)) => return place.failed(&runtime::chain(&error)).await.into(),
            Err(_) => return place.failed("Redis did not answer in time").await.into(),
        };
        place.taken(message);
        ending
    }

    /// Whether it is an echo of what we sent. Half the time for the question: the rest of it must do for an
    /// enqueueing that the answer may still ask for. A Redis that takes no messages is not asked.
    async fn is_our_echo(&self, message: &Message) -> bool {
        if !self.spool.is_direct(&message.conversation) {
            return false;
        }
        let asked = timeout(self.redis_within / 2, self.store.is_ours(&message.conversation, &message.id)).await;
        matches!(asked, Ok(Ok(true)))
    }
}
