//! `salesphere seller list`: who there is, and whose sheet has problems.
//!
//! Nobody outside is asked: the problems are those of the copy in Redis that the workers answer from.

use std::path::PathBuf;
use std::process::ExitCode;

use domain::clock::{Clock, SystemClock};
use domain::seller::PricingPolicy;
use settings::SellerSettings;
use store::{Store, StoreError};

use crate::failure::Failure;
use crate::house::settings;
use crate::plain::{count, printable, span, table};

/// How to list them.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The problems are those of the copy that the workers answer from; `salesphere seller check <name>` reads \
                  the sheet anew.\n\nExamples:\n  salesphere seller list\n  salesphere seller list --json | jq '.[].seller'"
)]
pub(crate) struct Options {
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

/// One line of it.
#[derive(Debug, serde::Serialize)]
struct Listed<'a> {
    seller: &'a str,
    name: &'a str,
    account: u64,
    sheet: &'a str,
    mode: String,
    /// Cells that cannot be read; nothing while there is no copy.
    problems: Option<usize>,
    /// How old the copy is.
    read_ms_ago: Option<i64>,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let settings = settings(config)?;
    let store = Store::lazy(&settings.redis, &settings.store);
    let mut away = None;
    let mut listed = Vec::with_capacity(settings.sellers.len());
    for seller in &settings.sellers {
        let one = one(seller, &store).await;
        listed.push(one.unwrap_or_else(|error| {
            away = Some(Failure::of_redis(&error, &settings));
            without_copy(seller)
        }));
        // One long wait for a Redis that is away is enough.
        if away.is_some() {
            listed.extend(settings.sellers[listed.len()..].iter().map(without_copy));
            break;
        }
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&listed)?);
    } else {
        print!("{}", page(&listed));
    }
    if let Some(away) = away {
        eprintln!("the problems are not known: {away}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn one<'a>(seller: &'a SellerSettings, store: &Store) -> Result<Listed<'a>, StoreError> {
    let copy = store.catalog(&seller.profile.id).await?;
    Ok(Listed {
        problems: copy.as_ref().map(|copy| copy.problems.len()),
        read_ms_ago: copy.as_ref().map(|copy| (SystemClock.now_ms() - copy.read_at_ms).max(0)),
        ..without_copy(seller)
    })
}

fn without_copy(seller: &SellerSettings) -> Listed<'_> {
    let profile = &seller.profile;
    Listed {
        seller: profile.id.as_str(),
        name: &profile.name,
        account: profile.account.0,
        sheet: &seller.sheet_id,
        mode: mode(&profile.pricing),
        problems: None,
        read_ms_ago: None,
    }
}

fn mode(pricing: &PricingPolicy) -> String {
    match pricing {
        PricingPolicy { bargaining: true, rounds: 1.., .. } => {
            format!("bargains, {}", count(pricing.rounds as usize, "round"))
        }
        _ => "fixed prices".to_owned(),
    }
}

fn page(listed: &[Listed<'_>]) -> String {
    let mut table = table(["seller", "name", "account", "sheet", "mode", "problems", "read"]);
    for one in listed {
        table.add_row([
            one.seller.to_owned(),
            printable(one.name).into_owned(),
            one.account.to_string(),
            one.sheet.to_owned(),
            one.mode.clone(),
            one.problems.map_or("-".to_owned(), |problems| problems.to_string()),
            one.read_ms_ago.map_or("not of late".to_owned(), |ms| format!("{} ago", span(ms))),
        ]);
    }
    table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
