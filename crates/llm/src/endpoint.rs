//! The two pieces `async-openai` lets us bring ourselves: where the endpoint is, and how one request is sent.
//!
//! Its own configuration reads OPENAI_* from the environment, and its own transport retries three times and
//! sleeps as long as `Retry-After` says; it also loses the HTTP status of an error whose body has another shape
//! than OpenAI's. Ours do neither.

use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use futures::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Body, Client, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use tower_service::Service;

/// Where the endpoint is, and the key to it.
#[derive(Clone)]
pub(crate) struct Address {
    base_url: String,
    key: SecretString,
    authorization: Option<HeaderValue>,
}

impl Address {
    /// `base_url` with or without a slash at its end; no key, no header.
    pub(crate) fn new(base_url: &str, key: Option<&SecretString>) -> Result<Self, InvalidKey> {
        let authorization = key.map(bearer).transpose()?;
        let key = key.cloned().unwrap_or_else(|| SecretString::from(""));
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), key, authorization })
    }
}

/// A key that no HTTP header can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("llm.api_key holds a line break or another character that no header may carry: write it again")]
pub struct InvalidKey;

fn bearer(key: &SecretString) -> Result<HeaderValue, InvalidKey> {
    let mut header = HeaderValue::try_from(format!("Bearer {}", key.expose_secret())).map_err(|_| InvalidKey)?;
    // Or a debug line shows it.
    header.set_sensitive(true);
    Ok(header)
}

impl Config for Address {
    fn headers(&self) -> HeaderMap {
        self.authorization.iter().map(|value| (AUTHORIZATION, value.clone())).collect()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// An answer that is not 2xx, kept whole enough to decide on.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {status}: {said}")]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<Duration>,
    /// The beginning of the body, for the operator.
    pub(crate) said: String,
}

/// Sends a request once and turns every status but 2xx into [`Refused`].
#[derive(Debug, Clone)]
pub(crate) struct SendOnce(pub(crate) Client);

impl Service<HttpRequestFactory> for SendOnce {
    type Response = Response;
    type Error = OpenAIError;
    type Future = BoxFuture<'static, Result<Response, OpenAIError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let http = self.0.clone();
        Box::pin(async move {
            let mut built = request.build().await?;
            // The prompt is on its way out: nobody here needs it for a second attempt. The factory would keep it until
            // the model has answered, and so would the client, unless the body is one that cannot be had twice. With
            // hundreds of calls under way that is all the memory a worker has.
            drop(request);
            *built.body_mut() = built.body_mut().take().map(Body::wrap);
            let response = http.execute(built).await.map_err(OpenAIError::Reqwest)?;
            if response.status().is_success() {
                return Ok(response);
            }
            Err(OpenAIError::Boxed(Box::new(refused(response).await)))
        })
    }
}

async fn refused(response: Response) -> Refused {
    /// As much of an error's body as a log line bears.
    const SHOWN_CHARS: usize = 300;
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(seconds);
    let body = response.text().await.unwrap_or_default();
    Refused { status, retry_after, said: body.chars().take(SHOWN_CHARS).collect() }
}

/// `Retry-After` in seconds. Its other form, a date, is rare with these providers and counts as not given.
fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_joined_whether_or_not_the_base_ends_in_a_slash() {
        for base in ["http://127.0.0.1:8090/v1", "http://127.0.0.1:8090/v1/"] {
            assert_eq!(
                Address::new(base, None).unwrap().url("/chat/completions"),
                "http://127.0.0.1:8090/v1/chat/completions"
            );
        }
    }

    #[test]
    fn a_local_server_without_a_key_gets_no_header() {
        assert!(Address::new("http://localhost/v1", None).unwrap().headers().is_empty());
        let with_key = Address::new("http://localhost/v1", Some(&SecretString::from("k-1"))).unwrap().headers();
        assert_eq!(with_key[AUTHORIZATION], "Bearer k-1");
        assert!(with_key[AUTHORIZATION].is_sensitive());
    }

    #[test]
    fn a_key_with_a_line_break_is_refused_before_the_first_call() {
        assert!(matches!(Address::new("http://localhost/v1", Some(&SecretString::from("k\n1"))), Err(InvalidKey)));
    }

    #[test]
    fn a_wait_is_read_in_seconds_or_not_at_all() {
        assert_eq!(seconds("3"), Some(Duration::from_secs(3)));
        assert_eq!(seconds(" 0.5 "), Some(Duration::from_millis(500)));
        for nonsense in ["-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "NaN"] {
            assert_eq!(seconds(nonsense), None, "{nonsense}");
        }
    }
}
