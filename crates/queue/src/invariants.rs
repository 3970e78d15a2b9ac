//! What must hold between any two commands, checked from outside: for the tests after every operation, and
//! for an operator who asks whether all is well.
//!
//! Not here: what only a witness can tell (that epochs rise, that nobody but the holder trims a mailbox).
//! The property test is that witness.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use crate::error::QueueError;
use crate::keys::Shard;
use crate::names::{Token, WorkerId};
use crate::queue::Queue;

/// The keys are read one after the other, so a queue that runs can look broken for a moment. What is seen
/// again after this pause is broken.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// A conversation has unanswered messages and no token: nobody would ever run it.
    NoToken(Token),
    /// A token lies in more than one place: two workers could run it.
    TokenTwice(Token, Vec<String>),
    /// A token without a conversation.
    StrayToken(Token, String),
    /// A mailbox with messages and no conversation: nobody would ever read it.
    StrayMailbox(Token),
    /// A send was begun, and it is not written down which.
    NoJournal(Token),
    /// A conversation's epoch was never given out: Redis has lost data.
    EpochOfTheFuture(Token),
    /// A processing list of a worker that is on no book. Housekeeping finds these within minutes.
    UnknownWorker(WorkerId),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken(token) => write!(f, "{token} has unanswered messages and no token"),
            Self::TokenTwice(token, lists) => write!(f, "the token {token} lies in {}", lists.join(" and ")),
            Self::StrayToken(token, list) => write!(f, "the token {token} in {list} has no conversation"),
            Self::StrayMailbox(token) => write!(f, "the mailbox of {token} has no conversation"),
            Self::NoJournal(token) => write!(f, "{token} is in the middle of a send that is not in its journal"),
            Self::EpochOfTheFuture(token) => write!(f, "{token} has an epoch that was never given out"),
            Self::UnknownWorker(worker) => write!(f, "worker {worker} holds tokens and is on no book"),
        }
    }
}

/// One shard as it lies in Redis.
#[derive(Default)]
struct Seen {
    mailboxes: BTreeSet<Token>,
    conversations: BTreeSet<Token>,
    holders: BTreeSet<WorkerId>,
    /// Token -> the lists it lies in.
    tokens: BTreeMap<Token, Vec<String>>,
}

impl Queue {
    /// Everything that is wrong with the queue; nothing, if all is well.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn invariants(&self) -> Result<Vec<Violation>, QueueError> {
        let first = self.look().await?;
        if first.is_empty() {
            return Ok(Vec::new());
        }
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        let second = self.look().await?;
        Ok(first.intersection(&second).cloned().collect())
    }

    async fn look(&self) -> Result<BTreeSet<Violation>, QueueError> {
        let mut violations = BTreeSet::new();
        for shard in self.shards() {
            let seen = self.see(shard).await?;
            violations.extend(misplaced(&seen));
            self.look_into_conversations(shard, &seen, &mut violations).await?;
            self.look_for_unknown_workers(shard, &seen, &mut violations).await?;
        }
        Ok(violations)
    }

    async fn see(&self, shard: Shard) -> Result<Seen, QueueError> {
        let doing = "look at the queue";
        let mut seen = Seen::default();
        for key in self.scan(&shard.prefix()).await? {
            let Some((kind, of)) = key.strip_prefix(&shard.prefix()).and_then(|name| name.split_once(':')) else {
                continue;
            };
            match kind {
                "mb" => drop(seen.mailboxes.insert(Token::from_list(of.to_owned()))),
                "c" => drop(seen.conversations.insert(Token::from_list(of.to_owned()))),
                "proc" => drop(seen.holders.insert(WorkerId::from_books(of.to_owned()))),
                _ => {}
            }
        }
        let mut pipe = redis::pipe();
        pipe.lrange(shard.ready(), 0, -1).zrange(shard.delayed(), 0, -1);
        let mut lists = vec!["ready".to_owned(), "delayed".to_owned()];
        for worker in &seen.holders {
            pipe.lrange(shard.processing(worker), 0, -1);
            lists.push(format!("processing of {worker}"));
        }
        let tokens: Vec<Vec<String>> = self.redis.ask_all(doing, pipe).await?;
        for (list, tokens) in lists.iter().zip(tokens) {
            for token in tokens {
                seen.tokens.entry(Token::from_list(token)).or_default().push(list.clone());
            }
        }
        Ok(seen)
    }

    async fn look_into_conversations(
        &self,
        shard: Shard,
        seen: &Seen,
        violations: &mut BTreeSet<Violation>,
    ) -> Result<(), QueueError> {
        let doing = "look into the conversations";
        let mut get = redis::cmd("GET");
        get.arg(shard.epoch());
        let newest: Option<u64> = self.redis.ask(doing, get).await?;
        for token in &seen.conversations {
            let mut fields = redis::cmd("HMGET");
            fields.arg(shard.conversation(token)).arg(&["phase", "out_text", "out_n", "out_step", "out_at", "epoch"]);
            type Fields = (Option<String>, Option<String>, Option<u64>, Option<u64>, Option<u64>, Option<u64>);
            let (phase, plan, messages, step, at, epoch): Fields = self.redis.ask(doing, fields).await?;
            let written = plan.is_some() && messages.is_some_and(|count| count > 0) && step.is_some() && at.is_some();
            if phase.is_some() && !written {
                violations.insert(Violation::NoJournal(token.clone()));
            }
            if epoch > newest {
                violations.insert(Violation::EpochOfTheFuture(token.clone()));
            }
        }
        Ok(())
    }

    async fn look_for_unknown_workers(
        &self,
        shard: Shard,
        seen: &Seen,
        violations: &mut BTreeSet<Violation>,
    ) -> Result<(), QueueError> {
        let mut range = redis::cmd("ZRANGE");
        range.arg(shard.workers()).arg(0).arg(-1);
        let known: BTreeSet<String> = self.redis.ask("read who is on the books", range).await?;
        let unknown = seen.holders.iter().filter(|worker| !known.contains(worker.as_str()));
        violations.extend(unknown.cloned().map(Violation::UnknownWorker));
        Ok(())
    }
}

/// Tokens, conversations and mailboxes belong together: one of each, or none.
fn misplaced(seen: &Seen) -> BTreeSet<Violation> {
    let no_token = seen.conversations.iter().filter(|token| !seen.tokens.contains_key(token));
    let stray_mailboxes = seen.mailboxes.difference(&seen.conversations);
    let tokens = seen.tokens.iter().filter_map(|(token, lists)| match lists.as_slice() {
        [list] if !seen.conversations.contains(token) => Some(Violation::StrayToken(token.clone(), list.clone())),
        [_] => None,
        _ => Some(Violation::TokenTwice(token.clone(), lists.clone())),
    });
    let no_token = no_token.cloned().map(Violation::NoToken);
    no_token.chain(stray_mailboxes.cloned().map(Violation::StrayMailbox)).chain(tokens).collect()
}
