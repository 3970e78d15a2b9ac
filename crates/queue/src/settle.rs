//! The three ways a claim ends: answered, failed, given back. Each leaves a receipt for a minute, so that a
//! call repeated after a lost answer hears how it ended the first time, and not that it is fenced.

use std::time::Duration;

use runtime::redis::Call;

use crate::claim::Claim;
use crate::error::QueueError;
use crate::names::{Token, WorkerId};
use crate::queue::{Queue, call};
use crate::scripts;

/// What became of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completed {
    /// The messages are out of the mailbox.
    Done,
    /// The claim was over before: somebody else answers for them.
    Fenced,
}

/// Whether a failure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It does: after the last one allowed, the messages become dead letters.
    Counted,
    /// It does not: a rate limit, a restart, something that passes by itself.
    Free,
}

/// What became of a failed turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nacked {
    /// The conversation comes back after the delay.
    Delayed,
    /// That was the last attempt: the messages are dead letters.
    DeadLettered,
    /// The claim was over before.
    Fenced,
}

/// What became of a conversation that was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// The next free worker takes it.
    Done,
    /// The claim was over before.
    Fenced,
}

// How the scripts say it; see `lua/prelude.lua`.
const COMPLETED: i64 = 1;
const DELAYED: i64 = 2;
const DEAD_LETTERED: i64 = 3;
const RELEASED: i64 = 4;

impl Queue {
    /// Acknowledges: the claim's messages are answered and leave the mailbox. Messages that arrived during
    /// the turn get the conversation a new token.
    ///
    /// # Errors
    /// When Redis does not answer. Call again, or leave it: whoever claims next finds the plan all done.
    pub async fn complete(&self, claim: &Claim) -> Result<Completed, QueueError> {
        let shard = self.shard(&claim.token);
        let mut script = call(
            &scripts::COMPLETE,
            [
                shard.conversation(&claim.token),
                shard.mailbox(&claim.token),
                shard.processing(&claim.worker),
                shard.ready(),
                shard.stats(),
                shard.receipt(claim.epoch),
                shard.delayed(),
            ],
        );
        script.arg(claim.epoch).arg(claim.token.as_str()).arg(claim.messages.len()).arg(self.settings.max_batch);
        match self.end(script, "acknowledge a turn").await? {
            COMPLETED => Ok(Completed::Done),
            _ => Ok(Completed::Fenced),
        }
    }

    /// Says that the turn failed. The conversation comes back after `delay`; or, with the last attempt
    /// allowed, the claim's messages become dead letters that tell `why`.
    ///
    /// # Errors
    /// When Redis does not answer. Call again, or leave it: the token is still ours and is found again.
    pub async fn nack(
        &self,
        claim: &Claim,
        delay: Duration,
        attempt: Attempt,
        why: &str,
    ) -> Result<Nacked, QueueError> {
        let shard = self.shard(&claim.token);
        let mut script = call(
            &scripts::NACK,
            [
                shard.conversation(&claim.token),
                shard.mailbox(&claim.token),
                shard.processing(&claim.worker),
                shard.delayed(),
                shard.dead(),
                shard.ready(),
                shard.stats(),
                shard.receipt(claim.epoch),
                shard.untold(),
            ],
        );
        script
            .arg(claim.epoch)
            .arg(claim.token.as_str())
            .arg(claim.messages.len())
            .arg(delay.as_millis() as u64)
            .arg(match attempt {
                Attempt::Counted => 1,
                Attempt::Free => 0,
            })
            .arg(self.settings.max_attempts)
            .arg(why)
            .arg(self.settings.max_batch);
        match self.end(script, "give a failed turn back").await? {
            DELAYED => Ok(Nacked::Delayed),
            DEAD_LETTERED => {
                let count = claim.messages.len() as u64;
                metrics::counter!("queue_dead_letters_total", "cause" => "attempts").increment(count);
                Ok(Nacked::DeadLettered)
            }
            _ => Ok(Nacked::Fenced),
        }
    }

    /// Gives a conversation back untouched, to be taken next: nothing failed, the worker goes home.
    ///
    /// # Errors
    /// When Redis does not answer. Call again, or leave it: the lease will run out.
    pub async fn release(&self, claim: &Claim) -> Result<Released, QueueError> {
        let shard = self.shard(&claim.token);
        let mut script = call(
            &scripts::RELEASE,
            [
                shard.conversation(&claim.token),
                shard.processing(&claim.worker),
                shard.ready(),
                shard.receipt(claim.epoch),
            ],
        );
        script.arg(claim.epoch).arg(claim.token.as_str());
        match self.end(script, "release a conversation").await? {
            RELEASED => Ok(Released::Done),
            _ => Ok(Released::Fenced),
        }
    }

    /// Gives everything back that `worker` still holds, and says how much that was. Each conversation is
    /// claimed once more, which fences a turn that may still run. The last thing before
    /// [`Heartbeat::stop`](crate::Heartbeat::stop), after the fetchers have ended.
    ///
    /// # Errors
    /// When Redis does not answer; what is left then is reaped when the lease is over. A shard that is away holds up
    /// none of the others.
    pub async fn release_held(&self, worker: &WorkerId) -> Result<usize, QueueError> {
        let (mut released, mut failed) = (0, None);
        for token in self.held(worker).await? {
            match self.release_one(worker, &token).await {
                Ok(one) => released += one,
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(released), Err)
    }

    async fn release_one(&self, worker: &WorkerId, token: &Token) -> Result<usize, QueueError> {
        let Some(claim) = self.claim(worker, token).await? else { return Ok(0) };
        self.release(&claim).await.map(|_| 1)
    }

    /// -1, or the receipt of another ending: either way this claim was over before.
    async fn end(&self, script: Call, doing: &'static str) -> Result<i64, QueueError> {
        match self.redis.run(doing, script).await? {
            outcome @ (-1 | COMPLETED..=RELEASED) => Ok(outcome),
            strange => Err(QueueError::strange_answer(doing, strange)),
        }
    }
}
