//! The fake Google against the shapes of Google's own pages, over plain HTTP.

mod layout;

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use reqwest::{Client, StatusCode};
use rsa::PrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};
use std::time::Duration;

use super::{
    Arrange, DEMO_SHEET_ID, Fault, Google, GoogleConfig, Layout, Order, Quota, SERVICE_ACCOUNT_EMAIL, Sharing, Tab,
    service_account_json,
};
use crate::clock::SandboxClock;
use crate::google::spreadsheet::Visible;
use crate::http::client;

const NOW_S: i64 = 1_800_000_000;
const READ_SCOPE: &str = "https://www.googleapis.com/auth/spreadsheets.readonly";
const WRITE_SCOPE: &str = "https://www.googleapis.com/auth/spreadsheets";

/// A running fake, and a program that talks to it.
struct Program {
    google: Google,
    http: Client,
    clock: SandboxClock,
}

impl Program {
    async fn new() -> Self {
        let clock = SandboxClock::fixed(NOW_S);
        let google = Google::start(GoogleConfig { clock: clock.clone(), ..GoogleConfig::demo() }).await.unwrap();
        Self { google, http: client().unwrap(), clock }
    }

    async fn ask_token(&self, grant_type: &str, assertion: &str) -> (StatusCode, Value) {
        let url = format!("{}token", self.google.base_url());
        let form = [("grant_type", grant_type), ("assertion", assertion)];
        let answer = self.http.post(url).form(&form).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn token(&self, scope: &str) -> String {
        let (status, body) = self.ask_token(GRANT_TYPE, &assertion(&claims(scope))).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    async fn get(&self, token: &str, path: &str, query: &[(&str, &str)]) -> (StatusCode, Value) {
        let url = format!("{}v4/spreadsheets/{path}", self.google.base_url());
        let answer = self.http.get(url).query(query).bearer_auth(token).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn read(&self, token: &str, query: &[(&str, &str)]) -> (StatusCode, Value) {
        self.get(token, &format!("{DEMO_SHEET_ID}/values:batchGet"), query).await
    }
}

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn claims(scope: &str) -> Value {
    json!({"iss": SERVICE_ACCOUNT_EMAIL, "scope": scope, "aud": "http://here/token", "iat": NOW_S, "exp": NOW_S + 3595})
}

/// An assertion of the right shape; padded, as the Rust client sends it.
fn assertion(claims: &Value) -> String {
    let header = URL_SAFE.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    format!("{header}.{}.{}", URL_SAFE.encode(claims.to_string()), URL_SAFE.encode([7; 256]))
}

#[tokio::test]
async fn an_assertion_of_the_right_shape_buys_a_token() {
    let program = Program::new().await;
    let (status, body) = program.ask_token(GRANT_TYPE, &assertion(&claims(READ_SCOPE))).await;
    assert_eq!((status, &body["expires_in"], &body["token_type"]), (StatusCode::OK, &json!(3599), &json!("Bearer")));
    let unpadded = assertion(&claims(READ_SCOPE)).replace('=', "");
    assert_eq!(program.ask_token(GRANT_TYPE, &unpadded).await.0, 200);
    assert_eq!(program.google.seen().tokens, 2);
}

#[tokio::test]
async fn an_assertion_of_a_wrong_shape_is_refused_with_oauths_words() {
    let program = Program::new().await;
    let good = assertion(&claims(READ_SCOPE));
    let with = |key: &str, value: Value| {
        let mut claims = claims(READ_SCOPE);
        claims[key] = value;
        assertion(&claims)
    };
    let other_algorithm = good.replacen(
        &URL_SAFE.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
        &URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#),
        1,
    );
    for (grant_type, assertion, error) in [
        ("client_credentials", good.clone(), "unsupported_grant_type"),
        (GRANT_TYPE, String::new(), "invalid_grant"),
        (GRANT_TYPE, "a.b.c".to_owned(), "invalid_grant"),
        (GRANT_TYPE, good.rsplit_once('.').unwrap().0.to_owned() + ".c2hvcnQ", "invalid_grant"),
        (GRANT_TYPE, other_algorithm, "invalid_grant"),
        (GRANT_TYPE, with("exp", json!(NOW_S + 7200)), "invalid_grant"),
        (GRANT_TYPE, with("iat", json!(NOW_S + 600)), "invalid_grant"),
        (GRANT_TYPE, with("iss", json!("")), "invalid_grant"),
        (GRANT_TYPE, with("scope", json!("")), "invalid_scope"),
    ] {
        let (status, body) = program.ask_token(grant_type, &assertion).await;
        assert_eq!((status, &body["error"]), (StatusCode::BAD_REQUEST, &json!(error)), "{assertion}");
    }
}

#[tokio::test]
async fn ranges_come_ragged_in_order_and_numbers_as_numbers() {
    let program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    let query = [
        ("ranges", "Товары!A1:J4"),
        ("ranges", "Доставка!B5:D5"),
        ("ranges", "'FAQ'!A50:B60"),
        ("valueRenderOption", "UNFORMATTED_VALUE"),
        ("majorDimension", "ROWS"),
        ("alt", "json"),
    ];
    let (status, body) = program.read(&token, &query).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["spreadsheetId"], DEMO_SHEET_ID);
    let [goods, delivery, faq] = body["valueRanges"].as_array().unwrap().as_slice() else { panic!("{body}") };
    assert_eq!(goods["range"], "'Товары'!A1:J4");
    assert_eq!(
        goods["values"][1],
        json!(["SUM-RED", "Сумка красная", "Сумки", "красный", "", "кожа", 3500, 3000, 4, 3_363_700_001_i64])
    );
    assert_eq!(delivery["values"], json!([[600, "6–9 дней"]]), "the empty cell at the end is left out");
    assert_eq!(faq, &json!({"range": "FAQ!A50:B60", "majorDimension": "ROWS"}), "an empty range has no values");
}

#[tokio::test]
async fn formatted_values_are_text_and_columns_can_be_asked_for() {
    let program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    let (_, body) = program.read(&token, &[("ranges", "Доставка!A2:B3"), ("majorDimension", "COLUMNS")]).await;
    assert_eq!(body["valueRanges"][0]["values"], json!([["Москва", "Санкт-Петербург"], ["300", "350"]]));
    let one = format!("{DEMO_SHEET_ID}/values/Магазин!A2");
    assert_eq!(program.get(&token, &one, &[]).await.1["values"], json!([["Режим работы"]]));
}

#[tokio::test]
async fn refusals_have_googles_shape() {
    let program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    let calendar = program.token("https://www.googleapis.com/auth/calendar").await;
    let good = format!("{DEMO_SHEET_ID}/values:batchGet");
    let range = [("ranges", "Товары")];
    for (token, path, query, code, status) in [
        (&token, good.as_str(), [("ranges", "Нет такого!A1:B2")], 400, "INVALID_ARGUMENT"),
        (&token, good.as_str(), [("majorDimension", "DIAGONALS")], 200, ""),
        (&token, "unknown/values:batchGet", range, 404, "NOT_FOUND"),
        (&String::from("stale"), good.as_str(), range, 401, "UNAUTHENTICATED"),
        (&calendar, good.as_str(), range, 403, "PERMISSION_DENIED"),
    ] {
        let (answered, body) = program.get(token, path, &query).await;
        assert_eq!(answered.as_u16(), code, "{path}: {body}");
        if code != 200 {
            assert_eq!((&body["error"]["code"], &body["error"]["status"]), (&json!(code), &json!(status)));
            assert!(body["error"]["message"].is_string(), "{body}");
        }
    }
    program.google.share(DEMO_SHEET_ID, Sharing::With(vec!["other@project".to_owned()])).unwrap();
    let (answered, body) = program.read(&token, &range).await;
    assert_eq!((answered.as_u16(), &body["error"]["message"]), (403, &json!("The caller does not have permission")));
    program.google.share(DEMO_SHEET_ID, Sharing::With(vec![SERVICE_ACCOUNT_EMAIL.to_owned()])).unwrap();
    assert_eq!(program.read(&token, &range).await.0, 200);
}

#[tokio::test]
async fn the_tabs_are_listed_with_their_titles_and_the_hidden_ones_marked() {
    let program = Program::new().await;
    let mut sheet = GoogleConfig::demo().spreadsheets.remove(0);
    sheet.tabs.push(Tab {
        title: "Черновик".to_owned(),
        visible: Visible::Hidden,
        rows: Vec::new(),
        layout: Layout::default(),
    });
    program.google.put(sheet);
    let token = program.token(READ_SCOPE).await;
    let (status, body) = program.get(&token, DEMO_SHEET_ID, &[("fields", "sheets.properties")]).await;
    assert_eq!(status, 200, "{body}");
    let tabs: Vec<(&Value, &Value)> = body["sheets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tab| (&tab["properties"]["title"], &tab["properties"]["hidden"]))
        .collect();
    let (shown, hidden) = (&Value::Null, &json!(true));
    let names = ["Товары", "Доставка", "Магазин", "FAQ", "Черновик"].map(|name| json!(name));
    let expected: Vec<(&Value, &Value)> =
        names.iter().map(|name| (name, if *name == "Черновик" { hidden } else { shown })).collect();
    assert_eq!(tabs, expected);
    assert_eq!(body.get("spreadsheetId"), None, "not among the fields asked for");
}

#[tokio::test]
async fn a_row_is_appended_below_the_last_one_by_whoever_may_write() {
    let program = Program::new().await;
    let url = format!("{}v4/spreadsheets/{DEMO_SHEET_ID}/values/FAQ!A:B:append", program.google.base_url());
    let post = async |token: &str, option: &str| {
        let body = json!({"values": [["Есть опт?", "Пишите"], [1, null, true]]});
        let query = [("valueInputOption", option)];
        let answer = program.http.post(&url).query(&query).bearer_auth(token).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(post(&program.token(READ_SCOPE).await, "RAW").await.0, 403);
    let token = program.token(WRITE_SCOPE).await;
    assert_eq!(post(&token, "").await.0, 400);
    let (status, body) = post(&token, "RAW").await;
    assert_eq!((status, &body["updates"]["updatedRange"]), (200, &json!("FAQ!A7:C8")), "{body}");
    let written = ["A7", "B7", "A8", "B8", "C8"].map(|cell| program.google.cell("FAQ", cell).unwrap());
    assert_eq!(written, ["Есть опт?", "Пишите", "1", "", "TRUE"]);
}

#[tokio::test]
async fn a_cell_changed_is_read_changed() {
    let program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    program.google.set_cell("Товары", "I2", "0").unwrap();
    program.google.set_cell("Товары", "K30", "заметка").unwrap();
    let query = [("ranges", "Товары!I2"), ("ranges", "Товары!A30:Z30"), ("valueRenderOption", "UNFORMATTED_VALUE")];
    let (_, body) = program.read(&token, &query).await;
    assert_eq!(body["valueRanges"][0]["values"], json!([[0]]));
    assert_eq!(body["valueRanges"][1]["values"][0][10], "заметка");
    assert!(program.google.set_cell("Нет", "A1", "x").is_err());
    assert!(program.google.set_cell("Товары", "11", "x").is_err());
}

#[tokio::test]
async fn a_minute_has_so_many_reads_and_a_token_its_time() {
    let program = Program::new().await;
    program.google.set_quota(Quota::per_minute(2));
    let token = program.token(READ_SCOPE).await;
    let read = async || program.read(&token, &[("ranges", "FAQ")]).await;
    assert_eq!((read().await.0.as_u16(), read().await.0.as_u16()), (200, 200));
    let (status, body) = read().await;
    assert_eq!((status.as_u16(), &body["error"]["status"]), (429, &json!("RESOURCE_EXHAUSTED")));
    program.clock.advance(Duration::from_secs(61));
    assert_eq!(read().await.0, 200);
    program.clock.advance(Duration::from_secs(3600));
    assert_eq!(read().await.0, 401);
    assert_eq!(program.google.seen().reads, 5, "refused reads are counted too");
}

#[tokio::test]
async fn faults_are_played_as_ordered() {
    let program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    for (fault, status) in [
        (Fault::ServerError, Some(500)),
        (Fault::Unavailable, Some(503)),
        (Fault::QuotaExhausted, Some(429)),
        (Fault::Unauthenticated, Some(401)),
        (Fault::Slow { ms: 1 }, Some(200)),
        (Fault::Cut, None),
        (Fault::CutBody, None),
    ] {
        program.google.order(Order::from(fault.clone()).on("read"));
        let url = format!("{}v4/spreadsheets/{DEMO_SHEET_ID}/values:batchGet", program.google.base_url());
        let sent = program.http.get(url).query(&[("ranges", "FAQ")]).bearer_auth(&token).send().await;
        let answered = match sent {
            Ok(answer) if fault == Fault::CutBody => {
                assert_eq!(answer.status(), 200);
                answer.bytes().await.ok().map(|_| 200)
            }
            Ok(answer) => Some(answer.status().as_u16()),
            Err(_) => None,
        };
        assert_eq!(answered, status, "{fault:?}");
    }
    assert_eq!(program.read(&token, &[("ranges", "FAQ")]).await.0, 200, "each fault was played once");
}

#[tokio::test]
async fn down_is_refused_and_up_is_as_before() {
    let mut program = Program::new().await;
    let token = program.token(READ_SCOPE).await;
    program.google.down();
    // A fresh client: the other one's open connection is cut, which reads as an answer that never came.
    program.http = client().unwrap();
    let gone = program.http.get(program.google.base_url()).send().await.unwrap_err();
    assert!(gone.is_connect(), "{gone:?}");
    program.google.up().await.unwrap();
    assert_eq!(program.read(&token, &[("ranges", "FAQ")]).await.0, 200);
}

#[tokio::test]
async fn another_process_reads_and_orders_over_http() {
    let program = Program::new().await;
    let at = |path: &str| format!("{}sandbox/{path}", program.google.base_url());
    let post = async |path: &str, body: Value| {
        program.http.post(at(path)).body(body.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("cell", json!({"tab": "Товары", "cell": "G2", "text": 3600})).await, 200);
    assert_eq!(post("cell", json!({"tab": "Нет", "cell": "G2", "text": 1})).await, 404);
    assert_eq!(post("share", json!({"spreadsheet": DEMO_SHEET_ID, "with": "nobody"})).await, 200);
    assert_eq!(post("quota", json!({"reads_per_minute": 3})).await, 200);
    assert_eq!(post("fault", json!({"kind": "slow", "ms": 5, "on": "read", "times": 2})).await, 200);
    assert_eq!(post("fault", json!({"kind": "nonsense"})).await, 400);
    let answer = program.http.get(at("state")).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let state: Value = answer.json().await.unwrap();
    assert_eq!(state["spreadsheets"][0]["tabs"][0]["rows"][1][6], "3600");
    assert_eq!((&state["spreadsheets"][0]["sharing"], &state["quota"]["reads"]), (&json!("nobody"), &json!(3)));
    assert_eq!(state["orders"], json!([{"kind": "slow", "ms": 5, "on": "read", "times": 2}]));
    program.http.delete(at("fault")).send().await.unwrap();
    let state: Value = program.http.get(at("state?since=0")).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["orders"], json!([]));
}

#[tokio::test]
async fn the_key_file_holds_a_fresh_rsa_key_and_points_at_the_fake() {
    let program = Program::new().await;
    let url = format!("{}sandbox/service-account.json", program.google.base_url());
    let fetched: Value = program.http.get(url).send().await.unwrap().json().await.unwrap();
    let made: Value = serde_json::from_str(&service_account_json(program.google.base_url()).unwrap()).unwrap();
    for file in [&fetched, &made] {
        assert_eq!(file["type"], "service_account");
        assert_eq!(file["client_email"], SERVICE_ACCOUNT_EMAIL);
        assert_eq!(file["token_uri"].as_str().unwrap(), format!("{}token", program.google.base_url()));
        PrivateKey::from_pkcs8_pem(file["private_key"].as_str().unwrap()).unwrap();
    }
    assert_ne!(fetched["private_key"], made["private_key"]);
}
