//! Who has a chat instead of us. Not when that is so: the worker decides, and says for how long.

use std::time::Duration;

use domain::ids::ConversationId;
use redis::cmd;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::TAKEOVER;
use crate::{Store, json};

/// A chat in which we are silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takeover {
    /// How it came to be.
    pub by: TakenBy,
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
    /// Until when, in milliseconds since 1970, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
}

/// How a chat came to be a human's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenBy {
    /// The seller wrote in it himself.
    Seller,
    /// We called a human.
    HandOver,
    /// The seller told us to be silent for a while.
    Paused,
}

impl Store {
    /// Who has the chat, if not we.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn takeover(&self, id: &ConversationId) -> Result<Option<Takeover>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.key(&TAKEOVER, id));
        let text: Option<Vec<u8>> = self.redis.run("read who has a chat", get).await?;
        Ok(json::read(&TAKEOVER, text.as_deref()))
    }

    /// Leaves the chat to a human for `ttl` from now.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn set_takeover(
        &self,
        id: &ConversationId,
        takeover: &Takeover,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let set = json::set(self.key(&TAKEOVER, id), takeover, ttl);
        self.redis.run("leave a chat to a human", set).await
    }

    /// The chat is ours again.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn clear_takeover(&self, id: &ConversationId) -> Result<(), StoreError> {
        let mut del = cmd("DEL");
        del.arg(self.key(&TAKEOVER, id));
        self.redis.run::<()>("take a chat back", del).await
    }
}
