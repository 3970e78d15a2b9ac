//! What a tab has beside the texts of its cells: merged cells, hidden rows and columns, notes. And the words in which
//! a file or another process orders them.
//!
//! Not here: how any of it is told ([`super::grid`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use super::a1::{self, Area};
use super::spreadsheet::SheetError;

/// A row and a column.
type Place = (usize, usize);

/// How a tab is arranged. Rows and columns are counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Layout {
    /// The cells that are one: the first and the last, each as row and column.
    pub merges: Vec<((usize, usize), (usize, usize))>,
    /// The rows that somebody hid.
    pub hidden_rows: BTreeSet<usize>,
    /// The rows that a filter does not show.
    pub filtered_rows: BTreeSet<usize>,
    /// The columns that somebody hid.
    pub hidden_columns: BTreeSet<usize>,
    /// The notes on cells.
    #[serde(serialize_with = "as_list")]
    pub notes: BTreeMap<(usize, usize), String>,
}

/// A change of a tab's layout, as a person would say it: rows by the numbers beside them, columns by their letters.
/// Everything is added to what there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arrange {
    /// Ranges like `B2:B4` to merge. As in the browser, the first cell's text stays and the others' go.
    pub merge: Vec<String>,
    /// Rows to hide by hand.
    pub hide_rows: Vec<usize>,
    /// Rows that a filter does not show.
    pub filter_rows: Vec<usize>,
    /// Columns to hide by hand.
    pub hide_columns: Vec<String>,
    /// Notes on cells: `{"B2": "…"}`.
    pub notes: BTreeMap<String, String>,
}

impl Layout {
    /// Takes the orders; the cells of merged ranges lose their texts but for the first.
    pub(super) fn arrange(&mut self, order: &Arrange, rows: &mut [Vec<String>]) -> Result<(), SheetError> {
        for range in &order.merge {
            let (first, last) = corners(range)?;
            for (row, cells) in rows.iter_mut().enumerate().take(last.0 + 1).skip(first.0) {
                for (column, cell) in cells.iter_mut().enumerate().take(last.1 + 1).skip(first.1) {
                    if (row, column) != first {
                        cell.clear();
                    }
                }
            }
            self.merges.push((first, last));
        }
        for (numbers, hidden) in
            [(&order.hide_rows, &mut self.hidden_rows), (&order.filter_rows, &mut self.filtered_rows)]
        {
            for number in numbers {
                hidden.insert(number.checked_sub(1).ok_or_else(|| SheetError::NotACell("row 0".to_owned()))?);
            }
        }
        for letters in &order.hide_columns {
            self.hidden_columns.insert(cell(&format!("{letters}1"))?.1);
        }
        for (at, note) in &order.notes {
            self.notes.insert(cell(at)?, note.clone());
        }
        Ok(())
    }

    /// So many rows were put in before the row `at`: what lies below moves down.
    pub(super) fn insert_rows(&mut self, at: usize, count: usize) {
        let moved = |row: usize| if row >= at { row + count } else { row };
        for (first, last) in &mut self.merges {
            (first.0, last.0) = (moved(first.0), moved(last.0));
        }
        for rows in [&mut self.hidden_rows, &mut self.filtered_rows] {
            *rows = rows.iter().map(|row| moved(*row)).collect();
        }
        self.notes = std::mem::take(&mut self.notes)
            .into_iter()
            .map(|((row, column), note)| ((moved(row), column), note))
            .collect();
    }
}

fn cell(name: &str) -> Result<(usize, usize), SheetError> {
    a1::cell(name).ok_or_else(|| SheetError::NotACell(name.to_owned()))
}

/// The first and the last cell of a range that has both.
fn corners(range: &str) -> Result<(Place, Place), SheetError> {
    let whole = a1::parse(range, |_| false).and_then(|(_, area)| match area {
        Area { first, last_row: Some(row), last_column: Some(column) } => Some((first, (row, column))),
        _ => None,
    });
    whole
        .filter(|(first, last)| first.0 <= last.0 && first.1 <= last.1)
        .ok_or_else(|| SheetError::NotACell(range.to_owned()))
}

/// JSON has no keys of two numbers.
fn as_list<S: Serializer>(notes: &BTreeMap<(usize, usize), String>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(notes)
}
