//! `salesphere replay`: turns of the past, thought about once more with other prompts or another model, and what would
//! have been different. Nothing is sent, and nothing of it is remembered.
//!
//! A record keeps the question and the grounds of its turn, both masked, but not the table: that is the one of today.
//! So it is told which turns rested on another table, and which were masked; and what was not settled by the buyer's
//! words is not run again. [`again`] runs, [`compare`] compares, [`told`] and [`json`] write it down.

mod again;
mod compare;
mod json;
mod progress;
mod told;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::catalog::CatalogSnapshot;
use domain::clock::{Clock, SystemClock};
use domain::ids::SellerId;
use domain::record::DecisionRecord;
use futures::{StreamExt, stream};
use settings::Settings;
use sheets::Sheets;
use store::Store;

use crate::house::{records, settings};
use crate::since::Since;
use again::{NotRun, Shop};
use compare::Replayed;
use progress::Progress;

/// Something could not be compared: no difference was seen, but nor was it seen that there is none.
const NOT_COMPARED: u8 = 2;

/// Which turns, and what is to be different.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// From when on: 6h, 2d, 2026-11-24, 2026-11-24T20:30:00Z. Records are kept as long as `store.record_ttl` says.
    #[arg(long, value_name = "TIME")]
    since: Since,
    /// One seller's turns only, by the name of his file.
    #[arg(long, value_name = "NAME")]
    seller: Option<SellerId>,
    /// The prompts and reply templates of this directory, in place of those in force.
    #[arg(long, value_name = "DIR")]
    prompts: Option<PathBuf>,
    /// This model of the same service, for the router and the wording, in place of those in force.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// No more than so many turns, the newest.
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    newest: usize,
    /// How many seconds the model gets for each answer. A late answer says nothing about a prompt.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    within: u64,
    /// How many turns are thought about at the same time.
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    at_once: u8,
    /// Show the turns too in which only the words differ.
    #[arg(long)]
    texts: bool,
    /// Print it as JSON, every turn with what it was and what it would be.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Exit code: 0 when every decision and ending would be the same, 1 when one would differ, 2 when that could not be seen:
the model did not answer, there are no turns, the prompts cannot be read. Another wording alone is no difference in that sense: a model words anew each time.

Examples:
  salesphere replay --since 6h                             what would differ with what is in force now
  salesphere replay --since 2d --prompts prompts.new       … with other prompts
  salesphere replay --since 2d --model gpt-4.1 --texts     … with another model, the words side by side
  salesphere replay --since 1d --json | jq '.turns[] | select(.differs.decision)'";

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let report = match report(config, &options).await {
        Ok(report) => report,
        Err(error) => {
            // 1 means that something differs.
            eprintln!("salesphere: {error:#}");
            return Ok(ExitCode::from(NOT_COMPARED));
        }
    };
    if options.json {
        println!("{:#}", json::of(&report));
    } else {
        print!("{}", told::to_a_person(&report, options.texts));
    }
    Ok(if report.turns.iter().any(|turn| turn.differs.matters()) {
        ExitCode::FAILURE
    } else if report.turns.is_empty() || report.failed.is_some() {
        ExitCode::from(NOT_COMPARED)
    } else {
        ExitCode::SUCCESS
    })
}

async fn report(config: Option<PathBuf>, options: &Options) -> anyhow::Result<Report> {
    let settings = settings(config)?;
    let now_ms = SystemClock.now_ms();
    let mut kept = records(&settings, options.seller.as_ref(), options.since.ms(now_ms), now_ms).await?;
    kept.sort_by_key(|record| std::cmp::Reverse(record.at_ms));
    kept.truncate(options.newest);
    kept.reverse();
    replay(kept, changed(settings, options), options).await
}

/// What came of it.
struct Report {
    /// With what it was run: the prompts and the model.
    with: String,
    /// The turns that were run again, oldest first.
    turns: Vec<Replayed>,
    /// The turns that were not, by the reason.
    not_run: BTreeMap<NotRun, usize>,
    /// The turns that the model did not answer this time, with the last reason.
    failed: Option<(usize, String)>,
}

/// The settings with what is to be different, and a model that may take its time.
fn changed(mut settings: Settings, options: &Options) -> Settings {
    if let Some(dir) = &options.prompts {
        settings.answers.prompts_dir = Some(dir.clone());
    }
    if let Some(model) = &options.model {
        settings.llm.router.model.clone_from(model);
        settings.llm.wording.model.clone_from(model);
    }
    let within = Duration::from_secs(options.within);
    settings.worker.route_within = within;
    settings.worker.word_until = within * 2;
    settings.worker.turn_budget = within * 2 + Duration::from_secs(1);
    settings
}

async fn replay(records: Vec<DecisionRecord>, settings: Settings, options: &Options) -> anyhow::Result<Report> {
    let assistant = worker::assistant(&settings)?;
    let tables = tables(&settings, &records).await?;
    let mut report = Report { with: with(&settings), turns: Vec::new(), not_run: BTreeMap::new(), failed: None };
    let mut runs = Vec::new();
    for record in records {
        match again::why_not(&record) {
            Some(why) => *report.not_run.entry(why).or_default() += 1,
            None => runs.push(record),
        }
    }
    let mut progress = Progress::over(runs.len());
    let mut thought = Vec::new();
    for record in &runs {
        let seller = settings.sellers.iter().find(|seller| seller.profile.id == record.conversation.seller);
        let shop = seller.zip(tables.get(&record.conversation.seller));
        let shop = shop.map(|(seller, table)| Shop { seller: &seller.profile, table });
        thought.push(again::run(&assistant, shop, record));
    }
    let mut thought = stream::iter(thought).buffered(usize::from(options.at_once));
    while let Some(ran) = thought.next().await {
        progress.step();
        match ran {
            Ok(turn) => report.turns.push(turn),
            Err(why) => report.failed = Some((report.failed.map_or(1, |(failed, _)| failed + 1), why)),
        }
    }
    progress.end();
    Ok(report)
}

/// The table of each seller that `records` tell of, as it is now.
async fn tables(
    settings: &Settings,
    records: &[DecisionRecord],
) -> anyhow::Result<BTreeMap<SellerId, Arc<CatalogSnapshot>>> {
    // Without Redis the table is read from Google all the same.
    let store = Store::lazy(&settings.redis, &settings.store);
    let sheets = Sheets::new(&settings.sheets, store, Arc::new(SystemClock))?;
    let mut tables = BTreeMap::new();
    for seller in &settings.sellers {
        let id = &seller.profile.id;
        if records.iter().any(|record| record.conversation.seller == *id) {
            let table = sheets.snapshot(seller).await.with_context(|| format!("reading the table of {id}"))?;
            tables.insert(id.clone(), table);
        }
    }
    Ok(tables)
}

fn with(settings: &Settings) -> String {
    let prompts = match &settings.answers.prompts_dir {
        Some(dir) => format!("the prompts in {}", dir.display()),
        None => "the built-in prompts".to_owned(),
    };
    format!("{prompts} and {} at {}", settings.llm.router.model, settings.llm.base_url)
}
