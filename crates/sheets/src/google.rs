//! Google Sheets itself: which tabs a spreadsheet has, what is in them, a row below the last, one tab more. One attempt each,
//! each with its deadline.
//!
//! Not here: when to ask ([`crate::refresh`]), and what the cells mean ([`crate::reading`]).

mod grid;
mod refusal;

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use google_sheets4::api::{
    AddSheetRequest, BatchUpdateSpreadsheetRequest, Request as Change, Scope, SheetProperties, Spreadsheet, ValueRange,
};
use google_sheets4::common;
use google_sheets4::hyper::body::Bytes;
use google_sheets4::hyper::{Request, header};
use google_sheets4::hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use google_sheets4::hyper_util::client::legacy::Client;
use google_sheets4::hyper_util::client::legacy::connect::HttpConnector;
use google_sheets4::hyper_util::rt::{TokioExecutor, TokioTimer};
use google_sheets4::yup_oauth2::ServiceAccountAuthenticator;
use google_sheets4::yup_oauth2::authenticator::Authenticator;
use google_sheets4::yup_oauth2::client::CustomHyperClientBuilder;
use google_sheets4::{Result as Answer, Sheets as Hub};
use serde_json::Value;
use settings::SheetsSettings;
use url::Url;

use crate::error::SheetsError;
use crate::key::Key;
use crate::reading::Tab;

pub(crate) use refusal::Refusal;
use refusal::Watch;

type Connector = HttpsConnector<HttpConnector>;

/// Google closes idle connections after some minutes without a word; we leave first.
const IDLE: Duration = Duration::from_secs(60);

/// What a read asks leave for: not even a mistake of ours can change a seller's table by it.
const READING: Scope = Scope::SpreadsheetReadonly;

/// What only [`Google::append`] and [`Google::add_tab`] ask leave for.
const WRITING: Scope = Scope::Spreadsheet;

const USER_AGENT: &str = concat!("SaleSphere/", env!("CARGO_PKG_VERSION"));

/// A client for one service account.
pub(crate) struct Google {
    hub: Hub<Connector>,
    auth: Authenticator<Connector>,
    base_url: Url,
    account: String,
    timeout: Duration,
}

impl Google {
    /// Sets up the client; asks nothing yet.
    pub(crate) async fn new(settings: &SheetsSettings, key: &Key) -> Result<Self, SheetsError> {
        runtime::tls();
        let connector = connector(settings.timeout);
        let plain = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build::<_, String>(connector.clone());
        let auth =
            ServiceAccountAuthenticator::with_client(key.service_account(), CustomHyperClientBuilder::from(plain))
                .build()
                .await
                .map_err(|error| SheetsError::BadKey { why: error.to_string() })?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        let mut hub = Hub::new(client, auth.clone());
        hub.user_agent(USER_AGENT.to_owned());
        hub.base_url(with_slash(settings.base_url.as_str()));
        let (base_url, account) = (settings.base_url.clone(), key.account().to_owned());
        Ok(Self { hub, auth, base_url, account, timeout: settings.timeout })
    }

    /// The tabs that a person sees, in order. Tabs that hold a chart have no cells, and hidden ones are hidden
    /// for a reason.
    pub(crate) async fn tabs(&self, sheet: &str) -> Result<Vec<String>, Refusal> {
        let spreadsheet = self.with_token(sheet, READING, || self.ask_for_tabs(sheet).boxed()).await?;
        let shown = spreadsheet.sheets.unwrap_or_default().into_iter().filter_map(|sheet| sheet.properties);
        Ok(shown
            .filter(|tab| tab.hidden != Some(true) && tab.sheet_type.as_deref().is_none_or(|kind| kind == "GRID"))
            .filter_map(|tab| tab.title)
            .collect())
    }

    /// The cells of these tabs, in one read. A tab that was hidden since it was listed is left out.
    pub(crate) async fn cells(&self, sheet: &str, titles: &[String]) -> Result<Vec<Tab>, Refusal> {
        let answer = self.with_token(sheet, READING, || self.ask_for_cells(sheet, titles).boxed()).await?;
        let tabs = grid::tabs(&answer, titles);
        tabs.map_err(|error| Refusal::Error(self.unreadable(sheet, refusal::broken(&error).to_owned())))
    }

    /// Puts rows below the table in `range` of a tab, from the table's first column on; nothing that is there is
    /// written over. Where they came to stand.
    pub(crate) async fn append(
        &self,
        sheet: &str,
        tab: &str,
        range: &str,
        rows: &[Vec<String>],
    ) -> Result<Option<String>, Refusal> {
        let range = format!("{}!{range}", whole_tab(tab));
        self.with_token(sheet, WRITING, || self.ask_to_append(sheet, &range, rows).boxed()).await
    }

    /// Adds an empty tab behind the others. One of that name may be there already.
    pub(crate) async fn add_tab(&self, sheet: &str, title: &str) -> Result<Added, Refusal> {
        match self.with_token(sheet, WRITING, || self.ask_to_add(sheet, title).boxed()).await {
            Ok(()) => Ok(Added::Now),
            Err(Refusal::Error(SheetsError::Refused { why, .. })) if why.contains("already exists") => {
                Ok(Added::Before)
            }
            Err(refusal) => Err(refusal),
        }
    }

    async fn ask_for_tabs(&self, sheet: &str) -> Result<Spreadsheet, Refusal> {
        let mut watch = Watch::default();
        let call = self.hub.spreadsheets().get(sheet).param("fields", "sheets.properties");
        let answer = self.in_time(call.add_scope(READING).delegate(&mut watch).doit()).await;
        self.judge(sheet, &watch, answer)
    }

    /// The library's own call would read the answer into types that are far too large, see [`grid`].
    async fn ask_for_cells(&self, sheet: &str, titles: &[String]) -> Result<Bytes, Refusal> {
        let mut url = self.base_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v4", "spreadsheets", sheet]);
        }
        let ranges = titles.iter().map(|title| ("ranges", whole_tab(title)));
        url.query_pairs_mut()
            .append_pair("fields", grid::FIELDS)
            .append_pair("prettyPrint", "false")
            .extend_pairs(ranges);
        let answer = tokio::time::timeout(self.timeout, self.get(sheet, &url)).await;
        answer.unwrap_or_else(|_| Err(Refusal::Error(self.unreadable(sheet, self.late()))))
    }

    async fn get(&self, sheet: &str, url: &Url) -> Result<Bytes, Refusal> {
        let unreadable = |why: String| Refusal::Error(self.unreadable(sheet, why));
        let token = self.auth.token(&[READING.as_ref()]).await;
        let token = token.map_err(|error| Refusal::Error(refusal::token(sheet, &self.account, &error)))?;
        let mut request = Request::get(url.as_str()).header(header::USER_AGENT, USER_AGENT);
        if let Some(token) = token.token() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(common::to_body::<Bytes>(None)).map_err(|error| unreadable(error.to_string()))?;
        let response = self.hub.client.request(request).await.map_err(|error| unreadable(runtime::chain(&error)))?;
        let watch = Watch::of(&response);
        let is_good = response.status().is_success();
        let body = common::to_bytes(response.into_body())
            .await
            .ok_or_else(|| unreadable("the answer broke off".to_owned()))?;
        if is_good {
            Ok(body)
        } else {
            Err(watch.refused(sheet, &self.account, &serde_json::from_slice(&body).unwrap_or_default()))
        }
    }

    async fn ask_to_append(&self, sheet: &str, range: &str, rows: &[Vec<String>]) -> Result<Option<String>, Refusal> {
        let mut watch = Watch::default();
        let values = rows.iter().map(|row| row.iter().cloned().map(Value::String).collect()).collect();
        let values = ValueRange { values: Some(values), ..ValueRange::default() };
        // As it is: a text that begins with «=» is no formula, and «5-7» no date.
        let call = self
            .hub
            .spreadsheets()
            .values_append(values, sheet, &in_a_path(range))
            .value_input_option("RAW")
            .insert_data_option("INSERT_ROWS");
        let answer = self.in_time(call.add_scope(WRITING).delegate(&mut watch).doit()).await;
        Ok(self.judge(sheet, &watch, answer)?.updates.and_then(|updates| updates.updated_range))
    }

    async fn ask_to_add(&self, sheet: &str, title: &str) -> Result<(), Refusal> {
        let mut watch = Watch::default();
        let properties = SheetProperties { title: Some(title.to_owned()), ..SheetProperties::default() };
        let add = Change { add_sheet: Some(AddSheetRequest { properties: Some(properties) }), ..Change::default() };
        let changes = BatchUpdateSpreadsheetRequest { requests: Some(vec![add]), ..Default::default() };
        let call = self.hub.spreadsheets().batch_update(changes, sheet);
        let answer = self.in_time(call.add_scope(WRITING).delegate(&mut watch).doit()).await;
        self.judge(sheet, &watch, answer).map(drop)
    }

    /// Makes a call, and once more with a new token if Google does not know the old one any more: it may have been
    /// withdrawn before its time.
    async fn with_token<'a, T>(
        &self,
        sheet: &str,
        scope: Scope,
        call: impl Fn() -> BoxFuture<'a, Result<T, Refusal>> + Send,
    ) -> Result<T, Refusal> {
        let first = call().await;
        if !matches!(first, Err(Refusal::Token { .. })) {
            return first;
        }
        let renewed = tokio::time::timeout(self.timeout, self.auth.force_refreshed_token(&[scope.as_ref()])).await;
        match renewed {
            Ok(Ok(token)) if token.token().is_some() => call().await,
            // The library takes an error's JSON for a token that is empty, keeps it and sends it.
            Ok(Ok(_)) => Err(Refusal::Error(self.unreadable(sheet, "Google gave no access token".to_owned()))),
            Ok(Err(error)) => Err(Refusal::Error(refusal::token(sheet, &self.account, &error))),
            Err(_) => Err(Refusal::Error(self.unreadable(sheet, self.late()))),
        }
    }

    /// The library knows no deadline of its own. `None`: it was over.
    async fn in_time<T>(&self, call: impl Future<Output = Answer<T>>) -> Option<Answer<T>> {
        tokio::time::timeout(self.timeout, call).await.ok()
    }

    fn judge<R, T>(&self, sheet: &str, watch: &Watch, answer: Option<Answer<(R, T)>>) -> Result<T, Refusal> {
        match answer {
            Some(Ok((_, value))) => Ok(value),
            Some(Err(error)) => Err(watch.judge(sheet, &self.account, &error)),
            None => Err(Refusal::Error(self.unreadable(sheet, self.late()))),
        }
    }

    fn late(&self) -> String {
        format!("Google did not answer within {} ms", self.timeout.as_millis())
    }

    fn unreadable(&self, sheet: &str, why: String) -> SheetsError {
        SheetsError::Unreadable { sheet: sheet.to_owned(), why }
    }
}

/// Whether a tab had to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    Now,
    Before,
}

/// All cells of a tab. In quotes, so that a tab called `A1` is not taken for a cell.
fn whole_tab(title: &str) -> String {
    format!("'{}'", title.replace('\'', "''"))
}

/// As a part of an address: the library puts a range there as it is.
fn in_a_path(range: &str) -> String {
    let mut url = Url::parse("http://sheet").expect("a constant");
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(range);
    }
    url.path().trim_start_matches('/').to_owned()
}

fn with_slash(base_url: &str) -> String {
    if base_url.ends_with('/') { base_url.to_owned() } else { format!("{base_url}/") }
}

/// HTTP/1 is on for the sandbox, which speaks it without TLS; the library's own client has only HTTP/2.
fn connector(timeout: Duration) -> Connector {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_connect_timeout(Some(timeout));
    http.set_nodelay(true);
    let ring = rustls::crypto::ring::default_provider();
    let builder = match HttpsConnectorBuilder::new().with_provider_and_native_roots(ring) {
        Ok(builder) => builder,
        Err(error) => {
            tracing::warn!(%error, "this machine has no root certificates: nobody can be reached over TLS");
            HttpsConnectorBuilder::new().with_tls_config(trusting_nobody())
        }
    };
    builder.https_or_http().enable_http1().enable_http2().wrap_connector(http)
}

fn trusting_nobody() -> rustls::ClientConfig {
    // The process's provider was set by `runtime::tls`, so the default one cannot be missing.
    rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use super::{in_a_path, whole_tab};

    #[test]
    fn a_tab_is_asked_for_whole_whatever_it_is_called() {
        for (title, range) in [("Товары", "'Товары'"), ("A1", "'A1'"), ("it's", "'it''s'"), ("a!b/c?", "'a!b/c?'")]
        {
            assert_eq!(whole_tab(title), range);
        }
    }

    #[test]
    fn a_range_in_an_address_ends_where_it_should() {
        for (range, path) in
            [("'A'!A1:B2", "'A'!A1:B2"), ("'a/b?c#d %'!A1", "'a%2Fb%3Fc%23d%20%25'!A1"), ("Ф", "%D0%A4")]
        {
            assert_eq!(in_a_path(range), path);
        }
    }
}
