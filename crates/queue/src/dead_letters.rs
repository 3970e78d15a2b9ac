//! Messages that nobody could answer: kept, with the reason, until a human has looked at them.

use domain::message::Message;
use serde::Deserialize;

use crate::error::QueueError;
use crate::queue::Queue;

/// One message that was given up on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeadLetter {
    /// The conversation, `seller:chat`; as it stood on the token, so possibly no conversation at all.
    #[serde(rename = "conv")]
    pub conversation: String,
    /// Why.
    #[serde(rename = "err")]
    pub error: String,
    /// When, in milliseconds since 1970, by Redis.
    #[serde(rename = "at")]
    pub at_ms: i64,
    /// The message's envelope as it lay in the mailbox, readable or not.
    #[serde(rename = "msg")]
    pub envelope: String,
}

impl DeadLetter {
    /// The message, if it is one.
    ///
    /// # Errors
    /// What stands in the way of reading it.
    pub fn message(&self) -> Result<Message, serde_json::Error> {
        serde_json::from_str(&self.envelope)
    }

    fn read(bytes: &[u8]) -> Self {
        // An envelope of broken UTF-8 makes the whole letter so; what is left of it still tells its story.
        let text = String::from_utf8_lossy(bytes);
        serde_json::from_str(&text).unwrap_or_else(|error| Self {
            conversation: String::new(),
            error: format!("not a dead letter: {error}"),
            at_ms: 0,
            envelope: text.into_owned(),
        })
    }
}

impl Queue {
    /// The newest dead letters, newest first, at most `newest` of them.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn dead_letters(&self, newest: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let mut letters = Vec::new();
        let Some(last) = newest.checked_sub(1) else { return Ok(letters) };
        for shard in self.shards() {
            let mut range = redis::cmd("LRANGE");
            range.arg(shard.dead()).arg(0).arg(last);
            let some: Vec<Vec<u8>> = self.redis.ask("read the dead letters", range).await?;
            letters.extend(some.iter().map(|letter| DeadLetter::read(letter)));
        }
        letters.sort_by_key(|letter| std::cmp::Reverse(letter.at_ms));
        letters.truncate(newest);
        Ok(letters)
    }
}
