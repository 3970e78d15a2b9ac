//! The worker as a program: reads the arguments and the settings, then lets a [`Worker`] run.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::clock::SystemClock;
use runtime::hangup::Hangup;
use runtime::shutdown::Shutdown;
use runtime::telemetry::{self, Format};
use settings::{Keeper, LoadOptions, LogFormat, Settings, Source};

use crate::{Renewing, Worker, probe, sabotage};

/// Takes conversations from the queue and answers them.
#[derive(Parser)]
#[command(
    name = "worker",
    after_help = "Examples:\n  worker --config config/production.toml\n  worker health      exit 0 if the worker on this machine is ready\n\nEvery setting: config/default.toml, or `salesphere config check`."
)]
struct Arguments {
    /// The operator's settings; without it config/production.toml, where that exists.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Break this worker on purpose: crash-at=<point>:<n>, stop-at=<point>:<n>, without=<protection>.
    #[cfg(feature = "sabotage")]
    #[arg(long, value_delimiter = ',', value_name = "ORDER")]
    sabotage: Vec<sabotage::Order>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Ask the worker on this machine whether it is ready.
    Health,
}

/// The exit code of a worker whose lease was lost.
const LEASE_LOST: i32 = 3;

/// Does what the process's arguments say, until it is told to stop.
pub fn program() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")
        .and_then(|runtime| runtime.block_on(Box::pin(run(arguments))));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    // Before anything else: a SIGHUP that comes while we start must not end us.
    let hangup = Hangup::listen()?;
    let options = LoadOptions { config: arguments.config.map(Source::File), ..Default::default() };
    let (settings, keeper) = Keeper::load(options)?;
    if let Some(Command::Health) = arguments.command {
        return probe(&settings.worker.listen).await;
    }
    tell_in_the_log(&settings)?;
    #[cfg(feature = "sabotage")]
    sabotage::obey(arguments.sabotage);
    let listener = tokio::net::TcpListener::bind(&settings.worker.listen)
        .await
        .with_context(|| format!("listening on worker.listen = {}", settings.worker.listen))?;
    let shutdown = Shutdown::new();
    shutdown.listen_to_signals()?;
    let worker = Worker {
        settings,
        renewing: Some(Renewing { keeper, hangup }),
        clock: Arc::new(SystemClock),
        shutdown,
        listener,
        on_lost_lease: Box::new(start_anew),
    };
    worker.run().await
}

fn tell_in_the_log(settings: &Settings) -> anyhow::Result<()> {
    let format = match settings.telemetry.format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    Ok(telemetry::init(&settings.telemetry.log, format)?)
}

/// What runs here may run elsewhere by now. Whoever watches over us starts the next life.
fn start_anew() {
    tracing::error!("the lease was lost: another worker may have our conversations; starting anew");
    if !sabotage::without(sabotage::Part::Leaving) {
        std::process::exit(LEASE_LOST);
    }
}
