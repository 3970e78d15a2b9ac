//! `spreadsheets.get`: the tabs, and where it is asked for, their cells with all that Google tells of them.
//!
//! Shapes from the API's reference (`Sheet`, `GridData`, `CellData`): merged ranges are half open, a row's or column's
//! metadata says who hid it, a date is a number whose format says that it is one.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::a1::Area;
use super::answer::Refusal;
use super::mask::Mask;
use super::spreadsheet::{Render, Spreadsheet, Tab, Visible};

/// What is asked of a spreadsheet.
pub(super) struct Wanted {
    ranges: Vec<String>,
    mask: Option<Mask>,
    cells: bool,
}

impl Wanted {
    /// By the parameters `ranges`, `fields` and `includeGridData`. With a mask, the last one does not count.
    pub(super) fn new(ranges: Vec<String>, fields: Option<&str>, grid: Option<&str>) -> Result<Self, Refusal> {
        let mask = fields.map(Mask::parse).transpose()?;
        let cells = mask.as_ref().map_or(grid == Some("true"), |mask| mask.wants("sheets.data"));
        Ok(Self { ranges, mask, cells })
    }

    /// Whether the cells are asked for, or what is known of them.
    pub(super) fn cells(&self) -> bool {
        self.cells
    }

    /// The answer.
    pub(super) fn of(&self, sheet: &Spreadsheet) -> Result<Value, Refusal> {
        let areas = self.areas(sheet)?;
        let tabs = sheet.tabs.iter().enumerate();
        let tabs = tabs.filter(|(index, _)| self.ranges.is_empty() || areas.contains_key(index)).map(|(index, tab)| {
            let whole = vec![Area::default()];
            let mut told = json!({"properties": properties(index, tab)});
            let merges = merges(index, tab);
            if !merges.is_empty() {
                told["merges"] = json!(merges);
            }
            if self.cells {
                told["data"] = areas.get(&index).unwrap_or(&whole).iter().map(|area| data(tab, *area)).collect();
            }
            told
        });
        let body = json!({
            "spreadsheetId": sheet.id,
            "properties": {"title": sheet.title, "locale": "ru_RU", "timeZone": "Europe/Moscow"},
            "sheets": tabs.collect::<Vec<_>>(),
            "spreadsheetUrl": format!("https://docs.google.com/spreadsheets/d/{}/edit", sheet.id),
        });
        Ok(match &self.mask {
            Some(mask) => mask.of(body),
            None => body,
        })
    }

    /// The areas asked for, by the index of their tab.
    fn areas(&self, sheet: &Spreadsheet) -> Result<HashMap<usize, Vec<Area>>, Refusal> {
        let mut areas: HashMap<usize, Vec<Area>> = HashMap::new();
        for range in &self.ranges {
            let unparsed = || Refusal::bad(format!("Unable to parse range: {range}"));
            let (tab, area) = sheet.range(range).ok_or_else(unparsed)?;
            let index = sheet.tabs.iter().position(|other| other.title == tab.title).ok_or_else(unparsed)?;
            areas.entry(index).or_default().push(area);
        }
        Ok(areas)
    }
}

fn properties(index: usize, tab: &Tab) -> Value {
    let (rows, columns) = tab.grid();
    let mut properties = json!({
        "sheetId": index,
        "title": tab.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": rows, "columnCount": columns},
    });
    // Google leaves out what is false.
    if tab.visible == Visible::Hidden {
        properties["hidden"] = json!(true);
    }
    properties
}

fn merges(index: usize, tab: &Tab) -> Vec<Value> {
    let range = |(first, last): &((usize, usize), (usize, usize))| {
        json!({
            "sheetId": index,
            "startRowIndex": first.0,
            "endRowIndex": last.0 + 1,
            "startColumnIndex": first.1,
            "endColumnIndex": last.1 + 1,
        })
    };
    tab.layout.merges.iter().map(range).collect()
}

/// One `GridData`. Where it begins is left out where that is 0.
fn data(tab: &Tab, area: Area) -> Value {
    let (rows, columns) = tab.grid();
    let last_row = area.last_row.map_or(rows, |last| (last + 1).min(rows));
    let last_column = area.last_column.map_or(columns, |last| (last + 1).min(columns));
    let filled = tab.rows.len().min(last_row);
    let mut row_data: Vec<Value> =
        (area.first.0..filled).map(|row| row_data(tab, row, area.first.1..last_column)).collect();
    let kept = row_data.iter().rposition(|row| *row != json!({})).map_or(0, |last| last + 1);
    row_data.truncate(kept);
    let (by_hand, by_filter) = (&tab.layout.hidden_rows, &tab.layout.filtered_rows);
    let row = |row: usize| dimension(21, by_hand.contains(&row), by_filter.contains(&row));
    let column = |column: usize| dimension(100, tab.layout.hidden_columns.contains(&column), false);
    let mut data = json!({
        "rowData": row_data,
        "rowMetadata": (area.first.0..last_row).map(row).collect::<Vec<_>>(),
        "columnMetadata": (area.first.1..last_column).map(column).collect::<Vec<_>>(),
    });
    for (name, at) in [("startRow", area.first.0), ("startColumn", area.first.1)] {
        if at > 0 {
            data[name] = json!(at);
        }
    }
    data
}

fn dimension(pixels: u32, by_hand: bool, by_filter: bool) -> Value {
    let mut told = json!({"pixelSize": pixels});
    for (name, hidden) in [("hiddenByUser", by_hand), ("hiddenByFilter", by_filter)] {
        if hidden {
            told[name] = json!(true);
        }
    }
    told
}

fn row_data(tab: &Tab, row: usize, columns: std::ops::Range<usize>) -> Value {
    let mut cells: Vec<Value> = columns.map(|column| cell(tab, row, column)).collect();
    let kept = cells.iter().rposition(|cell| *cell != json!({})).map_or(0, |last| last + 1);
    cells.truncate(kept);
    if cells.is_empty() { json!({}) } else { json!({"values": cells}) }
}

/// One `CellData`.
fn cell(tab: &Tab, row: usize, column: usize) -> Value {
    let mut told = Map::new();
    let text = tab.rows.get(row).and_then(|cells| cells.get(column)).filter(|text| !text.is_empty());
    if let Some(text) = text {
        told.insert("effectiveValue".to_owned(), effective(text));
        told.insert("formattedValue".to_owned(), json!(text));
        let format = match serial(text) {
            Some(_) => json!({"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}}),
            None => json!({}),
        };
        told.insert("effectiveFormat".to_owned(), format);
    }
    if let Some(note) = tab.layout.notes.get(&(row, column)) {
        told.insert("note".to_owned(), json!(note));
    }
    Value::Object(told)
}

/// What a text is once it has been typed into a cell.
fn effective(text: &str) -> Value {
    if let Some(serial) = serial(text) {
        return json!({"numberValue": serial});
    }
    if let Some(error) = ERRORS.iter().find(|(shown, _)| *shown == text) {
        return json!({"errorValue": {"type": error.1, "message": "as ordered"}});
    }
    match Render::Unformatted.cell(text) {
        Value::Bool(is) => json!({"boolValue": is}),
        Value::Number(number) => json!({"numberValue": number}),
        other => json!({"stringValue": other}),
    }
}

/// How a failed formula looks, and what Google calls it.
const ERRORS: [(&str, &str); 6] = [
    ("#REF!", "REF"),
    ("#N/A", "N_A"),
    ("#VALUE!", "VALUE"),
    ("#DIV/0!", "DIVIDE_BY_ZERO"),
    ("#NAME?", "NAME"),
    ("#ERROR!", "ERROR"),
];

/// `05.07.2026` as Sheets keeps it: the days since the last day of 1899 but one.
fn serial(text: &str) -> Option<i64> {
    let mut parts = text.split('.').map(str::parse::<i16>);
    let (Some(Ok(day)), Some(Ok(month)), Some(Ok(year)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let days = (date - jiff::civil::date(1899, 12, 30)).get_days();
    (year >= 1900).then_some(i64::from(days))
}
