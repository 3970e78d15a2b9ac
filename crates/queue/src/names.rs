//! Who works, and on what.

use std::fmt;

use domain::ids::{ConversationId, InvalidId};

/// What the lists hold: the sign that a conversation has unanswered messages. Its text is the
/// conversation's, `seller:chat`.
///
/// Unlike a [`ConversationId`] it is not checked: what lies in Redis may be of another version, and it must
/// be possible to take it out of the way all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(String);

impl Token {
    pub(crate) fn from_list(text: String) -> Self {
        Self(text)
    }

    /// The token as it lies on the lists.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The conversation it stands for.
    ///
    /// # Errors
    /// When the text on the list was not written by [`Queue::enqueue`](crate::Queue::enqueue).
    pub fn conversation(&self) -> Result<ConversationId, InvalidId> {
        self.0.parse()
    }
}

impl From<&ConversationId> for Token {
    fn from(conversation: &ConversationId) -> Self {
        Self(conversation.to_string())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One life of one worker: a restarted worker is somebody else, and what its earlier life held is reaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkerId(String);

impl WorkerId {
    /// A new one: 16 hex digits.
    pub fn random() -> Self {
        Self(format!("{:016x}", rand::random::<u64>()))
    }

    pub(crate) fn from_books(text: String) -> Self {
        Self(text)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
