//! One seller's Avito: the key pair, whether messages may be read, and where the webhooks go.
//!
//! Nothing is sent and nothing marked as read. Whether a message could be sent is not tried: only a message would tell.

use avito::{AvitoError, Messenger, PAYWALL_HINT, Page, Which};
use domain::clock::Clock;
use settings::{SellerSettings, Settings};

use super::check::{Attempt, Check};
use crate::webhook::address::{self, Whose};

/// Where a key pair comes from, in the words of Avito's pages.
const KEYS: &str = "Avito, «Для бизнеса», «API», of this very account";

/// What was found, and by how many seconds this machine's clock is ahead of Avito's.
pub(super) async fn examine(
    messenger: &Messenger,
    seller: &SellerSettings,
    settings: &Settings,
    clock: &dyn Clock,
) -> (Vec<Check>, Option<i64>) {
    let (key, skew_s) = key(messenger, seller, clock).await;
    if key.is_failed() {
        let because = "the key pair is of no use, see above";
        return (vec![key, Check::not_tried("messages", because), Check::not_tried("webhook", because)], skew_s);
    }
    // One after the other: a call that Avito refuses ends the token that both have, and would take the other one with it.
    let messages = messages(messenger, seller).await;
    let webhook = webhook(messenger, seller, settings).await;
    (vec![key, messages, webhook], skew_s)
}

async fn key(messenger: &Messenger, seller: &SellerSettings, clock: &dyn Clock) -> (Check, Option<i64>) {
    let ours = seller.profile.account;
    let expected = format!("the key pair of account {ours}");
    let attempt = Attempt { tried: "asked Avito for a token, and whose it is", expected: &expected };
    match messenger.self_account().await {
        Ok(account) => {
            let skew_s = account.told_at_s.map(|told| clock.now().as_second() - told as i64);
            let found = format!("it is the key pair of account {} («{}»)", account.id, account.name);
            let check = if account.id == ours {
                Check::fine("key", found)
            } else {
                let id = &seller.profile.id;
                let fix = format!(
                    "set avito.account = {} in the seller's file ({id}.toml), or take the key pair of {ours}",
                    account.id
                );
                Check::failed("key", &attempt, found, fix)
            };
            (check, skew_s)
        }
        Err(error) => (refused("key", &attempt, &error, "user:read"), None),
    }
}

async fn messages(messenger: &Messenger, seller: &SellerSettings) -> Check {
    let tried = format!("read the newest message of account {}", seller.profile.account);
    let attempt = Attempt { tried: &tried, expected: "Avito shows it" };
    let read = async {
        let newest = messenger.chats(Which::All, Page { limit: 1, offset: 0 }).await?;
        let Some(newest) = newest.first() else { return Ok(None) };
        messenger.history(&newest.chat, 1).await.map(Some)
    };
    match read.await {
        Ok(Some(_)) => Check::fine("messages", "can be read: the subscription is paid"),
        Ok(None) => {
            Check::not_tried("messages", "the account has no chat yet: whether reading is paid shows with the first")
        }
        Err(error) => refused("messages", &attempt, &error, "messenger:read"),
    }
}

async fn webhook(messenger: &Messenger, seller: &SellerSettings, settings: &Settings) -> Check {
    let id = &seller.profile.id;
    let expected = "the address of our gateway: else no message comes but by looking for it once a minute";
    let attempt = Attempt { tried: "asked Avito where it sends this account's messages", expected };
    let registered = match messenger.subscriptions().await {
        Ok(registered) => registered,
        Err(error) => return refused("webhook", &attempt, &error, "messenger:read"),
    };
    let whose = |wanted: Whose| {
        let found = registered.iter().find(|one| address::whose(&one.url, seller, &settings.gateway) == wanted);
        found.map(|one| address::shown(&one.url))
    };
    if let Some(url) = whose(Whose::Ours) {
        return Check::fine("webhook", format!("Avito sends to {url}"));
    }
    let add = format!("`salesphere webhook add --seller {id}`");
    if let Some(url) = whose(Whose::OursElsewhere) {
        let found = format!("Avito sends to {url}, which is not at gateway.public_url");
        return Check::warning("webhook", found, format!("if the gateway has moved: {add}"));
    }
    match registered.first() {
        None => Check::failed("webhook", &attempt, "it sends them nowhere", format!("{add} registers our address")),
        Some(other) => {
            let found = format!("another address gets the messages: {}", address::shown(&other.url));
            let fix = format!(
                "{add} registers ours; Avito keeps one address for an account, so that program gets nothing from then \
                 on: ask the seller first"
            );
            Check::failed("webhook", &attempt, found, fix)
        }
    }
}

/// What to tell of a call that brought nothing. `scope`: what a key needs for it.
fn refused(name: &'static str, attempt: &Attempt<'_>, error: &AvitoError, scope: &str) -> Check {
    let (found, fix) = trouble(error, scope);
    match error {
        AvitoError::RateLimited { .. } => Check::warning(name, found, fix),
        _ => Check::failed(name, attempt, found, fix),
    }
}

/// What happened, and what to do about it.
pub(crate) fn trouble(error: &AvitoError, scope: &str) -> (String, String) {
    match error {
        AvitoError::RateLimited { after, .. } => {
            (format!("not seen: Avito wants to be left alone for {} s", after.as_secs()), "look again then".to_owned())
        }
        AvitoError::Paywall { .. } => ("402: it is not paid for".to_owned(), PAYWALL_HINT.to_owned()),
        AvitoError::Unauthorized { call: "token", why } => {
            let fix =
                format!("copy client_id and client_secret again from {KEYS}; a new secret makes the old one void");
            (format!("Avito refuses the key pair ({why})"), fix)
        }
        AvitoError::Unauthorized { why, .. } => {
            let found = format!("access refused, although the token is fresh ({why})");
            let fix = format!(
                "the key needs the scope {scope}: make a new key pair on {KEYS}, with access to the messenger; if the key \
                 is right, see that avito.account is its account"
            );
            (found, fix)
        }
        AvitoError::Unavailable { why, .. } => {
            let fix = "see that this machine reaches avito.base_url; if it does, Avito is in trouble: messages wait, and \
                       are answered once it is back";
            (format!("no answer ({why})"), fix.to_owned())
        }
        AvitoError::Rejected { .. } | AvitoError::Unreadable { .. } | AvitoError::OutOfRange { .. } => {
            (error.to_string(), "report it with this line: Avito's API may have changed".to_owned())
        }
    }
}
