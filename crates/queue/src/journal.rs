//! The journal of a turn's effects: what is about to be done is written down before it is done, so that
//! whoever takes over knows what may already have happened.
//!
//! What the steps are is the worker's business; here a plan is a text and a step a number.

use std::time::Duration;

use crate::claim::Claim;
use crate::error::QueueError;
use crate::queue::{Queue, call};
use crate::scripts;

/// The plan an earlier holder of the conversation began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The plan, as it was given to [`Queue::begin_send`].
    pub plan: String,
    /// The step it stopped at, from 0.
    pub step: u32,
    /// What is known about that step.
    pub state: StepState,
    /// How many messages the plan answers: the oldest ones, and all that the claim holds.
    pub messages: usize,
    /// When the step was begun (or became the next), in milliseconds since 1970, by Redis.
    pub begun_at_ms: i64,
}

/// What is known about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// It was begun, and nobody knows how that ended: find out before doing it again.
    Begun,
    /// It was not done; go on with it.
    Pending,
}

/// Whether messages that arrived since the claim are a reason not to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// They are: answer them together.
    Allow,
    /// They are not: the next turn answers them.
    Never,
}

/// Whether a step may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginSend {
    /// Do it now.
    Go,
    /// Messages arrived since: [`Queue::refresh`] the claim and decide again. Nothing was written down.
    Newer,
    /// The claim is over: do nothing.
    Fenced,
    /// The lease ends before the step must: do nothing, give the conversation back for a moment.
    LeaseTooShort,
}

impl Queue {
    /// Asks for leave to do `step` of `plan`, and writes both down. With [`BeginSend::Go`] the step must be
    /// over within `need`; the lease covers that long and no longer.
    ///
    /// # Errors
    /// When Redis does not answer, or too few replicas do. Do nothing then: the plan may have been written down.
    pub async fn begin_send(
        &self,
        claim: &Claim,
        plan: &str,
        step: u32,
        merge: Merge,
        need: Duration,
    ) -> Result<BeginSend, QueueError> {
        let doing = "begin a send";
        let shard = self.shard(&claim.token);
        let merge_up_to = match merge {
            Merge::Allow => self.settings.max_batch,
            Merge::Never => 0,
        };
        let mut script = call(
            &scripts::BEGIN_SEND,
            [shard.conversation(&claim.token), shard.mailbox(&claim.token), shard.workers()],
        );
        script
            .arg(claim.epoch)
            .arg(claim.worker.as_str())
            .arg(need.as_millis() as u64)
            .arg(claim.messages.len())
            .arg(plan)
            .arg(step)
            .arg(merge_up_to);
        match self.run_for_good(shard, doing, script).await? {
            1 => Ok(BeginSend::Go),
            2 => Ok(BeginSend::Newer),
            -1 => Ok(BeginSend::Fenced),
            -2 => Ok(BeginSend::LeaseTooShort),
            strange => Err(QueueError::strange_answer(doing, strange)),
        }
    }

    /// Writes down that `step` is done and the next one is not begun.
    ///
    /// # Errors
    /// When Redis does not answer, or the claim is over.
    pub async fn record_step(&self, claim: &Claim, step: u32) -> Result<(), QueueError> {
        let script = call(&scripts::RECORD_STEP, [self.shard(&claim.token).conversation(&claim.token)]);
        self.note(claim, step, script, "record a step").await
    }

    /// Writes down that `step`, although begun, was surely not done: refused, or never on the wire. A plan of
    /// which nothing can be in the chat is forgotten, and the next turn decides anew. A step that an earlier
    /// holder may have done stays begun: of that nobody knows more than before.
    ///
    /// # Errors
    /// When Redis does not answer, or the claim is over.
    pub async fn take_back(&self, claim: &Claim, step: u32) -> Result<(), QueueError> {
        let script = call(&scripts::TAKE_BACK, [self.shard(&claim.token).conversation(&claim.token)]);
        self.note(claim, step, script, "take a step back").await
    }

    async fn note(
        &self,
        claim: &Claim,
        step: u32,
        mut script: runtime::redis::Call,
        doing: &'static str,
    ) -> Result<(), QueueError> {
        script.arg(claim.epoch).arg(step);
        match self.redis.run(doing, script).await? {
            1 => Ok(()),
            -1 => Err(QueueError::Fenced { doing }),
            strange => Err(QueueError::strange_answer(doing, strange)),
        }
    }
}
