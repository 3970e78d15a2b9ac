//! Reading a table anew: once for all workers, within Google's limit, into the copy they share.
//!
//! Not here: when it is time ([`crate::Sheets`]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::catalog::CatalogSnapshot;
use domain::clock::SharedClock;
use settings::SheetsSettings;
use store::{ReadPermit, SheetTabs, Store, StoreError};
use tokio::sync::OnceCell;

use crate::error::SheetsError;
use crate::google::{Google, Refusal};
use crate::key::Key;
use crate::reading::{self, headers};
use crate::slot::Table;

/// How long the names of a spreadsheet's tabs are trusted, for all workers together. We do not guess them: an
/// unknown name fails the whole read, and a tab that goes unread would be goods we deny having. They hardly ever
/// change, and each look at them costs a read: a renamed or hidden tab is noticed at once, an added one after this
/// long. They are looked at when reads are left in plenty, see [`Listing`].
const TABS_FRESH_MS: i64 = 600_000;

/// How long the names are kept: where there is no copy of the table, nobody shall have to wait for its tabs too.
const TABS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Google counts by the minute.
const WINDOW: Duration = Duration::from_secs(60);

/// A wait for a read that is worth it; beyond, the copy at hand has to do.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// How often one who waits for another worker's read looks for it.
const LOOK: Duration = Duration::from_millis(50);

/// By how much two workers' clocks may differ before a copy «from the future» is distrusted.
pub(crate) const SKEW_MS: i64 = 60_000;

/// When tabs that were listed long ago are listed anew. Where none are known, they are listed in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// When nearly all reads are left: somebody waits for the table, and many others may.
    Waited,
    /// When half of the reads are left: the table is read ahead, nobody waits.
    Ahead,
    /// Now, however old: the operator asks, or we did not find what must be there.
    Anew,
}

/// Reads tables.
pub(crate) struct Reader {
    pub(crate) settings: SheetsSettings,
    key: Option<Key>,
    google: OnceCell<Google>,
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
}

impl Reader {
    pub(crate) fn new(settings: SheetsSettings, key: Option<Key>, store: Store, clock: SharedClock) -> Self {
        Self { settings, key, google: OnceCell::new(), store, clock }
    }

    pub(crate) fn account(&self) -> Option<&str> {
        self.key.as_ref().map(Key::account)
    }

    /// A copy newer than `known_ms`, read by whoever comes first: by us, or by another worker meanwhile.
    pub(crate) async fn refresh(
        &self,
        table: &Table,
        known_ms: Option<i64>,
        listing: Listing,
    ) -> Result<Arc<CatalogSnapshot>, SheetsError> {
        let begun = Instant::now();
        while begun.elapsed() < self.lock_ttl() {
            match self.store.try_refresh_lock(&table.seller, self.lock_ttl()).await {
                Ok(Some(lock)) => {
                    let read = match self.newer(table, known_ms).await {
                        Some(copy) => Ok(copy),
                        None => self.read(table, listing).await,
                    };
                    let given_back = self.store.release_refresh_lock(lock).await;
                    log_failure("give the lock back, it goes by itself", given_back);
                    return read;
                }
                Ok(None) => {
                    tokio::time::sleep(LOOK).await;
                    if let Some(copy) = self.newer(table, known_ms).await {
                        return Ok(copy);
                    }
                }
                Err(error) => {
                    log_failure("take the lock, reading without", Err(error));
                    return self.read(table, listing).await;
                }
            }
        }
        let why = "another worker has been reading it for too long".to_owned();
        Err(SheetsError::Unreadable { sheet: table.sheet.clone(), why })
    }

    /// Reads the spreadsheet now and keeps the copy for everybody.
    pub(crate) async fn read(&self, table: &Table, listing: Listing) -> Result<Arc<CatalogSnapshot>, SheetsError> {
        let begun = Instant::now();
        let read = self.snapshot(table, listing).await;
        let outcome = read.as_ref().map_or_else(SheetsError::name, |_| "read");
        metrics::counter!("sheets_refreshes_total", "outcome" => outcome).increment(1);
        metrics::histogram!("sheets_refresh_seconds").record(begun.elapsed().as_secs_f64());
        let copy = Arc::new(read?);
        log_failure("share the copy", self.store.save_catalog(&table.seller, &copy, self.copy_ttl()).await);
        Ok(copy)
    }

    /// How long a copy is of any use.
    pub(crate) fn copy_ttl(&self) -> Duration {
        self.settings.stale.max(self.settings.fresh)
    }

    /// The copy in Redis, if it is newer than `known_ms` and not about to be read anew itself.
    async fn newer(&self, table: &Table, known_ms: Option<i64>) -> Option<Arc<CatalogSnapshot>> {
        let state = self.store.catalog_state(&table.seller).await.ok()?;
        let version = state.copy?;
        let age_ms = self.clock.now_ms() - version.read_at_ms;
        let young = (-SKEW_MS..self.settings.fresh.as_millis() as i64 / 2).contains(&age_ms);
        let outdated = state.changed_at_ms.is_some_and(|changed| version.read_at_ms < changed);
        let known = known_ms.is_some_and(|known| version.read_at_ms <= known);
        if !young || outdated || known || !table.has(&version.version) {
            return None;
        }
        self.store.catalog(&table.seller).await.ok().flatten().map(Arc::new)
    }

    async fn snapshot(&self, table: &Table, listing: Listing) -> Result<CatalogSnapshot, SheetsError> {
        let (tabs, asked_ms) = self.tabs(table, listing).await?;
        let mut snapshot = reading::read(&tabs, asked_ms);
        if snapshot.products.is_empty() {
            log_failure("forget the names of the tabs", self.store.forget_sheet_tabs(&table.sheet).await);
            return Err(SheetsError::NoGoods { sheet: table.sheet.clone(), problems: snapshot.problems });
        }
        snapshot.version = table.version(&snapshot.version);
        Ok(snapshot)
    }

    /// The tabs with all that is in them, and since when that may be so.
    pub(crate) async fn tabs(&self, table: &Table, listing: Listing) -> Result<(Vec<reading::Tab>, i64), SheetsError> {
        let google = self.google().await?;
        let (titles, remembered) = match self.remembered_tabs(table, listing).await {
            Some(titles) => (titles, true),
            None => (self.ask_for_tabs(google, table).await?, false),
        };
        // Google may have looked at the cells as early as this.
        let asked_ms = self.clock.now_ms();
        match self.ask_for_cells(google, table, &titles).await {
            Err(Refusal::NoSuchTab(_)) if remembered => {}
            // One was hidden meanwhile: another may have taken its place.
            Ok(tabs) if remembered && tabs.len() < titles.len() => {}
            tabs => return Ok((tabs?, asked_ms)),
        }
        let titles = self.ask_for_tabs(google, table).await?;
        let asked_ms = self.clock.now_ms();
        Ok((self.ask_for_cells(google, table, &titles).await?, asked_ms))
    }

    pub(crate) async fn google(&self) -> Result<&Google, SheetsError> {
        let key = self.key.as_ref().ok_or(SheetsError::NoKey)?;
        self.google.get_or_try_init(|| Google::new(&self.settings, key)).await
    }

    /// The tabs that were listed before, unless it is time to list them anew.
    async fn remembered_tabs(&self, table: &Table, listing: Listing) -> Option<Vec<String>> {
        let known = self.store.sheet_tabs(&table.sheet).await.ok().flatten()?;
        let is_old = !(-SKEW_MS..TABS_FRESH_MS).contains(&(self.clock.now_ms() - known.listed_at_ms));
        let limit = self.settings.reads_per_minute;
        let anew = match listing {
            Listing::Waited => is_old && self.made_fewer_reads_than(limit / 4).await,
            Listing::Ahead => is_old && self.made_fewer_reads_than(limit / 2).await,
            Listing::Anew => true,
        };
        (!anew).then_some(known.titles)
    }

    /// Whether all workers together made fewer reads in this minute.
    async fn made_fewer_reads_than(&self, limit: u32) -> bool {
        let Some(account) = self.account() else { return false };
        self.store.has_reads_left(account, limit, WINDOW, self.clock.now_ms()).await.unwrap_or(false)
    }

    async fn ask_for_tabs(&self, google: &Google, table: &Table) -> Result<Vec<String>, SheetsError> {
        self.permit().await?;
        let all = self.heed(google.tabs(&table.sheet).await).await?;
        let titles: Vec<String> = headers::tabs_to_read(&all).into_iter().cloned().collect();
        if titles.is_empty() {
            let problems = vec![reading::missing_tab("Товары", "отвечать о товарах нечем")];
            return Err(SheetsError::NoGoods { sheet: table.sheet.clone(), problems });
        }
        let tabs = SheetTabs { titles, listed_at_ms: self.clock.now_ms() };
        log_failure("share the names of the tabs", self.store.save_sheet_tabs(&table.sheet, &tabs, TABS_KEPT).await);
        Ok(tabs.titles)
    }

    async fn ask_for_cells(
        &self,
        google: &Google,
        table: &Table,
        titles: &[String],
    ) -> Result<Vec<reading::Tab>, Refusal> {
        self.permit().await.map_err(Refusal::Error)?;
        self.heed(google.cells(&table.sheet, titles).await).await
    }

    /// Obeys Google's "too many": no worker asks for a while.
    async fn heed<T>(&self, answer: Result<T, Refusal>) -> Result<T, Refusal> {
        if let (Err(Refusal::Error(SheetsError::Quota { retry_after })), Some(account)) = (&answer, self.account()) {
            let told = self.store.pause_reads(account, *retry_after, self.clock.now_ms()).await;
            log_failure("tell the others of Google's limit", told);
        }
        answer
    }

    /// One read of those that the service account may make in a minute, all workers together.
    async fn permit(&self) -> Result<(), SheetsError> {
        let Some(account) = self.account() else { return Ok(()) };
        let begun = Instant::now();
        loop {
            let permit =
                self.store.take_read(account, self.settings.reads_per_minute, WINDOW, self.clock.now_ms()).await;
            match permit {
                Ok(ReadPermit::Granted) => break,
                Ok(ReadPermit::After(wait)) if begun.elapsed() + wait <= WAIT_MAX => tokio::time::sleep(wait).await,
                Ok(ReadPermit::After(retry_after)) => return Err(SheetsError::Quota { retry_after }),
                // Google keeps its own count, and a 429 is obeyed.
                Err(error) => {
                    log_failure("count the read", Err(error));
                    break;
                }
            }
        }
        metrics::counter!("sheets_reads_total").increment(1);
        Ok(())
    }

    /// Longer than a refresh takes with all it may need: a token, the tabs, the cells. Should one take longer,
    /// another worker reads too, and nothing is lost but a read.
    fn lock_ttl(&self) -> Duration {
        self.settings.timeout * 4 + WAIT_MAX
    }
}

/// Redis is a convenience here: without it each worker reads for itself.
pub(crate) fn log_failure(doing: &str, result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::warn!(error = %runtime::chain(&error), "could not {doing}");
    }
}
