//! Which chats of a seller have read the digest of which day: each reads it once, whichever worker tells it. Not what
//! stands in it.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use domain::ids::SellerId;
use redis::{Script, cmd};

use crate::Store;
use crate::error::StoreError;
use crate::json::millis;
use crate::keys::DIGEST;

/// Days are written so that the later one is the greater text.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local last = redis.call('HGET', KEYS[1], ARGV[1])
         if last and last >= ARGV[2] then return 0 end
         redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
         redis.call('PEXPIRE', KEYS[1], ARGV[3])
         return 1",
    )
});

static RETURN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
         return redis.call('HDEL', KEYS[1], ARGV[1])",
    )
});

/// Long enough for any holiday.
const TTL: Duration = Duration::from_secs(60 * 24 * 3600);

impl Store {
    /// The day of the last digest in each chat, like `2026-11-24`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn digests(&self, seller: &SellerId) -> Result<BTreeMap<i64, String>, StoreError> {
        let mut get = cmd("HGETALL");
        get.arg(DIGEST.seller(seller));
        self.redis.run("read who was told a digest", get).await
    }

    /// The right to tell the digest of that day in a chat: given once.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer: it may be given all the same, and is not used then.
    pub async fn claim_digest(&self, seller: &SellerId, chat: i64, day: &str) -> Result<bool, StoreError> {
        let (chat, ttl) = (chat.to_string(), millis(TTL).to_string());
        let args = [chat.as_str(), day, &ttl];
        self.redis.run_script("claim a digest", &CLAIM, &DIGEST.seller(seller), &args).await
    }

    /// It was surely not told.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn return_digest(&self, seller: &SellerId, chat: i64, day: &str) -> Result<(), StoreError> {
        let chat = chat.to_string();
        self.redis.run_script("return a digest", &RETURN, &DIGEST.seller(seller), &[&chat, day]).await
    }
}
