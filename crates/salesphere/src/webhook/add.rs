//! `salesphere webhook add`: has Avito send an account's messages to our gateway, once it is known what that replaces.

use std::process::ExitCode;

use anyhow::bail;
use avito::{AvitoError, Messenger, Subscription};
use settings::{SellerSettings, Settings};
use url::Url;

use super::address::{self, Whose};
use super::{Chosen, Consent, failure, tell};
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Avito keeps one address for an account: whoever had it before gets nothing any more. That is shown, and \
                  asked for, first.\nAvito tries the address at once, so the gateway must run and be reachable.\n\n\
                  Examples:\n  salesphere webhook add --seller demo\n  \
                  salesphere webhook add --url https://bot.example.org   where gateway.public_url is not set\n  \
                  salesphere webhook add --yes                           of all sellers, without asking"
)]
pub(crate) struct Options {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    consent: Consent,
    /// Where Avito reaches the gateway; without it, `gateway.public_url`.
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
}

pub(super) async fn run(settings: &Settings, options: &Options) -> anyhow::Result<ExitCode> {
    let Some(public) = options.url.as_ref().or(settings.gateway.public_url.as_ref()) else {
        let fix = "set gateway.public_url, or name it here: --url https://bot.example.org";
        bail!(Failure::new("it is not known where Avito reaches the gateway", fix));
    };
    let mut code = ExitCode::SUCCESS;
    for (seller, messenger) in options.chosen.of(settings)? {
        tell(seller, one(settings, seller, &messenger, public, options.consent).await, &mut code);
    }
    Ok(code)
}

/// What was done.
async fn one(
    settings: &Settings,
    seller: &SellerSettings,
    messenger: &Messenger,
    public: &Url,
    consent: Consent,
) -> anyhow::Result<String> {
    let ours = address::of(seller, public);
    let before = messenger.subscriptions().await;
    let before = before.map_err(|error| failure(&error, "could not ask Avito for its registrations"))?;
    if before.iter().any(|one| one.url == ours.as_str()) {
        return Ok(format!("Avito sends to {} already", address::shown(ours.as_str())));
    }
    let shown = address::shown(ours.as_str());
    let question = format!("{}; have it send to {shown}?", now(&before, seller, settings));
    if !consent.to(&format!("{}: {question}", seller.profile.id))? {
        return Ok("nothing was changed".to_owned());
    }
    messenger.subscribe(ours.as_str()).await.map_err(|error| match error {
        AvitoError::Rejected { why, .. } => Failure::new(
            format!("Avito does not take {shown} ({why})"),
            "Avito tries the address with {} and wants a 200 within two seconds: see that the gateway runs and has loaded \
             this seller's file, that this address reaches it from outside, and that its certificate is valid",
        ),
        error => failure(&error, "could not register"),
    })?;
    Ok(format!("from now on Avito sends to {shown}"))
}

/// What a registration would end.
fn now(before: &[Subscription], seller: &SellerSettings, settings: &Settings) -> String {
    match before {
        [] => "Avito sends this account's messages nowhere".to_owned(),
        registered => {
            let told = registered.iter().map(|one| {
                let shown = address::shown(&one.url);
                match address::whose(&one.url, seller, &settings.gateway) {
                    Whose::Another => format!("{shown}, another program's, which will get nothing any more"),
                    Whose::Ours | Whose::OursElsewhere => format!("{shown}, an address of ours"),
                }
            });
            format!("Avito sends this account's messages to {}", told.collect::<Vec<_>>().join(" and "))
        }
    }
}
