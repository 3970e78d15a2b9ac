//! `salesphere seller …`: from an empty sheet to a shop that answers, and what is wrong with those there are.

mod add;
mod check;
mod code;
mod letter;
mod list;
pub(crate) mod template;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write an .xlsx that a seller without a sheet can fill in.
    Template(template::Options),
    /// Take on a seller: ask for what is missing, try everything, write his file, say what is left to do.
    Add(add::Options),
    /// Make a link by which one more person gets the seller's cards in Telegram.
    Code(code::Options),
    /// List the sellers there are.
    List(list::Options),
    /// Try everything that is one seller's, and write him a letter about his sheet.
    Check(check::Options),
}

pub(crate) async fn run(config: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Template(options) => template::run(&options),
        Command::Add(options) => add::run(config, options).await,
        Command::Code(options) => code::run(config, options).await,
        Command::List(options) => list::run(config, options).await,
        Command::Check(options) => check::run(config, options).await,
    }
}
