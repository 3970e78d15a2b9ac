//! How many reads a Google service account has left this minute, counted for all workers together.
//!
//! A window that slides, not a bucket that refills: a bucket of sixty may give out nearly twice as many in a
//! minute that starts with it full.
//!
//! The time is the asker's. Workers' clocks differ by little; a read or a pause further ahead than it could be is one
//! of a clock that was wrong, and does not count.

use std::sync::LazyLock;
use std::time::Duration;

use redis::{Script, cmd};

use crate::Store;
use crate::error::StoreError;
use crate::json::millis;
use crate::keys::SHEET_READS;

/// The longest pause that is kept.
const PAUSE_MAX: Duration = Duration::from_secs(300);

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
        "local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local pause = tonumber(redis.call('ZSCORE', KEYS[1], 'pause') or '0')
         if pause > now and pause <= now + tonumber(ARGV[5]) then return pause - now end
         redis.call('ZREM', KEYS[1], 'pause')
         redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
         redis.call('ZREMRANGEBYSCORE', KEYS[1], now + window, '+inf')
         local made = redis.call('ZCARD', KEYS[1])
         if made >= limit then
             local oldest = redis.call('ZRANGE', KEYS[1], made - limit, made - limit, 'WITHSCORES')
             return math.max(1, oldest[2] + window - now)
         end
         redis.call('ZADD', KEYS[1], now, ARGV[4])
         redis.call('PEXPIRE', KEYS[1], window)
         return 0",
    )
});

/// A shorter pause never cuts a longer one short.
static PAUSE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('ZADD', KEYS[1], 'GT', ARGV[2] + ARGV[1], 'pause')
         if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return 1",
    )
});

impl Store {
    /// Asks for one read of `account` at `now_ms`, of which it may make `limit` in any stretch of `window`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn take_read(
        &self,
        account: &str,
        limit: u32,
        window: Duration,
        now_ms: i64,
    ) -> Result<ReadPermit, StoreError> {
        let numbers = [u64::from(limit.max(1)), millis(window)].map(|number| number.to_string());
        let name = format!("{:032x}", rand::random::<u128>());
        let args = [&*numbers[0], &numbers[1], &now_ms.to_string(), &name, &millis(PAUSE_MAX).to_string()];
        let key = SHEET_READS.named(account);
        let wait: u64 = self.redis.run_script("ask for a read of the sheet", &TAKE, &key, &args).await?;
        Ok(if wait == 0 { ReadPermit::Granted } else { ReadPermit::After(Duration::from_millis(wait)) })
    }

    /// Whether `account` has made fewer than `limit` reads in the last `window`, a pause counted among them. Takes none.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn has_reads_left(
        &self,
        account: &str,
        limit: u32,
        window: Duration,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let since_ms = now_ms - i64::try_from(millis(window)).unwrap_or(i64::MAX);
        let mut count = cmd("ZCOUNT");
        count.arg(SHEET_READS.named(account)).arg(format!("({since_ms}")).arg("+inf");
        let made: u32 = self.redis.run("count the reads of the sheets", count).await?;
        Ok(made < limit)
    }

    /// Google said "too many" at `now_ms`: nobody reads for this long.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn pause_reads(&self, account: &str, pause: Duration, now_ms: i64) -> Result<(), StoreError> {
        let (key, args) = (SHEET_READS.named(account), [millis(pause.min(PAUSE_MAX)).to_string(), now_ms.to_string()]);
        let args = [&*args[0], &*args[1]];
        self.redis.run_script("stop reading sheets for a while", &PAUSE, &key, &args).await
    }
}
