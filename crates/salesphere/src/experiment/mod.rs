//! `salesphere experiment`: what came of two variants of a prompt.
//!
//! [`tally`] counts, [`told`] writes down for people; `--json` is the same for a program. Not here: which chat gets
//! which variant (crate `agents`).

mod json;
mod tally;
mod told;

use std::path::PathBuf;
use std::process::ExitCode;

use domain::clock::{Clock, SystemClock};
use domain::ids::SellerId;

use crate::house::{records, settings};
use crate::since::Since;

/// What to do with experiments.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print what came of the chats of each variant.
    Report(Options),
}

/// Which chats.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// One seller's chats only, by the name of his file.
    #[arg(long, value_name = "NAME")]
    seller: Option<SellerId>,
    /// From when on: 6h, 2d, 2026-11-24, 2026-11-24T20:30:00Z. Records are kept as long as `store.record_ttl` says.
    #[arg(long, value_name = "TIME", default_value = "7d")]
    since: Since,
    /// Within how many minutes after an answer a buyer counts as one who wrote again.
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1440))]
    again_within: u32,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
A chat gets one variant of a prompt and keeps it, so chats are counted, not messages. The shares are followed by the
interval that holds in 95 of 100 cases (Wilson), the difference by Newcombe's.

Examples:
  salesphere experiment report
  salesphere experiment report --seller lavka --since 2d --again-within 30
  salesphere experiment report --json | jq '.experiments[].outcomes'";

pub(crate) async fn run(config: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    let Command::Report(options) = command;
    let settings = settings(config)?;
    let now_ms = SystemClock.now_ms();
    let since_ms = options.since.ms(now_ms);
    let records = records(&settings, options.seller.as_ref(), since_ms, now_ms).await?;
    let again = tally::Again { within_ms: i64::from(options.again_within) * 60_000, now_ms };
    let report = Report { experiments: tally::of(&records, again), since_ms, again_within: options.again_within };
    if options.json {
        println!("{:#}", json::of(&report));
    } else {
        print!("{}", told::to_a_person(&report));
    }
    Ok(ExitCode::SUCCESS)
}

/// What is reported.
struct Report {
    experiments: Vec<tally::Experiment>,
    since_ms: i64,
    again_within: u32,
}
