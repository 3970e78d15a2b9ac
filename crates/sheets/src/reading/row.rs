//! One row of a table: its cells by what they are, and the collecting of what is wrong with them.

use domain::catalog::{Cell, CellRef, SheetProblem};
use serde_json::Value;

use super::cells::Cells;
use super::headers::{Column, words};
use super::table::{Heading, Table};
use super::values::{Trouble, text};

/// One row of a table.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    tab: &'a str,
    index: usize,
    table: &'a Table,
    cells: &'a Cells<'a>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(tab: &'a str, table: &'a Table, index: usize, cells: &'a Cells<'a>) -> Self {
        Self { tab, index, table, cells }
    }

    /// Whether none of the table's columns has anything in it, but for what is merged with cells above.
    pub(crate) fn is_blank(&self) -> bool {
        self.is_blank_at(self.index)
    }

    /// Whether the row is a heading, a sum or a remark between the others. A lone title could also be a product
    /// that is not filled in, so it must look like a heading, or be as wide as one.
    pub(crate) fn is_remark(&self) -> bool {
        let mut filled = self.filled();
        let Some((at, heading, cell)) = filled.next() else { return true };
        let text = text::plain(cell).unwrap_or_default();
        if is_sum(&text) {
            return true;
        }
        let alone = filled.next().is_none();
        let tells_nothing = matches!(heading.column, Column::Attribute | Column::Ignored);
        alone && (tells_nothing || looks_like_heading(&text) || self.is_wide(at))
    }

    /// The cell of a column, if it has anything in it.
    pub(crate) fn cell(&self, column: Column) -> Option<(&'a Value, CellRef)> {
        let at = self.place(column)?;
        Some((self.seen(at)?, self.at(at)))
    }

    /// Where the cell of a column is, also when it is empty; the row's first cell if there is no such column.
    pub(crate) fn at_column(&self, column: Column) -> CellRef {
        self.at(self.place(column).unwrap_or(0))
    }

    /// The further facts of a product: header and value.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a Value, CellRef)> {
        self.table.columns.iter().enumerate().filter_map(|(at, heading)| {
            let told = heading.column == Column::Attribute;
            let value = told.then(|| self.seen(at)).flatten()?;
            Some((heading.text.as_str(), value, self.at(at)))
        })
    }

    /// The rows of which this column's cells are one, if several of them have something to say: «2–4».
    pub(crate) fn shared(&self, column: Column) -> Option<String> {
        let merge = self.cells.merge(self.index, self.place(column)?)?;
        let rows = merge.rows.start.max(self.table.rows.start)..merge.rows.end;
        (rows.clone().filter(|row| !self.is_blank_at(*row)).count() > 1)
            .then(|| format!("{}–{}", rows.start + 1, rows.end))
    }

    /// The merged cells of this row whose value could belong to more than one column.
    pub(crate) fn unclear(&self) -> impl Iterator<Item = (CellRef, Trouble)> {
        let counts = |heading: &Heading| !matches!(heading.column, Column::Attribute | Column::Ignored);
        self.cells.merges_in(self.index).iter().filter_map(move |merge| {
            let value = text::plain(self.seen(merge.columns.start)?)?;
            let covered = merge.columns.clone().skip(1).filter_map(|at| self.table.columns.get(at));
            let what = format!("«{value}» стоит в ячейке, объединённой на несколько столбцов: разъедините её");
            covered.into_iter().any(counts).then(|| (self.at(merge.columns.start), what.into()))
        })
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.table.columns.iter().position(|heading| heading.column == column)
    }

    fn seen(&self, column: usize) -> Option<&'a Value> {
        self.cells.seen(self.index, column, self.table.rows.start)
    }

    /// The columns that this row has something in, of those that have a meaning or a name.
    fn filled(&self) -> impl Iterator<Item = (usize, &'a Heading, &'a Value)> {
        let columns = self.table.columns.iter().enumerate().filter(|(_, heading)| heading.is_named());
        columns.filter_map(|(at, heading)| Some((at, heading, self.seen(at)?)))
    }

    fn is_blank_at(&self, row: usize) -> bool {
        let mut columns = self.table.columns.iter().enumerate().filter(|(_, heading)| heading.is_named());
        !columns.any(|(at, _)| self.cells.own(row, at).is_some())
    }

    /// Whether a cell is merged over several columns that have a meaning.
    fn is_wide(&self, column: usize) -> bool {
        let read = |at: usize| self.table.columns.get(at).is_some_and(|heading| heading.column != Column::Ignored);
        self.cells.merge(self.index, column).is_some_and(|merge| {
            merge.columns.clone().take(self.table.columns.len()).filter(|at| read(*at)).count() > 1
        })
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
    /// What its merged cells leave open, in the row of `about`; else nothing yet.
    pub(crate) fn of(row: &Row<'_>, about: Option<String>) -> Self {
        let mut problems = Self { about, found: Vec::new() };
        row.unclear().for_each(|(at, trouble)| problems.add(at, trouble));
        problems
    }

    /// Demands that a cell be this row's alone: what names a row names one.
    pub(crate) fn demand_own(&mut self, row: &Row<'_>, column: Column, what: &str) {
        if let Some(rows) = row.shared(column) {
            let what = format!("{what} — одна ячейка на строки {rows}: разъедините её и заполните каждую строку");
            self.add(row.at_column(column), what);
        }
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
