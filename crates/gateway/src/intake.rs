//! The way into the queue: the one place where a message is accepted or not.
//!
//! Accepted means: on Redis's disk. Where Redis does not answer, the message is not accepted, and Avito's own
//! retry is the only hope.

use std::time::Duration;

use domain::message::{Message, Side};
use queue::{Enqueued, Queue};
use store::Store;
use tokio::time::timeout;

use crate::ending::Ending;

/// Takes messages in.
pub(crate) struct Intake {
    pub(crate) queue: Queue,
    pub(crate) store: Store,
    /// How long Redis may take over one message.
    pub(crate) redis_within: Duration,
}

impl Intake {
    /// Takes one message in. Everything of the account that is not surely ours goes to the worker, who sees it
    /// in order with the rest.
    pub(crate) async fn accept(&self, message: &Message) -> Ending {
        if message.side == Side::Account && self.is_our_echo(message).await {
            return Ending::Echo;
        }
        match timeout(self.redis_within, self.queue.enqueue(message)).await {
            Ok(Ok(Enqueued::New)) => Ending::Enqueued,
            Ok(Ok(Enqueued::Duplicate)) => Ending::Duplicate,
            Ok(Ok(Enqueued::MailboxFull)) => Ending::MailboxFull,
            Ok(Err(error)) => not_accepted(message, &runtime::chain(&error)),
            Err(_) => not_accepted(message, "Redis did not answer in time"),
        }
    }

    /// Whether it is an echo of what we sent. Half the time for the question: the rest of it must do for an
    /// enqueueing that the answer may still ask for.
    async fn is_our_echo(&self, message: &Message) -> bool {
        let asked = timeout(self.redis_within / 2, self.store.is_ours(&message.conversation, &message.id)).await;
        matches!(asked, Ok(Ok(true)))
    }
}

fn not_accepted(message: &Message, why: &str) -> Ending {
    tracing::error!(
        conversation = %message.conversation, message = %message.id, error = why,
        "a message was not accepted; Avito was told to come again"
    );
    Ending::Unavailable
}
