//! The service account that reads the sellers' sheets. Whether it may read one is that seller's matter (`sheet`).

use std::sync::Arc;

use domain::clock::SystemClock;
use settings::Settings;
use sheets::Sheets;
use store::Store;

use super::check::{Attempt, Check, Part};

pub(super) fn examine(settings: &Settings) -> Part {
    Part::new("Google Sheets", vec![account(settings)])
}

fn account(settings: &Settings) -> Check {
    let attempt = Attempt { tried: "read sheets.service_account", expected: "the JSON key of a service account" };
    let fix = "Google Cloud, IAM, Service accounts, Keys, Add key, JSON; name the file in sheets.service_account_file";
    match open(settings) {
        Ok(sheets) => match sheets.account() {
            Some(account) => Check::fine("account", format!("the sellers share their sheets with {account}")),
            None => Check::failed("account", &attempt, "there is none", fix),
        },
        Err(error) => Check::failed("account", &attempt, error.to_string(), fix),
    }
}

/// A reader of sheets. Without Redis the copies are not shared, and the reads are not counted.
pub(super) fn open(settings: &Settings) -> Result<Sheets, sheets::SheetsError> {
    let store = Store::lazy(&settings.redis, &settings.store);
    Sheets::new(&settings.sheets, store, Arc::new(SystemClock))
}
