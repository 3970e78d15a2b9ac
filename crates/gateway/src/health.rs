//! Health and metrics, for the operator and for Docker.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use futures::FutureExt;
use futures::future::BoxFuture;
use runtime::http::{HttpOptions, USER_AGENT};
use runtime::metrics::MetricsHandle;

use crate::spool::Condition;
use crate::state::Gateway;

/// `GET /healthz`: the process lives.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: webhooks can be accepted, and where they go to: `ready` (the queue) or `spooling` (our disk,
/// until Redis is back). `spool` means that they cannot: Redis is away and our disk full or failing.
pub(crate) async fn ready(State(gateway): State<Arc<Gateway>>) -> (StatusCode, &'static str) {
    match gateway.intake.spool.condition() {
        Condition::Refusing => (StatusCode::SERVICE_UNAVAILABLE, "spool"),
        Condition::Spooling => (StatusCode::OK, "spooling"),
        Condition::Direct => match tokio::time::timeout(gateway.redis_within, gateway.store.ping()).await {
            Ok(Ok(())) => (StatusCode::OK, "ready"),
            // The next webhook will find out, and go to the disk.
            Ok(Err(_)) | Err(_) => (StatusCode::OK, "spooling"),
        },
    }
}

/// `GET /metrics`: the text that Prometheus reads.
pub(crate) fn prometheus(metrics: &MetricsHandle) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
}

/// The gateway on this machine does not answer as a living one does.
#[derive(Debug, thiserror::Error)]
#[error("no healthy gateway at {url} ({why}): see its log, and gateway.listen in the settings")]
pub struct Unhealthy {
    /// What was asked.
    pub url: String,
    /// What happened.
    pub why: String,
}

/// Where the messages that a gateway accepts go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// Into Redis.
    Redis,
    /// At least some to its own disk, until Redis is back.
    Disk,
    /// Some nowhere: webhooks are refused.
    Nowhere,
}

/// Asks the gateway at `url`, like `http://gateway:8080`, which way its messages go.
///
/// # Errors
/// When no gateway answers there within a second.
pub fn ask(url: &str) -> BoxFuture<'static, Result<Road, Unhealthy>> {
    let url = format!("{}/readyz", url.trim_end_matches('/'));
    async move {
        match get(&url).await {
            Ok((_, word)) if word == "ready" => Ok(Road::Redis),
            Ok((_, word)) if word == "spooling" => Ok(Road::Disk),
            Ok((_, word)) if word == "spool" => Ok(Road::Nowhere),
            Ok(_) => Err(Unhealthy { url, why: "what answers there is no gateway".to_owned() }),
            Err(why) => Err(Unhealthy { url, why }),
        }
    }
    .boxed()
}

/// Asks the gateway that listens on `listen`, on this machine, whether it lives. For a container's health
/// check: our images have no curl.
///
/// # Errors
/// When it does not.
pub fn probe(listen: &str) -> BoxFuture<'static, Result<(), Unhealthy>> {
    let url = format!("{}/healthz", local_url(listen));
    async move {
        match get(&url).await {
            Ok((status, _)) if status.is_success() => Ok(()),
            Ok((status, _)) => Err(Unhealthy { url, why: status.to_string() }),
            Err(why) => Err(Unhealthy { url, why }),
        }
    }
    .boxed()
}

/// The answer's status and text.
async fn get(url: &str) -> Result<(StatusCode, String), String> {
    let second = Duration::from_secs(1);
    let http = runtime::http::client(HttpOptions { connect_timeout: second, timeout: second, user_agent: USER_AGENT });
    let answer = http.get(url).send().await.map_err(|error| runtime::chain(&error.without_url()))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| runtime::chain(&error.without_url()))?;
    Ok((status, text))
}

/// Where this machine reaches a gateway that listens on `listen`.
pub fn local_url(listen: &str) -> String {
    format!("http://{}", reachable(listen))
}

/// An address to listen on every interface is none to call.
fn reachable(listen: &str) -> String {
    let (host, port) = listen.rsplit_once(':').unwrap_or((listen, "80"));
    let host = match host {
        "0.0.0.0" | "" => "127.0.0.1",
        "[::]" => "[::1]",
        host => host,
    };
    format!("{host}:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_to_listen_on_becomes_one_to_call() {
        for (listen, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            (":8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("10.0.0.7:80", "10.0.0.7:80"),
            ("localhost:8080", "localhost:8080"),
        ] {
            assert_eq!(reachable(listen), expected);
        }
    }
}
