//! Google Sheets itself: which tabs a spreadsheet has, and what is in them. One attempt each, each with its
//! deadline.
//!
//! Not here: when to ask ([`crate::refresh`]), and what the cells mean ([`crate::reading`]).

mod refusal;

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use google_sheets4::api::{BatchGetValuesResponse, Scope, Spreadsheet};
use google_sheets4::hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use google_sheets4::hyper_util::client::legacy::Client;
use google_sheets4::hyper_util::client::legacy::connect::HttpConnector;
use google_sheets4::hyper_util::rt::{TokioExecutor, TokioTimer};
use google_sheets4::yup_oauth2::ServiceAccountAuthenticator;
use google_sheets4::yup_oauth2::authenticator::Authenticator;
use google_sheets4::yup_oauth2::client::CustomHyperClientBuilder;
use google_sheets4::{Result as Answer, Sheets as Hub};
use settings::SheetsSettings;

use crate::error::SheetsError;
use crate::key::Key;
use crate::reading::Tab;

pub(crate) use refusal::Refusal;
use refusal::Watch;

type Connector = HttpsConnector<HttpConnector>;

/// Google closes idle connections after some minutes without a word; we leave first.
const IDLE: Duration = Duration::from_secs(60);

/// Reading is all we may: not even a mistake of ours can change a seller's table.
const SCOPE: Scope = Scope::SpreadsheetReadonly;

/// A client for one service account.
pub(crate) struct Google {
    hub: Hub<Connector>,
    auth: Authenticator<Connector>,
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
        hub.user_agent(concat!("SaleSphere/", env!("CARGO_PKG_VERSION")).to_owned());
        hub.base_url(with_slash(settings.base_url.as_str()));
        Ok(Self { hub, auth, account: key.account().to_owned(), timeout: settings.timeout })
    }

    /// The tabs that a person sees, in order. Tabs that hold a chart have no cells, and hidden ones are hidden
    /// for a reason.
    pub(crate) async fn tabs(&self, sheet: &str) -> Result<Vec<String>, Refusal> {
        let spreadsheet = self.with_token(sheet, || self.ask_for_tabs(sheet).boxed()).await?;
        let shown = spreadsheet.sheets.unwrap_or_default().into_iter().filter_map(|sheet| sheet.properties);
        Ok(shown
            .filter(|tab| tab.hidden != Some(true) && tab.sheet_type.as_deref().is_none_or(|kind| kind == "GRID"))
            .filter_map(|tab| tab.title)
            .collect())
    }

    /// The cells of these tabs, in one read.
    pub(crate) async fn cells(&self, sheet: &str, titles: &[String]) -> Result<Vec<Tab>, Refusal> {
        let values = self.with_token(sheet, || self.ask_for_cells(sheet, titles).boxed()).await?;
        let ranges = values.value_ranges.unwrap_or_default();
        if ranges.len() != titles.len() {
            let why = "the answer does not have all the tabs that were asked for";
            return Err(Refusal::Error(self.unreadable(sheet, why.to_owned())));
        }
        let tabs = titles.iter().zip(ranges);
        Ok(tabs.map(|(title, range)| Tab { title: title.clone(), rows: range.values.unwrap_or_default() }).collect())
    }

    async fn ask_for_tabs(&self, sheet: &str) -> Result<Spreadsheet, Refusal> {
        let mut watch = Watch::default();
        let call = self.hub.spreadsheets().get(sheet).param("fields", "sheets.properties");
        let answer = self.in_time(call.add_scope(SCOPE).delegate(&mut watch).doit()).await;
        self.judge(sheet, &watch, answer)
    }

    async fn ask_for_cells(&self, sheet: &str, titles: &[String]) -> Result<BatchGetValuesResponse, Refusal> {
        let mut watch = Watch::default();
        // A number as a number whatever its format; but a date as it looks, for Sheets makes one of «5-7».
        let mut call = self
            .hub
            .spreadsheets()
            .values_batch_get(sheet)
            .value_render_option("UNFORMATTED_VALUE")
            .date_time_render_option("FORMATTED_STRING");
        for title in titles {
            call = call.add_ranges(&whole_tab(title));
        }
        let answer = self.in_time(call.add_scope(SCOPE).delegate(&mut watch).doit()).await;
        self.judge(sheet, &watch, answer)
    }

    /// Makes a call, and once more with a new token if Google does not know the old one any more: it may have been
    /// withdrawn before its time.
    async fn with_token<'a, T>(
        &self,
        sheet: &str,
        call: impl Fn() -> BoxFuture<'a, Result<T, Refusal>> + Send,
    ) -> Result<T, Refusal> {
        let first = call().await;
        if !matches!(first, Err(Refusal::Token { .. })) {
            return first;
        }
        let renewed = tokio::time::timeout(self.timeout, self.auth.force_refreshed_token(&[SCOPE.as_ref()])).await;
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

/// All cells of a tab. In quotes, so that a tab called `A1` is not taken for a cell.
fn whole_tab(title: &str) -> String {
    format!("'{}'", title.replace('\'', "''"))
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
    use super::whole_tab;

    #[test]
    fn a_tab_is_asked_for_whole_whatever_it_is_called() {
        for (title, range) in [("Товары", "'Товары'"), ("A1", "'A1'"), ("it's", "'it''s'"), ("a!b/c?", "'a!b/c?'")]
        {
            assert_eq!(whole_tab(title), range);
        }
    }
}
