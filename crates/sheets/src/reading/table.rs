//! Where the tables of a tab are: a header row may stand anywhere, several tables may stand one below another
//! or side by side, and a header may come again in the middle.

use std::ops::Range;

use domain::catalog::{CellRef, SheetProblem};
use serde_json::Value;

use super::Tab;
use super::cells::Cells;
use super::headers::{self, Column, Kind};
use super::headings::Headings;
use super::values::text;

/// One table of a tab.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) kind: Kind,
    /// What each column of the tab is to this table, from column A on. What lies beyond is not its own.
    pub(crate) columns: Vec<Heading>,
    /// The rows below its header.
    pub(crate) rows: Range<usize>,
}

/// A column's meaning and its words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heading {
    pub(crate) column: Column,
    pub(crate) text: String,
}

impl Heading {
    /// Whether the column has a meaning or at least a name.
    pub(crate) fn is_named(&self) -> bool {
        self.column != Column::Ignored || !self.text.is_empty()
    }
}

/// A header that was found: where, and what its columns are.
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) row: usize,
    pub(super) columns: Range<usize>,
}

/// The tables of a tab. One whose name says what it holds, and which has none, gets a problem.
pub(crate) fn find(tab: &Tab, cells: &Cells<'_>, problems: &mut Vec<SheetProblem>) -> Vec<Table> {
    let (expected, rows) = (headers::kind_of_tab(&tab.title), cells.rows());
    let found: Vec<Header> = rows.iter().enumerate().flat_map(|(at, row)| headers_in(row, at, expected)).collect();
    if found.is_empty() {
        return without_header(&tab.title, rows, expected, problems).into_iter().collect();
    }
    let end_of = |header: &Header| {
        let overlaps = |other: &&Header| {
            other.row > header.row
                && other.columns.start < header.columns.end
                && header.columns.start < other.columns.end
        };
        found.iter().filter(overlaps).map(|other| other.row).min().unwrap_or(rows.len())
    };
    found
        .iter()
        .filter_map(|header| {
            let end = end_of(header);
            let rows = cells.below(header.row, &header.columns).min(end)..end;
            let columns = Headings { tab, cells, header, rows: &rows }.read(problems)?;
            Some(Table { kind: header.kind, columns, rows })
        })
        .collect()
}

/// The headers that stand in this row: one for the whole row, or one for each of several groups of cells.
fn headers_in(row: &[Value], at: usize, expected: Option<Kind>) -> Vec<Header> {
    if !headers::could_be_header(row.iter().filter_map(Value::as_str)) {
        return Vec::new();
    }
    let groups = groups(row);
    let whole = 0..row.len();
    let mut several: Vec<Header> = Vec::new();
    for columns in groups {
        match (kind_of(&row[columns.clone()], expected), several.last_mut()) {
            (Some(kind), _) => several.push(Header { kind, row: at, columns }),
            // Further columns after a gap belong to the table on their left.
            (None, Some(left)) => left.columns.end = columns.end,
            (None, None) => {}
        }
    }
    if several.len() > 1 {
        return several;
    }
    kind_of(row, expected).map(|kind| Header { kind, row: at, columns: whole }).into_iter().collect()
}

/// The stretches of cells that have something in them.
fn groups(row: &[Value]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, _) in row.iter().enumerate().filter(|(_, cell)| text::plain(cell).is_some()) {
        match groups.last_mut() {
            Some(group) if group.end == at => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// Which kind of table these cells would head. What the tab's name says is tried first.
fn kind_of(cells: &[Value], expected: Option<Kind>) -> Option<Kind> {
    let heads = |kind: Kind| {
        let (first, others) = kind.signs();
        let columns: Vec<Column> =
            cells.iter().filter_map(text::plain).map(|header| headers::column(kind, &header).0).collect();
        columns.contains(&first) && others.iter().any(|other| columns.contains(other))
    };
    expected.into_iter().chain(Kind::ALL).find(|kind| heads(*kind))
}

/// What a table cannot do without, in the seller's words.
pub(super) fn missing(kind: Kind, headings: &[Heading]) -> Vec<&'static str> {
    let needed: &[(Column, &str)] = match kind {
        Kind::Goods => &[
            (Column::Title, "Нет одного понятного столбца «Название»: товары этой таблицы не прочитаны"),
            (Column::Stock, "Нет одного понятного столбца «Остаток»: товары этой таблицы не прочитаны"),
        ],
        Kind::Delivery => &[
            (Column::Place, "Нет одного понятного столбца «Город»: таблица доставки не прочитана"),
            (Column::Cost, "Нет одного понятного столбца «Стоимость»: таблица доставки не прочитана"),
        ],
        Kind::Shop => &[
            (Column::Name, "Нет одного столбца «Параметр»: таблица не прочитана"),
            (Column::Value, "Нет одного столбца «Значение»: таблица не прочитана"),
        ],
        Kind::Faq => &[
            (Column::Question, "Нет одного столбца «Вопрос»: таблица не прочитана"),
            (Column::Answer, "Нет одного столбца «Ответ»: таблица не прочитана"),
        ],
    };
    let has = |column: Column| headings.iter().any(|heading| heading.column == column);
    needed.iter().filter(|(column, _)| !has(*column)).map(|(_, what)| *what).collect()
}

/// Names and values, questions and answers speak for themselves: two columns without a header will do.
fn without_header(
    tab: &str,
    rows: &[Vec<Value>],
    expected: Option<Kind>,
    problems: &mut Vec<SheetProblem>,
) -> Option<Table> {
    let kind = expected?;
    let first = rows.iter().find_map(|row| row.iter().find_map(text::plain));
    let is_question = first.is_some_and(|text| text.ends_with('?'));
    let two = match kind {
        Kind::Shop => [Column::Name, Column::Value],
        Kind::Faq if is_question => [Column::Question, Column::Answer],
        Kind::Goods | Kind::Delivery | Kind::Faq => {
            problems.push(no_header(tab, kind));
            return None;
        }
    };
    let columns = two.map(|column| Heading { column, text: String::new() }).to_vec();
    Some(Table { kind, columns, rows: 0..rows.len() })
}

fn no_header(tab: &str, kind: Kind) -> SheetProblem {
    let wanted = match kind {
        Kind::Goods => "«Название», «Цена», «Остаток»",
        Kind::Delivery => "«Город», «Стоимость», «Срок»",
        Kind::Shop => "«Параметр», «Значение»",
        Kind::Faq => "«Вопрос», «Ответ»",
    };
    let what = format!("Не нашли строку заголовков: нужны столбцы {wanted}; лист не прочитан");
    SheetProblem { at: CellRef::at(tab, 0, 0), what, about: None }
}
