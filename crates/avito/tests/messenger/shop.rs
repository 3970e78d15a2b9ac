//! A seller with the demo's Avito account, in front of a sandbox of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use avito::Messenger;
use domain::ids::{ChatId, UserId};
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use sandbox::avito::{Avito, AvitoConfig, Endpoint, MessagesShape};
use settings::model::{AvitoSettings, SellerAvito, SellerSettings};

/// The demo's account.
pub(crate) const ACCOUNT: u64 = 353_200_000;

/// Anna's chat about the red bag.
pub(crate) const CHAT: &str = "u2i-demo01RedBagAnna~00000";

/// Long enough for the loopback of a machine that compiles meanwhile, short enough to wait it out.
pub(crate) const DEADLINE: Duration = Duration::from_secs(2);

/// Far beyond the deadline.
pub(crate) const TOO_SLOW_MS: u64 = 20_000;

pub(crate) struct Shop {
    pub(crate) avito: Avito,
    pub(crate) messenger: Messenger,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_at(AvitoConfig::demo()).await
    }

    pub(crate) async fn open_at(config: AvitoConfig) -> Self {
        let avito = Avito::start(config).await.unwrap();
        let messenger = messenger(avito.base_url(), "demo-client-secret");
        Self { avito, messenger }
    }

    pub(crate) async fn open_with(shape: MessagesShape) -> Self {
        Self::open_at(AvitoConfig { messages_shape: shape, ..AvitoConfig::demo() }).await
    }

    /// How often a call was made.
    pub(crate) fn calls(&self, endpoint: Endpoint) -> usize {
        self.avito.calls().iter().filter(|call| call.endpoint == endpoint).count()
    }
}

/// Every call was one that the API has.
impl Drop for Shop {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.avito.unexpected_calls(), []);
        }
    }
}

pub(crate) fn chat() -> ChatId {
    CHAT.parse().unwrap()
}

/// The Messenger of the demo's account.
pub(crate) fn messenger(base_url: &str, client_secret: &str) -> Messenger {
    let avito = AvitoSettings {
        base_url: base_url.parse().unwrap(),
        send_timeout: DEADLINE,
        call_timeout: DEADLINE,
        max_text_chars: 1000,
    };
    let keys = SellerAvito {
        client_id: "demo-client".to_owned(),
        client_secret: client_secret.to_owned().into(),
        webhook_token: None,
    };
    Messenger::new(
        &avito,
        &SellerSettings {
            profile: profile(),
            avito: keys,
            sheet_id: "x".to_owned(),
            telegram_chat: 1,
            mode: domain::mode::Mode::Auto,
            desk: settings::model::SellerDesk::default(),
        },
    )
}

fn profile() -> SellerProfile {
    SellerProfile {
        id: "demo".parse().unwrap(),
        name: "Лавка на Лесной".to_owned(),
        account: UserId(ACCOUNT),
        time_zone: TimeZone::UTC,
        hours: WorkingHours { open: Time::midnight(), close: Time::midnight(), days: vec![Weekday::Monday] },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() },
        pricing: PricingPolicy { bargaining: false, rounds: 0, step_percent: 0, accept_at_once: false },
        quiet_after_seller: Duration::from_secs(3600),
    }
}
