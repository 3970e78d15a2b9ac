//! What each column of a table is: by its name, and where that leaves it open, by what else there is. Two of one name
//! are a problem, and a table without what it needs is none.
//!
//! Not here: where headers are ([`super::table`]), and the names ([`super::headers`]).

use std::ops::Range;

use domain::catalog::{CellRef, SheetProblem};

use super::Tab;
use super::cells::Cells;
use super::headers::{self, Column};
use super::table::{Header, Heading, missing};
use super::values::text;

/// The headings of one table, to be read.
pub(super) struct Headings<'a> {
    pub(super) tab: &'a Tab,
    pub(super) cells: &'a Cells<'a>,
    pub(super) header: &'a Header,
    /// The rows below it.
    pub(super) rows: &'a Range<usize>,
}

/// A column by its name: what it could be, how far down the list of names its own stands, and where it is.
type Candidate = (Column, usize, usize);

impl Headings<'_> {
    /// What each column of the tab is to this table, from column A on; `None` if it has not what it needs.
    pub(super) fn read(&self, problems: &mut Vec<SheetProblem>) -> Option<Vec<Heading>> {
        let ignored = Heading { column: Column::Ignored, text: String::new() };
        let mut headings = vec![ignored; self.header.columns.end];
        let (mut candidates, mut hidden): (Vec<Candidate>, Vec<Candidate>) = (Vec::new(), Vec::new());
        for at in self.header.columns.clone() {
            let Some(text) = self.cells.own(self.header.row, at).and_then(text::plain) else { continue };
            let (column, rank) = headers::column(self.header.kind, &text);
            headings[at].text = text;
            if column == Column::Ignored {
                continue;
            }
            if self.is_torn(at) {
                let what = "объединён над несколькими заполненными столбцами: дайте каждому свой заголовок";
                problems.push(self.problem(at, &headings[at].text, what));
            } else if self.tab.layout.hidden_columns.contains(&at) && column.is_told() {
                hidden.push((column, rank, at));
            } else {
                headings[at].column = column;
                candidates.push((column, rank, at));
            }
        }
        candidates.retain(|(column, ..)| *column != Column::Attribute);
        candidates.sort_by_key(|(column, rank, at)| (*column as usize, *rank, *at));
        for same in candidates.chunk_by(|one, next| one.0 == next.0) {
            self.settle(same, &mut headings, problems);
        }
        let shown = |column: Column, headings: &[Heading]| headings.iter().any(|heading| heading.column == column);
        for (column, _, at) in hidden {
            if column != Column::Attribute && !shown(column, &headings) {
                problems.push(self.problem(at, &headings[at].text, "скрыт, и мы его не читаем: покажите его"));
            }
        }
        let missing = missing(self.header.kind, &headings);
        for what in &missing {
            let at = CellRef::at(&self.tab.title, self.header.columns.start, self.header.row);
            problems.push(SheetProblem { at, what: (*what).to_owned(), about: None });
        }
        missing.is_empty().then_some(headings)
    }

    /// Whether a header is merged over columns of which a further one has something in it: then nobody knows which
    /// of them it names.
    fn is_torn(&self, column: usize) -> bool {
        let Some(merge) = self.cells.merge(self.header.row, column) else { return false };
        let further = merge.columns.start + 1..merge.columns.end.min(self.header.columns.end);
        self.rows.clone().any(|row| further.clone().any(|at| self.cells.own(row, at).is_some()))
    }

    /// Of several columns that could be the same thing, the best named one is it. Two named alike cannot be told
    /// apart: then none is.
    fn settle(&self, same: &[Candidate], headings: &mut [Heading], problems: &mut Vec<SheetProblem>) {
        let [(column, best, first), rest @ ..] = same else { return };
        let twice = rest.first().is_some_and(|(_, rank, _)| rank == best);
        for (_, _, at) in rest {
            headings[*at].column = if *column == Column::Title { Column::Attribute } else { Column::Ignored };
        }
        if twice {
            let (one, other) = (&headings[*first].text, rest[0].2);
            let what = format!("Столбцы «{one}» и «{}» значат одно и то же: оставьте один", headings[other].text);
            let at = CellRef::at(&self.tab.title, other, self.header.row);
            problems.push(SheetProblem { at, what, about: None });
            headings[*first].column = Column::Ignored;
        }
    }

    fn problem(&self, column: usize, name: &str, what: &str) -> SheetProblem {
        let at = CellRef::at(&self.tab.title, column, self.header.row);
        SheetProblem { at, what: format!("Столбец «{name}» {what}"), about: None }
    }
}
