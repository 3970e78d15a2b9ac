//! Where in a spreadsheet a new question and its answer belong: below the last row of the table of questions, each in
//! its column, wherever those stand.
//!
//! Not here: the writing ([`crate::append`]).

use domain::catalog::CellRef;

use super::cells::Cells;
use super::headers::{self, Column, Kind};
use super::table::{self, Table};
use super::{Tab, values};

/// The place of a new row.
#[derive(Debug, PartialEq)]
pub(crate) struct FaqPlace {
    /// On which tab.
    pub(crate) tab: String,
    /// The table as it is, its header with it, in A1 notation: below it the row is put.
    pub(crate) table: String,
    /// The table's first column, where Google begins the row.
    first: usize,
    question: usize,
    answer: usize,
    /// An empty tab: the header has to be written too.
    is_new: bool,
}

impl FaqPlace {
    /// The place in the last table of questions there is, or in a tab for them that is still empty.
    pub(crate) fn find(tabs: &[Tab]) -> Option<Self> {
        let named = tabs.iter().filter(|tab| headers::kind_of_tab(&tab.title) == Some(Kind::Faq));
        let others = tabs.iter().filter(|tab| headers::kind_of_tab(&tab.title) != Some(Kind::Faq));
        named.chain(others).find_map(|tab| {
            if headers::kind_of_tab(&tab.title) == Some(Kind::Faq) && is_empty(tab) {
                return Some(Self::first_row(tab));
            }
            let cells = Cells::new(&tab.rows, &tab.layout.merges);
            let tables = table::find(tab, &cells, &mut Vec::new());
            let table = tables.iter().rfind(|table| table.kind == Kind::Faq)?;
            Self::below(tab, table, &cells)
        })
    }

    /// Whether one of these tabs is for questions.
    pub(crate) fn has_tab(tabs: &[Tab]) -> bool {
        tabs.iter().any(|tab| headers::kind_of_tab(&tab.title) == Some(Kind::Faq))
    }

    /// What is written: the row, below its header where there is none yet.
    pub(crate) fn rows(&self, question: &str, answer: &str) -> Vec<Vec<String>> {
        let header = self.is_new.then(|| self.row("Вопрос", "Ответ"));
        header.into_iter().chain([self.row(question, answer)]).collect()
    }

    /// The row with its texts where they belong. What lies between stays empty.
    fn row(&self, question: &str, answer: &str) -> Vec<String> {
        let mut row = vec![String::new(); self.question.max(self.answer) - self.first + 1];
        question.clone_into(&mut row[self.question - self.first]);
        answer.clone_into(&mut row[self.answer - self.first]);
        row
    }

    /// The question's cell, if the row that Google wrote to `range` is where it should be.
    pub(crate) fn written(&self, range: &str) -> Option<CellRef> {
        let area = range.rsplit('!').next()?;
        let first = area.split(':').next()?;
        let letters = first.find(|c: char| c.is_ascii_digit())?;
        let row: usize = first[letters..].parse().ok()?;
        let begins = CellRef::at(&self.tab, self.first, row.checked_sub(1)?);
        let below = usize::from(self.is_new);
        (begins.0.rsplit('!').next() == Some(first)).then(|| CellRef::at(&self.tab, self.question, row - 1 + below))
    }

    fn first_row(tab: &Tab) -> Self {
        let table = "A1:B1".to_owned();
        Self { tab: tab.title.clone(), table, first: 0, question: 0, answer: 1, is_new: true }
    }

    fn below(tab: &Tab, table: &Table, cells: &Cells<'_>) -> Option<Self> {
        let column = |wanted: Column| table.columns.iter().position(|heading| heading.column == wanted);
        let (question, answer) = (column(Column::Question)?, column(Column::Answer)?);
        let header = table.rows.start.saturating_sub(1);
        let width = tab.rows.iter().map(Vec::len).max().unwrap_or(0);
        let is_filled = |row: usize| (0..width).any(|at| cells.own(row, at).is_some());
        let own = |row: &usize| [question, answer].iter().any(|at| cells.own(*row, *at).is_some());
        let last = table.rows.clone().rev().find(own).unwrap_or(header);
        // What hangs together with the last row is what Google takes for the table.
        let top = (0..last).rev().take_while(|row| is_filled(*row)).last().unwrap_or(last);
        let touches = |at: &usize| (top..=last).any(|row| cells.own(row, *at).is_some());
        let first = (0..question.min(answer)).rev().take_while(touches).last().unwrap_or(question.min(answer));
        let name = |column: usize, row: usize| {
            let cell = CellRef::at("", column, row).0;
            cell.trim_start_matches('!').to_owned()
        };
        let table = format!("{}:{}", name(question.min(answer), top.max(header)), name(question.max(answer), last));
        Some(Self { tab: tab.title.clone(), table, first, question, answer, is_new: false })
    }
}

fn is_empty(tab: &Tab) -> bool {
    let says = |cell: &serde_json::Value| cell.as_str().map_or(!cell.is_null(), |text| !text.trim().is_empty());
    !tab.rows.iter().flatten().any(says)
}

/// Whether two texts say the same, however they are written.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    headers::words(one) == headers::words(other)
}

/// The text as a cell may hold it and reading takes it; `None` if it is empty or too long.
pub(crate) fn fit(text: &str) -> Option<String> {
    let text = values::text::text(&serde_json::Value::String(text.to_owned())).ok()?;
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tab(title: &str, lines: &[&str]) -> Tab {
        Tab::new(title, lines.iter().map(|line| line.split('|').map(|cell| json!(cell.trim())).collect()).collect())
    }

    #[test]
    fn a_row_goes_below_the_last_question_in_the_columns_that_are_called_so() {
        for (lines, table, row) in [
            (vec!["Вопрос | Ответ", "Есть чек? | Да"], "A1:B2", vec!["q", "a"]),
            (vec!["Вопрос | Ответ"], "A1:B1", vec!["q", "a"]),
            (vec!["№ | Ответ | Вопрос", "1 | Да | Есть чек?"], "B1:C2", vec!["", "a", "q"]),
            (vec!["О магазине", "", " | Вопрос | Ответ", " | Есть чек? | Да"], "B3:C4", vec!["q", "a"]),
            (vec!["Вопрос | Тема | Ответ", "Чек? | | Да", "", "Торг? | | Нет"], "A4:C4", vec!["q", "", "a"]),
            (vec!["Есть чек? | Да", "Торг? | Нет"], "A1:B2", vec!["q", "a"]),
        ] {
            let place = FaqPlace::find(&[tab("Товары", &["Название | Остаток"]), tab("FAQ", &lines)]).unwrap();
            assert_eq!(
                (&*place.table, place.row("q", "a")),
                (table, row.into_iter().map(str::to_owned).collect()),
                "{lines:?}"
            );
        }
        assert_eq!(FaqPlace::find(&[tab("Товары", &["Название | Остаток"])]), None);
        assert_eq!(FaqPlace::find(&[tab("FAQ", &["О нас | Мы хорошие"])]), None);
    }

    #[test]
    fn an_empty_tab_gets_its_header_with_the_first_row() {
        for lines in [vec![], vec!["", " | "]] {
            let place = FaqPlace::find(&[tab("Товары", &["Название | Остаток"]), tab("FAQ", &lines)]).unwrap();
            assert_eq!(place.rows("q", "a"), [["Вопрос", "Ответ"], ["q", "a"]], "{lines:?}");
            assert_eq!((&*place.table, place.written("FAQ!A1:B2")), ("A1:B1", Some(CellRef("FAQ!A2".to_owned()))));
        }
    }

    #[test]
    fn what_google_wrote_elsewhere_is_known() {
        let place = FaqPlace::find(&[tab("FAQ", &["№ | Вопрос | Ответ", "1 | Есть чек? | Да"])]).unwrap();
        assert_eq!(place.written("FAQ!A3:C3"), Some(CellRef("FAQ!B3".to_owned())));
        assert_eq!(place.written("'FAQ'!A12:C12"), Some(CellRef("FAQ!B12".to_owned())));
        for range in ["FAQ!B3:D3", "FAQ", "", "FAQ!A:C", "FAQ!A0"] {
            assert_eq!(place.written(range), None, "{range}");
        }
    }
}
