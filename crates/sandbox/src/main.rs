//! `sandbox`: the fakes on fixed ports, for docker and for playing by hand. Only parses and calls.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sandbox::model::Hostility;
use sandbox::serve::{self, ServeOptions};
use tracing_subscriber::EnvFilter;

/// Avito, Google Sheets, Telegram and a model on this machine, speaking the real protocols.
#[derive(Debug, Parser)]
#[command(name = "sandbox", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Which log lines to show.
    #[arg(long, global = true, value_name = "FILTER", default_value = "info")]
    log: String,
}

const EXAMPLES: &str = "\
Examples:
  Serve on the usual ports, and have webhooks delivered to a gateway once it is up:
    sandbox serve --webhook http://127.0.0.1:8080/webhook/avito/demo-webhook-token-1 --signature-secret demo

  In a container, reachable from the others:
    sandbox serve --avito 0.0.0.0:9001 --google 0.0.0.0:9002 --telegram 0.0.0.0:9003 --model 0.0.0.0:9004

  Let the model lie, break off and talk too much:
    sandbox serve --hostile-model 1 --honest 20

  Let a buyer speak, and read all chats:
    curl -s localhost:9001/sandbox/buyer -d '{\"chat\":\"u2i-demo01RedBagAnna~00000\",\"text\":\"Есть красная?\"}'
    curl -s localhost:9001/sandbox/state";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve all four until told to stop.
    Serve(Box<Serve>),
    /// Ask whether a sandbox is up: exit code 0 if it is.
    Ping {
        /// Where its Avito listens.
        #[arg(default_value = "http://127.0.0.1:9001/")]
        avito: String,
    },
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Where Avito listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9001")]
    avito: SocketAddr,
    /// Where Google listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9002")]
    google: SocketAddr,
    /// Where Telegram listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9003")]
    telegram: SocketAddr,
    /// Where the model listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9004")]
    model: SocketAddr,
    /// Where webhooks go; once for each account, in the order of the accounts file.
    #[arg(long, value_name = "URL")]
    webhook: Vec<String>,
    /// The key of the webhooks' signatures; without it they have none.
    #[arg(long, value_name = "SECRET")]
    signature_secret: Option<String>,
    /// Leave a service account's key for our Google in this file. A new one is made at each start.
    #[arg(long, value_name = "FILE", requires = "google_url")]
    google_key: Option<PathBuf>,
    /// How others reach our Google: the key says where to ask for a token.
    #[arg(long, value_name = "URL")]
    google_url: Option<String>,
    /// Accounts and chats, in place of the demo seller's.
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// Let the model mean no good: wrong prices, deals, phone numbers, broken JSON, drawn from this seed.
    #[arg(long, value_name = "SEED")]
    hostile_model: Option<u64>,
    /// How many of a hundred answers of a hostile model are honest.
    #[arg(long, value_name = "PERCENT", default_value_t = Hostility::with_seed(0).honest_percent,
          value_parser = clap::value_parser!(u8).range(..=100), requires = "hostile_model")]
    honest: u8,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = match EnvFilter::builder().parse(&cli.log) {
        Ok(filter) => filter,
        Err(error) => {
            eprintln!("error: --log {}: {error}\nhint: info, or info,sandbox=debug", cli.log);
            return ExitCode::from(2);
        }
    };
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(match command {
        Command::Ping { avito } => serve::ping(avito),
        Command::Serve(serve) => {
            let Serve { google_key, google_url, hostile_model, honest, .. } = &*serve;
            let google_key = google_key.clone().zip(google_url.clone());
            let hostility = hostile_model.map(|seed| Hostility { seed, honest_percent: *honest });
            let Serve { avito, google, telegram, model, webhook, signature_secret, accounts, .. } = *serve;
            serve::run(ServeOptions {
                avito,
                google,
                telegram,
                model,
                webhook,
                signature_secret,
                google_key,
                accounts,
                hostility,
            })
        }
    })
}
