//! `salesphere webhook list`: where Avito sends each account's messages, and whether that is us.

use std::process::ExitCode;

use settings::Settings;

use super::address::{self, Whose};
use super::{Chosen, failure};
use crate::plain::{printable, table};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code 0: all are ours; 1: some are not. Long parts of a path are not shown: they may be secrets.\n\n\
                  Examples:\n  salesphere webhook list\n  salesphere webhook list --seller demo"
)]
pub(crate) struct Options {
    #[command(flatten)]
    chosen: Chosen,
}

pub(super) async fn run(settings: &Settings, options: &Options) -> anyhow::Result<ExitCode> {
    let mut table = table(["seller", "account", "Avito sends to", "whose"]);
    let (mut all_ours, mut failures) = (true, Vec::new());
    for (seller, messenger) in options.chosen.of(settings)? {
        let id = seller.profile.id.as_str();
        let account = seller.profile.account.to_string();
        let account = account.as_str();
        let registered = match messenger.subscriptions().await {
            Ok(registered) => registered,
            Err(error) => {
                failures.push(failure(&error, &format!("{id}: could not ask Avito for its registrations")));
                continue;
            }
        };
        all_ours &= registered.iter().any(|one| address::whose(&one.url, seller, &settings.gateway) == Whose::Ours);
        if registered.is_empty() {
            table.add_row([id, account, "nowhere", "-"]);
        }
        for one in &registered {
            let whose = match address::whose(&one.url, seller, &settings.gateway) {
                Whose::Ours => "ours",
                Whose::OursElsewhere => "ours, but not at gateway.public_url",
                Whose::Another => "another program's",
            };
            table.add_row([id, account, &*printable(&address::shown(&one.url)), whose]);
        }
    }
    if table.row_count() > 0 {
        println!("{}", table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n"));
    }
    for failure in &failures {
        eprintln!("{failure}");
    }
    Ok(if all_ours && failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
