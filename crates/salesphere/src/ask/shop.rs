//! The shop that is asked: the operator's own, or the demo's with stand-ins for what it lacks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use agents::{Assistant, TableUnreadable};
use anyhow::bail;
use domain::catalog::CatalogSnapshot;
use domain::clock::{Clock, SystemClock};
use domain::ids::SellerId;
use domain::seller::SellerProfile;
use jiff::Timestamp;
use settings::{Env, LoadOptions, SellerSettings, Settings, Source};
use sheets::Sheets;
use store::Store;

use crate::system::{Prepared, System, SystemOptions};

/// The name of the shop that comes along.
const DEMO: &str = "demo";

/// A shop that can be asked.
pub(super) struct Shop {
    settings: Settings,
    seller: SellerSettings,
    sheets: Sheets,
    /// What stands in for Google and the model, where something does. Dropped, it is gone.
    _world: Option<Prepared>,
}

impl Shop {
    /// Opens the shop of `seller`: the operator's, if his settings have such a seller.
    pub(super) async fn open(config: Option<PathBuf>, seller: &SellerId) -> anyhow::Result<Self> {
        let named = config.is_some();
        let own = settings::load(LoadOptions { config: config.map(Source::File), ..Default::default() });
        match own {
            Ok(settings) if settings.sellers.iter().any(|known| known.profile.id == *seller) => {
                Self::of(settings, seller, None)
            }
            _ if seller.as_str() == DEMO && !named => {
                let world = System::prepare(SystemOptions { env: Env::Process, ..Default::default() }).await?;
                Self::of(world.settings.clone(), seller, Some(world))
            }
            Ok(settings) => bail!("there is no seller {seller}\nhint: {}", known(&settings)),
            Err(problems) => Err(problems.into()),
        }
    }

    fn of(settings: Settings, seller: &SellerId, world: Option<Prepared>) -> anyhow::Result<Self> {
        // Without Redis the table is read from Google all the same.
        let store = Store::lazy(&settings.redis, &settings.store);
        let sheets = Sheets::new(&settings.sheets, store, Arc::new(SystemClock))?;
        let Some(seller) = settings.sellers.iter().find(|known| known.profile.id == *seller).cloned() else {
            bail!("there is no seller {seller}\nhint: {}", known(&settings));
        };
        Ok(Self { settings, seller, sheets, _world: world })
    }

    /// Lets the model take so long for each of its two answers.
    pub(super) fn be_patient(&mut self, within: Duration) {
        let worker = &mut self.settings.worker;
        worker.route_within = within;
        worker.word_until = within * 2;
        worker.turn_budget = within * 2 + Duration::from_secs(1);
    }

    /// Whose shop it is.
    pub(super) fn seller(&self) -> &SellerProfile {
        &self.seller.profile
    }

    /// The time now.
    pub(super) fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// The model in force, and where it is.
    pub(super) fn model(&self) -> String {
        format!("{} at {}", self.settings.llm.router.model, self.settings.llm.base_url)
    }

    /// Who decides and words.
    pub(super) fn assistant(&self) -> anyhow::Result<Assistant> {
        worker::assistant(&self.settings)
    }

    /// The table, and how long it took to get it.
    pub(super) async fn table(&self) -> (Result<Arc<CatalogSnapshot>, TableUnreadable>, Duration) {
        let asked = Instant::now();
        let table = self.sheets.snapshot(&self.seller).await;
        (table.map_err(|error| TableUnreadable { why: runtime::chain(&error) }), asked.elapsed())
    }
}

fn known(settings: &Settings) -> String {
    let names: Vec<&str> = settings.sellers.iter().map(|seller| seller.profile.id.as_str()).collect();
    if names.is_empty() { "config/sellers has none".to_owned() } else { format!("there are {}", names.join(", ")) }
}
