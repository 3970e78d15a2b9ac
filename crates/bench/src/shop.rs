//! The settings of the programs under measurement, as files: both gates in force, everything else by default.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sandbox::Sandbox;
use sandbox::google::service_account_json;
use settings::{Env, LoadOptions, Sellers, Settings, Source};

/// The key of the webhooks' signatures.
pub(crate) const SIGNATURE_SECRET: &str = "a-secret-between-bench-and-gateway";

/// One of the generated sellers. The first has the account that the sandbox knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SellerNumber(pub(crate) usize);

impl SellerNumber {
    /// The account's number.
    pub(crate) fn account(self) -> u64 {
        353_200_000 + self.0 as u64
    }

    /// The short name.
    pub(crate) fn name(self) -> String {
        format!("shop-{:05}", self.0)
    }

    /// The secret end of the webhook's path.
    pub(crate) fn webhook_token(self) -> String {
        format!("bench-webhook-token-{:05}", self.0)
    }

    fn file(self) -> String {
        format!(
            "name = \"Лавка {}\"\nsheet_id = \"1sandboxDemoSheetOfTheShopOnLesnayaStreet000\"\n\
             telegram_chat = 500100200\n\n[avito]\naccount = {}\nclient_id = \"demo-client\"\n\
             client_secret = \"demo-client-secret\"\nwebhook_token = \"{}\"\n",
            self.0,
            self.account(),
            self.webhook_token()
        )
    }
}

/// A directory with settings.
pub(crate) struct Shop {
    config: PathBuf,
    /// The same, loaded.
    pub(crate) settings: Settings,
}

impl Shop {
    /// Writes the settings into `directory`: `operator` over what wires the programs to Redis and the sandbox.
    ///
    /// # Errors
    /// When they cannot be written, or do not fit together.
    pub(crate) fn open(
        directory: &Path,
        redis_url: &str,
        sandbox: &Sandbox,
        sellers: usize,
        operator: &str,
    ) -> anyhow::Result<Self> {
        let config = directory.join("operator.toml");
        fs::write(&config, format!("{}{operator}", wiring(directory, redis_url, sandbox)?))?;
        let files = directory.join("sellers");
        fs::create_dir(&files)?;
        for seller in (0..sellers).map(SellerNumber) {
            fs::write(files.join(format!("{}.toml", seller.name())), seller.file())?;
        }
        let settings = settings::load(LoadOptions {
            config: Some(Source::File(config.clone())),
            sellers: Sellers::Dir(files),
            env: Env::Given([].into()),
        })?;
        Ok(Self { config, settings })
    }

    /// The arguments with which a program finds them.
    pub(crate) fn arguments(&self) -> [String; 2] {
        ["--config".to_owned(), self.config.display().to_string()]
    }
}

/// The variable that tells a program where to listen.
pub(crate) fn listen(section: &str, address: SocketAddr) -> (String, String) {
    (format!("SALESPHERE__{section}__LISTEN"), address.to_string())
}

fn wiring(directory: &Path, redis_url: &str, sandbox: &Sandbox) -> anyhow::Result<String> {
    let key = service_account_json(sandbox.google.base_url()).context("making a key for the sandbox's Google")?;
    let lines = [
        // What an operator's log holds in production.
        ("telemetry.log", "info".to_owned()),
        ("redis.url", redis_url.to_owned()),
        ("gateway.spool_dir", directory.join("spool").display().to_string()),
        ("gateway.signature.mode", "require".to_owned()),
        ("gateway.signature.secret", SIGNATURE_SECRET.to_owned()),
        ("avito.base_url", sandbox.avito.base_url().to_owned()),
        ("llm.base_url", sandbox.model.base_url().to_owned()),
        ("llm.router.model", "sandbox-rules".to_owned()),
        ("llm.wording.model", "sandbox-rules".to_owned()),
        ("sheets.base_url", sandbox.google.base_url().to_owned()),
        ("sheets.service_account", key),
        ("telegram.base_url", sandbox.telegram.base_url().to_owned()),
        ("telegram.token", sandbox::telegram::DEMO_TOKEN.to_owned()),
        // The sandbox has no limit, and a bench measures ours elsewhere.
        ("telegram.chat_gap", "0s".to_owned()),
    ];
    let quoted = |text: &str| serde_json::to_string(text).expect("a string is JSON");
    Ok(lines.iter().map(|(key, value)| format!("{key} = {}\n", quoted(value))).collect())
}
