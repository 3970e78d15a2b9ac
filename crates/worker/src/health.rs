//! Health and metrics of a worker, for the operator and for Docker.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use queue::Pulse;
use runtime::http::{self, HttpOptions};
use runtime::shutdown::Shutdown;
use tokio::net::TcpListener;

use crate::room::CurrentRoom;

/// How long a probe waits.
const PROBE: Duration = Duration::from_secs(2);

/// What readiness is judged by.
#[derive(Clone)]
struct Vitals {
    rooms: Arc<CurrentRoom>,
    /// When the lease was last renewed.
    beaten: Pulse,
}

/// Serves `/healthz`, `/readyz` and `/metrics` until it is dropped.
pub(crate) async fn serve(listener: TcpListener, rooms: Arc<CurrentRoom>, beaten: Pulse) -> std::io::Result<()> {
    let metrics = runtime::metrics::install();
    let rendered = metrics.clone();
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move || async move { rendered.render() }))
        .with_state(Vitals { rooms, beaten });
    let never = Shutdown::new();
    let (served, ()) = tokio::join!(axum::serve(listener, routes).into_future(), metrics.upkeep(never));
    served
}

/// Ready means that the loop is alive: the lease was renewed, and something was fetched (or there was nothing),
/// not long ago. A loop whose permits are all taken fetches nothing and is busy, not dead.
async fn ready(State(Vitals { rooms, beaten }): State<Vitals>) -> (StatusCode, &'static str) {
    let room = rooms.get();
    let within = room.settings.worker.ready_within;
    let busy = room.permits.available_permits() == 0;
    if beaten.age() > within {
        (StatusCode::SERVICE_UNAVAILABLE, "the lease is not renewed: is Redis reachable?\n")
    } else if room.since_fetch() > within && !busy {
        (StatusCode::SERVICE_UNAVAILABLE, "nothing is fetched: is Redis reachable?\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

/// Asks the `/readyz` of a worker on this machine, for a container's health check.
///
/// # Errors
/// When it does not answer, or is not ready.
pub async fn probe(listen: &str) -> anyhow::Result<()> {
    let port = listen.rsplit(':').next().unwrap_or(listen);
    let http = http::client(HttpOptions { connect_timeout: PROBE, timeout: PROBE, user_agent: http::USER_AGENT });
    let answer = http.get(format!("http://127.0.0.1:{port}/readyz")).send().await?;
    anyhow::ensure!(answer.status().is_success(), "not ready: {}", answer.text().await.unwrap_or_default().trim());
    Ok(())
}
