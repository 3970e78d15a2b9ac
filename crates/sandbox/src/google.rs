//! The fake Google: a token endpoint for service accounts, and the part of Sheets v4 that reads tables
//! and appends rows and tabs to them.
//!
//! A test starts one, shares or withdraws a sheet, edits cells, orders faults, and counts the reads:
//!
//! ```no_run
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! use sandbox::google::{Fault, Google, GoogleConfig, service_account_json};
//!
//! let google = Google::start(GoogleConfig::demo()).await?;
//! let _key_file = service_account_json(google.base_url())?;
//! google.set_cell("Товары", "G2", "3600")?;
//! google.order(Fault::ServerError);
//! assert_eq!(google.seen().reads, 0);
//! # Ok(())
//! # }
//! ```
//!
//! Another process does the same over HTTP, under `/sandbox/` of the same port: see [`control`]. Nothing is
//! checked with cryptography: any RSA key is welcome, and the signature is only looked at for being there.

mod a1;
mod add;
mod answer;
mod append;
mod call;
pub mod control;
mod grid;
mod key;
mod layout;
mod mask;
mod sheets;
mod spreadsheet;
mod token;
mod world;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::avito::WaitedInVain;
use crate::clock::SandboxClock;
use crate::service::Service;
pub use crate::service::orders::Order;

pub use key::{KeyError, SERVICE_ACCOUNT_EMAIL, service_account_json};
pub use layout::{Arrange, Layout};
pub use spreadsheet::{Sharing, SheetError, Spreadsheet, Tab, Visible};
pub use world::{Call, Seen};

use world::{State, World};

/// What one fake Google is started with.
#[derive(Debug, Clone)]
pub struct GoogleConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The spreadsheets there are.
    pub spreadsheets: Vec<Spreadsheet>,
    /// How many reads one service account may make.
    pub quota: Quota,
    /// How long an access token is good.
    pub token_ttl: Duration,
    /// How long every answer takes.
    pub latency: Duration,
    /// By which tokens expire and minutes pass.
    pub clock: SandboxClock,
}

/// So many reads in any stretch of so long. Google gives 60 in a minute, and once gave 100 in 100 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// So many.
    pub reads: usize,
    /// In so long.
    pub within: Duration,
}

impl Quota {
    /// So many in a minute.
    pub const fn per_minute(reads: usize) -> Self {
        Self { reads, within: Duration::from_secs(60) }
    }
}

impl Default for GoogleConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            spreadsheets: Vec::new(),
            quota: Quota::per_minute(60),
            token_ttl: Duration::from_secs(3599),
            latency: Duration::ZERO,
            clock: SandboxClock::system(),
        }
    }
}

/// The id of the demo seller's spreadsheet.
pub const DEMO_SHEET_ID: &str = "1sandboxDemoSheetOfTheShopOnLesnayaStreet000";

impl GoogleConfig {
    /// The demo seller's sheet: `data/sheet.toml`, under [`DEMO_SHEET_ID`].
    pub fn demo() -> Self {
        let sheet = Spreadsheet::from_toml(DEMO_SHEET_ID, include_str!("../data/sheet.toml"))
            .expect("the embedded sheet is checked by a test");
        Self { spreadsheets: vec![sheet], ..Self::default() }
    }
}

/// One thing that goes wrong. In the control API: `{"kind":"slow","ms":3000,"on":"read","times":2}`. The calls are
/// `token`, `read`, `sheet`, `append` and `change`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// 500 `INTERNAL`.
    ServerError,
    /// 503 `UNAVAILABLE`.
    Unavailable,
    /// 429 `RESOURCE_EXHAUSTED`, whatever the quota says.
    QuotaExhausted,
    /// 401 `UNAUTHENTICATED`, whatever the token says.
    Unauthenticated,
    /// Half of the answer's body, and then the connection ends.
    CutBody,
    /// The call is obeyed, and the connection ends without an answer.
    Cut,
    /// The answer comes so much later.
    Slow {
        /// By how many milliseconds.
        ms: u64,
    },
}

/// A running fake Google. Dropped, it is gone.
#[derive(Debug)]
pub struct Google {
    service: Service,
    world: Arc<World>,
}

impl Google {
    /// Starts one.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(config: GoogleConfig) -> io::Result<Self> {
        let listen = config.listen;
        let world = Arc::new(World::new(config));
        let router = token::router().merge(sheets::router()).with_state(Arc::clone(&world));
        let router = router.merge(control::router(Arc::clone(&world)));
        Ok(Self { service: Service::start(listen, router).await?, world })
    }

    /// Its address, to be set as the base URL of the Sheets client; ends in a slash.
    pub fn base_url(&self) -> &str {
        self.service.base_url()
    }

    /// Writes into a cell, named like `D2`, of the first spreadsheet. An empty text empties it.
    ///
    /// # Errors
    /// There is no such tab, or that is no cell.
    pub fn set_cell(&self, tab: &str, cell: &str, text: &str) -> Result<(), SheetError> {
        self.world.state.change(|state| state.first()?.set_cell(tab, cell, text))
    }

    /// What stands in a cell of the first spreadsheet.
    ///
    /// # Errors
    /// There is no such tab, or that is no cell.
    pub fn cell(&self, tab: &str, cell: &str) -> Result<String, SheetError> {
        self.world.state.change(|state| state.first()?.cell(tab, cell).map(str::to_owned))
    }

    /// Merges, hides and notes on a tab of the first spreadsheet.
    ///
    /// # Errors
    /// There is no such tab, or what is named is no cell or range.
    pub fn arrange(&self, tab: &str, order: &Arrange) -> Result<(), SheetError> {
        self.world.state.change(|state| state.first()?.arrange(tab, order))
    }

    /// Puts a spreadsheet in place of the one with its id, or beside the others.
    pub fn put(&self, sheet: Spreadsheet) {
        self.world.state.change(|state| state.put(sheet));
    }

    /// Shares a spreadsheet, or takes it back.
    ///
    /// # Errors
    /// There is no such spreadsheet.
    pub fn share(&self, spreadsheet: &str, with: Sharing) -> Result<(), SheetError> {
        self.world.state.change(|state| state.find_mut(spreadsheet).map(|sheet| sheet.sharing = with))
    }

    /// Says who of those who may read a spreadsheet may write into it.
    ///
    /// # Errors
    /// There is no such spreadsheet.
    pub fn let_edit(&self, spreadsheet: &str, with: Sharing) -> Result<(), SheetError> {
        self.world.state.change(|state| state.find_mut(spreadsheet).map(|sheet| sheet.editing = with))
    }

    /// Every token handed out so far is worth nothing from now on.
    pub fn expire_tokens(&self) {
        self.world.state.change(State::expire_tokens);
    }

    /// Orders a fault, on the next call or as the [`Order`] says.
    pub fn order(&self, order: impl Into<Order<Fault>>) {
        self.world.orders.add(order);
    }

    /// Nothing goes wrong any more.
    pub fn clear_orders(&self) {
        self.world.orders.clear();
    }

    /// How long every answer takes from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.world.state.change(|state| state.latency = latency);
    }

    /// How many reads are allowed from now on.
    pub fn set_quota(&self, quota: Quota) {
        self.world.state.change(|state| state.quota = quota);
    }

    /// What was asked of it so far.
    pub fn seen(&self) -> Seen {
        self.world.state.read(|state| state.seen.clone())
    }

    /// Waits until what was asked of it is as `wanted`.
    ///
    /// # Errors
    /// It did not come to that in time.
    pub async fn wait_for(&self, wanted: impl Fn(&Seen) -> bool, timeout: Duration) -> Result<(), WaitedInVain> {
        let found = self.world.state.until(timeout, |state| wanted(&state.seen).then_some(())).await;
        found.ok_or_else(|| WaitedInVain { waited: timeout, seen: format!("{:#?}", self.seen()) })
    }

    /// Ends as a killed process does: connections are cut, new ones refused.
    pub fn down(&self) {
        self.service.down();
    }

    /// Comes back on the same port with everything it knew.
    ///
    /// # Errors
    /// Somebody took the port meanwhile.
    pub async fn up(&self) -> io::Result<()> {
        self.service.up().await
    }
}
