//! What everybody is told at the start: the world who writes in it, the programs where everything is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use sandbox::avito::{Account, AvitoConfig, Buyer, ChatPreset, Listing, Signature};
use sandbox::google::{GoogleConfig, service_account_json};
use sandbox::model::ModelConfig;
use sandbox::telegram::TelegramConfig;
use sandbox::{Sandbox, SandboxConfig};

use crate::checker::Matter;
use crate::house::HouseOptions;
use crate::marker;
use crate::proxy::Proxy;

/// The demo seller's file, as it stands in `config/sellers`.
pub(crate) const DEMO_SELLER: &str = include_str!("../../../config/sellers/demo.toml");

/// What the programs are told in any case.
const SETTINGS: &str = include_str!("settings.toml");

/// The key of the webhooks' signatures.
const SIGNATURE_SECRET: &str = "a-secret-between-sandbox-and-gateway";

/// An account that no seller has as long as no scene gives it to one.
pub const SECOND_ACCOUNT: u64 = 353_200_001;

/// The id of the n-th chat in which that is wanted.
pub fn chat(matter: Matter, number: usize) -> String {
    match matter {
        Matter::Question => format!("u2i-chaosQuestion{number:09}"),
        Matter::SameAgain => format!("u2i-chaosSameOnce{number:09}"),
        Matter::Complaint | Matter::DeskAnswer | Matter::Note => format!("u2i-chaosComplain{number:09}"),
        Matter::Handed | Matter::Between | Matter::Takes | Matter::Returns => {
            format!("u2i-chaosHandedInn{number:09}")
        }
        Matter::Interrupted | Matter::SellersWords => format!("u2i-chaosSellersIn{number:09}"),
    }
}

/// Avito with chats of our own, the demo seller's table and Telegram, and a model that repeats our markers.
pub(crate) fn world(options: &HouseOptions) -> SandboxConfig {
    let demo = AvitoConfig::demo();
    let second = Account {
        client_id: "second-client".to_owned(),
        client_secret: "second-client-secret".to_owned(),
        user_id: SECOND_ACCOUNT,
        name: "Лавка за углом".to_owned(),
    };
    let listing =
        Listing { id: 3_363_700_001, title: "Сумка красная кожаная".to_owned(), price: 3500 };
    let preset = |matter, number: usize| ChatPreset {
        id: Some(chat(matter, number)),
        account: None,
        buyer: Buyer { id: 121_190_000 + number as u64, name: format!("Покупатель {number}") },
        listing: Some(listing.clone()),
    };
    let questions = (0..options.chats).map(|number| preset(Matter::Question, number));
    let waiting = (0..options.waiting).map(|number| preset(Matter::SameAgain, number));
    let complaints = (0..options.complaints).map(|number| preset(Matter::Complaint, number));
    let handed = (0..options.handed).map(|number| preset(Matter::Handed, number));
    let interruptions = (0..options.interruptions).map(|number| preset(Matter::Interrupted, number));
    SandboxConfig {
        avito: AvitoConfig {
            accounts: demo.accounts.iter().cloned().chain([second]).collect(),
            chats: questions.chain(waiting).chain(complaints).chain(handed).chain(interruptions).collect(),
            signature: Some(Signature::with_secret(SIGNATURE_SECRET)),
            send_latency: Duration::from_millis(20),
            ..demo
        },
        google: GoogleConfig::demo(),
        telegram: TelegramConfig::demo(),
        model: ModelConfig {
            routing_latency: options.model_latency,
            wording_latency: options.model_latency,
            repeats: Some(marker::BEGINNING.to_owned()),
            ..ModelConfig::default()
        },
    }
}

/// The operator's file: where everything is, what holds in every house, what this one wants otherwise.
pub(crate) fn configuration(
    options: &HouseOptions,
    sandbox: &Sandbox,
    proxy: &Proxy,
    gateway: u16,
    directory: &Path,
) -> anyhow::Result<String> {
    let google = sandbox.google.base_url();
    let wiring = [
        ("redis.url", format!("redis://127.0.0.1:{}/0", proxy.port())),
        ("gateway.listen", format!("127.0.0.1:{gateway}")),
        ("gateway.spool_dir", directory.join("spool").display().to_string()),
        ("gateway.signature.mode", "require".to_owned()),
        ("gateway.signature.secret", SIGNATURE_SECRET.to_owned()),
        ("avito.base_url", sandbox.avito.base_url().to_owned()),
        ("llm.base_url", sandbox.model.base_url().to_owned()),
        ("llm.router.model", "sandbox-rules".to_owned()),
        ("llm.wording.model", "sandbox-rules".to_owned()),
        ("sheets.base_url", google.to_owned()),
        ("sheets.service_account", service_account_json(google).context("making a key for the sandbox's Google")?),
        ("telegram.base_url", sandbox.telegram.base_url().to_owned()),
        ("telegram.token", sandbox::telegram::DEMO_TOKEN.to_owned()),
    ];
    let mut wired = String::new();
    for (key, value) in wiring {
        writeln!(wired, "{key} = {}", serde_json::to_string(&value)?)?;
    }
    Ok(merged(&[SETTINGS, &options.operator, &wired]))
}

/// Lines of settings laid over one another.
fn merged(layers: &[&str]) -> String {
    let lines = layers.iter().flat_map(|layer| layer.lines());
    let settings: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(" = ")).collect();
    settings.iter().filter(|(key, _)| !key.starts_with('#')).map(|(key, value)| format!("{key} = {value}\n")).collect()
}

/// A port nobody listens on just now.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
