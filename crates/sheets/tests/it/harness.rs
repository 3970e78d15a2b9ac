//! A Google, a Redis and any number of workers' `Sheets` on them, with a clock to set.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use domain::catalog::CatalogSnapshot;
use domain::clock::ShiftedClock;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::civil::time;
use jiff::tz::TimeZone;
use sandbox::google::{DEMO_SHEET_ID, Google, GoogleConfig, service_account_json};
use sandbox::redis::RedisServer;
use settings::{RedisSettings, SellerAvito, SellerSettings, SheetsSettings, StoreSettings, UnsafeRedis};
use sheets::{Sheets, SheetsError};
use store::Store;

pub(crate) const FRESH: Duration = Duration::from_secs(300);
pub(crate) const STALE: Duration = Duration::from_secs(900);

/// Making a key costs a second; one does for all.
static KEY: LazyLock<String> = LazyLock::new(|| service_account_json("http://google.invalid").unwrap());

pub(crate) struct Office {
    pub(crate) google: Google,
    pub(crate) redis: RedisServer,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) timeout: Duration,
    pub(crate) reads_per_minute: u32,
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::open_with(GoogleConfig::demo()).await
    }

    pub(crate) async fn open_with(google: GoogleConfig) -> Self {
        Self {
            google: Google::start(google).await.unwrap(),
            redis: RedisServer::start(),
            clock: Arc::default(),
            timeout: Duration::from_secs(10),
            reads_per_minute: 60,
        }
    }

    /// One more worker.
    pub(crate) async fn worker(&self) -> Sheets {
        self.worker_with(Some(self.key())).await.unwrap()
    }

    pub(crate) async fn worker_with(&self, key: Option<String>) -> Result<Sheets, SheetsError> {
        let settings = SheetsSettings {
            base_url: self.google.base_url().parse().unwrap(),
            service_account: key.map(Into::into),
            fresh: FRESH,
            stale: STALE,
            timeout: self.timeout,
            reads_per_minute: self.reads_per_minute,
        };
        let clock: Arc<ShiftedClock> = Arc::clone(&self.clock);
        Sheets::new(&settings, self.store().await, clock)
    }

    pub(crate) fn key(&self) -> String {
        KEY.replace("http://google.invalid/", self.google.base_url())
    }

    pub(crate) async fn store(&self) -> Store {
        let redis = RedisSettings {
            url: self.redis.url().parse().unwrap(),
            response_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
            wait_replicas: 0,
            wait_within: Duration::from_millis(100),
            unsafe_redis: UnsafeRedis::Refuse,
            memory_alarm_percent: 70,
        };
        let day = Duration::from_secs(86_400);
        let store = StoreSettings {
            shards: 1,
            conversation_ttl: day,
            haggling_ttl: day,
            record_ttl: day,
            records_max: 10,
            chat_ttl: day,
            sent_ttl: day,
        };
        Store::connect(&redis, &store).await.unwrap()
    }

    /// How often Google was asked for tabs and for cells.
    pub(crate) fn asked(&self) -> (u64, u64) {
        let seen = self.google.seen();
        (seen.sheets, seen.reads)
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

pub(crate) fn seller() -> SellerSettings {
    seller_with("demo", DEMO_SHEET_ID)
}

pub(crate) fn seller_with(name: &str, sheet: &str) -> SellerSettings {
    let profile = SellerProfile {
        id: name.parse().unwrap(),
        name: "Лавка".into(),
        account: domain::ids::UserId(1),
        time_zone: TimeZone::UTC,
        hours: WorkingHours { open: time(9, 0, 0, 0), close: time(21, 0, 0, 0), days: Vec::new() },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: Default::default() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: true },
        quiet_after_seller: Duration::from_secs(3600),
    };
    let avito = SellerAvito { client_id: "id".into(), client_secret: "secret".to_owned().into(), webhook_token: None };
    SellerSettings {
        profile,
        avito,
        sheet_id: sheet.to_owned(),
        telegram_chat: 1,
        mode: domain::mode::Mode::Auto,
        desk: settings::model::SellerDesk::default(),
    }
}

/// The red bag's price in roubles.
pub(crate) fn price(snapshot: &CatalogSnapshot) -> f64 {
    let bag = snapshot.products.iter().find(|product| product.sku == "SUM-RED").unwrap();
    bag.price.as_ref().unwrap().value.as_roubles()
}

/// Sets the red bag's price.
pub(crate) fn set_price(google: &Google, price: &str) {
    google.set_cell("Товары", "G2", price).unwrap();
}
