//! `salesphere dead drop`: thrown away, because somebody has dealt with it. Asked for twice.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use queue::Dropped;

use super::letters::meant;
use super::retry::left;
use super::{Which, show};
use crate::failure::Failure;
use crate::house::House;
use crate::plain::count;

/// Which, and whether to ask.
#[derive(Debug, clap::Args)]
#[command(after_help = "Nobody will answer what is dropped, and it cannot be brought back.\n\n\
                        Examples:\n  salesphere dead drop 0-17\n  salesphere dead drop --all --yes")]
pub(crate) struct Options {
    #[command(flatten)]
    which: Which,
    /// Do not ask. Needed where nobody could answer: in a script.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(house: &House, options: &Options) -> anyhow::Result<ExitCode> {
    let ids = meant(house, &options.which).await?;
    if ids.is_empty() {
        println!("no dead letters");
        return Ok(ExitCode::SUCCESS);
    }
    if !options.yes && !agreed(ids.len())? {
        println!("nothing was dropped");
        return Ok(ExitCode::FAILURE);
    }
    let (mut dropped, mut failed) = (0, 0);
    for id in ids {
        match house.queue.drop_dead_letter(id).await.map_err(|error| house.failure(&error))? {
            Dropped::Done => dropped += 1,
            Dropped::Gone => {
                failed += 1;
                eprintln!("{id}: {}", show::gone(id));
            }
        }
    }
    println!("{} dropped{}", count(dropped, "dead letter"), left(failed));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks whoever sits at the terminal.
fn agreed(letters: usize) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        let what = format!("{} would be thrown away, and nobody is here to be asked", count(letters, "dead letter"));
        return Err(Failure::new(what, "say --yes if that is what you want").into());
    }
    print!("Throw {} away? Nobody will answer. [y/N] ", count(letters, "dead letter"));
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
