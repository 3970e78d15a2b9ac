//! `salesphere seller check`: everything that is one seller's, tried as the doctor does, and a letter for him.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use domain::clock::SystemClock;
use domain::ids::SellerId;

use super::letter;
use crate::doctor::{Instruments, page_of_part};
use crate::house::{settings, unknown_seller};

/// Whom to check.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 0: nothing failed, and the sheet has no problem; 1: something is to be done.\n\n\
                  Examples:\n  salesphere seller check demo\n  \
                  salesphere seller check demo --for-seller     the letter alone, in Russian, to be sent on")]
pub(crate) struct Options {
    /// The seller's short name, as its file in config/sellers is called.
    #[arg(value_name = "NAME")]
    seller: SellerId,
    /// Print only what the seller has to read, in Russian.
    #[arg(long)]
    for_seller: bool,
}

pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let settings = settings(config)?;
    let Some(seller) = settings.sellers.iter().find(|known| known.profile.id == options.seller) else {
        return Err(unknown_seller(&options.seller, &settings).into());
    };
    let instruments = Instruments::new(&settings, Arc::new(SystemClock));
    let examined = instruments.examine(seller).await;
    let letter = examined.sheet.as_ref().map(|sheet| {
        let account = instruments.service_account().unwrap_or_default();
        letter::about(sheet, &seller.profile.name, account, settings.sheets.fresh)
    });
    match (&letter, options.for_seller) {
        (Some(letter), true) => print!("{letter}"),
        (None, true) => println!("{}", letter::NOT_READ),
        (letter, false) => {
            print!("{}", page_of_part(&examined.part));
            if let Some(letter) = letter.as_ref().filter(|_| examined.sheet.as_ref().is_some_and(letter::is_needed)) {
                println!("\nfor the seller, to be sent on:\n\n{letter}");
            }
        }
    }
    let failed = examined.part.checks.iter().any(|check| check.is_failed());
    let letter = examined.sheet.as_ref().is_some_and(letter::is_needed);
    Ok(if failed || letter { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
