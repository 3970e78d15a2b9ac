//! `salesphere seller …`: from an empty sheet to a shop that answers.

mod template;

use std::process::ExitCode;

use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write an .xlsx that a seller without a sheet can fill in.
    Template(template::Options),
}

pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Template(options) => template::run(options),
    }
}
