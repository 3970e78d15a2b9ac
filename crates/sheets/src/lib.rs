//! A seller's Google Sheet as a snapshot of typed values, each with its cell.
//!
//! Google is asked at most once in [`fresh`](settings::SheetsSettings::fresh) per table, however many workers and
//! messages want it: the copy is shared through Redis and kept in the process. While Google is down, the copy
//! serves until it is [`stale`](settings::SheetsSettings::stale); then there is an error, and no guess.
//!
//! Not here: what is answered from it. The `google-sheets4` library is known to this room only.

mod append;
mod error;
mod google;
mod key;
mod reading;
mod refresh;
mod slot;

pub use append::FaqRow;
pub use error::{AppendError, SheetsError};
pub use reading::{Layout, Merge, Tab, read};

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::catalog::CatalogSnapshot;
use domain::clock::SharedClock;
use futures::FutureExt;
use futures::future::BoxFuture;
use settings::{SellerSettings, SheetsSettings};
use store::{CatalogState, Store};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use key::Key;
use refresh::{Listing, Reader, SKEW_MS};
use slot::{Flight, Slot, Slots, Table, held};

/// How long an asker waits for a newer copy when an older one would do: a slow Google must not use up the time
/// in which the buyer wants his answer.
const PATIENCE: Duration = Duration::from_millis(800);

/// The sellers' tables. Cheap to clone: all clones share the copies.
#[derive(Clone)]
pub struct Sheets(Arc<Inner>);

struct Inner {
    reader: Reader,
    fresh: Duration,
    stale: Duration,
    timeout: Duration,
    store: Store,
    clock: SharedClock,
    slots: Slots,
    /// The refreshes under way. They outlive an asker who lost patience, but not the process: [`Sheets::finish`].
    refreshes: Mutex<JoinSet<()>>,
}

impl Sheets {
    /// The tables that this service account may read. Asks nothing of anybody yet.
    ///
    /// # Errors
    /// [`SheetsError::BadKey`] if there is a key and it is none. Without one every snapshot is
    /// [`SheetsError::NoKey`].
    pub fn new(settings: &SheetsSettings, store: Store, clock: SharedClock) -> Result<Self, SheetsError> {
        let key = settings.service_account.as_ref().map(Key::parse).transpose()?;
        Ok(Self(Arc::new(Inner {
            reader: Reader::new(settings.clone(), key, store.clone(), Arc::clone(&clock)),
            fresh: settings.fresh,
            stale: settings.stale.max(settings.fresh),
            timeout: settings.timeout,
            store,
            clock,
            slots: Slots::default(),
            refreshes: Mutex::default(),
        })))
    }

    /// The seller's table, not older than it may be.
    ///
    /// # Errors
    /// Why there is none, see [`SheetsError`]; [`SheetsError::TooOld`] if there is only one that may be wrong by now.
    pub fn snapshot(&self, seller: &SellerSettings) -> BoxFuture<'static, Result<Arc<CatalogSnapshot>, SheetsError>> {
        let (inner, table) = (Arc::clone(&self.0), Table::of(seller));
        async move { inner.snapshot(&table).await }.boxed()
    }

    /// Reads the seller's table now, whatever copies there are; they are replaced. For the operator's checks: it
    /// costs reads.
    ///
    /// # Errors
    /// Why it could not be read, see [`SheetsError`].
    pub fn read_now(&self, seller: &SellerSettings) -> BoxFuture<'static, Result<Arc<CatalogSnapshot>, SheetsError>> {
        let (inner, table) = (Arc::clone(&self.0), Table::of(seller));
        async move { inner.reader.read(&table, Listing::Anew).await }.boxed()
    }

    /// Puts a question and its answer below the last row of the seller's table of questions, where they are not there
    /// yet. The only call that asks Google for the right to write. From now on no older copy counts as fresh, in any
    /// worker. Doing it again does no harm.
    ///
    /// # Errors
    /// Why it was not done, see [`AppendError`]; [`AppendError::NotEditor`] names whom the seller has to make an
    /// editor.
    pub fn append_faq(
        &self,
        seller: &SellerSettings,
        question: &str,
        answer: &str,
    ) -> BoxFuture<'static, Result<FaqRow, AppendError>> {
        let (inner, table) = (Arc::clone(&self.0), Table::of(seller));
        let (question, answer) = (question.to_owned(), answer.to_owned());
        async move { inner.reader.append_faq(&table, &question, &answer).await }.boxed()
    }

    /// The e-mail with which sellers share their spreadsheets.
    pub fn account(&self) -> Option<&str> {
        self.0.reader.account()
    }

    /// Waits for the refreshes under way, each of which has its deadline. For an orderly end.
    pub fn finish(&self) -> BoxFuture<'static, ()> {
        let mut refreshes = std::mem::take(&mut *held(&self.0.refreshes));
        async move {
            while let Some(ended) = refreshes.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(%error, "a refresh of a table broke off");
                }
            }
        }
        .boxed()
    }
}

impl std::fmt::Debug for Sheets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheets").field("account", &self.account()).finish_non_exhaustive()
    }
}

impl Inner {
    async fn snapshot(self: Arc<Self>, table: &Table) -> Result<Arc<CatalogSnapshot>, SheetsError> {
        let slot = self.slots.get(table);
        let known = self.newest_copy(&slot, table).await;
        if let Some(copy) = known.as_ref().filter(|copy| self.is_fresh(&slot, copy)) {
            if self.age(copy) > self.fresh / 5 * 4 {
                // Whether it works will be seen when the copy is no longer fresh.
                let _under_way = self.refresh(&slot, table, Listing::Ahead);
            }
            return Ok(self.serve(table, copy, "copy"));
        }
        let spare = known.as_ref().filter(|copy| self.age(copy) <= self.stale);
        let read = match self.refresh(&slot, table, Listing::Waited) {
            Err(failed) => Err(failed),
            Ok(flight) => {
                let patience = if spare.is_some() { PATIENCE } else { self.timeout };
                tokio::time::timeout(patience, flight).await.unwrap_or_else(|_| Err(still_reading(table)))
            }
        };
        match (read, spare, &known) {
            (Ok(new), _, _) => Ok(self.serve(table, &new, "read")),
            (Err(why), Some(copy), _) => {
                tracing::debug!(seller = %table.seller, error = %why, "serving the older copy of the table");
                Ok(self.serve(table, copy, "stale"))
            }
            (Err(why), None, Some(copy)) => Err(SheetsError::TooOld { age: self.age(copy), why: Arc::new(why) }),
            (Err(why), None, None) => Err(why),
        }
        .inspect_err(|_| metrics::counter!("sheets_snapshots_total", "from" => "nowhere").increment(1))
    }

    /// The newest copy there is: ours, or the shared one. Redis is asked for the version only, unless it has
    /// something that we have not.
    async fn newest_copy(&self, slot: &Mutex<Slot>, table: &Table) -> Option<Arc<CatalogSnapshot>> {
        let latest_ms = self.clock.now_ms() + SKEW_MS;
        let mine = held(slot).copy.clone().filter(|copy| copy.read_at_ms <= latest_ms);
        let state = self.store.catalog_state(&table.seller).await.unwrap_or_else(|error| {
            tracing::debug!(error = %runtime::chain(&error), "no word of the shared copy of the table");
            CatalogState::default()
        });
        let shared = state.copy.filter(|shared| table.has(&shared.version) && shared.read_at_ms <= latest_ms);
        let copy = match (mine, shared) {
            (mine, None) => mine,
            (Some(mine), Some(shared)) if shared.read_at_ms <= mine.read_at_ms => Some(mine),
            (Some(mine), Some(shared)) if shared.version == mine.version => {
                let again = CatalogSnapshot { read_at_ms: shared.read_at_ms, ..(*mine).clone() };
                Some(Arc::new(again.prepared_as(&mine)))
            }
            (mine, Some(_)) => self.shared_copy(table).await.or(mine),
        };
        let mut known = held(slot);
        known.changed_ms = known.changed_ms.max(state.changed_at_ms.filter(|changed| *changed <= latest_ms));
        // A refresh may have ended while Redis was asked.
        let newer = |own: &&Arc<CatalogSnapshot>| {
            own.read_at_ms <= latest_ms && copy.as_ref().is_none_or(|copy| copy.read_at_ms < own.read_at_ms)
        };
        if known.copy.as_ref().filter(newer).is_none() {
            known.copy = copy;
        }
        known.copy.clone()
    }

    async fn shared_copy(&self, table: &Table) -> Option<Arc<CatalogSnapshot>> {
        let copy = self.store.catalog(&table.seller).await.unwrap_or_else(|error| {
            tracing::debug!(error = %runtime::chain(&error), "the shared copy of the table did not come");
            None
        });
        copy.filter(|copy| table.has(&copy.version)).map(Arc::new)
    }

    /// The refresh of this table: the one under way, or a new one unless the last failed a moment ago.
    fn refresh(
        self: &Arc<Self>,
        slot: &Arc<Mutex<Slot>>,
        table: &Table,
        listing: Listing,
    ) -> Result<Flight, SheetsError> {
        let mut known = held(slot);
        if let Some(flight) = known.flight.as_ref().filter(|flight| flight.peek().is_none()) {
            return Ok(flight.clone());
        }
        known.not_before(self.clock.now_ms())?;
        let (tell, told) = oneshot::channel();
        let broken_off = still_reading(table);
        let flight = async move { told.await.unwrap_or(Err(broken_off)) }.boxed().shared();
        known.flight = Some(flight.clone());
        drop(known);

        let (inner, slot, table) = (Arc::clone(self), Arc::clone(slot), table.clone());
        let mut refreshes = held(&self.refreshes);
        while refreshes.try_join_next().is_some() {}
        refreshes.spawn(async move {
            let known = held(&slot).copy.clone();
            let read = inner.reader.refresh(&table, known.as_ref().map(|copy| copy.read_at_ms), listing).await;
            let read = match known {
                Some(known) => read.map(|copy| Arc::new(Arc::unwrap_or_clone(copy).prepared_as(&known))),
                None => read,
            };
            inner.note(&slot, &table, &read);
            // Nobody may be waiting any more; the copy is there for the next.
            let _nobody = tell.send(read);
        });
        Ok(flight)
    }

    /// Remembers how a refresh ended.
    fn note(&self, slot: &Mutex<Slot>, table: &Table, read: &Result<Arc<CatalogSnapshot>, SheetsError>) {
        let mut known = held(slot);
        known.flight = None;
        match read {
            Ok(copy) => {
                metrics::gauge!("sheets_problems", "seller" => table.seller.to_string())
                    .set(copy.problems.len() as f64);
                known.copy = Some(Arc::clone(copy));
                known.failed = None;
            }
            Err(error) => {
                tracing::warn!(seller = %table.seller, error = %runtime::chain(error), "could not read the table anew");
                let until_ms = self.clock.now_ms() + error.pause().as_millis() as i64;
                known.failed = Some((until_ms, error.clone()));
            }
        }
    }

    fn serve(&self, table: &Table, copy: &Arc<CatalogSnapshot>, from: &'static str) -> Arc<CatalogSnapshot> {
        metrics::counter!("sheets_snapshots_total", "from" => from).increment(1);
        let age = self.age(copy).as_secs_f64();
        metrics::gauge!("sheets_snapshot_age_seconds", "seller" => table.seller.to_string()).set(age);
        Arc::clone(copy)
    }

    /// Whether the copy is young, and no older than what we ourselves wrote into the table.
    fn is_fresh(&self, slot: &Mutex<Slot>, copy: &CatalogSnapshot) -> bool {
        let changed_ms = held(slot).changed_ms;
        self.age(copy) < self.fresh && changed_ms.is_none_or(|changed| changed <= copy.read_at_ms)
    }

    fn age(&self, copy: &CatalogSnapshot) -> Duration {
        Duration::from_millis(u64::try_from(self.clock.now_ms() - copy.read_at_ms).unwrap_or(0))
    }
}

fn still_reading(table: &Table) -> SheetsError {
    SheetsError::Unreadable { sheet: table.sheet.clone(), why: "it has been asked for and has not come yet".to_owned() }
}
