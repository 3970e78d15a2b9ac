//! Which messages ever arrived: for whoever finds messages elsewhere and asks whether they are news.
//!
//! Not here: letting them in ([`Queue::enqueue`] decides that, whatever was asked before).

use domain::ids::{ConversationId, MessageId};

use crate::error::QueueError;
use crate::names::Token;
use crate::queue::Queue;

/// What a conversation remembers of some messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    /// For each message, whether its arrival is remembered.
    pub seen: Vec<bool>,
    /// From when on, in milliseconds since 1970, every arrival is remembered: a message that came later and is
    /// not remembered never came. 0: as long as `queue.seen_ttl` allows.
    pub complete_since_ms: i64,
}

impl Queue {
    /// Which of these messages arrived in `conversation`.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn arrivals(&self, conversation: &ConversationId, ids: &[&MessageId]) -> Result<Arrivals, QueueError> {
        let token = Token::from(conversation);
        let seen = self.shard(&token).seen(&token);
        let mut pipe = redis::pipe();
        pipe.zcard(&seen).cmd("ZRANGE").arg(&seen).arg(0).arg(0).arg("WITHSCORES");
        // An id that cannot be one, because the command wants at least one.
        pipe.cmd("ZMSCORE").arg(&seen).arg("");
        for id in ids {
            pipe.arg(id.as_str());
        }
        type Remembered = (usize, Vec<(String, f64)>, Vec<Option<f64>>);
        let (count, oldest, scores): Remembered = self.redis.ask_all("ask which messages arrived", pipe).await?;
        let oldest_ms = oldest.first().map_or(0, |(_, at_ms)| *at_ms as i64);
        Ok(Arrivals {
            seen: scores.into_iter().skip(1).map(|score| score.is_some()).collect(),
            complete_since_ms: if count >= self.settings.seen_max { oldest_ms } else { 0 },
        })
    }
}
