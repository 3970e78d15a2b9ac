//! The shop tab: hours, address, payment and the like.

use domain::catalog::{SheetProblem, ShopFact};

use super::headers::Column;
use super::row::{Problems, Row};
use super::values::text;

/// The fact of a row; `None` while either half is missing: what the seller has not filled in yet is no mistake.
pub(crate) fn read(row: &Row<'_>) -> Result<Option<ShopFact>, Vec<SheetProblem>> {
    let mut problems = Problems::of(row, row.cell(Column::Name).and_then(|(value, _)| text::plain(value)));
    problems.demand_own(row, Column::Name, "Параметр");
    let name = problems.read(row, Column::Name, text::text);
    let value = problems.read(row, Column::Value, text::text);
    let fact = name.zip(value).map(|(name, value)| ShopFact { name, value });
    problems.or(fact)
}
