//! What Redis confirmed and does not know of any more.
//!
//! A Redis that was killed between two writes of its log, restored from a copy, or replaced by a replica that
//! lagged behind has the data of an earlier moment. Counters cannot tell that for certain: others go on counting.
//! So Redis is asked for the messages themselves.

use std::collections::HashMap;
use std::sync::Arc;

use domain::ids::ConversationId;
use domain::message::Message;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::Token;
use crate::queue::Queue;

/// How many messages one question names, so that Redis is not held up for long.
const ASK_AT_ONCE: usize = 500;

impl Queue {
    /// Which of these messages Redis has lost. All of them are of one shard ([`Queue::shard_number`]) and were once
    /// accepted, in the order in which they are given, and not so long ago that Redis was to forget them
    /// (`queue.seen_ttl`). In the same order.
    ///
    /// A conversation's memory holds so many messages (`queue.seen_max`); of the ones before, it is assumed
    /// that they share the lot of the oldest one it should hold.
    ///
    /// Redis is asked in any case, so an answer to no messages at all tells that the shard is there.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn forgotten(&self, shard: u16, messages: &[Arc<Message>]) -> Result<Vec<Arc<Message>>, QueueError> {
        let shard = Shard::new(shard);
        let questions = self.remembered(messages);
        let mut known = vec![None; messages.len()];
        for round in 0..questions.len().div_ceil(ASK_AT_ONCE).max(1) {
            let some = questions.iter().skip(round * ASK_AT_ONCE).take(ASK_AT_ONCE);
            let mut pipe = redis::pipe();
            // With a key, so that a cluster knows whom to ask.
            pipe.exists(shard.epoch()).ignore();
            some.clone().for_each(|index| {
                let message = &messages[*index];
                pipe.zscore(shard.seen(&Token::from(&message.conversation)), message.id.as_str());
            });
            let scores: Vec<Option<f64>> = self.redis.ask_all("ask what was lost", pipe).await?;
            for (index, score) in some.zip(scores) {
                known[*index] = Some(score.is_some());
            }
        }
        Ok(lost(messages, &known))
    }

    /// Which of them are young enough, within their conversation, to be remembered.
    fn remembered(&self, messages: &[Arc<Message>]) -> Vec<usize> {
        let mut newer: HashMap<&ConversationId, usize> = HashMap::new();
        let mut remembered = Vec::new();
        for (index, message) in messages.iter().enumerate().rev() {
            let newer = newer.entry(&message.conversation).or_default();
            *newer += 1;
            if *newer <= self.settings.seen_max {
                remembered.push(index);
            }
        }
        remembered
    }
}

/// From the newest to the oldest, because the oldest one asked for speaks for those before it.
fn lost(messages: &[Arc<Message>], known: &[Option<bool>]) -> Vec<Arc<Message>> {
    let mut verdicts: HashMap<&ConversationId, bool> = HashMap::new();
    let mut lost = Vec::new();
    for (message, known) in messages.iter().zip(known).rev() {
        let verdict = verdicts.entry(&message.conversation).or_insert(true);
        *verdict = known.unwrap_or(*verdict);
        if !*verdict {
            lost.push(Arc::clone(message));
        }
    }
    lost.reverse();
    lost
}
