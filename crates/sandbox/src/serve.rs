//! The sandbox as a program of its own: started from options, registered with a gateway, ended by a signal.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use tokio::signal::unix::{SignalKind, signal};

use crate::all::{Sandbox, SandboxConfig};
use crate::avito::{Avito, AvitoConfig, Signature};
use crate::google::{GoogleConfig, service_account_json};
use crate::http;
use crate::model::{Hostility, ModelConfig};
use crate::telegram::TelegramConfig;

/// How long to wait before a gateway that does not answer its probe is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How long a ping may take.
const PING_WITHIN: Duration = Duration::from_secs(3);

/// What the program was asked to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where Avito listens.
    pub avito: SocketAddr,
    /// Where Google listens.
    pub google: SocketAddr,
    /// Where Telegram listens.
    pub telegram: SocketAddr,
    /// Where the model listens.
    pub model: SocketAddr,
    /// Where webhooks go, account by account.
    pub webhook: Vec<String>,
    /// The key of the webhooks' signatures.
    pub signature_secret: Option<String>,
    /// Where to leave a key for our Google, and how others reach it.
    pub google_key: Option<(PathBuf, String)>,
    /// A file of accounts and chats in place of the demo seller's.
    pub accounts: Option<PathBuf>,
    /// The model means no good.
    pub hostility: Option<Hostility>,
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// A file cannot be read, a port is taken, or there are more webhooks than accounts.
pub fn run(options: ServeOptions) -> BoxFuture<'static, anyhow::Result<()>> {
    async move {
        let config = config(&options)?;
        let accounts: Vec<u64> = config.avito.accounts.iter().map(|account| account.user_id).collect();
        if options.webhook.len() > accounts.len() {
            bail!("{} webhooks for {} accounts: give at most one for each", options.webhook.len(), accounts.len());
        }
        let sandbox = Sandbox::start(config).await?;
        if let Some((file, google_url)) = &options.google_key {
            leave_key(file, google_url)?;
        }
        tell(&sandbox);
        let registered = accounts.into_iter().zip(&options.webhook).map(|(id, url)| register(&sandbox.avito, id, url));
        let serving = async {
            join_all(registered).await;
            std::future::pending::<()>().await;
        };
        let mut terminated = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        tokio::select! {
            () = serving => {}
            _ = terminated.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for SIGINT")?,
        }
        tracing::info!("asked to stop");
        Ok(())
    }
    .boxed()
}

/// Whether a sandbox is up, by its Avito's address.
///
/// # Errors
/// It does not answer, or not as a sandbox.
pub fn ping(avito: String) -> BoxFuture<'static, anyhow::Result<()>> {
    async move {
        let url = format!("{}/sandbox/state", avito.trim_end_matches('/'));
        let answer = http::client()?.get(&url).timeout(PING_WITHIN).send().await;
        answer.and_then(reqwest::Response::error_for_status).with_context(|| format!("no sandbox at {avito}"))?;
        Ok(())
    }
    .boxed()
}

fn config(options: &ServeOptions) -> anyhow::Result<SandboxConfig> {
    let avito = match &options.accounts {
        None => AvitoConfig::demo(),
        Some(file) => accounts(file)?,
    };
    let signature = options.signature_secret.as_ref().map(Signature::with_secret);
    Ok(SandboxConfig {
        avito: AvitoConfig { listen: options.avito, signature, ..avito },
        google: GoogleConfig { listen: options.google, ..GoogleConfig::demo() },
        telegram: TelegramConfig { listen: options.telegram, ..TelegramConfig::demo() },
        model: ModelConfig { listen: options.model, hostility: options.hostility, ..ModelConfig::default() },
    })
}

fn accounts(file: &Path) -> anyhow::Result<AvitoConfig> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    AvitoConfig::from_toml(&text).with_context(|| format!("{} is not a file of accounts and chats", file.display()))
}

/// One line for each fake, for people and scripts: its name and its address. Whoever read the first may have
/// closed the pipe; that is no reason not to serve.
fn tell(sandbox: &Sandbox) {
    let fakes = [
        ("avito", sandbox.avito.base_url()),
        ("google", sandbox.google.base_url()),
        ("telegram", sandbox.telegram.base_url()),
        ("model", sandbox.model.base_url()),
    ];
    let lines: String = fakes.iter().map(|(name, address)| format!("{name} {address}\n")).collect();
    if let Err(error) = io::stdout().write_all(lines.as_bytes()) {
        tracing::warn!(%error, "nobody reads where the sandbox listens");
    }
}

/// Makes a key for our Google and leaves it where another container finds it.
fn leave_key(file: &Path, google_url: &str) -> anyhow::Result<()> {
    let key = service_account_json(google_url).context("making a key for our Google")?;
    // Written beside and renamed: whoever waits for the file never reads half of it.
    let beside = file.with_extension("new");
    std::fs::write(&beside, key).with_context(|| format!("cannot write {}", beside.display()))?;
    std::fs::rename(&beside, file).with_context(|| format!("cannot write {}", file.display()))
}

/// Tries until the address answers its probe: in a composition of containers the gateway may come up later, or
/// only once we are up. Ends with the program at the latest.
async fn register(avito: &Avito, account: u64, url: &str) {
    let mut tries = 0_u32;
    while let Err(error) = avito.subscribe(account, url).await {
        if tries.is_multiple_of(30) {
            tracing::warn!(account, %error, "the webhook is not registered yet: trying again");
        }
        tries += 1;
        tokio::time::sleep(TRY_AGAIN).await;
    }
    tracing::info!(account, url, "webhooks are delivered");
}
