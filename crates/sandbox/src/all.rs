//! All four fakes together, as the demo and whole-system tests want them.

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::avito::{Avito, AvitoConfig, StartError};
use crate::google::{Google, GoogleConfig};

/// What all four fakes are started with.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Avito.
    pub avito: AvitoConfig,
    /// Google.
    pub google: GoogleConfig,
}

/// All four fakes, running. Dropping it ends them.
#[derive(Debug)]
pub struct Sandbox {
    /// Avito.
    pub avito: Avito,
    /// Google.
    pub google: Google,
}

impl SandboxConfig {
    /// The demo seller's data, each fake on a free port of loopback.
    pub fn demo() -> Self {
        Self { avito: AvitoConfig::demo(), google: GoogleConfig::demo() }
    }
}

impl Sandbox {
    /// Starts all four; when it returns, all answer.
    ///
    /// # Errors
    /// A port is taken, or the accounts and chats do not fit together.
    pub fn start(config: SandboxConfig) -> BoxFuture<'static, Result<Self, StartError>> {
        async move {
            let google = config.google.listen;
            Ok(Self {
                avito: Avito::start(config.avito).await?,
                google: Google::start(config.google)
                    .await
                    .map_err(|source| StartError::Listen { address: google, source })?,
            })
        }
        .boxed()
    }
}
