//! The delivery tab: one row, one place.

use domain::catalog::{Cell, DeliveryRow, SheetProblem};
use domain::money::Money;
use serde_json::Value;

use super::headers::{Column, words};
use super::row::{Problems, Row};
use super::values::{days, price, text};

/// The place of a row; `None` if the row is a heading or a remark.
pub(crate) fn read(row: &Row<'_>) -> Result<Option<DeliveryRow>, Vec<SheetProblem>> {
    if row.is_remark() {
        return Ok(None);
    }
    let mut problems = Problems::of(row, row.cell(Column::Place).and_then(|(value, _)| text::plain(value)));
    problems.demand_own(row, Column::Place, "Город");
    let place = problems.read(row, Column::Place, text::text);
    let cost = problems.read(row, Column::Cost, price::cost);
    let days_read = problems.read(row, Column::Days, days::days);
    let free_from = problems.read(row, Column::FreeFrom, price::free_from);
    let note = problems.read(row, Column::Note, text::text);

    if row.cell(Column::Place).is_none() {
        problems.add(row.at_column(Column::Place), "Нет города: впишите город, регион или «Самовывоз»");
    }
    let place = place.unwrap_or_else(|| Cell::new(String::new(), row.at_column(Column::Place)));
    let cost = match cost {
        Some(cost) => filled(cost),
        None if row.cell(Column::Cost).is_some() => None,
        // Fetching costs nothing unless the seller says so.
        None if is_pickup(&place.value) => Some(Cell::new(Money::ZERO, place.at.clone())),
        None => {
            problems
                .add(row.at_column(Column::Cost), "Стоимость пуста: напишите сумму, «бесплатно» или «не доставляем»");
            None
        }
    };
    let note = with_working_days(note, row.cell(Column::Days));
    let (days, free_from) = (days_read.and_then(filled), free_from.and_then(filled));
    problems.or(Some(DeliveryRow { place, cost, days, free_from, note }))
}

/// A cell that says something.
fn filled<T>(cell: Cell<Option<T>>) -> Option<Cell<T>> {
    cell.value.map(|value| Cell::new(value, cell.at))
}

/// «5 рабочих дней» is not five days: the words go with the note, for the number has no place for them.
fn with_working_days(
    note: Option<Cell<String>>,
    days: Option<(&Value, domain::catalog::CellRef)>,
) -> Option<Cell<String>> {
    let Some((value, at)) = days.filter(|(value, _)| days::are_working_days(value)) else { return note };
    let words = format!("срок: {}", text::plain(value)?);
    Some(match note {
        None => Cell::new(words, at),
        Some(note) => Cell::new(format!("{}; {words}", note.value), note.at),
    })
}

fn is_pickup(place: &str) -> bool {
    ["самовывоз", "pickup"].iter().any(|word| words(place).starts_with(word))
}
