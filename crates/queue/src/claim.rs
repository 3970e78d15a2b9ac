//! Opening a conversation: the unanswered messages, in order, and what an earlier holder was in the middle of.

use std::sync::atomic::Ordering;

use domain::ids::ConversationId;
use domain::message::Message;

use crate::doubt::Memory;
use crate::error::QueueError;
use crate::journal::{Journal, StepState};
use crate::keys::Shard;
use crate::names::{Token, WorkerId};
use crate::queue::{Queue, call};
use crate::scripts;

/// A conversation that is ours until we give it back or our lease ends. While it is, nobody else reads or
/// answers it; should it be taken from us, the epoch tells, and every command on this claim is fenced.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The token it was claimed by.
    pub token: Token,
    /// The conversation.
    pub conversation: ConversationId,
    /// The number of this claim. Later claims have greater ones.
    pub epoch: u64,
    /// The unanswered messages, oldest first, at least one. With a journal: those its plan answers, and no
    /// later ones.
    pub messages: Vec<Message>,
    /// How many attempts failed and counted.
    pub attempts: u32,
    /// The plan an earlier holder began, if any.
    pub journal: Option<Journal>,
    /// Whether Redis may have forgotten what was done about these messages.
    pub memory: Memory,
    pub(crate) worker: WorkerId,
}

/// An envelope that is no message, and why.
struct Unreadable {
    envelope: Vec<u8>,
    why: String,
}

/// What the script says: the epoch, the envelopes newest first, some fields of the conversation's hash, and whether
/// its memory is in doubt.
type Opened = (u64, Vec<Vec<u8>>, Fields, u8);

/// Failed attempts, phase, plan, step, when it was begun.
type Fields = (Option<u32>, Option<String>, Option<String>, Option<u32>, Option<i64>);

impl Queue {
    /// Opens the conversation whose token `worker` took. `None`: it was reaped meanwhile, or nothing in it is
    /// left to answer; there is nothing to do.
    ///
    /// Envelopes that are no messages become dead letters here, and do not hold up the others.
    ///
    /// # Errors
    /// When Redis does not answer. The token is still ours: claim again.
    pub async fn claim(&self, worker: &WorkerId, token: &Token) -> Result<Option<Claim>, QueueError> {
        let shard = self.shard(token);
        let conversation = token.conversation();
        // Ends: a round without a claim has made the mailbox shorter by at least one.
        loop {
            let before = self.last_epoch(shard).load(Ordering::Relaxed);
            let Some(opened) = self.open(shard, worker, token).await? else { return Ok(None) };
            let (epoch, envelopes, fields, doubt) = opened;
            let memory = if doubt == 1 { Memory::Doubtful } else { Memory::Whole };
            let memory = self.compare_epochs(shard, before, epoch, memory).await?;
            let (messages, unreadable) = match &conversation {
                Ok(_) => sort(envelopes),
                Err(error) => (Vec::new(), all_unreadable(envelopes, &error.to_string())),
            };
            match self.bury_unreadable(shard, token, epoch, &unreadable).await {
                Err(QueueError::Fenced { .. }) => return Ok(None),
                buried => buried?,
            }
            if let (Ok(conversation), false) = (&conversation, messages.is_empty()) {
                let (attempts, journal) = read_fields(fields, messages.len());
                let (token, conversation, worker) = (token.clone(), conversation.clone(), worker.clone());
                return Ok(Some(Claim { token, conversation, epoch, messages, attempts, journal, memory, worker }));
            }
        }
    }

    /// Reads the mailbox again: the claim's messages and those that arrived since. For a turn that decides
    /// anew after [`BeginSend::Newer`](crate::BeginSend::Newer).
    ///
    /// # Errors
    /// When Redis does not answer, or the claim is over.
    pub async fn refresh(&self, claim: &mut Claim) -> Result<(), QueueError> {
        let doing = "read a mailbox again";
        let shard = self.shard(&claim.token);
        let mut script = call(&scripts::REFRESH, [shard.conversation(&claim.token), shard.mailbox(&claim.token)]);
        script.arg(claim.epoch).arg(self.settings.max_batch.max(claim.messages.len()));
        let envelopes: Option<Vec<Vec<u8>>> = self.redis.run(doing, script).await?;
        let (messages, unreadable) = sort(envelopes.ok_or(QueueError::Fenced { doing })?);
        self.bury_unreadable(shard, &claim.token, claim.epoch, &unreadable).await?;
        claim.messages = messages;
        Ok(())
    }

    /// The tokens in `worker`'s hands. One that no turn of it runs got lost on the way to us, or outlived a
    /// turn that Redis left in the lurch: claim it.
    ///
    /// A shard that does not answer shows none.
    ///
    /// # Errors
    /// When no shard answers.
    pub async fn held(&self, worker: &WorkerId) -> Result<Vec<Token>, QueueError> {
        let of_shard = |shard: Shard| async move {
            let mut range = redis::cmd("LRANGE");
            range.arg(shard.processing(worker)).arg(0).arg(-1);
            self.redis.ask::<Vec<String>>("read what a worker holds", range).await
        };
        let held = self.ask_shards(of_shard).await?;
        Ok(held.into_iter().flatten().map(Token::from_list).collect())
    }

    async fn open(&self, shard: Shard, worker: &WorkerId, token: &Token) -> Result<Option<Opened>, QueueError> {
        let mut script = call(
            &scripts::CLAIM,
            [shard.conversation(token), shard.mailbox(token), shard.processing(worker), shard.epoch(), shard.server()],
        );
        script.arg(token.as_str()).arg(worker.as_str()).arg(self.settings.max_batch);
        script.arg(self.settings.doubt_for.as_millis() as u64);
        self.redis.run("claim a conversation", script).await
    }

    async fn bury_unreadable(
        &self,
        shard: Shard,
        token: &Token,
        epoch: u64,
        unreadable: &[Unreadable],
    ) -> Result<(), QueueError> {
        let doing = "set an unreadable message aside";
        for Unreadable { envelope, why } in unreadable {
            let mut script = call(
                &scripts::BURY_UNREADABLE,
                [shard.conversation(token), shard.mailbox(token), shard.dead(), shard.stats(), shard.untold()],
            );
            script.arg(epoch).arg(token.as_str()).arg(envelope.as_slice()).arg(why.as_str());
            match self.redis.run(doing, script).await? {
                1 => {
                    tracing::error!(conversation = %token, why, "a message is unreadable; it is a dead letter now");
                    metrics::counter!("queue_dead_letters_total", "cause" => "unreadable").increment(1);
                }
                0 => {}
                -1 => return Err(QueueError::Fenced { doing }),
                strange => return Err(QueueError::strange_answer(doing, strange)),
            }
        }
        Ok(())
    }
}

/// Turns the mailbox's newest first into oldest first, and the unreadable out.
fn sort(envelopes: Vec<Vec<u8>>) -> (Vec<Message>, Vec<Unreadable>) {
    let mut messages = Vec::with_capacity(envelopes.len());
    let mut unreadable = Vec::new();
    for envelope in envelopes.into_iter().rev() {
        match serde_json::from_slice(&envelope) {
            Ok(message) => messages.push(message),
            Err(error) => unreadable.push(Unreadable { envelope, why: format!("not a message: {error}") }),
        }
    }
    (messages, unreadable)
}

fn all_unreadable(envelopes: Vec<Vec<u8>>, why: &str) -> Vec<Unreadable> {
    envelopes.into_iter().rev().map(|envelope| Unreadable { envelope, why: why.to_owned() }).collect()
}

/// The failed attempts and the journal, which is all of its fields or none. It answers `messages` messages,
/// the claim's own.
fn read_fields(fields: Fields, messages: usize) -> (u32, Option<Journal>) {
    let (attempts, phase, plan, step, begun_at_ms) = fields;
    let state = match phase.as_deref() {
        Some("S") => Some(StepState::Begun),
        Some("N") => Some(StepState::Pending),
        _ => None,
    };
    let journal = match (plan, step, state, begun_at_ms) {
        (Some(plan), Some(step), Some(state), Some(begun_at_ms)) => {
            Some(Journal { plan, step, state, messages, begun_at_ms })
        }
        _ => None,
    };
    (attempts.unwrap_or(0), journal)
}
