//! What humans answered where the bot had called them: kept by age and number, read by the operator's command.

use std::time::Duration;

use domain::ids::SellerId;
use domain::training::HumanAnswer;
use redis::cmd;

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::HUMAN_ANSWERS;
use crate::{Store, json};

/// How many entries one step looks at: Redis serves nobody else meanwhile.
const STEP: usize = 500;

impl Store {
    /// Keeps an answer for `keep`, at most `most` of a seller; the oldest go. Doing it twice keeps one.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn append_human_answer(
        &self,
        seller: &SellerId,
        answer: &HumanAnswer,
        keep: Duration,
        most: usize,
    ) -> Result<(), StoreError> {
        let key = HUMAN_ANSWERS.seller(seller);
        let ttl = millis(keep);
        let too_old = answer.at_ms.saturating_sub_unsigned(ttl);
        let surplus = -1 - isize::try_from(most.max(1)).unwrap_or(isize::MAX - 1);
        let mut pipe = redis::pipe();
        pipe.cmd("ZADD").arg(&key).arg(answer.at_ms).arg(json::write(answer));
        pipe.cmd("ZREMRANGEBYSCORE").arg(&key).arg("-inf").arg(format!("({too_old}"));
        pipe.cmd("ZREMRANGEBYRANK").arg(&key).arg(0).arg(surplus);
        pipe.cmd("PEXPIRE").arg(&key).arg(ttl);
        self.redis.run_all("keep a human's answer", pipe).await
    }

    /// The part `part`, from 0 on, of the answers that were given from `from_ms` on, oldest first; empty behind the last.
    /// In parts, so that Redis serves others in between.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn human_answers(
        &self,
        seller: &SellerId,
        from_ms: i64,
        part: usize,
    ) -> Result<Vec<HumanAnswer>, StoreError> {
        let mut range = cmd("ZRANGE");
        range.arg(HUMAN_ANSWERS.seller(seller)).arg(from_ms).arg("+inf").arg("BYSCORE");
        range.arg("LIMIT").arg(part * STEP).arg(STEP);
        let entries: Vec<Vec<u8>> = self.redis.run("read humans' answers", range).await?;
        Ok(entries.iter().filter_map(|entry| json::read(&HUMAN_ANSWERS, Some(entry))).collect())
    }
}
