//! Names of the things of the outside world, parsed once and trusted after.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Who a name failed to be, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not {what}: {rule}")]
pub struct InvalidId {
    /// The text as it was given.
    pub given: String,
    /// What it should have been.
    pub what: &'static str,
    /// The rule it broke.
    pub rule: &'static str,
}

/// A seller's short name: the stem of `config/sellers/<name>.toml`, and a part of Redis keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SellerId(String);

impl SellerId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SellerId {
    type Err = InvalidId;

    fn from_str(s: &str) -> Result<Self, InvalidId> {
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if (1..=40).contains(&s.len()) && s.chars().all(slug) {
            return Ok(Self(s.to_owned()));
        }
        Err(InvalidId { given: s.to_owned(), what: "a seller name", rule: "1 to 40 of a-z, 0-9, - and _" })
    }
}

/// An Avito chat: `u2i-`, `u2u-` or `a2u-` and 22 characters in the wild. Longer and other prefixes are
/// let through, white space and control characters are not, so that a key or a URL stays one key or URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChatId(String);

impl ChatId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChatId {
    type Err = InvalidId;

    fn from_str(s: &str) -> Result<Self, InvalidId> {
        if (1..=128).contains(&s.len()) && s.chars().all(|c| c.is_ascii_graphic()) {
            return Ok(Self(s.to_owned()));
        }
        Err(InvalidId { given: s.to_owned(), what: "a chat id", rule: "1 to 128 visible ASCII characters" })
    }
}

/// An Avito message: 32 hex digits in the wild, and the key of deduplication.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

impl MessageId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageId {
    type Err = InvalidId;

    fn from_str(s: &str) -> Result<Self, InvalidId> {
        if (1..=128).contains(&s.len()) && s.chars().all(|c| c.is_ascii_graphic()) {
            return Ok(Self(s.to_owned()));
        }
        Err(InvalidId { given: s.to_owned(), what: "a message id", rule: "1 to 128 visible ASCII characters" })
    }
}

macro_rules! text_id {
    ($($id:ident),*) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $id {
            type Error = InvalidId;
            fn try_from(s: String) -> Result<Self, InvalidId> {
                s.parse()
            }
        }
        impl From<$id> for String {
            fn from(id: $id) -> String {
                id.0
            }
        }
    )*};
}
text_id!(SellerId, ChatId, MessageId);

/// An Avito user or account number. 0 is Avito itself (system notes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub u64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An Avito listing number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub u64);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One seller's view of one chat: the unit of order, of exclusion and of memory.
///
/// Two of our sellers can share a chat (one buys from the other), so the chat id alone is not enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConversationId {
    /// Whose conversation it is.
    pub seller: SellerId,
    /// Where it takes place.
    pub chat: ChatId,
}

impl ConversationId {
    /// Its part of a queue that is divided into `shards`; see [`shard_of`].
    pub fn shard(&self, shards: u16) -> u16 {
        shard_of(&self.to_string(), shards)
    }
}

/// The part, counted from 0, that a conversation belongs to whose name is `text`, `seller:chat`: what is kept of one
/// conversation lies together. By the CRC-32 of the name, for good: with another sum the conversations under way
/// would be looked for in the wrong place.
pub fn shard_of(text: &str, shards: u16) -> u16 {
    (crc32fast::hash(text.as_bytes()) % u32::from(shards.max(1))) as u16
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seller, self.chat)
    }
}

impl FromStr for ConversationId {
    type Err = InvalidId;

    fn from_str(s: &str) -> Result<Self, InvalidId> {
        let (seller, chat) = s.split_once(':').ok_or_else(|| InvalidId {
            given: s.to_owned(),
            what: "a conversation",
            rule: "<seller>:<chat>",
        })?;
        Ok(Self { seller: seller.parse()?, chat: chat.parse()? })
    }
}

impl TryFrom<String> for ConversationId {
    type Error = InvalidId;
    fn try_from(s: String) -> Result<Self, InvalidId> {
        s.parse()
    }
}

impl From<ConversationId> for String {
    fn from(id: ConversationId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_reads_back_even_when_the_chat_has_a_colon_or_a_brace() {
        for text in ["demo:u2i-xNG6BsZqGy6XaZaW0oZvlQ", "demo:a:b{c}~d"] {
            let id: ConversationId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_name_that_could_break_a_key_or_a_path_is_refused() {
        for bad in ["", "Demo", "a/b", "a:b", "имя", "a b"] {
            assert!(bad.parse::<SellerId>().is_err(), "{bad:?}");
        }
        for bad in ["", "a b", "a\nb", "чат"] {
            assert!(bad.parse::<ChatId>().is_err(), "{bad:?}");
        }
    }
}
