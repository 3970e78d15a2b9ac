//! One seller: Avito, the sheet and Telegram, side by side.

use ::sheets::Sheets;
use avito::{Connections, Messenger};
use domain::clock::SharedClock;
use futures::future::BoxFuture;
use settings::{SellerSettings, Settings};

use super::check::{Check, Part};
use super::sheet::{self, ReadSheet};
use super::{account, google, telegram};

/// What all sellers are examined with.
pub(crate) struct Instruments<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) clock: SharedClock,
    connections: Connections,
    /// Nothing, if the service account's key is none: that is told once, for all.
    sheets: Option<Sheets>,
}

/// One seller, examined.
pub(crate) struct Examined {
    pub(crate) part: Part,
    /// By how many seconds this machine's clock is ahead of Avito's.
    pub(crate) skew_s: Option<i64>,
    pub(crate) sheet: Option<ReadSheet>,
}

impl<'a> Instruments<'a> {
    pub(crate) fn new(settings: &'a Settings, clock: SharedClock) -> Self {
        let connections = Connections::new(&settings.avito);
        Self { settings, clock, connections, sheets: google::open(settings).ok() }
    }

    /// Tries everything that is this seller's.
    pub(crate) fn examine<'b>(&'b self, seller: &'b SellerSettings) -> BoxFuture<'b, Examined> {
        let within = self.settings.doctor.within;
        Box::pin(async move {
            tokio::time::timeout(within, self.look(seller)).await.unwrap_or_else(|_| {
                let part = Part::of_seller(seller, vec![Check::silent(within)]);
                Examined { part, skew_s: None, sheet: None }
            })
        })
    }

    /// The seller's Messenger.
    pub(crate) fn messenger(&self, seller: &SellerSettings) -> Messenger {
        Messenger::over(&self.connections, &self.settings.avito, seller)
    }

    /// With whom sellers share their sheets.
    pub(crate) fn service_account(&self) -> Option<&str> {
        self.sheets.as_ref().and_then(Sheets::account)
    }

    async fn look(&self, seller: &SellerSettings) -> Examined {
        let messenger = self.messenger(seller);
        let ((mut checks, skew_s), sheet, chat) = tokio::join!(
            account::examine(&messenger, seller, self.settings, &*self.clock),
            self.read(seller),
            telegram::chat(self.settings, seller),
        );
        match &sheet {
            Some(sheet) => checks.extend(sheet.checks.iter().cloned()),
            None => checks.push(Check::not_tried("sheet", "there is no service account to read it with, see above")),
        }
        checks.push(chat);
        Examined { part: Part::of_seller(seller, checks), skew_s, sheet }
    }

    async fn read(&self, seller: &SellerSettings) -> Option<ReadSheet> {
        let sheets = self.sheets.as_ref().filter(|sheets| sheets.account().is_some())?;
        Some(sheet::read(sheets, seller).await)
    }
}
