//! Messages that nobody could answer: kept, with the reason, until a human has dealt with them.
//!
//! A dead letter leaves in one of two ways: put back into its conversation ([`Queue::retry_dead_letter`]), or
//! dropped ([`Queue::drop_dead_letter`]). That a human was told of it ([`Queue::mark_told`]) is a mark on it.
//! Not here: when a message is given up (`settle`, `housekeeping`), and how a human is told (crate `worker`).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use domain::message::Message;
use serde::Deserialize;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::Token;
use crate::queue::{Queue, call};
use crate::scripts;

/// One message that was given up on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// By what the operator names it.
    pub id: DeadLetterId,
    /// The conversation, `seller:chat`; as it stood on the token, so possibly no conversation at all.
    pub conversation: String,
    /// Why.
    pub error: String,
    /// When, in milliseconds since 1970, by Redis.
    pub at_ms: i64,
    /// The message's envelope as it lay in the mailbox, readable or not.
    pub envelope: String,
    /// Whether a human was told of it.
    pub told: bool,
}

/// The name of a dead letter: its shard and its number there, `0-17`. No name is given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeadLetterId {
    shard: u16,
    number: u64,
}

/// The text is no name of a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not the id of a dead letter: write it as the list shows it, like 0-17")]
pub struct InvalidDeadLetterId {
    /// The text as it was given.
    pub given: String,
}

/// What became of a dead letter that was to be put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retried {
    /// It is in its conversation's mailbox again and will be answered.
    Done,
    /// There is no such letter: it was put back or dropped before.
    Gone,
    /// The mailbox holds all it may. The letter stays; try again when the conversation has been answered.
    MailboxFull,
    /// It holds no message, so there is nothing to answer. The letter stays.
    Unreadable {
        /// What stands in the way of reading it.
        why: String,
    },
}

/// What became of a dead letter that was to be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// It is thrown away.
    Done,
    /// There is no such letter: it was put back or dropped before.
    Gone,
}

// How the scripts say it; see `lua/prelude.lua`.
const PUT_BACK: i64 = 5;
const DROPPED: i64 = 6;

impl Queue {
    /// The newest dead letters, newest first, at most `newest` of them. A shard that does not answer shows none.
    ///
    /// # Errors
    /// When no shard answers.
    pub async fn dead_letters(&self, newest: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let Some(last) = newest.checked_sub(1) else { return Ok(Vec::new()) };
        let of_shard = |shard: Shard| async move {
            let mut range = redis::cmd("ZRANGE");
            range.arg(shard.dead()).arg(0).arg(last).arg("REV").arg("WITHSCORES");
            self.read_letters(shard, range).await
        };
        let mut letters: Vec<_> = self.ask_shards(of_shard).await?.into_iter().flatten().collect();
        // Numbers rise with time, so they put those of one moment in their order.
        letters.sort_by_key(|letter| std::cmp::Reverse((letter.at_ms, letter.id)));
        letters.truncate(newest);
        Ok(letters)
    }

    /// One dead letter; `None` if there is none of that name (any more).
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>, QueueError> {
        let Some(shard) = self.shard_of(id) else { return Ok(None) };
        let mut range = redis::cmd("ZRANGEBYSCORE");
        range.arg(shard.dead()).arg(id.number).arg(id.number).arg("WITHSCORES");
        Ok(self.read_letters(shard, range).await?.pop())
    }

    /// Puts a dead letter back into its conversation's mailbox, at the place its age gives it among those that
    /// nobody is answering yet, and sees to it that the conversation has its token. Its failed attempts are
    /// forgotten, unless the conversation has others under way.
    ///
    /// # Errors
    /// When Redis does not answer. Call again: what was done is told again for a minute.
    pub async fn retry_dead_letter(&self, id: DeadLetterId) -> Result<Retried, QueueError> {
        let doing = "put a dead letter back";
        let Some(letter) = self.dead_letter(id).await? else { return self.retried_before(id).await };
        let message = match letter.message() {
            Ok(message) if message.conversation.to_string() == letter.conversation => message,
            Ok(message) => {
                let why = format!("it lay in {} and says it belongs to {}", letter.conversation, message.conversation);
                return Ok(Retried::Unreadable { why });
            }
            Err(error) => return Ok(Retried::Unreadable { why: error.to_string() }),
        };
        let (shard, token) = (Shard::new(id.shard), Token::from(&message.conversation));
        let mut script = call(
            &scripts::RETRY_LETTER,
            [
                shard.dead(),
                shard.untold(),
                shard.mailbox(&token),
                shard.conversation(&token),
                shard.seen(&token),
                shard.ready(),
                shard.stats(),
                shard.letter_receipt(id.number),
            ],
        );
        script
            .arg(id.number)
            .arg(token.as_str())
            .arg(message.id.as_str())
            .arg(self.settings.seen_ttl.as_millis() as u64)
            .arg(self.settings.seen_max)
            .arg(self.settings.mailbox_max);
        match self.redis.run(doing, script).await? {
            PUT_BACK => Ok(Retried::Done),
            // Somebody was quicker.
            0 | DROPPED => Ok(Retried::Gone),
            -1 => Ok(Retried::MailboxFull),
            strange => Err(QueueError::strange_answer(doing, strange)),
        }
    }

    /// Throws a dead letter away: somebody has dealt with it.
    ///
    /// # Errors
    /// When Redis does not answer. Call again: what was done is told again for a minute.
    pub async fn drop_dead_letter(&self, id: DeadLetterId) -> Result<Dropped, QueueError> {
        let doing = "drop a dead letter";
        let Some(shard) = self.shard_of(id) else { return Ok(Dropped::Gone) };
        let keys = [shard.dead(), shard.untold(), shard.stats(), shard.letter_receipt(id.number)];
        let mut script = call(&scripts::DROP_LETTER, keys);
        script.arg(id.number);
        match self.redis.run(doing, script).await? {
            DROPPED => Ok(Dropped::Done),
            0 | PUT_BACK => Ok(Dropped::Gone),
            strange => Err(QueueError::strange_answer(doing, strange)),
        }
    }

    /// The dead letters that a human is to be told of now, oldest first, at most `most` of them. A shard that does not
    /// answer shows none.
    ///
    /// # Errors
    /// When no shard answers.
    pub async fn untold_dead_letters(&self, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let of_shard = |shard: Shard| async move {
            let mut script = call(&scripts::UNTOLD, [shard.dead(), shard.untold()]);
            script.arg(most);
            let found: Vec<(Vec<u8>, u64)> = self.redis.run("look for untold dead letters", script).await?;
            Ok(found.iter().map(|(letter, number)| read(shard, letter, *number, false)).collect::<Vec<_>>())
        };
        let mut letters: Vec<_> = self.ask_shards(of_shard).await?.into_iter().flatten().collect();
        letters.sort_by_key(|letter| (letter.at_ms, letter.id));
        letters.truncate(most);
        Ok(letters)
    }

    /// Notes that a human was told of a dead letter. After his receipt, never before: told twice is better than
    /// not at all.
    ///
    /// # Errors
    /// When Redis does not answer. Call again, or leave it: he is told once more.
    pub async fn mark_told(&self, id: DeadLetterId) -> Result<(), QueueError> {
        let Some(shard) = self.shard_of(id) else { return Ok(()) };
        let mut strike = redis::cmd("ZREM");
        strike.arg(shard.untold()).arg(id.number);
        self.redis.ask::<()>("note that a human was told", strike).await
    }

    /// Notes that a human could not be told of a dead letter: it is not due again before `delay` has passed.
    ///
    /// # Errors
    /// When Redis does not answer. Leave it: it is due again at once.
    pub async fn tell_later(&self, id: DeadLetterId, delay: Duration) -> Result<(), QueueError> {
        let Some(shard) = self.shard_of(id) else { return Ok(()) };
        let mut script = call(&scripts::TELL_LATER, [shard.untold()]);
        script.arg(id.number).arg(delay.as_millis() as u64);
        self.redis.run::<i64>("put off telling a human", script).await.map(|_| ())
    }

    /// What became of a letter that is not there: perhaps this very call put it back, and its answer got lost.
    async fn retried_before(&self, id: DeadLetterId) -> Result<Retried, QueueError> {
        let Some(shard) = self.shard_of(id) else { return Ok(Retried::Gone) };
        let mut get = redis::cmd("GET");
        get.arg(shard.letter_receipt(id.number));
        let receipt: Option<i64> = self.redis.ask("ask what became of a dead letter", get).await?;
        Ok(if receipt == Some(PUT_BACK) { Retried::Done } else { Retried::Gone })
    }

    async fn read_letters(&self, shard: Shard, range: redis::Cmd) -> Result<Vec<DeadLetter>, QueueError> {
        let doing = "read the dead letters";
        let found: Vec<(Vec<u8>, f64)> = self.redis.ask(doing, range).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut marks = redis::cmd("ZMSCORE");
        marks.arg(shard.untold());
        for (_, number) in &found {
            marks.arg(*number as u64);
        }
        let untold: Vec<Option<f64>> = self.redis.ask(doing, marks).await?;
        let letters = found.iter().zip(untold);
        Ok(letters.map(|((letter, number), untold)| read(shard, letter, *number as u64, untold.is_none())).collect())
    }

    /// An id may have been typed by somebody who knows of more shards than there are.
    fn shard_of(&self, id: DeadLetterId) -> Option<Shard> {
        self.shards().find(|shard| shard.number() == id.shard)
    }
}

impl DeadLetter {
    /// The message, if it is one.
    ///
    /// # Errors
    /// What stands in the way of reading it.
    pub fn message(&self) -> Result<Message, serde_json::Error> {
        serde_json::from_str(&self.envelope)
    }
}

/// A letter as the scripts write it.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "conv")]
    conversation: String,
    #[serde(rename = "err")]
    error: String,
    #[serde(rename = "at")]
    at_ms: i64,
    #[serde(rename = "msg")]
    envelope: String,
}

fn read(shard: Shard, bytes: &[u8], number: u64, told: bool) -> DeadLetter {
    // An envelope of broken UTF-8 makes the whole letter so; what is left of it still tells its story.
    let text = String::from_utf8_lossy(bytes);
    let Written { conversation, error, at_ms, envelope } =
        serde_json::from_str(&text).unwrap_or_else(|error| Written {
            conversation: String::new(),
            error: format!("not a dead letter: {error}"),
            at_ms: 0,
            envelope: text.into_owned(),
        });
    DeadLetter { id: DeadLetterId { shard: shard.number(), number }, conversation, error, at_ms, envelope, told }
}

impl fmt::Display for DeadLetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.shard, self.number)
    }
}

impl FromStr for DeadLetterId {
    type Err = InvalidDeadLetterId;

    fn from_str(text: &str) -> Result<Self, InvalidDeadLetterId> {
        let parts = text.split_once('-').and_then(|(shard, number)| Some((shard.parse().ok()?, number.parse().ok()?)));
        let (shard, number) = parts.ok_or_else(|| InvalidDeadLetterId { given: text.to_owned() })?;
        Ok(Self { shard, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_nothing_else_is_one() {
        for text in ["0-1", "31-18000000000"] {
            assert_eq!(text.parse::<DeadLetterId>().unwrap().to_string(), text);
        }
        for bad in ["", "17", "0-", "-1", "0-x", "0-1-2", "s00-1"] {
            assert!(bad.parse::<DeadLetterId>().is_err(), "{bad}");
        }
    }
}
