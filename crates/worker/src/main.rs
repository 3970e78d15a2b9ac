//! The worker's program: reads the settings, then hands over to the library.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::clock::SystemClock;
use runtime::shutdown::Shutdown;
use runtime::telemetry::{self, Format};
use settings::{LoadOptions, LogFormat, Source};
use worker::Worker;

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
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Ask the worker on this machine whether it is ready.
    Health,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let settings = settings::load(LoadOptions { config: arguments.config.map(Source::File), ..Default::default() })?;
    if let Some(Command::Health) = arguments.command {
        return worker::probe(&settings.worker.listen).await;
    }
    let format = match settings.telemetry.format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    telemetry::init(&settings.telemetry.log, format)?;
    let listener = tokio::net::TcpListener::bind(&settings.worker.listen)
        .await
        .with_context(|| format!("listening on worker.listen = {}", settings.worker.listen))?;
    let shutdown = Shutdown::new();
    shutdown.listen_to_signals()?;
    let worker = Worker {
        settings: Arc::new(settings),
        clock: Arc::new(SystemClock),
        shutdown,
        listener,
        on_lost_lease: Box::new(|| {
            tracing::error!("the lease was lost: another worker may have our conversations; starting anew");
            std::process::exit(3);
        }),
    };
    worker.run().await
}
