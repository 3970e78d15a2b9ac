//! `spreadsheets.batchUpdate`, as far as it adds tabs. All of a call's requests are done, or none.

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::layout::Layout;
use super::spreadsheet::{Spreadsheet, Tab, Visible};

/// The body of the call.
#[derive(Deserialize)]
pub(super) struct Changes {
    #[serde(default)]
    requests: Vec<Change>,
}

/// One request of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    add_sheet: Option<AddSheet>,
}

#[derive(Deserialize, Default)]
struct AddSheet {
    #[serde(default)]
    properties: Properties,
}

#[derive(Deserialize, Default)]
struct Properties {
    title: Option<String>,
}

/// Adds the tabs, behind the others; the answer.
pub(super) fn tabs(sheet: &mut Spreadsheet, changes: &Changes) -> Result<Value, Refusal> {
    if changes.requests.is_empty() {
        return Err(Refusal::bad("Must specify at least one request."));
    }
    let mut added: Vec<Tab> = Vec::new();
    for (number, change) in changes.requests.iter().enumerate() {
        let Some(add) = &change.add_sheet else {
            return Err(Refusal::bad(format!("Invalid requests[{number}]: No request set.")));
        };
        let unnamed = || format!("Лист{}", sheet.tabs.len() + added.len() + 1);
        let title = add.properties.title.clone().unwrap_or_else(unnamed);
        if sheet.tabs.iter().chain(&added).any(|tab| tab.title.to_lowercase() == title.to_lowercase()) {
            return Err(Refusal::bad(format!(
                "Invalid requests[{number}].addSheet: A sheet with the name \"{title}\" already exists. Please enter \
                 another name."
            )));
        }
        added.push(Tab { title, visible: Visible::Shown, rows: Vec::new(), layout: Layout::default() });
    }
    let first = sheet.tabs.len();
    let reply = |(number, tab): (usize, &Tab)| {
        let (rows, columns) = tab.grid();
        json!({"addSheet": {"properties": {
            "sheetId": 1_000 + first + number,
            "title": tab.title,
            "index": first + number,
            "sheetType": "GRID",
            "gridProperties": {"rowCount": rows, "columnCount": columns},
        }}})
    };
    let replies: Vec<Value> = added.iter().enumerate().map(reply).collect();
    sheet.tabs.extend(added);
    Ok(json!({"spreadsheetId": sheet.id, "replies": replies}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(sheet: &mut Spreadsheet, body: Value) -> Result<Value, Refusal> {
        tabs(sheet, &serde_json::from_value(body).unwrap())
    }

    #[test]
    fn a_tab_is_added_once_and_all_or_none() {
        let mut sheet = Spreadsheet::from_toml("s", "[[tab]]\nname = \"Товары\"\nrows = []").unwrap();
        let add = |title: &str| json!({"addSheet": {"properties": {"title": title}}});
        let body = ask(&mut sheet, json!({"requests": [add("FAQ")]})).unwrap();
        assert_eq!(body["replies"][0]["addSheet"]["properties"]["index"], 1, "{body}");
        for refused in [json!([]), json!([{}]), json!([add("Новый"), add("faq")])] {
            assert!(ask(&mut sheet, json!({"requests": refused})).is_err());
        }
        let titles: Vec<&str> = sheet.tabs.iter().map(|tab| tab.title.as_str()).collect();
        assert_eq!(titles, ["Товары", "FAQ"]);
    }
}
