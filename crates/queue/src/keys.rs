//! The name of every key, and which shard a conversation belongs to.
//!
//! The hash tag comes first: on a Redis Cluster a whole shard lives in one slot, whatever braces a chat id
//! may hold.

use crate::names::{Token, WorkerId};

/// One of the installation's shards. Conversations are spread over them by the CRC-32 of their token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard(u16);

impl Shard {
    pub(crate) fn new(number: u16) -> Self {
        Self(number)
    }

    /// The shard of a conversation. `shards` is fixed at install: with another number the conversations
    /// under way would be looked for in the wrong place.
    pub(crate) fn of(token: &Token, shards: u16) -> Self {
        Self(domain::ids::shard_of(token.as_str(), shards))
    }

    pub(crate) fn all(shards: u16) -> impl Iterator<Item = Self> {
        (0..shards.max(1)).map(Self)
    }

    /// Its number, counted from 0.
    pub(crate) fn number(self) -> u16 {
        self.0
    }

    /// LIST: tokens to run, taken from the right.
    pub(crate) fn ready(self) -> String {
        self.key("ready")
    }

    /// ZSET: token -> due, in ms.
    pub(crate) fn delayed(self) -> String {
        self.key("delayed")
    }

    /// ZSET: worker -> end of its lease, in ms.
    pub(crate) fn workers(self) -> String {
        self.key("workers")
    }

    /// INT: the last epoch given out.
    pub(crate) fn epoch(self) -> String {
        self.key("epoch")
    }

    /// HASH: which server answered the last claim, and until when its memory is in doubt, in ms.
    pub(crate) fn server(self) -> String {
        self.key("server")
    }

    /// ZSET: dead letter -> its number.
    pub(crate) fn dead(self) -> String {
        self.key("dead")
    }

    /// ZSET: the number of a dead letter that no human knows of yet -> when to tell one, in ms.
    pub(crate) fn untold(self) -> String {
        self.key("untold")
    }

    /// HASH: messages ever enqueued, answered and dead-lettered; dead letters ever put back and dropped.
    pub(crate) fn stats(self) -> String {
        self.key("stats")
    }

    /// LIST: the tokens a worker holds.
    pub(crate) fn processing(self, worker: &WorkerId) -> String {
        self.key(&format!("proc:{worker}"))
    }

    /// LIST: a conversation's unanswered envelopes, newest left.
    pub(crate) fn mailbox(self, token: &Token) -> String {
        self.key(&format!("mb:{token}"))
    }

    /// HASH: a conversation's state, there as long as it has unanswered messages.
    pub(crate) fn conversation(self, token: &Token) -> String {
        self.key(&format!("c:{token}"))
    }

    /// ZSET: message id -> arrival, in ms.
    pub(crate) fn seen(self, token: &Token) -> String {
        self.key(&format!("seen:{token}"))
    }

    /// STRING with an end: how the claim of this epoch ended.
    pub(crate) fn receipt(self, epoch: u64) -> String {
        self.key(&format!("receipt:{epoch}"))
    }

    /// STRING with an end: what the operator did with this dead letter.
    pub(crate) fn letter_receipt(self, number: u64) -> String {
        self.key(&format!("receipt:letter-{number}"))
    }

    /// STRING: written to have something that replicas can be waited for with.
    pub(crate) fn mark(self) -> String {
        self.key("mark")
    }

    /// The beginning of every key of this shard.
    pub(crate) fn prefix(self) -> String {
        self.key("")
    }

    fn key(self, name: &str) -> String {
        format!("q:{{s{:02}}}:{name}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_tag_stands_before_anything_a_chat_id_can_hold() {
        let token = Token::from_list("demo:u2i-~{x}".to_owned());
        assert_eq!(Shard::new(0).ready(), "q:{s00}:ready");
        assert_eq!(Shard::new(12).mailbox(&token), "q:{s12}:mb:demo:u2i-~{x}");
    }

    #[test]
    fn a_conversation_always_belongs_to_the_same_existing_shard() {
        for chat in 0..200 {
            let token = Token::from_list(format!("demo:chat-{chat}"));
            let shard = Shard::of(&token, 16);
            assert!(Shard::all(16).any(|known| known == shard));
            assert_eq!(Shard::of(&token, 1), Shard::new(0));
        }
        // Written down, because a new CRC would lose every conversation under way at an update.
        assert_eq!(Shard::of(&Token::from_list("demo:chat-1".to_owned()), 16), Shard::new(13));
    }
}
