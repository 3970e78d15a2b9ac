//! The decision records: kept by age and number, read by the inspector and the operator's command.

use std::collections::HashSet;

use domain::ids::SellerId;
use domain::record::DecisionRecord;
use redis::cmd;

use crate::error::StoreError;
use crate::json::millis;
use crate::keys::RECORDS;
use crate::{Store, json};

/// How many entries one step of a search looks at: Redis serves nobody else meanwhile.
const SEARCH_STEP: usize = 500;

impl Store {
    /// Keeps a record. Doing it twice keeps one.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn append_record(&self, record: &DecisionRecord) -> Result<(), StoreError> {
        let key = RECORDS.seller(&record.conversation.seller);
        let ttl = millis(self.settings.record_ttl);
        let too_old = record.at_ms.saturating_sub_unsigned(ttl);
        let surplus = -1 - isize::try_from(self.settings.records_max.max(1)).unwrap_or(isize::MAX - 1);
        let mut pipe = redis::pipe();
        pipe.cmd("ZADD").arg(&key).arg(record.at_ms).arg(format!("{} {}", record.turn, json::write(record)));
        pipe.cmd("ZREMRANGEBYSCORE").arg(&key).arg("-inf").arg(format!("({too_old}"));
        pipe.cmd("ZREMRANGEBYRANK").arg(&key).arg(0).arg(surplus);
        pipe.cmd("PEXPIRE").arg(&key).arg(ttl);
        self.redis.run_all("keep a decision record", pipe).await
    }

    /// The `newest` records, newest first. A turn that was brought to its end twice, because Redis went away while
    /// it was being acknowledged, has two entries; the later one counts.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn records(&self, seller: &SellerId, newest: usize) -> Result<Vec<DecisionRecord>, StoreError> {
        let Some(last) = newest.checked_sub(1) else { return Ok(Vec::new()) };
        let mut range = cmd("ZRANGE");
        range.arg(RECORDS.seller(seller)).arg(0).arg(last).arg("REV");
        let entries: Vec<Vec<u8>> = self.redis.run("read the decision records", range).await?;
        let mut turns = HashSet::new();
        let records = entries.iter().filter_map(|entry| parse(entry));
        Ok(records.filter(|record: &DecisionRecord| turns.insert(record.turn.clone())).collect())
    }

    /// All records that ended between two moments, both included, in milliseconds since 1970; newest first. They are
    /// read in parts, so that Redis serves others in between.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn records_between(
        &self,
        seller: &SellerId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<DecisionRecord>, StoreError> {
        let key = RECORDS.seller(seller);
        let mut turns = HashSet::new();
        let mut records: Vec<DecisionRecord> = Vec::new();
        for read in (0_usize..).step_by(SEARCH_STEP) {
            let mut range = cmd("ZRANGE");
            range.arg(&key).arg(to_ms).arg(from_ms).arg("BYSCORE").arg("REV").arg("LIMIT").arg(read).arg(SEARCH_STEP);
            let entries: Vec<Vec<u8>> = self.redis.run("read the decision records", range).await?;
            let parsed = entries.iter().filter_map(|entry| parse(entry));
            records.extend(parsed.filter(|record| turns.insert(record.turn.clone())));
            if entries.len() < SEARCH_STEP {
                break;
            }
        }
        Ok(records)
    }

    /// The record of one turn.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn record(&self, seller: &SellerId, turn: &str) -> Result<Option<DecisionRecord>, StoreError> {
        let key = RECORDS.seller(seller);
        let pattern = format!("{} *", literal(turn));
        let mut cursor = 0_u64;
        loop {
            let mut scan = cmd("ZSCAN");
            scan.arg(&key).arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(SEARCH_STEP);
            let (next, found): (u64, Vec<(Vec<u8>, f64)>) = self.redis.run("search a decision record", scan).await?;
            if let Some((entry, _)) = found.first() {
                return Ok(parse(entry));
            }
            if next == 0 {
                return Ok(None);
            }
            cursor = next;
        }
    }
}

fn parse(entry: &[u8]) -> Option<DecisionRecord> {
    let end_of_turn = entry.iter().position(|&byte| byte == b' ')?;
    json::read(&RECORDS, Some(&entry[end_of_turn + 1..]))
}

/// The text as a pattern that means just itself.
fn literal(text: &str) -> String {
    text.chars().flat_map(|c| "*?[]\\^-".contains(c).then_some('\\').into_iter().chain([c])).collect()
}
