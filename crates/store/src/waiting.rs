//! Who waits for a seller's people: one field for each chat whose card waits. Written with the card; what is due when is
//! not here (`domain::waiting`).

use std::sync::LazyLock;
use std::time::Duration;

use domain::ids::{ChatId, ConversationId, SellerId};
use domain::waiting::Waiting;
use redis::{Script, cmd};

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::WAITING;
use crate::{Store, json};

/// One worker changes what another has not changed meanwhile.
static CHANGE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
         if ARGV[3] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
         redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
         return 1",
    )
});

impl Store {
    /// Who waits for this seller's people, the longest wait first.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn waiting(&self, seller: &SellerId) -> Result<Vec<(ChatId, Waiting)>, StoreError> {
        let mut get = cmd("HGETALL");
        get.arg(WAITING.seller(seller));
        let fields: Vec<(String, Vec<u8>)> = self.redis.run("read who waits", get).await?;
        let read = |(chat, text): (String, Vec<u8>)| Some((chat.parse().ok()?, json::read(&WAITING, Some(&text))?));
        let mut waiting: Vec<(ChatId, Waiting)> = fields.into_iter().filter_map(read).collect();
        waiting.sort_by(|(a, one), (b, other)| (one.since_ms, a).cmp(&(other.since_ms, b)));
        Ok(waiting)
    }

    /// Notes a call, or with `None` that nobody waits any more; `false` where something was noted meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer: it may be noted all the same.
    pub async fn change_waiting(
        &self,
        id: &ConversationId,
        from: &Waiting,
        to: Option<&Waiting>,
    ) -> Result<bool, StoreError> {
        let (from, to) = (json::write(from), to.map(json::write).unwrap_or_default());
        let args = [id.chat.as_str(), &from, &to];
        self.redis.run_script("note that somebody was called", &CHANGE, &WAITING.seller(&id.seller), &args).await
    }

    /// The buyer waits, if he did not already.
    pub(crate) async fn begin_waiting(
        &self,
        id: &ConversationId,
        since_ms: i64,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let key = WAITING.seller(&id.seller);
        let mut pipe = redis::pipe();
        pipe.cmd("HSETNX").arg(&key).arg(id.chat.as_str()).arg(json::write(&Waiting::since(since_ms)));
        pipe.cmd("PEXPIRE").arg(&key).arg(millis(ttl));
        self.redis.run_all("note who waits", pipe).await
    }

    /// He does not any more.
    pub(crate) async fn end_waiting(&self, id: &ConversationId) -> Result<(), StoreError> {
        let mut del = cmd("HDEL");
        del.arg(WAITING.seller(&id.seller)).arg(id.chat.as_str());
        self.redis.run::<()>("note who waits no longer", del).await
    }
}
