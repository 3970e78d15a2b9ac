//! All four fakes together, as the demo and whole-system tests want them.

use std::io;
use std::net::SocketAddr;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::avito::{Avito, AvitoConfig, StartError};
use crate::google::{Google, GoogleConfig};
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
}

impl SandboxConfig {
    /// The demo seller's data, each fake on a free port of loopback.
    pub fn demo() -> Self {
        Self { avito: AvitoConfig::demo(), google: GoogleConfig::demo(), telegram: TelegramConfig::demo() }
    }
}

impl Sandbox {
    /// Starts all four; when it returns, all answer.
    ///
    /// # Errors
    /// A port is taken, or the accounts and chats do not fit together.
    pub fn start(config: SandboxConfig) -> BoxFuture<'static, Result<Self, StartError>> {
        async move {
            let SandboxConfig { avito, google, telegram } = config;
            Ok(Self {
                avito: Avito::start(avito).await?,
                google: at(google.listen, Google::start(google)).await?,
                telegram: at(telegram.listen, Telegram::start(telegram)).await?,
            })
        }
        .boxed()
    }
}

async fn at<T>(address: SocketAddr, starting: impl Future<Output = io::Result<T>>) -> Result<T, StartError> {
    starting.await.map_err(|source| StartError::Listen { address, source })
}
