//! Every key name of the memory, in one place. The keys of the delivery protocol begin with `q:` and are the
//! queue's.
//!
//! Ids go into the names as they are: a seller's name has no colon, so the first one after it ends it. What is
//! remembered of a conversation has the hash tag of its shard, as its keys of the queue have: in a Redis Cluster all
//! of it lies on one node, and a node that is away stops its own conversations only. Who changes the Redis type of a
//! kind gives it a new name: an old version's key would refuse every command.

use domain::ids::{ConversationId, SellerId};

/// One kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The first part of the name, before the colon; also the label in metrics.
    pub name: &'static str,
    /// What follows the colon.
    pub of: &'static str,
    /// The Redis type.
    pub redis_type: &'static str,
    /// What is in it.
    pub holds: &'static str,
    /// When it goes.
    pub lives: &'static str,
}

/// The memory of one conversation.
pub const CONVERSATION: Kind = Kind {
    name: "conversation",
    of: "{shard}:seller:chat",
    redis_type: "string",
    holds: "product, intent and city last talked about, the last lines; JSON",
    lives: "store.conversation_ttl after the last turn",
};

/// The haggling of one conversation, which outlives the rest of its memory.
pub const HAGGLING: Kind = Kind {
    name: "haggling",
    of: "{shard}:seller:chat",
    redis_type: "string",
    holds: "offers and counter-offers by matter; JSON",
    lives: "store.haggling_ttl after the last turn",
};

/// Who has a chat instead of us.
pub const TAKEOVER: Kind = Kind {
    name: "takeover",
    of: "{shard}:seller:chat",
    redis_type: "string",
    holds: "who has the chat, and since when; JSON",
    lives: "the seller's quiet time, counted from his last message",
};

/// The ids of our own sends.
pub const SENT: Kind = Kind {
    name: "sent",
    of: "{shard}:seller:chat",
    redis_type: "list",
    holds: "message ids Avito gave our sends, newest first",
    lives: "store.sent_ttl after the last send",
};

/// What Avito told of a chat.
pub const CHAT: Kind = Kind {
    name: "chat",
    of: "{shard}:seller:chat",
    redis_type: "string",
    holds: "buyer and listing; JSON",
    lives: "store.chat_ttl",
};

/// The seller's table.
pub const CATALOG: Kind = Kind {
    name: "catalog",
    of: "seller",
    redis_type: "hash",
    holds: "version, read_at in ms since 1970, and body, the snapshot as JSON; changed_at, when we wrote into the table",
    lives: "as long as the sheet's copy may be served",
};

/// Who is reading the table just now.
pub const CATALOG_LOCK: Kind = Kind {
    name: "catalog-lock",
    of: "seller",
    redis_type: "string",
    holds: "the secret of the worker that reads the sheet",
    lives: "a little longer than one read may take",
};

/// The tabs of a spreadsheet.
pub const SHEET_TABS: Kind = Kind {
    name: "sheet-tabs",
    of: "spreadsheet",
    redis_type: "string",
    holds: "the names of the tabs that are read, and when they were listed; JSON",
    lives: "a month after they were listed",
};

/// The reads of one service account.
pub const SHEET_READS: Kind = Kind {
    name: "sheet-reads",
    of: "account",
    redis_type: "zset",
    holds: "the reads of the last minute by their ms, and until when Google wants none",
    lives: "a minute after the last read",
};

/// Who does what one worker does for all.
pub const DUTY: Kind = Kind {
    name: "duty",
    of: "what",
    redis_type: "string",
    holds: "the secret of the worker that does it or did it last",
    lives: "as long as it may take, then as long as it rests",
};

/// The decision records.
pub const RECORDS: Kind = Kind {
    name: "records",
    of: "seller",
    redis_type: "zset",
    holds: "turn id, a space, the decision record as JSON; by its end in ms since 1970",
    lives: "each store.record_ttl, at most store.records_max of them",
};

/// The Telegram chats of a seller's people.
pub const DESK_PEOPLE: Kind = Kind {
    name: "desk-people",
    of: "seller",
    redis_type: "hash",
    holds: "Telegram chat -> who bound it, and when; JSON",
    lives: "until it is unbound",
};

/// The sellers of a Telegram chat.
pub const DESK_SELLERS: Kind = Kind {
    name: "desk-sellers",
    of: "Telegram chat",
    redis_type: "set",
    holds: "the sellers whose people are in this chat",
    lives: "until it is unbound",
};

/// A code by which a Telegram chat is bound to a seller.
pub const DESK_CODE: Kind = Kind {
    name: "desk-code",
    of: "code",
    redis_type: "string",
    holds: "the seller",
    lives: "telegram.code_ttl, or until it is used",
};

/// How far Telegram's updates are dealt with.
pub const DESK_OFFSET: Kind = Kind {
    name: "desk-offset",
    of: "bot",
    redis_type: "string",
    holds: "the number of the first update that is not dealt with yet",
    lives: "three days: after a week of silence Telegram numbers anew",
};

/// What a Telegram chat was told once and need not hear again soon.
pub const DESK_TOLD: Kind = Kind {
    name: "desk-told",
    of: "what:Telegram chat",
    redis_type: "string",
    holds: "that it was told",
    lives: "a day",
};

/// The card about a conversation.
pub const CARD: Kind = Kind {
    name: "card",
    of: "{shard}:seller:chat",
    redis_type: "string",
    holds: "the newest card: its id, what it is about, how things stand; JSON",
    lives: "telegram.card_ttl after its last change",
};

/// Where a card is shown.
pub const CARD_PLACES: Kind = Kind {
    name: "card-places",
    of: "card id",
    redis_type: "hash",
    holds: "Telegram chat -> the number of the card's message there",
    lives: "telegram.card_ttl after it was last shown",
};

/// Which conversation a card is about.
pub const CARD_OF: Kind = Kind {
    name: "card-of",
    of: "card id",
    redis_type: "string",
    holds: "the conversation",
    lives: "telegram.card_ttl after it was last shown",
};

/// Which card a message in Telegram is, or belongs to.
pub const CARD_AT: Kind = Kind {
    name: "card-at",
    of: "Telegram chat:message",
    redis_type: "string",
    holds: "the card's id",
    lives: "telegram.card_ttl",
};

/// Who waits for a seller's people.
pub const WAITING: Kind = Kind {
    name: "waiting",
    of: "seller",
    redis_type: "hash",
    holds: "chat -> since when its buyer waits, how often somebody was called again, and when; JSON",
    lives: "each until he is answered; all of it telegram.card_ttl after the last one began to wait",
};

/// Who was told the morning's digest.
pub const DIGEST: Kind = Kind {
    name: "digest",
    of: "seller",
    redis_type: "hash",
    holds: "Telegram chat -> the day of its last digest",
    lives: "two months after the last one",
};

/// How the bot answers, as the seller set it in Telegram.
pub const MODES: Kind = Kind {
    name: "modes",
    of: "seller",
    redis_type: "hash",
    holds: "modes and pauses (until when, in ms since 1970) by what they are set for; since when agreement counts; what was proposed",
    lives: "for good: a mode that went by itself would let the bot speak again; pauses go when they are over",
};

/// What became of the bot's answers.
pub const AGREEMENT: Kind = Kind {
    name: "agreement",
    of: "seller:intent",
    redis_type: "zset",
    holds: "turn id, a space, what became of its answer; by when it was made in ms since 1970",
    lives: "each autonomy.keep, at most autonomy.window of them",
};

/// The last answer in a chat.
pub const LAST_ANSWER: Kind = Kind {
    name: "last-answer",
    of: "{shard}:seller:chat",
    redis_type: "string",
    holds: "what was decided last, said or not, and what the seller said since; JSON",
    lives: "autonomy.compare_within",
};

/// Whose agreement changed.
pub const TO_REVIEW: Kind = Kind {
    name: "to-review",
    of: "all",
    redis_type: "set",
    holds: "the sellers whose counts changed since they were looked at",
    lives: "until a worker looks at them",
};

/// What was offered to be put into a seller's table.
pub const LESSON: Kind = Kind {
    name: "lesson",
    of: "card id",
    redis_type: "hash",
    holds: "body, the question and its answer; state, what became of the offer, both JSON; at:<Telegram chat>, its message",
    lives: "telegram.card_ttl after it was offered",
};

/// About which offers something is to be done.
pub const LESSONS_DUE: Kind = Kind {
    name: "lessons-due",
    of: "all",
    redis_type: "zset",
    holds: "card ids by when the offer is to be looked at, in ms since 1970",
    lives: "until a worker has done it",
};

/// What a seller's people answered where the bot had called them.
pub const HUMAN_ANSWERS: Kind = Kind {
    name: "human-answers",
    of: "seller",
    redis_type: "zset",
    holds: "question, lines before, draft and answer, masked, as JSON; by when it was answered in ms since 1970",
    lives: "each learning.keep, at most learning.keep_max of them",
};

/// All kinds.
pub const ALL: [Kind; 29] = [
    CONVERSATION,
    HAGGLING,
    TAKEOVER,
    SENT,
    CHAT,
    CATALOG,
    CATALOG_LOCK,
    SHEET_TABS,
    SHEET_READS,
    DUTY,
    RECORDS,
    DESK_PEOPLE,
    DESK_SELLERS,
    DESK_CODE,
    DESK_OFFSET,
    DESK_TOLD,
    CARD,
    CARD_PLACES,
    CARD_OF,
    CARD_AT,
    WAITING,
    DIGEST,
    MODES,
    AGREEMENT,
    LAST_ANSWER,
    TO_REVIEW,
    LESSON,
    LESSONS_DUE,
    HUMAN_ANSWERS,
];

impl Kind {
    /// The key of one conversation, of which there are so many `shards`.
    pub(crate) fn conversation(&self, id: &ConversationId, shards: u16) -> String {
        format!("{}:{{s{:02}}}:{id}", self.name, id.shard(shards))
    }

    /// The key of one seller.
    pub(crate) fn seller(&self, id: &SellerId) -> String {
        format!("{}:{id}", self.name)
    }

    /// The key of a thing that has a name: a service account, a spreadsheet, a duty.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{}:{name}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_kinds_share_a_name_and_none_is_the_queues() {
        let names: HashSet<_> = ALL.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), ALL.len());
        for kind in ALL {
            assert!(!kind.name.contains(':') && !kind.name.starts_with("q"), "{}", kind.name);
        }
    }

    #[test]
    fn every_kind_says_what_it_holds_and_when_it_goes() {
        for kind in ALL {
            for text in [kind.of, kind.redis_type, kind.holds, kind.lives] {
                assert!(!text.is_empty(), "{}", kind.name);
            }
        }
    }

    #[test]
    fn the_conversations_of_different_sellers_and_chats_have_different_keys() {
        let keys: HashSet<_> = ["a:b:c", "a:b", "a-b:c", "a:b{c}~"]
            .map(|text| CONVERSATION.conversation(&text.parse().unwrap(), 1))
            .into_iter()
            .collect();
        assert_eq!(keys.len(), 4);
        assert!(keys.contains("conversation:{s00}:a:b:c"));
    }

    #[test]
    fn what_is_remembered_of_a_conversation_lies_where_its_messages_wait() {
        let id = "demo:chat-1".parse().unwrap();
        assert_eq!(SENT.conversation(&id, 16), "sent:{s13}:demo:chat-1");
    }
}
