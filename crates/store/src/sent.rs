//! The ids Avito gave our own sends: by them an echo in a webhook is known as ours and not taken for the
//! seller speaking.

use std::collections::HashSet;

use domain::ids::{ConversationId, MessageId};
use redis::cmd;

use crate::Store;
use crate::error::StoreError;
use crate::json::millis;
use crate::keys::SENT;

/// How many ids of one chat are kept: far more than can be on their way as echoes, and than one page of a
/// chat's history shows.
const KEPT: isize = 200;

impl Store {
    /// This message is ours.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn record_sent(&self, id: &ConversationId, message: &MessageId) -> Result<(), StoreError> {
        let key = self.key(&SENT, id);
        let mut pipe = redis::pipe();
        pipe.cmd("LREM").arg(&key).arg(0).arg(message.as_str());
        pipe.cmd("LPUSH").arg(&key).arg(message.as_str());
        pipe.cmd("LTRIM").arg(&key).arg(0).arg(KEPT - 1);
        pipe.cmd("PEXPIRE").arg(&key).arg(millis(self.settings.sent_ttl));
        self.redis.run_all("remember what was sent", pipe).await
    }

    /// Whether we sent this message.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn is_ours(&self, id: &ConversationId, message: &MessageId) -> Result<bool, StoreError> {
        let mut find = cmd("LPOS");
        find.arg(self.key(&SENT, id)).arg(message.as_str());
        let at: Option<i64> = self.redis.run("look whether a message is ours", find).await?;
        Ok(at.is_some())
    }

    /// All that we sent there lately.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn sent_ids(&self, id: &ConversationId) -> Result<HashSet<MessageId>, StoreError> {
        let mut range = cmd("LRANGE");
        range.arg(self.key(&SENT, id)).arg(0).arg(KEPT - 1);
        let ids: Vec<String> = self.redis.run("read what was sent", range).await?;
        Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
    }
}
