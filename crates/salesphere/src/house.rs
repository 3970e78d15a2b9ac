//! What the operator's commands stand on: the settings, the queue and the memory of the running system.
//!
//! The commands look and act through Redis, as the gateway and the workers do; they ask neither of these.

use std::path::PathBuf;

use domain::ids::SellerId;
use domain::record::DecisionRecord;
use queue::Queue;
use settings::{LoadOptions, SellerSettings, Settings, Source};
use store::Store;

use crate::failure::Failure;

/// The system from the operator's side.
pub(crate) struct House {
    pub(crate) settings: Settings,
    pub(crate) queue: Queue,
    pub(crate) store: Store,
}

impl House {
    /// Connects.
    ///
    /// # Errors
    /// When the settings have problems, or Redis does not answer.
    pub(crate) async fn open(config: Option<PathBuf>) -> anyhow::Result<Self> {
        let settings = settings(config)?;
        let queue = Queue::connect(&settings.redis, &settings.queue).await;
        let queue = queue.map_err(|error| Failure::of_redis(&error, &settings))?;
        let store = Store::lazy(&settings.redis, &settings.store);
        Ok(Self { settings, queue, store })
    }

    /// The seller of that name, if there is one.
    pub(crate) fn seller(&self, id: &SellerId) -> Option<&SellerSettings> {
        self.settings.sellers.iter().find(|seller| seller.profile.id == *id)
    }

    /// The names of all sellers, for hints.
    pub(crate) fn seller_names(&self) -> String {
        let names: Vec<_> = self.settings.sellers.iter().map(|seller| seller.profile.id.as_str()).collect();
        names.join(", ")
    }

    /// What to tell the operator of an error of the queue or the store.
    pub(crate) fn failure(&self, error: &(dyn std::error::Error + 'static)) -> Failure {
        Failure::of_redis(error, &self.settings)
    }
}

/// What to tell of a seller that nobody knows.
pub(crate) fn unknown_seller(id: &SellerId, settings: &Settings) -> Failure {
    let names: Vec<_> = settings.sellers.iter().map(|seller| seller.profile.id.as_str()).collect();
    Failure::new(format!("there is no seller \"{id}\""), format!("the sellers are: {}", names.join(", ")))
}

/// The settings in force.
///
/// # Errors
/// With all their problems.
pub(crate) fn settings(config: Option<PathBuf>) -> anyhow::Result<Settings> {
    Ok(settings::load(LoadOptions { config: config.map(Source::File), ..Default::default() })?)
}

/// One seller, or all.
///
/// # Errors
/// There is no such seller.
pub(crate) fn sellers<'a>(settings: &'a Settings, seller: Option<&SellerId>) -> Result<Vec<&'a SellerId>, Failure> {
    let known = settings.sellers.iter().map(|known| &known.profile.id);
    let sellers: Vec<&SellerId> = known.filter(|known| seller.is_none_or(|seller| seller == *known)).collect();
    match seller {
        Some(seller) if sellers.is_empty() => Err(unknown_seller(seller, settings)),
        _ => Ok(sellers),
    }
}

/// The records of one seller, or of all, that ended between two moments in milliseconds since 1970.
///
/// # Errors
/// There is no such seller, or Redis does not answer.
pub(crate) async fn records(
    settings: &Settings,
    seller: Option<&SellerId>,
    since_ms: i64,
    until_ms: i64,
) -> anyhow::Result<Vec<DecisionRecord>> {
    let store = Store::lazy(&settings.redis, &settings.store);
    let mut records = Vec::new();
    for seller in sellers(settings, seller)? {
        let kept = store.records_between(seller, since_ms, until_ms).await;
        records.extend(kept.map_err(|error| Failure::of_redis(&error, settings))?);
    }
    Ok(records)
}
