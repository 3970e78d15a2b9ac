//! Reading a table anew: once for all workers, within Google's limit, into the copy they share.
//!
//! Not here: when it is time ([`crate::Sheets`]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::catalog::CatalogSnapshot;
use domain::clock::SharedClock;
use settings::SheetsSettings;
use store::{ReadPermit, Store, StoreError};
use tokio::sync::OnceCell;

use crate::error::SheetsError;
use crate::google::{Google, Refusal};
use crate::key::Key;
use crate::reading::{self, headers};
use crate::slot::Table;

/// How long the names of a spreadsheet's tabs are trusted, for all workers together. We do not guess them: an
/// unknown name fails the whole read, and a tab that goes unread would be goods we deny having. They hardly ever
/// change, and each look at them costs a read: a renamed tab is noticed at once (the read fails), an added one
/// after this long.
const TABS_FRESH: Duration = Duration::from_secs(600);

/// Google counts by the minute.
const WINDOW: Duration = Duration::from_secs(60);

/// A wait for a read that is worth it; beyond, the copy at hand has to do.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// How often one who waits for another worker's read looks for it.
const LOOK: Duration = Duration::from_millis(50);

/// By how much two workers' clocks may differ before a copy «from the future» is distrusted.
pub(crate) const SKEW_MS: i64 = 60_000;

/// Reads tables.
pub(crate) struct Reader {
    settings: SheetsSettings,
    key: Option<Key>,
    google: OnceCell<Google>,
    store: Store,
    clock: SharedClock,
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
    ) -> Result<Arc<CatalogSnapshot>, SheetsError> {
        let begun = Instant::now();
        while begun.elapsed() < self.lock_ttl() {
            match self.store.try_refresh_lock(&table.seller, self.lock_ttl()).await {
                Ok(Some(lock)) => {
                    let read = match self.newer(table, known_ms).await {
                        Some(copy) => Ok(copy),
                        None => self.read(table).await,
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
                    return self.read(table).await;
                }
            }
        }
        let why = "another worker has been reading it for too long".to_owned();
        Err(SheetsError::Unreadable { sheet: table.sheet.clone(), why })
    }

    /// Reads the spreadsheet now and keeps the copy for everybody.
    pub(crate) async fn read(&self, table: &Table) -> Result<Arc<CatalogSnapshot>, SheetsError> {
        let begun = Instant::now();
        let read = self.read_tabs(table).await;
        let outcome = read.as_ref().map_or_else(SheetsError::name, |_| "read");
        metrics::counter!("sheets_refreshes_total", "outcome" => outcome).increment(1);
        metrics::histogram!("sheets_refresh_seconds").record(begun.elapsed().as_secs_f64());
        let copy = Arc::new(read?);
        let ttl = self.settings.stale.max(self.settings.fresh);
        log_failure("share the copy", self.store.save_catalog(&table.seller, &copy, ttl).await);
        Ok(copy)
    }

    /// The copy in Redis, if it is newer than `known_ms` and not about to be read anew itself.
    async fn newer(&self, table: &Table, known_ms: Option<i64>) -> Option<Arc<CatalogSnapshot>> {
        let version = self.store.catalog_version(&table.seller).await.ok().flatten()?;
        let age_ms = self.clock.now_ms() - version.read_at_ms;
        let young = (-SKEW_MS..self.settings.fresh.as_millis() as i64 / 2).contains(&age_ms);
        if !young || known_ms.is_some_and(|known| version.read_at_ms <= known) || !table.has(&version.version) {
            return None;
        }
        self.store.catalog(&table.seller).await.ok().flatten().map(Arc::new)
    }

    async fn read_tabs(&self, table: &Table) -> Result<CatalogSnapshot, SheetsError> {
        let google = self.google().await?;
        let (titles, remembered) = match self.remembered_tabs(table).await {
            Some(titles) => (titles, true),
            None => (self.ask_for_tabs(google, table).await?, false),
        };
        // Google may have looked at the cells as early as this.
        let mut asked_ms = self.clock.now_ms();
        let tabs = match self.ask_for_cells(google, table, &titles).await {
            Err(Refusal::NoSuchTab(_)) if remembered => {
                let titles = self.ask_for_tabs(google, table).await?;
                asked_ms = self.clock.now_ms();
                self.ask_for_cells(google, table, &titles).await?
            }
            tabs => tabs?,
        };
        let mut snapshot = reading::read(&tabs, asked_ms);
        if snapshot.products.is_empty() {
            log_failure("forget the names of the tabs", self.store.forget_sheet_tabs(&table.sheet).await);
            return Err(SheetsError::NoGoods { sheet: table.sheet.clone(), problems: snapshot.problems });
        }
        snapshot.version = table.version(&snapshot.version);
        Ok(snapshot)
    }

    async fn google(&self) -> Result<&Google, SheetsError> {
        let key = self.key.as_ref().ok_or(SheetsError::NoKey)?;
        self.google.get_or_try_init(|| Google::new(&self.settings, key)).await
    }

    async fn remembered_tabs(&self, table: &Table) -> Option<Vec<String>> {
        self.store.sheet_tabs(&table.sheet).await.ok().flatten()
    }

    async fn ask_for_tabs(&self, google: &Google, table: &Table) -> Result<Vec<String>, SheetsError> {
        self.permit().await?;
        let all = self.heed(google.tabs(&table.sheet).await).await?;
        let titles: Vec<String> = headers::tabs_to_read(&all).into_iter().cloned().collect();
        if titles.is_empty() {
            let problems = vec![reading::missing_tab("Товары", "отвечать о товарах нечем")];
            return Err(SheetsError::NoGoods { sheet: table.sheet.clone(), problems });
        }
        log_failure("share the names of the tabs", self.store.save_sheet_tabs(&table.sheet, &titles, TABS_FRESH).await);
        Ok(titles)
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
            log_failure("tell the others of Google's limit", self.store.pause_reads(account, *retry_after).await);
        }
        answer
    }

    /// One read of those that the service account may make in a minute, all workers together.
    async fn permit(&self) -> Result<(), SheetsError> {
        let Some(account) = self.account() else { return Ok(()) };
        let begun = Instant::now();
        loop {
            let permit = self.store.take_read(account, self.settings.reads_per_minute, WINDOW).await;
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
fn log_failure(doing: &str, result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::warn!(error = %runtime::chain(&error), "could not {doing}");
    }
}
