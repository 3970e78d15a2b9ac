//! A tab's cells with what is merged: of merged cells only the first has a value, and what the seller sees is one
//! large cell.
//!
//! Down a column the value holds for each of the rows: three sizes beside one name and one price. What that would
//! make untrue (one stock for three goods, one article number) is told from here and judged by who reads the column.
//! Across columns a value belongs to the first, unless another one that counts is covered too.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;

use super::Merge;
use super::values::text;

/// The cells of a tab.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    rows: &'a [Vec<Value>],
    merges: HashMap<usize, Vec<Merge>>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(rows: &'a [Vec<Value>], all: &[Merge]) -> Self {
        let mut merges: HashMap<usize, Vec<Merge>> = HashMap::new();
        for merge in all {
            let merge =
                Merge { rows: merge.rows.start..merge.rows.end.min(rows.len()), columns: merge.columns.clone() };
            for row in merge.rows.clone() {
                merges.entry(row).or_default().push(merge.clone());
            }
        }
        Self { rows, merges }
    }

    pub(crate) fn rows(&self) -> &'a [Vec<Value>] {
        self.rows
    }

    /// What stands in the cell itself, if it has anything in it.
    pub(crate) fn own(&self, row: usize, column: usize) -> Option<&'a Value> {
        self.rows.get(row)?.get(column).filter(|value| text::is_filled(value))
    }

    /// What a person sees there: the cell's own value, or that of the cells it is merged with, from `first` row on.
    pub(crate) fn seen(&self, row: usize, column: usize, first: usize) -> Option<&'a Value> {
        self.own(row, column).or_else(|| {
            let merge = self.merge(row, column).filter(|merge| merge.rows.start >= first)?;
            (merge.columns.start == column).then(|| self.own(merge.rows.start, column)).flatten()
        })
    }

    /// What the cell is merged with.
    pub(crate) fn merge(&self, row: usize, column: usize) -> Option<&Merge> {
        self.merges_in(row).iter().find(|merge| merge.columns.contains(&column))
    }

    /// What is merged in a row.
    pub(crate) fn merges_in(&self, row: usize) -> &[Merge] {
        self.merges.get(&row).map_or(&[], Vec::as_slice)
    }

    /// The row below a header: merged cells may make it several rows high.
    pub(crate) fn below(&self, header: usize, columns: &Range<usize>) -> usize {
        let own = self.merges_in(header).iter().filter(|merge| columns.contains(&merge.columns.start));
        own.map(|merge| merge.rows.end).max().unwrap_or(0).max(header + 1)
    }
}
