//! The gateway's program: reads the arguments and the settings, then hands over to the library.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use domain::clock::SystemClock;
use gateway::Renewing;
use runtime::hangup::Hangup;
use runtime::shutdown::Shutdown;
use runtime::telemetry::{self, Format};
use settings::{Keeper, LoadOptions, LogFormat, Source};

/// Takes Avito's webhooks in and puts the buyers' messages into the queue.
#[derive(Parser)]
#[command(name = "gateway", after_help = EXAMPLES)]
struct Arguments {
    /// The operator's settings file, over the built-in defaults and under the environment.
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Ask the gateway on this machine whether it lives; exit code 0 if it does.
    Health,
}

const EXAMPLES: &str = "Examples:
  gateway --config config/production.toml
  SALESPHERE__GATEWAY__LISTEN=127.0.0.1:9000 gateway
  gateway health

Every setting is explained in config/default.toml; `salesphere config check` shows those in force.";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    // Before anything else: a SIGHUP that comes while we start must not end us.
    let hangup = Hangup::listen()?;
    let options = LoadOptions { config: arguments.config.map(Source::File), ..LoadOptions::default() };
    let (settings, keeper) = Keeper::load(options)?;
    if let Some(Command::Health) = arguments.command {
        return Ok(gateway::probe(&settings.gateway.listen).await?);
    }
    let format = match settings.telemetry.format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    telemetry::init(&settings.telemetry.log, format)?;
    let shutdown = Shutdown::new();
    shutdown.listen_to_signals()?;
    let renewing = Renewing { keeper, hangup };
    Ok(gateway::run(settings, renewing, shutdown, Arc::new(SystemClock)).await?)
}
