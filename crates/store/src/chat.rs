//! What Avito told of a chat: kept, so that a turn need not ask again.

use domain::escalation::{Buyer, Listing};
use domain::ids::ConversationId;
use redis::cmd;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::CHAT;
use crate::{Store, json};

/// What Avito told of a chat.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatInfo {
    /// Who the buyer is.
    pub buyer: Option<Buyer>,
    /// Which listing the chat is about.
    pub listing: Option<Listing>,
}

impl Store {
    /// What we were told, if it is not too long ago.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn chat_info(&self, id: &ConversationId) -> Result<Option<ChatInfo>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.key(&CHAT, id));
        let text: Option<Vec<u8>> = self.redis.run("read what is known of a chat", get).await?;
        Ok(json::read(&CHAT, text.as_deref()))
    }

    /// Keeps it for `store.chat_ttl`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_chat_info(&self, id: &ConversationId, info: &ChatInfo) -> Result<(), StoreError> {
        let set = json::set(self.key(&CHAT, id), info, self.settings.chat_ttl);
        self.redis.run("save what is known of a chat", set).await
    }
}
