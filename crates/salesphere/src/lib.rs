//! The operator's command: the demo, and what he asks of a running system.
//!
//! Also here, because the demo and the tests of whole systems share it: [`system`], which starts all of
//! SaleSphere in this process against a sandbox.
//!
//! Not here: any work the gateway or the worker does.

mod config_check;
pub mod demo;
pub mod system;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use futures::future::BoxFuture;

/// Answers buyers on Avito from the seller's own table.
#[derive(Parser)]
#[command(
    name = "salesphere",
    after_help = "Examples:\n  salesphere demo                        a whole shop on this machine, no account needed\n  salesphere config check                every setting in force, or everything that is wrong\n  salesphere --config my.toml config check"
)]
pub struct Arguments {
    /// The operator's settings; without it config/production.toml, where that exists.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a whole shop on this machine and play conversations with it.
    Demo(demo::Options),
    /// Look at the settings.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print every setting in force, secrets masked, or every problem at once.
    Check,
}

/// Does what the arguments say.
///
/// # Errors
/// With a text for the operator.
pub fn run(arguments: Arguments) -> BoxFuture<'static, anyhow::Result<ExitCode>> {
    Box::pin(async move {
        match arguments.command {
            Command::Demo(options) => demo::run(options).await,
            Command::Config { command: ConfigCommand::Check } => config_check::run(arguments.config),
        }
    })
}
