//! How many reads a Google service account has left this minute, counted for all workers together.
//!
//! A window that slides, not a bucket that refills: a bucket of sixty may give out nearly twice as many in a
//! minute that starts with it full.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use crate::Store;
use crate::error::StoreError;
use crate::json::millis;
use crate::keys::SHEET_READS;

/// Whether one more read may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadPermit {
    /// Yes, and it has been counted.
    Granted,
    /// Not before this long.
    After(Duration),
}

/// Answers 0 for yes, else the milliseconds to wait. The member `pause` has the time until which Google wants
/// no read at all; the other members are reads, each with the time it was made.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
         local pause = tonumber(redis.call('ZSCORE', KEYS[1], 'pause') or '0')
         if pause > now then return pause - now end
         redis.call('ZREM', KEYS[1], 'pause')
         redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
         local made = redis.call('ZCARD', KEYS[1])
         if made >= limit then
             local oldest = redis.call('ZRANGE', KEYS[1], made - limit, made - limit, 'WITHSCORES')
             return math.max(1, oldest[2] + window - now)
         end
         redis.call('ZADD', KEYS[1], now, time[1] .. '.' .. time[2] .. '.' .. made)
         redis.call('PEXPIRE', KEYS[1], window)
         return 0",
    )
});

/// A shorter pause never cuts a longer one short.
static PAUSE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local till = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
         redis.call('ZADD', KEYS[1], 'GT', till, 'pause')
         if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return 1",
    )
});

impl Store {
    /// Asks for one read of `account`, of which it may make `limit` in any stretch of `window`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn take_read(&self, account: &str, limit: u32, window: Duration) -> Result<ReadPermit, StoreError> {
        let args = [&*limit.max(1).to_string(), &*millis(window).to_string()];
        let key = SHEET_READS.named(account);
        let wait: u64 = self.redis.run_script("ask for a read of the sheet", &TAKE, &key, &args).await?;
        Ok(if wait == 0 { ReadPermit::Granted } else { ReadPermit::After(Duration::from_millis(wait)) })
    }

    /// Google said "too many": nobody reads for this long.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn pause_reads(&self, account: &str, pause: Duration) -> Result<(), StoreError> {
        let key = SHEET_READS.named(account);
        self.redis.run_script("stop reading sheets for a while", &PAUSE, &key, &[&*millis(pause).to_string()]).await
    }
}
