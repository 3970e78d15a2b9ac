//! `salesphere webhook list | add | remove`: where Avito sends the messages of each account.
//!
//! Avito keeps one address for an account, so a registration takes it from whoever had it: what is replaced is shown,
//! and asked for, first.

mod add;
pub(crate) mod address;
mod list;
mod remove;

use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use avito::{AvitoError, Connections, Messenger};
use clap::Subcommand;
use domain::ids::SellerId;
use settings::{SellerSettings, Settings};

use crate::doctor;
use crate::failure::Failure;
use crate::house::settings;

/// What to do with the addresses.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show where Avito sends each account's messages.
    List(list::Options),
    /// Have Avito send them to our gateway.
    Add(add::Options),
    /// Have Avito send them to our gateway no more.
    Remove(remove::Options),
}

/// Whose.
#[derive(Debug, Clone, clap::Args)]
struct Chosen {
    /// Only this seller's, by the short name; all, without it.
    #[arg(long, value_name = "NAME")]
    seller: Option<SellerId>,
}

/// Whether somebody must agree first.
#[derive(Debug, Clone, Copy, clap::Args)]
struct Consent {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(config: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    let settings = settings(config)?;
    match command {
        Command::List(options) => list::run(&settings, &options).await,
        Command::Add(options) => add::run(&settings, &options).await,
        Command::Remove(options) => remove::run(&settings, &options).await,
    }
}

impl Chosen {
    /// The sellers meant, each with his Messenger.
    fn of<'a>(&self, settings: &'a Settings) -> anyhow::Result<Vec<(&'a SellerSettings, Messenger)>> {
        let connections = Connections::new(&settings.avito);
        let meant = |seller: &&SellerSettings| self.seller.as_ref().is_none_or(|id| seller.profile.id == *id);
        let chosen: Vec<_> = settings
            .sellers
            .iter()
            .filter(meant)
            .map(|seller| (seller, Messenger::over(&connections, &settings.avito, seller)))
            .collect();
        match &self.seller {
            Some(id) if chosen.is_empty() => Err(crate::house::unknown_seller(id, settings).into()),
            _ => Ok(chosen),
        }
    }
}

impl Consent {
    /// Whether the operator agrees to `question`.
    fn to(self, question: &str) -> anyhow::Result<bool> {
        if self.yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() {
            let fix = "say --yes, if it is right; this is no terminal to ask on";
            return Err(Failure::new(format!("nothing was changed: {question}"), fix).into());
        }
        print!("{question} [y/N] ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
    }
}

/// Tells what came of one seller's webhook. One that fails does not keep the others from theirs, but shows in `code`.
fn tell(seller: &SellerSettings, outcome: anyhow::Result<String>, code: &mut ExitCode) {
    let id = &seller.profile.id;
    match outcome {
        Ok(told) => println!("{id}: {told}"),
        Err(error) => {
            eprintln!("{id}: {error:#}");
            *code = ExitCode::FAILURE;
        }
    }
}

/// What to tell of a call to Avito that brought nothing.
fn failure(error: &AvitoError, doing: &str) -> Failure {
    let (what, fix) = doctor::trouble(error, "messenger:read");
    Failure::new(format!("{doing}: {what}"), fix)
}
