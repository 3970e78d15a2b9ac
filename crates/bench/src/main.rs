//! `make bench`: what SaleSphere costs, measured on the real programs with a real Redis, and the gates beside it.
//!
//! Not a test: nothing here passes or fails by time unless it is asked to (`--gate`), and nothing here is part
//! of what runs in production.

mod context;
mod figures;
mod floor;
mod house;
mod machine;
mod measures;
mod open_loop;
mod process;
mod redis_view;
mod report;
mod samples;
mod shop;
mod webhook;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use context::{Context, Scale};
use measures::Measure;

/// Measures the gateway, the queue and the worker, each as its own process, on loopback.
#[derive(Parser)]
#[command(name = "bench", after_help = EXAMPLES)]
struct Arguments {
    /// Only these, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<Measure>,
    /// A minute in all: shows that everything works; too short for figures worth keeping.
    #[arg(long)]
    quick: bool,
    /// Writes the figures as JSON, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Ends with an error if a gate is not met.
    #[arg(long)]
    gate: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// The handler that `gateway` is compared with: no gates, no spool, no metrics. Started by the measure itself.
    Floor(floor::Options),
}

const EXAMPLES: &str = "Examples:
  make bench                                  all of it, a quarter of an hour
  make bench ONLY=gateway,pickup OUT=now.json
  make bench QUICK=1
  make bench ONLY=decide                      deciding and checking alone, some seconds
  target/release/bench --only recovery --gate

Progress goes to standard error, one table to standard output. The programs `gateway` and `worker` are looked
for beside this one; `make bench` builds all three.";

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(Command::Floor(options)) = arguments.command {
        floor::run(options).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let scale = if arguments.quick { Scale::Quick } else { Scale::Full };
    let context = Context::new(scale)?;
    let machine = machine::look();
    let mut report = report::Report::new(machine, scale);
    for measure in Measure::ALL {
        if arguments.only.is_empty() || arguments.only.contains(&measure) {
            context.say(measure.name(), measure.about());
            match measure.run(&context).await {
                Ok(figures) => report.add(figures),
                // The others' figures are worth their time all the same.
                Err(error) => report.fail(format!("{error:#}")),
            }
        }
    }
    println!("{report}");
    if let Some(path) = arguments.json {
        report.write_json(&path)?;
    }
    let missed = arguments.gate && report.misses_a_gate();
    Ok(if missed || report.is_incomplete() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
