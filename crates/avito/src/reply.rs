//! One exchange with Avito, and what its status means for an ordinary call.
//!
//! The body is kept apart from the status: a refusal whose body was cut off is still a refusal.

use std::time::{Duration, Instant, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use crate::content::is_paywall;
use crate::error::{AvitoError, words_of};

/// Avito's largest answer, a hundred chats, has some 200 KB. More than this is no answer of Avito's.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// How long to wait after a 429 that does not say.
const WAIT_UNLESS_TOLD: Duration = Duration::from_secs(5);

/// The longest wait we let ourselves be told: a buyer is waiting, and an odd value must not park him for a day.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// An answer that came, at least as far as its status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// When it was answered by Avito's clock, in seconds since 1970.
    pub(crate) at_s: Option<u64>,
    /// The whole body, or why it could not be read.
    pub(crate) body: Result<Vec<u8>, String>,
}

/// No status came.
#[derive(Debug)]
pub(crate) enum NoReply {
    /// The request never left: refused connection, unknown host, failed TLS.
    NotReached(String),
    /// It left, or may have. What Avito did with it is unknown.
    Lost(String),
}

/// Send one request once, and count it under the name `call`. It ends by `deadline`, one way or the other.
pub(crate) async fn exchange(
    http: &Client,
    call: &'static str,
    request: RequestBuilder,
    deadline: Instant,
) -> Result<Reply, NoReply> {
    let started = Instant::now();
    let left = deadline.saturating_duration_since(started);
    if left.is_zero() {
        return Err(NoReply::NotReached("no time was left to ask".to_owned()));
    }
    let outcome = async {
        let request = request.timeout(left).build().map_err(|error| NoReply::NotReached(reason(error)))?;
        match http.execute(request).await {
            Ok(response) => Ok(read(response).await),
            Err(error) if error.is_connect() => Err(NoReply::NotReached(reason(error))),
            Err(error) => Err(NoReply::Lost(reason(error))),
        }
    }
    .await;
    count(call, &outcome, started.elapsed());
    outcome
}

async fn read(mut response: Response) -> Reply {
    let status = response.status().as_u16();
    let at_s = date(response.headers());
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut body = Vec::new();
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_ANSWER_BYTES => {
                break Err(format!("the answer is longer than {MAX_ANSWER_BYTES} bytes"));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break Ok(body),
            Err(error) => break Err(reason(error)),
        }
    };
    Reply { status, retry_after: seconds.map(Duration::from_secs), at_s, body }
}

fn date(headers: &HeaderMap) -> Option<u64> {
    let at = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

/// The error and what is behind it, without the address: that holds the account and the chat.
fn reason(error: reqwest::Error) -> String {
    runtime::chain(&error.without_url())
}

fn count(call: &'static str, outcome: &Result<Reply, NoReply>, took: Duration) {
    let status = match outcome {
        Ok(reply) => reply.status.to_string(),
        Err(NoReply::NotReached(_)) => "not_reached".to_owned(),
        Err(NoReply::Lost(_)) => "lost".to_owned(),
    };
    tracing::debug!(avito.call = call, avito.status = status, avito.ms = took.as_millis(), "called Avito");
    metrics::counter!("avito_calls_total", "call" => call, "status" => status).increment(1);
    metrics::histogram!("avito_call_seconds", "call" => call).record(took.as_secs_f64());
}

impl Reply {
    /// Whether the subscription is missing: by the status, or by the words of any other refusal.
    pub(crate) fn is_paywall(&self) -> bool {
        self.status == 402 || ((400..500).contains(&self.status) && is_paywall(&self.words()))
    }

    /// Whether a fresh token may help. 403 is the documented answer to an expired one, 401 the one seen.
    pub(crate) fn refuses_the_token(&self) -> bool {
        matches!(self.status, 401 | 403) && !self.is_paywall()
    }

    /// How long to leave Avito alone after a 429.
    pub(crate) fn wait(&self) -> Duration {
        self.retry_after.unwrap_or(WAIT_UNLESS_TOLD).min(LONGEST_WAIT)
    }

    /// Avito's words for a refusal.
    pub(crate) fn words(&self) -> String {
        self.body.as_ref().map_or_else(|_| "its reason was cut off".to_owned(), |body| words_of(body))
    }

    /// The JSON of an answer, or what its status means. An answer without a body is null: enough for a call
    /// that only does something.
    pub(crate) fn into_json(self, call: &'static str) -> Result<Value, AvitoError> {
        let (status, why) = (self.status, || self.words());
        match status {
            200..300 => {
                let body = self.body.map_err(|why| AvitoError::Unavailable { call, why })?;
                if body.is_empty() {
                    return Ok(Value::Null);
                }
                serde_json::from_slice(&body).map_err(|why| AvitoError::Unreadable { call, why: why.to_string() })
            }
            _ if self.is_paywall() => Err(AvitoError::Paywall { call }),
            429 => Err(AvitoError::RateLimited { call, after: self.wait() }),
            401 | 403 => Err(AvitoError::Unauthorized { call, why: why() }),
            408 | 425 | 500.. => Err(AvitoError::Unavailable { call, why: format!("status {status}, {}", why()) }),
            _ => Err(AvitoError::Rejected { call, status, why: why() }),
        }
    }
}

impl NoReply {
    pub(crate) fn into_error(self, call: &'static str) -> AvitoError {
        let (Self::NotReached(why) | Self::Lost(why)) = self;
        AvitoError::Unavailable { call, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, retry_after: None, at_s: None, body: Ok(body.as_bytes().to_vec()) }
    }

    #[test]
    fn each_status_says_what_the_caller_is_to_do() {
        let words = r#"{"message":"слова"}"#;
        let paywall = r#"{"error":{"message":"Перейдите на подписку с API мессенджера"}}"#;
        let why = || "слова".to_owned();
        let unavailable = |status| AvitoError::Unavailable { call: "x", why: format!("status {status}, слова") };
        let cases = [
            (400, words, AvitoError::Rejected { call: "x", status: 400, why: why() }),
            (404, words, AvitoError::Rejected { call: "x", status: 404, why: why() }),
            (302, words, AvitoError::Rejected { call: "x", status: 302, why: why() }),
            (401, words, AvitoError::Unauthorized { call: "x", why: why() }),
            (403, words, AvitoError::Unauthorized { call: "x", why: why() }),
            (402, words, AvitoError::Paywall { call: "x" }),
            (403, paywall, AvitoError::Paywall { call: "x" }),
            (429, words, AvitoError::RateLimited { call: "x", after: Duration::from_secs(5) }),
            (408, words, unavailable(408)),
            (500, words, unavailable(500)),
            (503, words, unavailable(503)),
        ];
        for (status, body, expected) in cases {
            assert_eq!(reply(status, body).into_json("x"), Err(expected), "{status} {body}");
        }
        assert_eq!(reply(200, "[]").into_json("x"), Ok(Value::Array(Vec::new())));
        assert_eq!(reply(204, "").into_json("x"), Ok(Value::Null));
        assert!(matches!(reply(200, "<html>").into_json("x"), Err(AvitoError::Unreadable { .. })));
        let cut = Reply { status: 200, retry_after: None, at_s: None, body: Err("cut".to_owned()) };
        assert!(matches!(cut.into_json("x"), Err(AvitoError::Unavailable { .. })));
    }

    #[test]
    fn a_wait_is_as_long_as_told_up_to_ten_minutes() {
        for (told, expected) in [(Some(0), 0), (Some(7), 7), (Some(86_400), 600), (None, 5)] {
            let retry_after = told.map(Duration::from_secs);
            let reply = Reply { status: 429, retry_after, at_s: None, body: Ok(Vec::new()) };
            assert_eq!(reply.wait(), Duration::from_secs(expected), "{told:?}");
        }
    }
}
