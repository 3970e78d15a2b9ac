//! `salesphere webhook remove`: has Avito send an account's messages to our gateway no more.
//!
//! Only addresses of ours are removed. Another program's registration is that program's matter.

use std::process::ExitCode;

use avito::Messenger;
use settings::{SellerSettings, Settings};

use super::address::{self, Whose};
use super::{Chosen, Consent, failure, tell};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without a registration buyers are answered only once a minute, by looking through the unread chats.\n\n\
                  Examples:\n  salesphere webhook remove --seller demo\n  salesphere webhook remove --seller demo --yes"
)]
pub(crate) struct Options {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    consent: Consent,
}

pub(super) async fn run(settings: &Settings, options: &Options) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for (seller, messenger) in options.chosen.of(settings)? {
        tell(seller, one(settings, seller, &messenger, options.consent).await, &mut code);
    }
    Ok(code)
}

/// What was done.
async fn one(
    settings: &Settings,
    seller: &SellerSettings,
    messenger: &Messenger,
    consent: Consent,
) -> anyhow::Result<String> {
    let registered = messenger.subscriptions().await;
    let registered = registered.map_err(|error| failure(&error, "could not ask Avito for its registrations"))?;
    let (ours, others): (Vec<_>, Vec<_>) =
        registered.into_iter().partition(|one| address::whose(&one.url, seller, &settings.gateway) != Whose::Another);
    if ours.is_empty() {
        let left = others.first().map(|one| format!("; it sends to {}", address::shown(&one.url))).unwrap_or_default();
        return Ok(format!("Avito sends nothing to us{left}"));
    }
    let shown = ours.iter().map(|one| address::shown(&one.url)).collect::<Vec<_>>().join(" and ");
    if !consent.to(&format!("{}: have Avito send nothing to {shown} any more?", seller.profile.id))? {
        return Ok("nothing was changed".to_owned());
    }
    for one in &ours {
        messenger.unsubscribe(&one.url).await.map_err(|error| failure(&error, "could not remove"))?;
    }
    Ok(format!("Avito sends nothing to {shown} any more"))
}
