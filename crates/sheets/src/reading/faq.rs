//! The FAQ tab: questions and answers in the seller's words.

use domain::catalog::{FaqRow, SheetProblem};

use super::headers::Column;
use super::row::{Problems, Row};
use super::values::text;

/// The question and answer of a row; `None` while either is missing: a question may wait for its answer.
pub(crate) fn read(row: &Row<'_>) -> Result<Option<FaqRow>, Vec<SheetProblem>> {
    let mut problems = Problems::of(row, row.cell(Column::Question).and_then(|(value, _)| text::plain(value)));
    problems.demand_own(row, Column::Question, "Вопрос");
    let question = problems.read(row, Column::Question, text::text);
    let answer = problems.read(row, Column::Answer, text::text);
    let pair = question.zip(answer).map(|(question, answer)| FaqRow { question, answer });
    problems.or(pair)
}
