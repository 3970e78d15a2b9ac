//! The last answer in a chat, said or not: what the seller's next words are held against. How is not here (crates
//! `agents` and `worker`).

use std::time::Duration;

use domain::autonomy::LastAnswer;
use domain::ids::ConversationId;
use redis::cmd;

use crate::error::StoreError;
use crate::keys::LAST_ANSWER;
use crate::{Store, json};

impl Store {
    /// The last answer in the chat, as long as it is to be judged.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn last_answer(&self, id: &ConversationId) -> Result<Option<LastAnswer>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.key(&LAST_ANSWER, id));
        let text: Option<Vec<u8>> = self.redis.run("read the last answer in a chat", get).await?;
        Ok(json::read(&LAST_ANSWER, text.as_deref()))
    }

    /// Keeps it for `ttl` from now, in the place of the one before.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_last_answer(
        &self,
        id: &ConversationId,
        answer: &LastAnswer,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let set = json::set(self.key(&LAST_ANSWER, id), answer, ttl);
        self.redis.run("keep the last answer in a chat", set).await
    }

    /// There is nothing to judge any more.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn forget_last_answer(&self, id: &ConversationId) -> Result<(), StoreError> {
        let mut del = cmd("DEL");
        del.arg(self.key(&LAST_ANSWER, id));
        self.redis.run::<()>("forget the last answer in a chat", del).await
    }
}
