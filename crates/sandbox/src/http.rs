//! The one HTTP client of the fakes, with which they call back.

use std::time::Duration;

/// A client without proxies and redirects; each request brings its own time limit.
#[expect(clippy::disallowed_methods, reason = "the fakes depend on none of our crates, so not on `runtime::http`")]
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    // An error means that somebody has installed a provider already: all is well.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(Duration::from_secs(2))
        .build()
}
