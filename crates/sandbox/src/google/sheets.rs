//! Sheets v4: reading ranges, listing tabs, appending rows.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::a1;
use super::answer::{Refusal, Status};
use super::call::{answer, caller};
use super::spreadsheet::{Render, Spreadsheet, Tab, Visible};
use super::world::{State, World};
use crate::server::Wire;

/// The scopes that let a program read, by the ends of their names.
const READ_SCOPES: [&str; 4] = ["/spreadsheets", "/spreadsheets.readonly", "/drive", "/drive.readonly"];

/// The scopes that let a program write.
const WRITE_SCOPES: [&str; 2] = ["/spreadsheets", "/drive"];

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/v4/spreadsheets/{id}", get(tabs))
        .route("/v4/spreadsheets/{id}/values:batchGet", get(batch_get))
        .route("/v4/spreadsheets/{id}/values/{range}", get(read_one).post(append))
}

/// What is asked, besides the path.
struct Asked {
    headers: HeaderMap,
    query: Vec<(String, String)>,
}

impl Asked {
    fn new(headers: HeaderMap, RawQuery(query): RawQuery) -> Self {
        let query = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        Self { headers, query }
    }

    fn one(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

async fn batch_get(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
    headers: HeaderMap,
    query: RawQuery,
) -> Response {
    let asked = Asked::new(headers, query);
    let ranges = asked.all("ranges");
    let about = std::iter::once(id.clone()).chain(ranges.clone()).collect();
    answer(&world, &wire, "read", about, move |state, now_ms| {
        let sheet = open_to_read(state, &id, &asked, now_ms)?;
        let values = ranges.iter().map(|range| value_range(sheet, range, &asked)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({"spreadsheetId": id, "valueRanges": values}))
    })
    .await
}

async fn read_one(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path((id, range)): Path<(String, String)>,
    headers: HeaderMap,
    query: RawQuery,
) -> Response {
    let asked = Asked::new(headers, query);
    let about = vec![id.clone(), range.clone()];
    answer(&world, &wire, "read", about, move |state, now_ms| {
        value_range(open_to_read(state, &id, &asked, now_ms)?, &range, &asked)
    })
    .await
}

async fn tabs(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
    headers: HeaderMap,
    query: RawQuery,
) -> Response {
    let asked = Asked::new(headers, query);
    answer(&world, &wire, "sheet", vec![id.clone()], move |state, now_ms| {
        let sheet = open_to_read(state, &id, &asked, now_ms)?;
        let tabs: Vec<Value> = sheet.tabs.iter().enumerate().map(|(index, tab)| properties(index, tab)).collect();
        let mut body = json!({"sheets": tabs});
        if asked.one("fields").is_none() {
            body["spreadsheetId"] = json!(id);
            body["properties"] = json!({"title": sheet.title, "locale": "ru_RU", "timeZone": "Europe/Moscow"});
        }
        Ok(body)
    })
    .await
}

#[derive(Deserialize)]
struct Rows {
    #[serde(default)]
    values: Vec<Vec<Value>>,
}

async fn append(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    query: RawQuery,
    body: Bytes,
) -> Response {
    let asked = Asked::new(headers, query);
    let about = vec![id.clone(), action.clone()];
    answer(&world, &wire, "append", about, move |state, now_ms| {
        let no_method = || Refusal::new(Status::NotFound, "Method not found.");
        let range = action.strip_suffix(":append").ok_or_else(no_method)?;
        if !matches!(asked.one("valueInputOption"), Some("RAW" | "USER_ENTERED")) {
            return Err(Refusal::bad("'valueInputOption' is required but not specified"));
        }
        let rows: Rows = serde_json::from_slice(&body)
            .map_err(|error| Refusal::bad(format!("Invalid JSON payload received. {error}")))?;
        let sheet = open(state, &id, &asked, now_ms, &WRITE_SCOPES)?;
        append_rows(sheet, range, &rows.values)
    })
    .await
}

fn open_to_read<'a>(state: &'a mut State, id: &str, asked: &Asked, now_ms: i64) -> Result<&'a Spreadsheet, Refusal> {
    let email = caller(state, &asked.headers, now_ms)?.email.clone();
    state.spend_read(&email, now_ms)?;
    open(state, id, asked, now_ms, &READ_SCOPES).map(|sheet| &*sheet)
}

/// The spreadsheet, if the caller may have it.
fn open<'a>(
    state: &'a mut State,
    id: &str,
    asked: &Asked,
    now_ms: i64,
    scopes: &[&str],
) -> Result<&'a mut Spreadsheet, Refusal> {
    let denied = |why: &str| Refusal::new(Status::PermissionDenied, why);
    let grant = caller(state, &asked.headers, now_ms)?.clone();
    if !grant.allows(scopes) {
        return Err(denied("Request had insufficient authentication scopes."));
    }
    let missing = |_| Refusal::new(Status::NotFound, "Requested entity was not found.");
    let sheet = state.find_mut(id).map_err(missing)?;
    if sheet.sharing.includes(&grant.email) { Ok(sheet) } else { Err(denied("The caller does not have permission")) }
}

/// One `ValueRange`. An empty one has no `values` at all.
fn value_range(sheet: &Spreadsheet, range: &str, asked: &Asked) -> Result<Value, Refusal> {
    let (tab, area) = sheet.range(range).ok_or_else(|| Refusal::bad(format!("Unable to parse range: {range}")))?;
    let render = match asked.one("valueRenderOption") {
        None | Some("FORMATTED_VALUE") => Render::Formatted,
        Some("UNFORMATTED_VALUE" | "FORMULA") => Render::Unformatted,
        Some(other) => return Err(invalid_value("value_render_option", other)),
    };
    let by_row = tab.cells(area, render);
    let (dimension, cells) = match asked.one("majorDimension") {
        None | Some("ROWS") => ("ROWS", by_row),
        Some("COLUMNS") => ("COLUMNS", turned(&by_row)),
        Some(other) => return Err(invalid_value("major_dimension", other)),
    };
    let (rows, columns) = tab.grid();
    let mut body = json!({"range": a1::write(&tab.title, area, rows, columns), "majorDimension": dimension});
    if !cells.is_empty() {
        body["values"] = json!(cells);
    }
    Ok(body)
}

fn invalid_value(field: &str, value: &str) -> Refusal {
    Refusal::bad(format!("Invalid value at '{field}' (TYPE_ENUM), \"{value}\""))
}

/// Rows as columns, ragged at their ends like the rows were.
fn turned(rows: &[Vec<Value>]) -> Vec<Vec<Value>> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    (0..width)
        .map(|column| {
            let deepest = rows.iter().rposition(|row| row.len() > column).map_or(0, |last| last + 1);
            rows[..deepest].iter().map(|row| row.get(column).cloned().unwrap_or_else(|| json!(""))).collect()
        })
        .collect()
}

fn append_rows(sheet: &mut Spreadsheet, range: &str, rows: &[Vec<Value>]) -> Result<Value, Refusal> {
    let unparsed = || Refusal::bad(format!("Unable to parse range: {range}"));
    let id = sheet.id.clone();
    let title = sheet.range(range).map(|(tab, _)| tab.title.clone()).ok_or_else(unparsed)?;
    let tab = sheet.tab_mut(&title).ok_or_else(unparsed)?;
    let filled = tab.rows.iter().rposition(|row| row.iter().any(|text| !text.is_empty())).map_or(0, |last| last + 1);
    tab.rows.truncate(filled);
    let cells = |row: &Vec<Value>| row.iter().map(typed).collect::<Vec<_>>();
    tab.rows.extend(rows.iter().map(cells));
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let last = (filled + rows.len()).saturating_sub(1);
    let area = a1::Area { first: (filled, 0), last_row: Some(last), last_column: Some(columns.saturating_sub(1)) };
    Ok(json!({
        "spreadsheetId": id,
        "updates": {
            "spreadsheetId": id,
            "updatedRange": a1::write(&title, area, last + 1, columns),
            "updatedRows": rows.len(),
            "updatedColumns": columns,
            "updatedCells": rows.iter().map(Vec::len).sum::<usize>(),
        }
    }))
}

fn typed(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        other => other.to_string(),
    }
}

fn properties(index: usize, tab: &Tab) -> Value {
    let (rows, columns) = tab.grid();
    let mut properties: HashMap<&str, Value> = HashMap::from([
        ("sheetId", json!(index)),
        ("title", json!(tab.title)),
        ("index", json!(index)),
        ("sheetType", json!("GRID")),
        ("gridProperties", json!({"rowCount": rows, "columnCount": columns})),
    ]);
    // Google leaves out what is false.
    if tab.visible == Visible::Hidden {
        properties.insert("hidden", json!(true));
    }
    json!({"properties": properties})
}
