//! `salesphere dead`: the messages that nobody could answer, and what an operator does about them.
//!
//! Not here: when a message is given up (crate `queue`), and how the seller is told (crate `worker`).

mod drop;
mod letters;
mod list;
mod named;
mod retry;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use domain::clock::{Clock, SystemClock};

use crate::house::House;
use named::Span;

/// What to do with dead letters.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print what there is, newest first, and why nobody answered.
    List(list::Options),
    /// Print one with the buyer's words, phones and addresses masked.
    Show(show::Options),
    /// Put some back into their chats, to be answered now.
    Retry(retry::Options),
    /// Throw some away: somebody has dealt with them.
    Drop(drop::Options),
}

/// Which dead letters.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// Their ids as the list shows them: 0-17, or 0-17..19 for three that follow one another.
    ids: Vec<Span>,
    /// All there are, the oldest first, at most ten thousand.
    #[arg(long)]
    all: bool,
}

pub(crate) async fn run(config: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    let house = House::open(config).await?;
    let now_ms = SystemClock.now_ms();
    match command {
        Command::List(options) => list::run(&house, &options, now_ms).await,
        Command::Show(options) => show::run(&house, &options, now_ms).await,
        Command::Retry(options) => retry::run(&house, &options).await,
        Command::Drop(options) => drop::run(&house, &options).await,
    }
}
