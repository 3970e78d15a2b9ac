//! `salesphere seller template`: an .xlsx for a seller who has no sheet yet, ready to be imported into Google Sheets.
//!
//! What stands in it is data (`tabs.toml`), how it looks is [`workbook`]. Not here: what the headers mean to us; that
//! is the room `sheets`, and a test reads the file with it.

mod workbook;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use domain::catalog::{CatalogSnapshot, CellRef};
use serde::Deserialize;

use crate::failure::Failure;

/// The tabs, as they stand in the file.
const TABS: &str = include_str!("tabs.toml");

/// How the article numbers of the examples begin, which a seller should have removed.
const EXAMPLE: &str = "ПРИМЕР-";

/// Where to write it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The seller imports it into Google Sheets: «Файл → Импорт → Загрузка → Создать новую таблицу». An .xlsx that \
                  merely lies in Google Drive cannot be read.\n\nExamples:\n  salesphere seller template --out table.xlsx"
)]
pub(crate) struct Options {
    /// The file to write. It must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What is in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    guide: Guide,
    tab: Vec<Tab>,
}

/// The tab that is read by people only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    name: String,
    lines: Vec<(Line, String)>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Title,
    Head,
    Text,
}

/// A tab that the bot reads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tab {
    name: String,
    /// Of the tab's ear and of the headers that must be.
    color: u32,
    column: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    header: String,
    /// In characters.
    width: f64,
    holds: Holds,
    #[serde(default)]
    must: bool,
    #[serde(default)]
    private: bool,
    note: String,
}

/// What may stand in a column.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Holds {
    Kind(Kind),
    /// A drop-down.
    Choices(Vec<String>),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Money,
    Cost,
    Count,
    Listing,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Cell {
    Number(f64),
    Text(String),
}

/// Writes the file.
///
/// # Errors
/// It is there already, or cannot be written.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let Options { out } = options;
    let content = workbook::of(&template()?).context("making the workbook")?;
    let opened = OpenOptions::new().write(true).create_new(true).open(out);
    let mut file = opened.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(format!("{} is there already", out.display()), "choose another name, or remove it").into()
        }
        _ => anyhow::Error::new(error).context(format!("cannot write {}", out.display())),
    })?;
    if let Err(error) = file.write_all(&content).and_then(|()| file.sync_all()) {
        // Half a file would be taken for a whole one, and stand in the way of the next attempt.
        std::fs::remove_file(out).ok();
        return Err(error).with_context(|| format!("cannot write {}", out.display()));
    }
    println!("{}: written", out.display());
    println!(
        "  hint: the seller imports it («Файл → Импорт» in Google Sheets) and replaces the yellow rows by his own"
    );
    Ok(ExitCode::SUCCESS)
}

fn template() -> anyhow::Result<Template> {
    toml::from_str(TABS).context("reading the template that is built into this program")
}

/// The rows that came along with the template and are still in a seller's table: buyers would be offered them.
pub(crate) fn examples_in(table: &CatalogSnapshot) -> Vec<CellRef> {
    let left = table.products.iter().filter(|product| product.sku.starts_with(EXAMPLE));
    left.map(|product| product.title.at.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_cell_for_every_column_and_every_example_can_be_told() {
        let template = template().unwrap();
        for tab in &template.tab {
            for row in &tab.rows {
                assert_eq!(row.len(), tab.column.len(), "{}: {row:?}", tab.name);
            }
            assert!(tab.column.iter().any(|column| column.must), "{}", tab.name);
        }
        let named = |row: &Vec<Cell>| matches!(&row[0], Cell::Text(sku) if sku.starts_with(EXAMPLE));
        assert!(template.tab[0].rows.iter().all(named));
    }
}
