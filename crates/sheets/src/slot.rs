//! One seller's place in this process: the copy at hand, the refresh under way, and the last failure.
//!
//! Not here: what a refresh does ([`crate::refresh`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::catalog::CatalogSnapshot;
use domain::ids::SellerId;
use futures::future::{BoxFuture, Shared};
use settings::SellerSettings;
use sha2::{Digest, Sha256};

use crate::error::SheetsError;

/// No failure keeps us from trying again for longer.
const PAUSE_MAX_MS: i64 = 120_000;

/// Which table: of whom, and where. A seller who moves to another spreadsheet gets another place, so that
/// nothing of the old one is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Table {
    pub(crate) seller: SellerId,
    pub(crate) sheet: String,
}

impl Table {
    pub(crate) fn of(seller: &SellerSettings) -> Self {
        Self { seller: seller.profile.id.clone(), sheet: seller.sheet_id.clone() }
    }

    /// The version of a copy of this table with this content: no other spreadsheet has one that begins so.
    pub(crate) fn version(&self, content: &str) -> String {
        let sheet: String = Sha256::digest(&self.sheet)[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{sheet}-{content}")
    }

    /// Whether a copy with this version is of this table.
    pub(crate) fn has(&self, version: &str) -> bool {
        version.starts_with(&self.version(""))
    }
}

/// A refresh under way, which any number of askers may await.
pub(crate) type Flight = Shared<BoxFuture<'static, Result<Arc<CatalogSnapshot>, SheetsError>>>;

/// What is known of one table in this process.
#[derive(Default)]
pub(crate) struct Slot {
    /// The copy at hand.
    pub(crate) copy: Option<Arc<CatalogSnapshot>>,
    /// When we wrote into the table, in milliseconds since 1970: a copy that is older does not have it.
    pub(crate) changed_ms: Option<i64>,
    /// The refresh under way.
    pub(crate) flight: Option<Flight>,
    /// Why the last refresh failed, and until when (milliseconds since 1970) none is tried again.
    pub(crate) failed: Option<(i64, SheetsError)>,
}

impl Slot {
    /// # Errors
    /// The last failure, while it is too early to try again. A time too far ahead is none: the clock was set back.
    pub(crate) fn not_before(&self, now_ms: i64) -> Result<(), SheetsError> {
        match &self.failed {
            Some((until_ms, error)) if (1..=PAUSE_MAX_MS).contains(&(until_ms - now_ms)) => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

/// All tables of this process.
#[derive(Default)]
pub(crate) struct Slots(Mutex<HashMap<Table, Arc<Mutex<Slot>>>>);

impl Slots {
    pub(crate) fn get(&self, table: &Table) -> Arc<Mutex<Slot>> {
        Arc::clone(held(&self.0).entry(table.clone()).or_default())
    }
}

/// The lock's content, also after a panic elsewhere: a copy of a table is whole or not there at all.
pub(crate) fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
