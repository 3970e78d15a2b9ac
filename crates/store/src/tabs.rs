//! Which tabs of a spreadsheet are read: listing them costs a read of its own, so all workers list them once.

use std::time::Duration;

use redis::cmd;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::SHEET_TABS;
use crate::{Store, json};

/// The tabs of a spreadsheet that are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetTabs {
    /// Their names, in order.
    pub titles: Vec<String>,
    /// When they were listed, in milliseconds since 1970.
    pub listed_at_ms: i64,
}

impl Store {
    /// The tabs, if somebody has listed them.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn sheet_tabs(&self, spreadsheet: &str) -> Result<Option<SheetTabs>, StoreError> {
        let mut get = cmd("GET");
        get.arg(SHEET_TABS.named(spreadsheet));
        let text: Option<Vec<u8>> = self.redis.run("read which tabs a spreadsheet has", get).await?;
        Ok(json::read(&SHEET_TABS, text.as_deref()))
    }

    /// Keeps them for `ttl`.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn save_sheet_tabs(&self, spreadsheet: &str, tabs: &SheetTabs, ttl: Duration) -> Result<(), StoreError> {
        let set = json::set(SHEET_TABS.named(spreadsheet), tabs, ttl);
        self.redis.run("save which tabs a spreadsheet has", set).await
    }

    /// Forgets them: they were not what was wanted.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if Redis does not answer.
    pub async fn forget_sheet_tabs(&self, spreadsheet: &str) -> Result<(), StoreError> {
        let mut del = cmd("DEL");
        del.arg(SHEET_TABS.named(spreadsheet));
        self.redis.run::<()>("forget which tabs a spreadsheet has", del).await
    }
}
