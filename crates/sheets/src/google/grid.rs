//! A tab's cells as `spreadsheets.get` tells them, with what is merged and hidden: all of it in one read, so that one
//! cannot have changed when the other is read.
//!
//! Facts from the API's reference of `Sheet`, `GridData` and `CellData`. The types are our own, and small: the library's
//! has every format, border and chart there can be, which is kilobytes for each cell. Notes on cells are not asked
//! for. They are the seller's own («ниже 3000 не отдавать»), and what we do not have cannot be told.

use serde::Deserialize;
use serde_json::Value;

use crate::reading::{Layout, Merge, Tab};

/// What is asked for. Rows that a filter hides are rows like any other: a filter is a way to look at a table.
pub(super) const FIELDS: &str = "sheets(properties(title,hidden),\
     merges(startRowIndex,endRowIndex,startColumnIndex,endColumnIndex),\
     data(rowMetadata.hiddenByUser,columnMetadata.hiddenByUser,\
     rowData.values(effectiveValue,formattedValue,effectiveFormat.numberFormat.type)))";

/// The tabs of an answer that are called so, in this order. A tab that was hidden since is not among them.
pub(super) fn tabs(answer: &[u8], titles: &[String]) -> serde_json::Result<Vec<Tab>> {
    let Answer { mut sheets } = serde_json::from_slice(answer)?;
    let taken = titles.iter().filter_map(|title| {
        let at = sheets.iter().position(|sheet| sheet.properties.title == *title)?;
        Some(sheets.swap_remove(at)).filter(|sheet| !sheet.properties.hidden)
    });
    Ok(taken.map(Sheet::into_tab).collect())
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    sheets: Vec<Sheet>,
}

#[derive(Deserialize)]
struct Sheet {
    properties: Properties,
    #[serde(default)]
    merges: Vec<GridRange>,
    #[serde(default)]
    data: Vec<GridData>,
}

#[derive(Deserialize)]
struct Properties {
    title: String,
    #[serde(default)]
    hidden: bool,
}

/// Half open. An index that is missing is a side without an end.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GridRange {
    start_row_index: usize,
    end_row_index: usize,
    start_column_index: usize,
    end_column_index: usize,
}

impl Default for GridRange {
    fn default() -> Self {
        Self { start_row_index: 0, end_row_index: usize::MAX, start_column_index: 0, end_column_index: usize::MAX }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GridData {
    row_data: Vec<RowData>,
    row_metadata: Vec<Dimension>,
    column_metadata: Vec<Dimension>,
}

#[derive(Deserialize)]
struct RowData {
    #[serde(default)]
    values: Vec<CellData>,
}

#[derive(Deserialize)]
struct Dimension {
    #[serde(default, rename = "hiddenByUser")]
    hidden: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct CellData {
    effective_value: ExtendedValue,
    formatted_value: Option<String>,
    effective_format: Format,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExtendedValue {
    number_value: Option<serde_json::Number>,
    string_value: Option<String>,
    bool_value: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Format {
    number_format: NumberFormat,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NumberFormat {
    #[serde(rename = "type")]
    kind: String,
}

impl Sheet {
    fn into_tab(self) -> Tab {
        let GridData { row_data, row_metadata, column_metadata } = self.data.into_iter().next().unwrap_or_default();
        let row = |row: RowData| row.values.into_iter().map(CellData::into_value).collect();
        let merge = |range: GridRange| Merge {
            rows: range.start_row_index..range.end_row_index,
            columns: range.start_column_index..range.end_column_index,
        };
        let hidden =
            |all: Vec<Dimension>| all.into_iter().enumerate().filter(|(_, one)| one.hidden).map(|(at, _)| at).collect();
        Tab {
            title: self.properties.title,
            rows: row_data.into_iter().map(row).collect(),
            layout: Layout {
                merges: self.merges.into_iter().map(merge).collect(),
                hidden_rows: hidden(row_metadata),
                hidden_columns: hidden(column_metadata),
            },
        }
    }
}

impl CellData {
    /// A number as a number whatever its format; but a date as it looks, for Sheets makes one of «5-7».
    fn into_value(self) -> Value {
        let shown = self.formatted_value.map(Value::String);
        let ExtendedValue { number_value, string_value, bool_value } = self.effective_value;
        let is_time = matches!(&*self.effective_format.number_format.kind, "DATE" | "TIME" | "DATE_TIME");
        match (number_value, string_value, bool_value) {
            (Some(number), _, _) if !is_time => Value::Number(number),
            (_, Some(text), _) => Value::String(text),
            (_, _, Some(is)) => Value::Bool(is),
            // A date, a failed formula («#REF!»), or nothing.
            _ => shown.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_what_it_means_to_the_seller() {
        let number = |kind: &str| json!({"effectiveValue": {"numberValue": 46208.5}, "formattedValue": "05.07.2026", "effectiveFormat": {"numberFormat": {"type": kind}}});
        for (cell, value) in [
            (json!({}), json!(null)),
            (json!({"effectiveFormat": {}}), json!(null)),
            (json!({"effectiveValue": {"numberValue": 3500}, "formattedValue": "3 500,00 ₽"}), json!(3500)),
            (json!({"effectiveValue": {"stringValue": "5 шт"}, "formattedValue": "5 шт"}), json!("5 шт")),
            (json!({"effectiveValue": {"boolValue": true}, "formattedValue": "TRUE"}), json!(true)),
            (json!({"effectiveValue": {"errorValue": {"type": "REF"}}, "formattedValue": "#REF!"}), json!("#REF!")),
            (number("CURRENCY"), json!(46208.5)),
            (number("DATE"), json!("05.07.2026")),
            (number("DATE_TIME"), json!("05.07.2026")),
        ] {
            let read: CellData = serde_json::from_value(cell.clone()).unwrap();
            assert_eq!(read.into_value(), value, "{cell}");
        }
    }

    #[test]
    fn tabs_come_in_the_order_they_were_asked_for_with_what_is_merged_and_hidden() {
        let answer = json!({"sheets": [
            {"properties": {"title": "B"}, "data": [{"rowData": [{}, {"values": [{}, {"effectiveValue": {"stringValue": "x"}}]}]}]},
            {"properties": {"title": "C", "hidden": true}},
            {
                "properties": {"title": "A"},
                "merges": [{"startRowIndex": 1, "endRowIndex": 3, "endColumnIndex": 1}],
                "data": [{"rowMetadata": [{}, {"hiddenByUser": true}], "columnMetadata": [{"hiddenByUser": true}]}],
            },
        ]});
        let titles = ["A", "B", "C", "D"].map(str::to_owned);
        let [a, b] = tabs(answer.to_string().as_bytes(), &titles).unwrap().try_into().unwrap();
        assert_eq!(a.layout.merges, [Merge { rows: 1..3, columns: 0..1 }]);
        assert!(a.layout.hidden_rows.contains(&1) && a.layout.hidden_columns.contains(&0));
        assert_eq!(b.rows, [vec![], vec![json!(null), json!("x")]]);
    }
}
