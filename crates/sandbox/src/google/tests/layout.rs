//! What a spreadsheet tells of its cells beside their values, and who may write.

use super::*;

const GRID: &str = "sheets(properties(title,hidden),merges,data(rowMetadata(hiddenByUser,hiddenByFilter),\
                    columnMetadata(hiddenByUser),rowData(values(effectiveValue,formattedValue,note))))";

#[tokio::test]
async fn cells_come_with_who_hid_them_and_what_is_merged() {
    let program = Program::new().await;
    let order = Arrange {
        merge: vec!["B2:B3".to_owned()],
        hide_rows: vec![3],
        filter_rows: vec![4],
        hide_columns: vec!["C".to_owned()],
        notes: [("G2".to_owned(), "не ниже 3000".to_owned())].into(),
    };
    program.google.arrange("Товары", &order).unwrap();
    let token = program.token(READ_SCOPE).await;
    let (status, body) = program.get(&token, DEMO_SHEET_ID, &[("ranges", "'Товары'"), ("fields", GRID)]).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["sheets"].as_array().unwrap().len(), 1, "only the tabs that were asked for");
    let goods = &body["sheets"][0];
    let merged =
        json!({"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 2});
    assert_eq!(goods["merges"], json!([merged]));
    let data = &goods["data"][0];
    assert_eq!(data["rowMetadata"].as_array().unwrap().len(), 1000, "as long as the grid");
    let rows: Vec<&Value> = (0..4).map(|row| &data["rowMetadata"][row]).collect();
    assert_eq!(rows, [&json!({}), &json!({}), &json!({"hiddenByUser": true}), &json!({"hiddenByFilter": true})]);
    assert_eq!(data["columnMetadata"][2], json!({"hiddenByUser": true}));
    let row = &data["rowData"][1]["values"];
    assert_eq!(row[1], json!({"effectiveValue": {"stringValue": "Сумка красная"}, "formattedValue": "Сумка красная"}));
    assert_eq!(row[4], json!({}), "an empty cell");
    assert_eq!(row[6]["effectiveValue"], json!({"numberValue": 3500}));
    assert_eq!(row[6]["note"], "не ниже 3000");
    assert_eq!(data["rowData"][2]["values"][1], json!({}), "only the first of merged cells has a value");
    let seen = program.google.seen();
    assert_eq!((seen.reads, seen.sheets), (1, 0), "cells are a read like any other");
}

#[tokio::test]
async fn dates_and_errors_are_told_as_what_they_are() {
    let program = Program::new().await;
    program.google.set_cell("Товары", "G2", "05.07.2026").unwrap();
    program.google.set_cell("Товары", "G3", "#REF!").unwrap();
    let token = program.token(READ_SCOPE).await;
    let fields = "sheets.data.rowData.values(effectiveValue,formattedValue,effectiveFormat.numberFormat.type)";
    let (_, body) = program.get(&token, DEMO_SHEET_ID, &[("ranges", "Товары!G2:G3"), ("fields", fields)]).await;
    let rows = &body["sheets"][0]["data"][0]["rowData"];
    let date = json!({
        "effectiveValue": {"numberValue": 46208},
        "formattedValue": "05.07.2026",
        "effectiveFormat": {"numberFormat": {"type": "DATE"}},
    });
    assert_eq!(rows[0]["values"][0], date);
    assert_eq!(rows[1]["values"][0]["effectiveValue"]["errorValue"]["type"], "REF");
}

#[tokio::test]
async fn a_mask_with_a_name_that_there_is_not_is_refused() {
    let program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    let (status, body) = program.get(&token, DEMO_SHEET_ID, &[("fields", "sheets.data.rows")]).await;
    assert_eq!((status.as_u16(), &body["error"]["message"]), (400, &json!("Invalid field selection sheets.data.rows")));
}

#[tokio::test]
async fn who_may_only_read_appends_nothing() {
    let program = Program::new().await;
    let url = format!("{}v4/spreadsheets/{DEMO_SHEET_ID}/values/FAQ!A:B:append", program.google.base_url());
    let token = program.token(WRITE_SCOPE).await;
    let post = async || {
        let body = json!({"values": [["Есть опт?", "Пишите"]]});
        let query = [("valueInputOption", "RAW"), ("insertDataOption", "INSERT_ROWS")];
        let answer = program.http.post(&url).query(&query).bearer_auth(&token).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    program.google.let_edit(DEMO_SHEET_ID, Sharing::Nobody).unwrap();
    let (status, body) = post().await;
    assert_eq!((status, &body["error"]["message"]), (403, &json!("The caller does not have permission")));
    program.google.let_edit(DEMO_SHEET_ID, Sharing::With(vec![SERVICE_ACCOUNT_EMAIL.to_owned()])).unwrap();
    let (status, body) = post().await;
    assert_eq!((status, &body["tableRange"]), (200, &json!("FAQ!A1:B6")), "{body}");
    let token = program.google.seen().calls[0].about.clone();
    assert_eq!(token, [SERVICE_ACCOUNT_EMAIL, WRITE_SCOPE], "the scope that was asked for can be looked at");
}

#[tokio::test]
async fn a_hundred_reads_in_a_hundred_seconds_are_a_quota_too() {
    let program = Program::new().await;
    program.google.set_quota(Quota { reads: 1, within: Duration::from_secs(100) });
    let token = program.token(READ_SCOPE).await;
    let read = async || program.read(&token, &[("ranges", "FAQ")]).await.0.as_u16();
    assert_eq!(read().await, 200);
    program.clock.advance(Duration::from_secs(99));
    assert_eq!(read().await, 429);
    program.clock.advance(Duration::from_secs(1));
    assert_eq!(read().await, 200);
}

#[tokio::test]
async fn another_process_arranges_a_tab_and_says_who_may_write() {
    let program = Program::new().await;
    let post = async |path: &str, body: Value| {
        let url = format!("{}sandbox/{path}", program.google.base_url());
        program.http.post(url).body(body.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("arrange", json!({"tab": "Товары", "merge": ["B2:B3"], "hide_rows": [5]})).await, 200);
    assert_eq!(post("arrange", json!({"tab": "Товары", "merge": ["B2"], "hide_rows": [0]})).await, 400);
    assert_eq!(post("arrange", json!({"tab": "Нет", "hide_rows": [5]})).await, 404);
    assert_eq!(post("share", json!({"spreadsheet": DEMO_SHEET_ID, "with": "nobody", "role": "writer"})).await, 200);
    let url = format!("{}sandbox/state", program.google.base_url());
    let state: Value = program.http.get(url).send().await.unwrap().json().await.unwrap();
    let sheet = &state["spreadsheets"][0];
    assert_eq!((&sheet["sharing"], &sheet["editing"]), (&json!("anyone"), &json!("nobody")));
    assert_eq!(sheet["tabs"][0]["layout"]["hidden_rows"], json!([4]));
    assert_eq!(sheet["tabs"][0]["rows"][2][1], "", "what was merged away");
}
