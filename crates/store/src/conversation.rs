//! The memory of a conversation between two messages.

use domain::conversation::Conversation;
use domain::ids::ConversationId;
use redis::cmd;

use crate::error::StoreError;
use crate::keys::CONVERSATION;
use crate::{Store, json};

impl Store {
    /// What we remember; an empty memory where there is none.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Conversation, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.key(&CONVERSATION, id));
        let text: Option<Vec<u8>> = self.redis.run("read a conversation", get).await?;
        Ok(json::read(&CONVERSATION, text.as_deref()).unwrap_or_default())
    }

    /// Remembers it for `store.conversation_ttl` from now.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_conversation(&self, id: &ConversationId, memory: &Conversation) -> Result<(), StoreError> {
        let set = json::set(self.key(&CONVERSATION, id), memory, self.settings.conversation_ttl);
        self.redis.run("save a conversation", set).await
    }
}
