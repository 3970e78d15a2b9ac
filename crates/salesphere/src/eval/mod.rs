//! `salesphere eval`: how good the answers are, on messages whose right answers are known. `salesphere calibrate`, beside
//! it, turns the same messages into thresholds.
//!
//! Not here: what is counted, and how (the room `eval`). Here the settings, the model, the messages and the files meet.

mod calibrate;
mod output;
mod progress;
mod rig;
mod run;
mod scripts;
mod source;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use eval::gate::{self, Gate, Gates, Looked};
use eval::report::{About, Prices, Report};

use crate::failure::Failure;
use output::file;
use run::{Run, Runs};
use source::Source;

pub(crate) use calibrate::{Options as CalibrateOptions, run as calibrate};

/// What is run, with which model, and what is made of it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Which messages, and how far they go.
    #[arg(long, value_enum, default_value_t = Suite::Router)]
    suite: Suite,
    #[command(flatten)]
    source: Source,
    /// Hold the router's prompt against another, in the same run: `plain` is one without examples, anything else a file
    /// laid out like prompts/router.md.
    #[arg(long, value_name = "PROMPT")]
    against: Option<String>,
    /// Let the model word the replies too (with --suite decision); otherwise the templates do.
    #[arg(long)]
    wording: bool,
    /// Write the report as one page.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write the report as JSON; it serves as a baseline later.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// What must be reached, by suite (prompts/evals/gates.toml): a miss ends with an error.
    #[arg(long, value_name = "FILE")]
    gate: Option<PathBuf>,
    /// A run of before, as --json wrote it: being worse than chance explains ends with an error.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// What a million tokens sent cost, in the provider's money.
    #[arg(long, value_name = "MONEY", default_value_t = 0.0)]
    prompt_price: f64,
    /// The same for those that the provider had in its cache.
    #[arg(long, value_name = "MONEY", default_value_t = 0.0)]
    cached_price: f64,
    /// The same for tokens received.
    #[arg(long, value_name = "MONEY", default_value_t = 0.0)]
    completion_price: f64,
}

const EXAMPLES: &str = "\
Examples:
  salesphere eval --suite smoke --recorded         fifty messages, a second, no model: as CI does it
  salesphere eval --report out.html                the router on all messages, with the model of the settings
  salesphere eval --against plain                  is router.md worth its examples?
  salesphere eval --suite decision                 table, decision and checks too
  salesphere eval --suite haggling                 haggles whose right answers are sums; asks no model
  salesphere eval --file their.jsonl --map warranty=other,size=stock_inquiry
  salesphere eval --sample 160 --after 80          160 messages, none of them among the first 80 that a hash draws
  salesphere eval --resume half.jsonl --record     goes on where it was stopped, and keeps the answers
  salesphere eval --json now.json --baseline before.json --gate prompts/evals/gates.toml

  With a local model:
  SALESPHERE__LLM__BASE_URL=http://127.0.0.1:8090/v1/ salesphere eval --model qwen --suite smoke";

/// Which messages, and how far they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// Fifty messages through the router.
    Smoke,
    /// All messages but the attacks, through the router.
    Router,
    /// The same through the whole decision: table, specialists, checks.
    Decision,
    /// Haggles, offer by offer, without a model.
    Haggling,
    /// Attacks, through the whole decision.
    Injections,
}

impl Suite {
    const fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Router => "router",
            Self::Decision => "decision",
            Self::Haggling => "haggling",
            Self::Injections => "injections",
        }
    }

    const fn way(self) -> eval::run::Way {
        match self {
            Self::Smoke | Self::Router => eval::run::Way::Router,
            Self::Decision | Self::Haggling | Self::Injections => eval::run::Way::Decision,
        }
    }
}

/// Runs a suite, tells what came of it, and looks whether it is good enough.
///
/// # Errors
/// The messages, the settings or a file cannot be used; an answer that should have been recorded was not.
pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let gate = options.gate.as_deref().map(|path| read_gate(path, options.suite)).transpose()?;
    let baseline = options.baseline.as_deref().map(read_baseline).transpose()?;
    if options.suite == Suite::Haggling {
        let passed = scripts::run(config, &options.source).await?;
        let looked = gate.map(|gate| gate.look_at_scripts(passed)).unwrap_or_default();
        return Ok(verdict(&looked, passed.hits == passed.of));
    }
    let report = report(config, &options).await?;
    print!("{}", eval::report::terminal::told(&report));
    if let Some(path) = &options.report {
        file(path, &eval::report::html::page(&report))?;
    }
    if let Some(path) = &options.json {
        file(path, &format!("{:#}\n", serde_json::to_value(&report)?))?;
    }
    let mut looked = gate.map(|gate| gate.look(&report)).unwrap_or_default();
    looked.extend(baseline.iter().flat_map(|baseline| gate::against_baseline(&report, baseline)));
    Ok(verdict(&looked, true))
}

async fn report(config: Option<PathBuf>, options: &Options) -> anyhow::Result<Report> {
    let runs = Runs {
        suite: options.suite.name(),
        way: options.suite.way(),
        against: options.against.as_deref(),
        wording: options.wording,
    };
    let prices =
        Prices { prompt: options.prompt_price, cached: options.cached_price, completion: options.completion_price };
    let Run { cases, variants, model, at } = run::all(config, &options.source, options.suite, &runs).await?;
    let about = About {
        suite: options.suite.name().to_owned(),
        model,
        at: at.strftime("%Y-%m-%d %H:%M").to_string(),
        recorded: options.source.recorded,
    };
    let variants = variants.iter().map(|(name, seen)| eval::report::Variant::of(name, &cases, seen, prices)).collect();
    Ok(Report::new(about, variants))
}

fn read_gate(path: &std::path::Path, suite: Suite) -> anyhow::Result<Gate> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("reading {}: {error}", path.display()), "name a file of gates"))?;
    let gates = Gates::parse(&text).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display()), "prompts/evals/gates.toml shows every line there is")
    })?;
    let gate = gates.of(suite.name()).cloned();
    gate.ok_or_else(|| {
        let what = format!("{} has no gate for the suite {}", path.display(), suite.name());
        Failure::new(what, format!("it has some for {}", gates.suites())).into()
    })
}

fn read_baseline(path: &std::path::Path) -> anyhow::Result<Report> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("reading {}: {error}", path.display()), "name a file that --json wrote")
    })?;
    serde_json::from_str(&text).map_err(|error| {
        let what = format!("{} is no report: {error}", path.display());
        Failure::new(what, "write a new one with --json").into()
    })
}

/// Tells what was looked at. The code is 1 if anything of it is not good enough.
fn verdict(looked: &[Looked], otherwise: bool) -> ExitCode {
    for one in looked {
        println!("{} {}", if one.passed { "✓" } else { "✗" }, one.what);
    }
    let good = otherwise && looked.iter().all(|one| one.passed);
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
