//! `hostile`: a run from the command line. Progress and what went wrong go to standard error, the figures are the
//! last line of standard output, as JSON.

use std::process::ExitCode;

use clap::Parser;
use hostile::{Ears, Options, TurnId};

/// Plays hostile buyers against a hostile model, and judges every reply.
#[derive(Debug, Parser)]
#[command(name = "hostile", after_help = EXAMPLES)]
struct Arguments {
    /// How many turns.
    #[arg(long, default_value_t = 20_000)]
    turns: usize,
    /// What everything is drawn from: the same seed is the same run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Play only the conversation of this turn, up to it, and show it: 12.3 is the third turn of conversation 12.
    #[arg(long, value_name = "CONVERSATION.TURN")]
    turn: Option<TurnId>,
    /// Judge what the model said, as if there were no checks. Nearly all of it is bad: the judge is not deaf.
    #[arg(long)]
    raw: bool,
}

const EXAMPLES: &str = "\
Examples:
  make hostile N=20000 SEED=1
  hostile --seed 1 --turn 12.3      one turn again, with everything about it
  hostile --turns 2000 --raw        without the checks: what they are for";

/// After so many turns there is a line of progress.
const PROGRESS_EVERY: u64 = 1000;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Arguments { turns, seed, turn, raw } = Arguments::parse();
    let options = Options { turns, seed, ears: if raw { Ears::Raw } else { Ears::Checked } };
    if let Some(turn) = turn {
        print!("{}", hostile::replay(options, turn).await?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut told = 0;
    let verdict = hostile::run(options, &mut |so_far| {
        for turn in &so_far.told[told..] {
            eprintln!("seed {seed}\n{turn}");
        }
        told = so_far.told.len();
        if so_far.report.turns.is_multiple_of(PROGRESS_EVERY) {
            eprintln!("{} turns, {} out", so_far.report.turns, so_far.report.out());
        }
    })
    .await?;
    let report = verdict.report;
    eprintln!(
        "the model worded {} texts, {} of them honest, {} of those refused",
        report.wordings, report.honest, report.honest_blocked
    );
    println!("{}", serde_json::to_string(&report)?);
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
