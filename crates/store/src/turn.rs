//! What one turn reads at its beginning and remembers at its end, each in one go: every question by itself would wait
//! for Redis's disk again, on which other turns write.

use domain::conversation::Conversation;
use domain::ids::{ConversationId, MessageId};

use crate::error::StoreError;
use crate::keys::{CHAT, CONVERSATION, HAGGLING, SENT, TAKEOVER};
use crate::{ChatInfo, Store, Takeover, json};

/// What is remembered of a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remembered {
    /// What was talked about.
    pub memory: Conversation,
    /// Who has the chat, if not we.
    pub takeover: Option<Takeover>,
    /// What Avito told of the chat, if it is not too long ago.
    pub chat: Option<ChatInfo>,
    /// The ids of our last sends there, newest first.
    pub sent: Vec<MessageId>,
}

/// Memory, haggling, takeover, chat, sends.
type Answers = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Vec<String>);

impl Store {
    /// What is remembered of a conversation, with the ids of our last `sends`, at least one.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn remembered(&self, id: &ConversationId, sends: usize) -> Result<Remembered, StoreError> {
        let mut pipe = redis::pipe();
        for kind in [CONVERSATION, HAGGLING, TAKEOVER, CHAT] {
            pipe.cmd("GET").arg(self.key(&kind, id));
        }
        pipe.cmd("LRANGE").arg(self.key(&SENT, id)).arg(0).arg(sends.saturating_sub(1));
        let (memory, haggling, takeover, chat, sent): Answers =
            self.redis.ask_all("read what is known of a conversation", pipe).await?;
        let memory: Conversation = json::read(&CONVERSATION, memory.as_deref()).unwrap_or_default();
        let haggling = json::read(&HAGGLING, haggling.as_deref()).unwrap_or_default();
        Ok(Remembered {
            memory: Conversation { haggling, ..memory },
            takeover: json::read(&TAKEOVER, takeover.as_deref()),
            chat: json::read(&CHAT, chat.as_deref()),
            sent: sent.into_iter().filter_map(|id| id.parse().ok()).collect(),
        })
    }
}
