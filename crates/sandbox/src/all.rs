//! All four fakes together, as the demo and whole-system tests want them.

use std::io;
use std::net::SocketAddr;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::avito::{Avito, AvitoConfig, StartError};
use crate::google::{Google, GoogleConfig};
use crate::model::{Model, ModelConfig};
use crate::telegram::{Telegram, TelegramConfig};

/// What all four fakes are started with.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Avito.
    pub avito: AvitoConfig,
    /// Google.
    pub google: GoogleConfig,
    /// Telegram.
    pub telegram: TelegramConfig,
    /// The model.
    pub model: ModelConfig,
}

/// All four fakes, running. Dropping it ends them.
#[derive(Debug)]
pub struct Sandbox {
    /// Avito.
    pub avito: Avito,
    /// Google.
    pub google: Google,
    /// Telegram.
    pub telegram: Telegram,
    /// The model.
    pub model: Model,
}

impl SandboxConfig {
    /// The demo seller's data, each fake on a free port of loopback.
    pub fn demo() -> Self {
        Self {
            avito: AvitoConfig::demo(),
            google: GoogleConfig::demo(),
            telegram: TelegramConfig::demo(),
            model: ModelConfig::default(),
        }
    }
}

impl Sandbox {
    /// Starts all four; when it returns, all answer.
    ///
    /// # Errors
    /// A port is taken, or the accounts and chats do not fit together.
    pub fn start(config: SandboxConfig) -> BoxFuture<'static, Result<Self, StartError>> {
        async move {
            let SandboxConfig { avito, google, telegram, model } = config;
            Ok(Self {
                avito: Avito::start(avito).await?,
                google: at(google.listen, Google::start(google)).await?,
                telegram: at(telegram.listen, Telegram::start(telegram)).await?,
                model: at(model.listen, Model::start(model)).await?,
            })
        }
        .boxed()
    }
}

async fn at<T>(address: SocketAddr, starting: impl Future<Output = io::Result<T>>) -> Result<T, StartError> {
    starting.await.map_err(|source| StartError::Listen { address, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_four_start_side_by_side() {
        let sandbox = Sandbox::start(SandboxConfig::demo()).await.unwrap();
        let addresses = [
            sandbox.avito.base_url(),
            sandbox.google.base_url(),
            sandbox.telegram.base_url(),
            sandbox.model.base_url(),
        ];
        assert!(addresses.iter().all(|address| address.starts_with("http://127.0.0.1:") && address.ends_with('/')));
        assert_eq!(addresses.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{addresses:?}");
    }

    #[test]
    fn a_listing_of_the_demo_costs_what_the_sheet_says() {
        #[derive(serde::Deserialize)]
        struct Sheet {
            tab: Vec<Tab>,
        }
        #[derive(serde::Deserialize)]
        struct Tab {
            rows: Vec<Vec<toml::Value>>,
        }
        let sheet: Sheet = toml::from_str(include_str!("../data/sheet.toml")).unwrap();
        let rows = &sheet.tab[0].rows;
        let column = |name: &str| rows[0].iter().position(|header| header.as_str() == Some(name)).unwrap();
        let (item, price) = (column("Авито ID"), column("Цена"));
        for listing in AvitoConfig::demo().chats.into_iter().filter_map(|chat| chat.listing) {
            let number = |row: &[toml::Value], at: usize| row[at].as_integer().and_then(|n| u64::try_from(n).ok());
            let row = rows.iter().find(|row| number(row, item) == Some(listing.id));
            assert_eq!(row.and_then(|row| number(row, price)), Some(listing.price), "{}", listing.title);
        }
    }
}
