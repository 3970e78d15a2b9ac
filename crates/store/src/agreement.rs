//! What became of the bot's answers, for each seller and kind of question: the newest, each turn once. What follows
//! from the counts is not here (`domain::autonomy`).

use std::sync::LazyLock;
use std::time::Duration;

use domain::autonomy::{Fate, Judged, Tally};
use domain::ids::SellerId;
use domain::intent::Intent;
use redis::{Script, cmd};

use crate::Store;
use crate::error::StoreError;
use crate::json::millis;
use crate::keys::{AGREEMENT, TO_REVIEW};

/// How many answers count, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The newest so many.
    pub newest: usize,
    /// For how long each.
    pub keep: Duration,
}

/// One turn has one fate: a later judgement takes the place of the earlier one. `Stood` is what is assumed of an answer
/// that went out, and takes no other's place, however late it comes.
static JUDGE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local key, turn, fate, at = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
         local known = nil
         for i = 6, #ARGV do
             if redis.call('ZSCORE', key, turn .. ' ' .. ARGV[i]) then known = ARGV[i] end
         end
         if known == fate or (known and fate == 'stood') then return 0 end
         if known then redis.call('ZREM', key, turn .. ' ' .. known) end
         redis.call('ZADD', key, at, turn .. ' ' .. fate)
         local newest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
         redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.0f', newest[2] - tonumber(ARGV[4])))
         redis.call('ZREMRANGEBYRANK', key, 0, -1 - tonumber(ARGV[5]))
         redis.call('PEXPIRE', key, ARGV[4])
         return 1",
    )
});

impl Store {
    /// Keeps what became of an answer; whether that changed the counts. Doing it twice counts once.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn judge(&self, seller: &SellerId, judged: &Judged, window: Window) -> Result<bool, StoreError> {
        let numbers = [judged.at_ms.to_string(), millis(window.keep).to_string(), window.newest.max(1).to_string()];
        let mut args = vec![judged.turn.as_str(), judged.fate.name(), &numbers[0], &numbers[1], &numbers[2]];
        args.extend(Fate::ALL.map(Fate::name));
        let key = key(seller, judged.intent);
        let changed: bool = self.redis.run_script("keep what became of an answer", &JUDGE, &key, &args).await?;
        Ok(changed)
    }

    /// How often each fate was met with by the answers to one kind of question that were made after `since_ms`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn tally(&self, seller: &SellerId, intent: Intent, since_ms: i64) -> Result<Tally, StoreError> {
        let mut range = cmd("ZRANGEBYSCORE");
        range.arg(key(seller, intent)).arg(format!("({since_ms}")).arg("+inf");
        let entries: Vec<String> = self.redis.run("count what became of answers", range).await?;
        let fate = |entry: &String| entry.rsplit_once(' ').and_then(|(_, fate)| Fate::named(fate));
        Ok(entries.iter().filter_map(fate).collect())
    }

    /// The counts of this seller changed: somebody is to look at them.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn ask_for_review(&self, seller: &SellerId) -> Result<(), StoreError> {
        let mut add = cmd("SADD");
        add.arg(TO_REVIEW.named("all")).arg(seller.as_str());
        self.redis.run::<()>("ask for a look at a seller's counts", add).await
    }

    /// Sellers whose counts changed, at most `most`; the caller looks at them, or asks for it again.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn take_reviews(&self, most: usize) -> Result<Vec<SellerId>, StoreError> {
        let mut pop = cmd("SPOP");
        pop.arg(TO_REVIEW.named("all")).arg(most);
        let sellers: Vec<String> = self.redis.run("see whose counts changed", pop).await?;
        Ok(sellers.into_iter().filter_map(|seller| seller.parse().ok()).collect())
    }
}

fn key(seller: &SellerId, intent: Intent) -> String {
    AGREEMENT.named(&format!("{seller}:{}", intent.name()))
}
