//! `chaos`: a run from the command line. Progress goes to standard error, the verdict is the last line of standard
//! output, as JSON.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chaos::{Disk, House, HouseOptions, Plan, Scale};
use clap::Parser;

/// Runs the real programs through a bad day and follows every message to its one effect.
#[derive(Debug, Parser)]
#[command(name = "chaos", after_help = EXAMPLES)]
struct Arguments {
    /// For how many seconds buyers write and things break.
    #[arg(long, default_value_t = 120)]
    duration: u64,
    /// What everything is drawn from. The same seed is the same plan.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Messages a second in the chats that go on, on the average.
    #[arg(long, default_value_t = 16.0)]
    rate: f64,
    /// Chats that go on talking.
    #[arg(long, default_value_t = 60)]
    chats: usize,
    /// Chats that ask the same again and again, and wait for the answer.
    #[arg(long, default_value_t = 12)]
    waiting: usize,
    /// Workers.
    #[arg(long, default_value_t = 3)]
    workers: usize,
    /// Where the programs gateway and worker lie; beside this one, unless said otherwise.
    #[arg(long, value_name = "DIRECTORY")]
    programs: Option<PathBuf>,
    /// Print the plan and do nothing.
    #[arg(long)]
    plan: bool,
    /// Keep the logs in any case; those of a bad run are kept anyway.
    #[arg(long)]
    keep_logs: bool,
}

const EXAMPLES: &str = "\
Examples:
  make chaos DURATION=120 SEED=1
  chaos --duration 60 --seed 7 --rate 20";

/// How long the model takes over each of its two jobs: enough for something to happen meanwhile.
const MODEL_LATENCY: Duration = Duration::from_millis(150);

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let Arguments { duration, seed, rate, chats, waiting, workers, programs, plan: only_plan, keep_logs } = arguments;
    let plan = Plan::draw(seed, Scale { duration: Duration::from_secs(duration), chats, waiting, rate, workers });
    if only_plan {
        plan.events.iter().for_each(|(at, event)| println!("{:9.3} s  {event:?}", at.as_secs_f64()));
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("seed {seed}: {} events in {duration} s; the same seed is the same plan", plan.events.len());
    let programs = match programs {
        Some(programs) => programs,
        None => std::env::current_exe()?.parent().map(PathBuf::from).unwrap_or_default(),
    };
    let (complaints, handed, interruptions) = (plan.complaints, plan.handed, plan.interruptions);
    let options = HouseOptions {
        programs,
        chats,
        waiting,
        complaints,
        handed,
        interruptions,
        workers,
        operator: String::new(),
        model_latency: MODEL_LATENCY,
        disk: Disk::Real,
    };
    let mut house = House::open(options).await?;
    let outcome = chaos::run(&plan, &mut house).await;
    let sound = outcome.as_ref().is_ok_and(chaos::Outcome::is_sound);
    if keep_logs || !sound {
        eprintln!("the logs are in {}", house.keep_logs().display());
    }
    let outcome = outcome?;
    let verdict = &outcome.verdict;
    for (what, found) in [
        ("lost", &verdict.lost),
        ("duplicate", &verdict.duplicate),
        ("out of order", &verdict.out_of_order),
        ("over the seller", &verdict.over_the_seller),
        ("stuck", &outcome.stuck),
    ] {
        found.iter().for_each(|found| eprintln!("{what}: {found}"));
        for chat in found.iter().filter_map(|found| chat_in(found)) {
            house.write_down(chat)?;
        }
    }
    println!("{}", serde_json::to_string(&outcome.report)?);
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The chat that a finding is about.
fn chat_in(found: &str) -> Option<&str> {
    let named = found.split("chat ").nth(1)?;
    named.split([':', ' ']).next()
}
