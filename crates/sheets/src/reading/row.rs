//! One row of a table: its cells by what they are, and the collecting of what is wrong with them.

use domain::catalog::{Cell, CellRef, SheetProblem};
use serde_json::Value;

use super::headers::{Column, words};
use super::table::{Heading, Table};
use super::values::{Trouble, text};

/// One row of a table.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    tab: &'a str,
    index: usize,
    headings: &'a [Heading],
    cells: &'a [Value],
}

impl<'a> Row<'a> {
    pub(crate) fn new(tab: &'a str, table: &'a Table, index: usize, cells: &'a [Value]) -> Self {
        Self { tab, index, headings: &table.columns, cells }
    }

    /// Whether none of the table's columns has anything in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.filled().next().is_none()
    }

    /// Whether the row is a heading, a sum or a remark between the others. A lone title could also be a product
    /// that is not filled in, so it must look like a heading.
    pub(crate) fn is_remark(&self) -> bool {
        let mut filled = self.filled();
        let Some((heading, cell)) = filled.next() else { return true };
        let text = text::plain(cell).unwrap_or_default();
        if is_sum(&text) {
            return true;
        }
        let alone = filled.next().is_none();
        alone && (matches!(heading.column, Column::Attribute | Column::Ignored) || looks_like_heading(&text))
    }

    /// The cell of a column, if it has anything in it.
    pub(crate) fn cell(&self, column: Column) -> Option<(&'a Value, CellRef)> {
        let at = self.place(column)?;
        let value = self.cells.get(at).filter(|value| text::plain(value).is_some())?;
        Some((value, self.at(at)))
    }

    /// Where the cell of a column is, also when it is empty; the row's first cell if there is no such column.
    pub(crate) fn at_column(&self, column: Column) -> CellRef {
        self.at(self.place(column).unwrap_or(0))
    }

    /// The further facts of a product: header and value.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a Value, CellRef)> {
        self.headings.iter().zip(self.cells).enumerate().filter_map(|(at, (heading, value))| {
            let told = heading.column == Column::Attribute && text::plain(value).is_some();
            told.then(|| (heading.text.as_str(), value, self.at(at)))
        })
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.headings.iter().position(|heading| heading.column == column)
    }

    fn filled(&self) -> impl Iterator<Item = (&'a Heading, &'a Value)> {
        let own = |(heading, value): &(&Heading, &Value)| {
            (heading.column != Column::Ignored || !heading.text.is_empty()) && text::plain(value).is_some()
        };
        self.headings.iter().zip(self.cells).filter(own)
    }

    fn at(&self, column: usize) -> CellRef {
        CellRef::at(self.tab, column, self.index)
    }
}

fn is_sum(text: &str) -> bool {
    let words = words(text);
    ["итого", "всего", "total"].contains(&words.as_str()) || words.starts_with("итого ")
}

fn looks_like_heading(text: &str) -> bool {
    let shouts = text.chars().any(char::is_alphabetic) && text.to_uppercase() == text;
    let words = words(text);
    let first = words.split(' ').next().unwrap_or_default();
    shouts
        || text.ends_with(':')
        || text.starts_with(['*', '※', '!', '—', '-', '='])
        || text.chars().count() > 120
        || ["примечание", "внимание", "важно", "note", "attention"].contains(&first)
}

/// What is wrong with a row, found cell by cell: all of it is told at once.
#[derive(Debug)]
pub(crate) struct Problems {
    about: Option<String>,
    found: Vec<SheetProblem>,
}

impl Problems {
    /// Nothing yet, in the row of `about`.
    pub(crate) fn of(about: Option<String>) -> Self {
        Self { about, found: Vec::new() }
    }

    /// The value of a column as `read` takes it; `None` where the cell is empty or wrong.
    pub(crate) fn read<T>(
        &mut self,
        row: &Row<'_>,
        column: Column,
        read: impl FnOnce(&Value) -> Result<T, Trouble>,
    ) -> Option<Cell<T>> {
        let (value, at) = row.cell(column)?;
        self.read_cell(value, at, read)
    }

    /// The value of one cell as `read` takes it.
    pub(crate) fn read_cell<T>(
        &mut self,
        value: &Value,
        at: CellRef,
        read: impl FnOnce(&Value) -> Result<T, Trouble>,
    ) -> Option<Cell<T>> {
        match read(value) {
            Ok(value) => Some(Cell::new(value, at)),
            Err(trouble) => {
                self.add(at, trouble);
                None
            }
        }
    }

    pub(crate) fn add(&mut self, at: CellRef, trouble: impl Into<Trouble>) {
        let Trouble(what) = trouble.into();
        self.found.push(SheetProblem { at, what, about: self.about.clone() });
    }

    /// The row's value, if nothing was wrong.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<SheetProblem>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }
}
