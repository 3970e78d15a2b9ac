//! What one fake Avito is started with: accounts, chats, keys, time limits.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::chat::{Buyer, Listing};
use super::fault::Faults;
use crate::clock::SandboxClock;

/// What one fake Avito is started with.
#[derive(Debug, Clone)]
pub struct AvitoConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The accounts, at least one.
    pub accounts: Vec<Account>,
    /// Chats that are open from the start.
    pub chats: Vec<ChatPreset>,
    /// How deliveries are signed; `None` sends no signature at all.
    pub signature: Option<Signature>,
    /// How long an access token is good.
    pub token_ttl: Duration,
    /// How long a send takes before it is accepted.
    pub send_latency: Duration,
    /// How long after the send call's answer the webhook of the account's own message goes out.
    pub echo_delay: Duration,
    /// How long a delivery may take before Avito hangs up.
    pub delivery_timeout: Duration,
    /// How the history is wrapped.
    pub messages_shape: MessagesShape,
    /// How an error is written.
    pub error_shape: ErrorShape,
    /// Faults by chance. More are ordered while it runs.
    pub faults: Faults,
    /// By which `created` is stamped and tokens expire.
    pub clock: SandboxClock,
    /// From which message ids are drawn. Two sandboxes in front of one Redis need different ones, or the
    /// second's messages are taken for duplicates of the first's.
    pub id_seed: u64,
}

impl Default for AvitoConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            accounts: Vec::new(),
            chats: Vec::new(),
            signature: None,
            token_ttl: Duration::from_secs(86_400),
            send_latency: Duration::ZERO,
            echo_delay: Duration::from_millis(20),
            delivery_timeout: Duration::from_secs(2),
            messages_shape: MessagesShape::Bare,
            error_shape: ErrorShape::Nested,
            faults: Faults::none(),
            clock: SandboxClock::system(),
            id_seed: rand::random(),
        }
    }
}

/// One account: a seller's company, and the key pair its programs use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The key pair's public half.
    pub client_id: String,
    /// The key pair's secret half.
    pub client_secret: String,
    /// The account's id.
    pub user_id: u64,
    /// The account's name.
    pub name: String,
}

/// A chat to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatPreset {
    /// Its id; made up where there is none.
    #[serde(default)]
    pub id: Option<String>,
    /// The account it belongs to; the first one where none is named.
    #[serde(default)]
    pub account: Option<u64>,
    /// Who writes.
    pub buyer: Buyer,
    /// About what.
    #[serde(default)]
    pub listing: Option<Listing>,
}

/// How deliveries are signed: HMAC-SHA256 over the raw body, in lower-case hex. Avito publishes neither the
/// algorithm nor the key; this is what most receivers try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The header that carries it.
    pub header: String,
    /// The key.
    pub secret: String,
}

impl Signature {
    /// With the header seen in the wild.
    pub fn with_secret(secret: impl Into<String>) -> Self {
        Self { header: "x-avito-messenger-signature".into(), secret: secret.into() }
    }
}

/// How the history is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessagesShape {
    /// `[…]`, as the API text has it.
    Bare,
    /// `{"messages":[…]}`, as clients also meet it.
    Wrapped,
}

/// How an error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// `{"error":{"code","message"}}`.
    Nested,
    /// `{"code","message"}`.
    Flat,
    /// `{"message"}`.
    MessageOnly,
}

impl AvitoConfig {
    /// The demo seller: `data/demo.toml`.
    pub fn demo() -> Self {
        Self::from_toml(include_str!("../../data/demo.toml")).expect("the embedded demo file is checked by a test")
    }

    /// One account and its chats, from text like that of `data/demo.toml`.
    ///
    /// # Errors
    /// The text is not such a file.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        Ok(Self { accounts: file.account, chats: file.chat, ..Self::default() })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Vec<Account>,
    #[serde(default)]
    chat: Vec<ChatPreset>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_seller_has_a_chat_about_each_listing_and_one_about_none() {
        let demo = AvitoConfig::demo();
        assert_eq!(demo.accounts.len(), 1);
        assert_eq!(demo.chats.iter().filter(|chat| chat.listing.is_some()).count(), 12);
        assert_eq!(demo.chats.iter().filter(|chat| chat.listing.is_none()).count(), 1);
    }

    #[test]
    fn a_chat_id_of_the_demo_looks_like_one_of_avito() {
        for chat in AvitoConfig::demo().chats {
            let id = chat.id.unwrap();
            let (prefix, rest) = id.split_once('-').unwrap();
            assert!(["u2i", "u2u"].contains(&prefix), "{id}");
            assert_eq!(rest.len(), 22, "{id}");
            assert!(rest.chars().all(|c| c.is_ascii_alphanumeric() || "_~-".contains(c)), "{id}");
        }
    }
}
