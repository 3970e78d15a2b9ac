//! Sheets v4: reading ranges, listing tabs, adding one, appending rows.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::a1;
use super::add;
use super::answer::{Refusal, Status};
use super::append::{self, Insert, Rows};
use super::call::{answer, caller};
use super::grid::Wanted;
use super::spreadsheet::{Render, Spreadsheet};
use super::world::{State, World};
use crate::server::Wire;

/// The scopes that let a program read, by the ends of their names.
const READ_SCOPES: [&str; 4] = ["/spreadsheets", "/spreadsheets.readonly", "/drive", "/drive.readonly"];

/// The scopes that let a program write.
const WRITE_SCOPES: [&str; 2] = ["/spreadsheets", "/drive"];

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/v4/spreadsheets/{id}", get(tabs).post(batch_update))
        .route("/v4/spreadsheets/{id}/values:batchGet", get(batch_get))
        .route("/v4/spreadsheets/{id}/values/{range}", get(read_one).post(append_rows))
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
    let ranges = asked.all("ranges");
    let about = std::iter::once(id.clone()).chain(ranges.clone()).collect();
    let wanted = Wanted::new(ranges, asked.one("fields"), asked.one("includeGridData"));
    let call = if wanted.as_ref().is_ok_and(Wanted::cells) { "read" } else { "sheet" };
    answer(&world, &wire, call, about, move |state, now_ms| {
        let sheet = open_to_read(state, &id, &asked, now_ms)?;
        wanted?.of(sheet)
    })
    .await
}

async fn append_rows(
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
        let insert = match asked.one("insertDataOption") {
            None | Some("OVERWRITE") => Insert::Nothing,
            Some("INSERT_ROWS") => Insert::Rows,
            Some(other) => return Err(invalid_value("insert_data_option", other)),
        };
        let rows: Rows = serde_json::from_slice(&body)
            .map_err(|error| Refusal::bad(format!("Invalid JSON payload received. {error}")))?;
        append::append(open_to_write(state, &id, &asked, now_ms)?, range, &rows, insert)
    })
    .await
}

async fn batch_update(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(action): Path<String>,
    headers: HeaderMap,
    query: RawQuery,
    body: Bytes,
) -> Response {
    let asked = Asked::new(headers, query);
    answer(&world, &wire, "change", vec![action.clone()], move |state, now_ms| {
        let no_method = || Refusal::new(Status::NotFound, "Method not found.");
        let id = action.strip_suffix(":batchUpdate").ok_or_else(no_method)?;
        let changes: add::Changes = serde_json::from_slice(&body)
            .map_err(|error| Refusal::bad(format!("Invalid JSON payload received. {error}")))?;
        add::tabs(open_to_write(state, id, &asked, now_ms)?, &changes)
    })
    .await
}

fn open_to_read<'a>(state: &'a mut State, id: &str, asked: &Asked, now_ms: i64) -> Result<&'a Spreadsheet, Refusal> {
    let email = caller(state, &asked.headers, now_ms)?.email.clone();
    state.spend_read(&email, now_ms)?;
    open(state, id, asked, now_ms, &READ_SCOPES).map(|sheet| &*sheet)
}

fn open_to_write<'a>(
    state: &'a mut State,
    id: &str,
    asked: &Asked,
    now_ms: i64,
) -> Result<&'a mut Spreadsheet, Refusal> {
    let email = caller(state, &asked.headers, now_ms)?.email.clone();
    let sheet = open(state, id, asked, now_ms, &WRITE_SCOPES)?;
    if sheet.editing.includes(&email) { Ok(sheet) } else { Err(denied("The caller does not have permission")) }
}

fn denied(why: &str) -> Refusal {
    Refusal::new(Status::PermissionDenied, why)
}

/// The spreadsheet, if the caller may have it.
fn open<'a>(
    state: &'a mut State,
    id: &str,
    asked: &Asked,
    now_ms: i64,
    scopes: &[&str],
) -> Result<&'a mut Spreadsheet, Refusal> {
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
