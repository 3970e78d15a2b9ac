//! The operator's command: the demo, and what he asks of a running system.
//!
//! Also here, because the demo and the tests of whole systems share it: [`system`], which starts all of
//! SaleSphere in this process against a sandbox.
//!
//! Not here: any work the gateway or the worker does.

mod ask;
mod chat_release;
mod config_check;
mod dead;
pub mod demo;
pub mod doctor;
mod eval;
mod experiment;
mod export;
mod failure;
mod house;
mod plain;
mod question;
mod queue_status;
mod replay;
mod seller;
mod since;
pub mod system;
mod webhook;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use futures::future::BoxFuture;

/// Answers buyers on Avito from the seller's own table.
#[derive(Parser)]
#[command(
    name = "salesphere",
    after_help = "Examples:\n  salesphere demo                        a whole shop on this machine, no account needed\n  \
                  salesphere ask \"Есть красная сумка?\"      what a buyer would be answered, and why\n  \
                  salesphere config check                every setting in force, or everything that is wrong\n  \
                  salesphere seller add lavka            a new seller in ten minutes\n  \
                  salesphere doctor                      tries everything, and says how to mend what fails\n  \
                  salesphere queue status                is all quiet? If not, what to do\n  \
                  salesphere dead list                   what nobody could answer\n  \
                  salesphere eval --suite smoke          how good the answers are\n  \
                  salesphere replay --since 2d --prompts new   what other prompts would have changed\n  \
                  salesphere --config my.toml config check"
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
    /// Ask what a buyer would be answered, and why. Nothing is sent.
    Ask(ask::Options),
    /// Look at the settings.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Try everything SaleSphere stands on, and say how to mend what fails.
    Doctor(doctor::Options),
    /// Say how good the answers are, on messages whose right answers are known.
    Eval(eval::Options),
    /// Find how sure the router must be, for a stated share of errors.
    Calibrate(eval::CalibrateOptions),
    /// Take on sellers, and look after their sheets.
    Seller {
        #[command(subcommand)]
        command: seller::Command,
    },
    /// Say where Avito sends the messages of each account.
    Webhook {
        #[command(subcommand)]
        command: webhook::Command,
    },
    /// Look at the queue: what waits, who works, what is wrong.
    Queue {
        #[command(subcommand)]
        command: QueueCommand,
    },
    /// Deal with messages that nobody could answer.
    Dead {
        #[command(subcommand)]
        command: dead::Command,
    },
    /// Look at what came of two variants of a prompt.
    Experiment {
        #[command(subcommand)]
        command: experiment::Command,
    },
    /// Think about turns of the past again, with other prompts or another model, and see what would differ.
    Replay(replay::Options),
    /// Write down what humans answered where the bot had called them, to train with.
    Export(export::Options),
    /// Say who answers in a chat.
    Chat {
        #[command(subcommand)]
        command: ChatCommand,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print every setting in force, secrets masked, or every problem at once.
    Check,
}

#[derive(Subcommand)]
enum QueueCommand {
    /// Print what waits, who works and how Redis is; the last line says whether all is quiet.
    Status(queue_status::Options),
    /// The same as `salesphere dead`.
    #[command(hide = true)]
    Dead {
        #[command(subcommand)]
        command: dead::Command,
    },
}

#[derive(Subcommand)]
enum ChatCommand {
    /// Give a chat that a human took back to the bot.
    Release(chat_release::Options),
}

/// Does what the arguments say.
///
/// # Errors
/// With a text for the operator.
pub fn run(arguments: Arguments) -> BoxFuture<'static, anyhow::Result<ExitCode>> {
    let Arguments { config, command } = arguments;
    Box::pin(async move {
        match command {
            Command::Demo(options) => demo::run(options).await,
            Command::Ask(options) => ask::run(config, options).await,
            Command::Config { command: ConfigCommand::Check } => config_check::run(config),
            Command::Doctor(options) => doctor::run(config, options).await,
            Command::Eval(options) => eval::run(config, options).await,
            Command::Calibrate(options) => eval::calibrate(config, options).await,
            Command::Seller { command } => seller::run(config, command).await,
            Command::Webhook { command } => webhook::run(config, command).await,
            Command::Queue { command: QueueCommand::Status(options) } => queue_status::run(config, options).await,
            Command::Dead { command } | Command::Queue { command: QueueCommand::Dead { command } } => {
                dead::run(config, command).await
            }
            Command::Experiment { command } => experiment::run(config, command).await,
            Command::Replay(options) => replay::run(config, options).await,
            Command::Export(options) => export::run(config, options).await,
            Command::Chat { command: ChatCommand::Release(options) } => chat_release::run(config, options).await,
        }
    })
}
