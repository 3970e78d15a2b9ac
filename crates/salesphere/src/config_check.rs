//! `salesphere config check`: every setting in force and where it came from, or every problem at once.

use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use settings::{LoadOptions, Source};

/// Prints the settings; the exit code says whether they are sound.
///
/// # Errors
/// Never: problems are what it prints.
pub(crate) fn run(config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    match settings::load(LoadOptions { config: config.map(Source::File), ..Default::default() }) {
        Ok(settings) => {
            let mut table = Table::new();
            table.load_style(NOTHING).set_header(["setting", "value", "from"]);
            for setting in settings::explain(&settings) {
                table.add_row([setting.key, setting.value, setting.from.to_string()]);
            }
            println!("{table}");
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            eprintln!("{problems}");
            Ok(ExitCode::FAILURE)
        }
    }
}
