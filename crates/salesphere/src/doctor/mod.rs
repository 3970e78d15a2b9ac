//! `salesphere doctor`: tries everything SaleSphere stands on, and says of what fails how to mend it.
//!
//! Each examination is a file, asks one outside thing and has its own deadline; all run side by side. Nothing is
//! changed and nobody is written to. Not here: what waits in the queue and who works (`salesphere queue status`).

mod account;
mod check;
mod clock;
mod disk;
mod google;
mod model;
mod page;
mod prompts;
mod redis;
mod seller;
mod sheet;
mod telegram;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use domain::clock::{SharedClock, SystemClock};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use settings::Settings;

use crate::house::settings;
pub(crate) use account::trouble;
pub use check::{Check, Finding, Part, Report};
pub use page::of as page;
pub(crate) use page::of_part as page_of_part;
pub(crate) use seller::{Examined, Instruments};
pub(crate) use sheet::ReadSheet;

/// How many sellers are examined at once: each costs some calls to Avito and two reads of Google's sixty a minute.
const SELLERS_AT_ONCE: usize = 8;

/// How to look.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code 0: nothing failed; warnings are no failures. 1: something failed, or the settings have \
                  problems.\nThe chat of each seller shows for a moment that the bot is typing; nobody gets a message.\n\n\
                  Examples:\n  salesphere doctor\n  salesphere doctor --json | jq '.parts[].checks[] | select(.verdict == \"failed\")'\n  \
                  salesphere seller check demo                 only what concerns one seller\n  \
                  docker-compose exec worker salesphere doctor"
)]
pub(crate) struct Options {
    /// Print all of it as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let settings = settings(config)?;
    let report = examine(&settings, std::sync::Arc::new(SystemClock)).await;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", page(&report));
    }
    Ok(if report.well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tries everything that `settings` name. `clock` is this machine's.
pub fn examine(settings: &Settings, clock: SharedClock) -> BoxFuture<'_, Report> {
    async move {
        let within = settings.doctor.within;
        let ours = futures::future::join5(
            in_time(within, "Redis", redis::examine(settings)),
            in_time(within * model::QUESTIONS, "Model", model::examine(settings)),
            in_time(within, "Prompts", prompts::examine(settings)),
            in_time(within, "Disk", disk::examine(settings)),
            in_time(within, "Telegram", telegram::examine(settings)),
        );
        let instruments = Instruments::new(settings, clock);
        let sellers = all_sellers(settings, &instruments);
        let ((redis, model, prompts, disk, telegram), sellers) = tokio::join!(ours, sellers);
        let skews: Vec<i64> = sellers.iter().filter_map(|seller| seller.skew_s).collect();
        let parts = [redis, model, prompts, disk, clock::judge(&skews, settings), telegram, google::examine(settings)];
        Report::of(parts.into_iter().chain(sellers.into_iter().map(|seller| seller.part)).collect())
    }
    .boxed()
}

async fn all_sellers(settings: &Settings, instruments: &Instruments<'_>) -> Vec<Examined> {
    let mut examined = Vec::with_capacity(settings.sellers.len());
    for some in settings.sellers.chunks(SELLERS_AT_ONCE) {
        examined.extend(join_all(some.iter().map(|seller| instruments.examine(seller))).await);
    }
    examined
}

/// One examination, which ends in time whatever it asks does.
async fn in_time(within: Duration, name: &str, examining: impl Future<Output = Vec<Check>>) -> Part {
    let checks = tokio::time::timeout(within, examining).await;
    Part::new(name, checks.unwrap_or_else(|_| vec![Check::silent(within)]))
}
