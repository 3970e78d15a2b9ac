//! `values.append`: the table that a range means, and the rows below it.
//!
//! After the API's guide: the last table in the range is meant, however small a part of it the range covers; the rows
//! begin in the table's first column, and where the range has no table, in the range itself. `null` leaves a cell
//! as it is.

use serde::Deserialize;
use serde_json::{Value, json};

use super::a1::{self, Area};
use super::answer::Refusal;
use super::spreadsheet::{Spreadsheet, Tab};

/// The body of the call.
#[derive(Deserialize)]
pub(super) struct Rows {
    #[serde(default)]
    values: Vec<Vec<Value>>,
}

/// Whether the rows below the table are moved down or written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Insert {
    Rows,
    Nothing,
}

/// Writes the rows; the answer.
pub(super) fn append(sheet: &mut Spreadsheet, range: &str, rows: &Rows, insert: Insert) -> Result<Value, Refusal> {
    let unparsed = || Refusal::bad(format!("Unable to parse range: {range}"));
    let id = sheet.id.clone();
    let (tab, area) = sheet.range(range).ok_or_else(unparsed)?;
    let (title, table) = (tab.title.clone(), table_in(tab, area));
    let (row, column) = match &table {
        Some(table) => (table.last_row.unwrap_or(0) + 1, table.first.1),
        None => area.first,
    };
    let table = table.map(|table| a1::write(&title, table, 0, 0));
    let tab = sheet.tab_mut(&title).ok_or_else(unparsed)?;
    if insert == Insert::Rows && row < tab.rows.len() {
        tab.rows.splice(row..row, rows.values.iter().map(|_| Vec::new()));
        tab.layout.insert_rows(row, rows.values.len());
    }
    for (down, values) in rows.values.iter().enumerate() {
        for (right, value) in values.iter().enumerate().filter(|(_, value)| !value.is_null()) {
            tab.put(row + down, column + right, typed(value));
        }
    }
    let columns = rows.values.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let area = Area {
        first: (row, column),
        last_row: Some(row + rows.values.len().max(1) - 1),
        last_column: Some(column + columns - 1),
    };
    let mut body = json!({
        "spreadsheetId": id,
        "updates": {
            "spreadsheetId": id,
            "updatedRange": a1::write(&title, area, 0, 0),
            "updatedRows": rows.values.len(),
            "updatedColumns": columns,
            "updatedCells": rows.values.iter().flatten().filter(|value| !value.is_null()).count(),
        }
    });
    if let Some(table) = table {
        body["tableRange"] = json!(table);
    }
    Ok(body)
}

/// The last table of which a part lies in the area: all that hangs together with the area's last cell.
fn table_in(tab: &Tab, area: Area) -> Option<Area> {
    let filled = |row: usize, column: usize| tab.rows.get(row)?.get(column).filter(|text| !text.is_empty());
    let (rows, columns) = tab.grid();
    let last = (area.last_row.map_or(rows, |last| last + 1), area.last_column.map_or(columns, |last| last + 1));
    let all = (area.first.0..last.0).flat_map(|row| (area.first.1..last.1).map(move |column| (row, column)));
    let (row, column) = all.rev().find(|(row, column)| filled(*row, *column).is_some())?;
    let (mut top, mut bottom, mut left, mut right) = (row, row, column, column);
    loop {
        let any = |rows: std::ops::RangeInclusive<usize>, columns: std::ops::RangeInclusive<usize>| {
            rows.into_iter().any(|row| columns.clone().any(|column| filled(row, column).is_some()))
        };
        let (wide, high) = (left.saturating_sub(1)..=right + 1, top.saturating_sub(1)..=bottom + 1);
        if top > 0 && any(top - 1..=top - 1, wide.clone()) {
            top -= 1;
        } else if any(bottom + 1..=bottom + 1, wide) {
            bottom += 1;
        } else if left > 0 && any(high.clone(), left - 1..=left - 1) {
            left -= 1;
        } else if any(high, right + 1..=right + 1) {
            right += 1;
        } else {
            return Some(Area { first: (top, left), last_row: Some(bottom), last_column: Some(right) });
        }
    }
}

fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two tables of the API's guide, in A1:C2 and B4:D6.
    fn guide() -> Spreadsheet {
        let text = "[[tab]]\nname = \"Sheet1\"\nrows = [[\"x\",\"y\",\"z\"],[\"x\",\"y\",\"z\"],[],[\"\",\"x\",\"y\",\"z\"],\
                    [\"\",\"x\",\"y\",\"z\"],[\"\",\"x\",\"y\",\"z\"]]";
        Spreadsheet::from_toml("guide", text).unwrap()
    }

    #[test]
    fn rows_go_where_the_guide_says() {
        for (range, at) in [
            ("Sheet1", "Sheet1!B7"),
            ("Sheet1!B4", "Sheet1!B7"),
            ("Sheet1!C5:D5", "Sheet1!B7"),
            ("Sheet1!B2:D4", "Sheet1!B7"),
            ("Sheet1!A3:G10", "Sheet1!B7"),
            ("Sheet1!A1", "Sheet1!A3"),
            ("Sheet1!E4", "Sheet1!E4"),
        ] {
            let rows = Rows { values: vec![vec![json!("new")]] };
            let body = append(&mut guide(), range, &rows, Insert::Nothing).unwrap();
            assert_eq!(body["updates"]["updatedRange"], at, "{range}");
        }
    }

    #[test]
    fn rows_that_are_put_in_move_what_is_below() {
        let mut sheet = guide();
        let rows = Rows { values: vec![vec![json!(null), json!("new")]] };
        append(&mut sheet, "Sheet1!A1:C2", &rows, Insert::Rows).unwrap();
        let cells = ["A3", "B3", "B4", "B5"].map(|cell| sheet.cell("Sheet1", cell).unwrap());
        assert_eq!(cells, ["", "new", "", "x"]);
    }
}
