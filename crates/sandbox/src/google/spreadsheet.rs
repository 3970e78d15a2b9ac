//! A spreadsheet: tabs of cells that hold text, and who may read it.
//!
//! Not here: how a range is written ([`super::a1`]), or what is answered ([`super::sheets`]).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::a1::{self, Area};
use super::layout::{Arrange, Layout};

/// A spreadsheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spreadsheet {
    /// The id in its address.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tabs, in order.
    pub tabs: Vec<Tab>,
    /// Who may read it.
    pub sharing: Sharing,
    /// Who of those may write into it.
    pub editing: Sharing,
}

/// Who may read a spreadsheet, or write into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Whoever has a token.
    Anyone,
    /// Only these service accounts, by their e-mail.
    With(Vec<String>),
    /// Nobody: the seller forgot to share it, or took it back.
    Nobody,
}

impl Sharing {
    pub(super) fn includes(&self, email: &str) -> bool {
        match self {
            Self::Anyone => true,
            Self::With(emails) => emails.iter().any(|shared| shared == email),
            Self::Nobody => false,
        }
    }
}

/// One tab.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tab {
    /// Its title.
    pub title: String,
    /// Whether the seller sees it.
    pub visible: Visible,
    /// The cells by row, as they were typed; rows may differ in length.
    pub rows: Vec<Vec<String>>,
    /// What is merged, hidden and noted.
    pub layout: Layout,
}

/// Whether a tab is seen in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Visible {
    /// It is.
    Shown,
    /// It is hidden; the API reads it all the same.
    Hidden,
}

/// A cell or a tab that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// No spreadsheet has this id.
    #[error("there is no spreadsheet {0}")]
    NoSpreadsheet(String),
    /// No tab has this title.
    #[error("there is no tab {0}")]
    NoTab(String),
    /// Not the name of a cell.
    #[error("{0} is not a cell: write it like D2")]
    NotACell(String),
}

/// The grid of a fresh tab, as Google makes it.
const ROWS: usize = 1000;
const COLUMNS: usize = 26;

impl Spreadsheet {
    /// A spreadsheet anyone may read, from text like `data/sheet.toml`: `[[tab]] name = "…" rows = [["…", 1], …]`,
    /// with `hidden = true` where a tab is hidden, and its layout as in [`Arrange`]: `layout = {hide_rows = [3]}`.
    ///
    /// # Errors
    /// The text is not such a file.
    pub fn from_toml(id: &str, text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let tabs = file.tab.into_iter().map(TabFile::into_tab).collect::<Result<_, _>>();
        Ok(Self {
            id: id.to_owned(),
            title: "Таблица магазина".to_owned(),
            tabs: tabs.map_err(serde::de::Error::custom)?,
            sharing: Sharing::Anyone,
            editing: Sharing::Anyone,
        })
    }

    /// Merges, hides and notes.
    ///
    /// # Errors
    /// There is no such tab, or what is named is no cell or range.
    pub fn arrange(&mut self, tab: &str, order: &Arrange) -> Result<(), SheetError> {
        let tab = self.tab_mut(tab).ok_or_else(|| SheetError::NoTab(tab.to_owned()))?;
        tab.layout.arrange(order, &mut tab.rows)
    }

    /// Writes into a cell named like `D2`. An empty text empties it.
    ///
    /// # Errors
    /// There is no such tab, or that is no cell.
    pub fn set_cell(&mut self, tab: &str, cell: &str, text: &str) -> Result<(), SheetError> {
        let (row, column) = a1::cell(cell).ok_or_else(|| SheetError::NotACell(cell.to_owned()))?;
        let found = self.tab_mut(tab).ok_or_else(|| SheetError::NoTab(tab.to_owned()))?;
        found.put(row, column, text.to_owned());
        Ok(())
    }

    /// What stands in a cell named like `D2`.
    ///
    /// # Errors
    /// There is no such tab, or that is no cell.
    pub fn cell(&self, tab: &str, cell: &str) -> Result<&str, SheetError> {
        let (row, column) = a1::cell(cell).ok_or_else(|| SheetError::NotACell(cell.to_owned()))?;
        let found = self.tab(tab).ok_or_else(|| SheetError::NoTab(tab.to_owned()))?;
        Ok(found.rows.get(row).and_then(|cells| cells.get(column)).map_or("", String::as_str))
    }

    pub(super) fn tab(&self, title: &str) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.title == title)
    }

    /// The tab and area a range means.
    pub(super) fn range(&self, text: &str) -> Option<(&Tab, Area)> {
        let (title, area) = a1::parse(text, |title| self.tab(title).is_some())?;
        let tab = match title {
            Some(title) => self.tab(&title)?,
            None => self.tabs.first()?,
        };
        Some((tab, area))
    }

    pub(super) fn tab_mut(&mut self, title: &str) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.title == title)
    }
}

impl Tab {
    pub(super) fn grid(&self) -> (usize, usize) {
        let widest = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        (self.rows.len().max(ROWS), widest.max(COLUMNS))
    }

    pub(super) fn put(&mut self, row: usize, column: usize, text: String) {
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }

    /// The cells of an area by row, without the empty ones at the end of a row and the empty rows at the end.
    pub(super) fn cells(&self, area: Area, render: Render) -> Vec<Vec<Value>> {
        let last_row = area.last_row.map_or(self.rows.len(), |last| (last + 1).min(self.rows.len()));
        let rows = self.rows.get(area.first.0..last_row).unwrap_or_default();
        let mut cells: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| {
                let last_column = area.last_column.map_or(row.len(), |last| (last + 1).min(row.len()));
                let texts = row.get(area.first.1..last_column).unwrap_or_default();
                let filled = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
                texts[..filled].iter().map(|text| render.cell(text)).collect()
            })
            .collect();
        let filled = cells.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
        cells.truncate(filled);
        cells
    }
}

/// How cells are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Render {
    /// As they look: all text.
    Formatted,
    /// As they are: a number is a number.
    Unformatted,
}

impl Render {
    pub(super) fn cell(self, text: &str) -> Value {
        match self {
            Self::Formatted => json!(text),
            Self::Unformatted => unformatted(text),
        }
    }
}

/// A plain number, `TRUE` or `FALSE` is what it says; all else is text.
fn unformatted(text: &str) -> Value {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain =
        digits.chars().all(|c| c.is_ascii_digit() || c == '.') && digits.starts_with(|c: char| c.is_ascii_digit());
    match text {
        "TRUE" => json!(true),
        "FALSE" => json!(false),
        _ if plain => text
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| text.parse::<f64>().map(Value::from))
            .unwrap_or_else(|_| json!(text)),
        _ => json!(text),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tab: Vec<TabFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TabFile {
    name: String,
    #[serde(default)]
    hidden: bool,
    rows: Vec<Vec<toml::Value>>,
    #[serde(default)]
    layout: Arrange,
}

impl TabFile {
    fn into_tab(self) -> Result<Tab, SheetError> {
        let mut rows: Vec<Vec<String>> = self.rows.into_iter().map(|row| row.iter().map(typed).collect()).collect();
        let mut layout = Layout::default();
        layout.arrange(&self.layout, &mut rows)?;
        let visible = if self.hidden { Visible::Hidden } else { Visible::Shown };
        Ok(Tab { title: self.name, visible, rows, layout })
    }
}

/// A cell of the file as one would type it.
fn typed(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(true) => "TRUE".to_owned(),
        toml::Value::Boolean(false) => "FALSE".to_owned(),
        other => other.to_string(),
    }
}
