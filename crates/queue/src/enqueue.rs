//! The way in: a message arrives.

use domain::message::Message;

use crate::error::QueueError;
use crate::names::Token;
use crate::queue::{Queue, call};
use crate::scripts;

/// What became of a message that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is in its conversation's mailbox, on the disk.
    New,
    /// It was there before: delivered twice, or the answer to our first attempt got lost.
    Duplicate,
    /// The mailbox holds all it may. The message is **not** accepted; deliver it again later.
    MailboxFull,
}

impl Enqueued {
    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Duplicate => "duplicate",
            Self::MailboxFull => "mailbox_full",
        }
    }
}

impl Queue {
    /// Puts a message into its conversation's mailbox, once, however often it is called, and sees to it that
    /// the conversation has its token.
    ///
    /// With more messages than `queue.flood_per_minute` in a minute the conversation's next turn waits for a
    /// minute: a flood is answered once a minute and not all the time. No message is refused for it.
    ///
    /// # Errors
    /// When Redis does not answer in time, or too few replicas do. The message may be in all the same: call again.
    pub async fn enqueue(&self, message: &Message) -> Result<Enqueued, QueueError> {
        let doing = "enqueue a message";
        let token = Token::from(&message.conversation);
        let shard = self.shard(&token);
        let envelope = serde_json::to_string(message).expect("a message is plain data, which is always JSON");
        let mut script = call(
            &scripts::ENQUEUE,
            [
                shard.seen(&token),
                shard.mailbox(&token),
                shard.conversation(&token),
                shard.ready(),
                shard.stats(),
                shard.delayed(),
            ],
        );
        script
            .arg(message.id.as_str())
            .arg(token.as_str())
            .arg(envelope)
            .arg(self.settings.seen_ttl.as_millis() as u64)
            .arg(self.settings.seen_max)
            .arg(self.settings.mailbox_max)
            .arg(self.settings.flood_per_minute);
        let enqueued = match self.run_for_good(shard, doing, script).await? {
            1 => Enqueued::New,
            2 => {
                metrics::counter!("queue_floods_total").increment(1);
                tracing::warn!(
                    conversation = %message.conversation, flood.per_minute = self.settings.flood_per_minute,
                    "a flood of messages in one conversation; they are accepted, and answered together in a minute"
                );
                Enqueued::New
            }
            0 => Enqueued::Duplicate,
            -1 => Enqueued::MailboxFull,
            strange => return Err(QueueError::strange_answer(doing, strange)),
        };
        metrics::counter!("queue_enqueued_total", "result" => enqueued.name()).increment(1);
        Ok(enqueued)
    }
}
