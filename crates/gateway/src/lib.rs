//! The door: Avito's webhooks come in, are checked, sorted and put into the queue within two seconds.
//!
//! Knows no model, no table and no Telegram, so that nothing of theirs can keep a webhook waiting. What it
//! answered with 200 is on Redis's disk or, while Redis is away, on ours; or it was never for us. Not here:
//! answering buyers (the worker does).

mod ending;
mod gates;
mod health;
mod intake;
mod renew;
mod spool;
mod state;
mod webhook;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use domain::clock::SharedClock;
use futures::FutureExt;
use futures::future::BoxFuture;
use queue::{Queue, QueueError};
use runtime::metrics::MetricsHandle;
use runtime::shutdown::Shutdown;
use settings::{Settings, UnsafeRedis};
use tokio::net::TcpListener;

pub use health::{Road, Unhealthy, ask, local_url, probe};
pub use renew::Renewing;
pub use spool::{SpoolError, waiting_on_disk};
use state::Gateway;

/// How much longer than a webhook may take the last connections are waited for at the end.
const GRACE: Duration = Duration::from_secs(1);

/// How long the first webhook may be kept waiting for Redis to have all that waited on the disk.
const FIRST_REPLAY: Duration = Duration::from_millis(500);

/// Why the gateway does not run.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address is taken, or not ours to take.
    #[error("cannot listen on gateway.listen = \"{address}\": choose a free port on an address of this machine")]
    Listen {
        /// The address in the settings.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// Redis would lose messages.
    #[error("cannot open the queue")]
    Queue(#[from] QueueError),
    /// There is no place for messages while Redis is away.
    #[error("cannot open the spool")]
    Spool(#[from] SpoolError),
    /// The system does not let us serve any longer.
    #[error("stopped serving")]
    Serve(#[source] io::Error),
}

/// Listens on `gateway.listen` and serves until `shutdown`. What changes in the settings' files is taken over.
///
/// # Errors
/// When it cannot listen, or not use its spool's directory, or Redis would lose messages.
pub fn run(
    settings: Arc<Settings>,
    renewing: Renewing,
    shutdown: Shutdown,
    clock: SharedClock,
) -> BoxFuture<'static, Result<(), GatewayError>> {
    async move {
        let address = &settings.gateway.listen;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| GatewayError::Listen { address: address.clone(), source })?;
        open(listener, settings, Some(renewing), shutdown, clock).await
    }
    .boxed()
}

/// Serves on a listener that is already bound, until `shutdown`, with settings that stay. Requests under way are
/// answered first.
///
/// # Errors
/// When it cannot use its spool's directory, or Redis would lose messages.
pub fn serve(
    listener: TcpListener,
    settings: Arc<Settings>,
    shutdown: Shutdown,
    clock: SharedClock,
) -> BoxFuture<'static, Result<(), GatewayError>> {
    open(listener, settings, None, shutdown, clock)
}

fn open(
    listener: TcpListener,
    settings: Arc<Settings>,
    renewing: Option<Renewing>,
    shutdown: Shutdown,
    clock: SharedClock,
) -> BoxFuture<'static, Result<(), GatewayError>> {
    async move {
        let metrics = runtime::metrics::install();
        let (gateway, replays) = Gateway::open(&settings, clock)?;
        demand_safe_redis(&gateway.intake.queue, settings.redis.unsafe_redis).await?;
        let gateway = Arc::new(gateway);
        let routes = routes(Arc::clone(&gateway), metrics.clone(), settings.gateway.max_body_bytes);

        let address = listener.local_addr().map_err(GatewayError::Serve)?;
        tracing::info!(gateway.listen = %address, gateway.sellers = settings.sellers.len(), "the door is open");
        let longest = settings.gateway.answer_within + GRACE;
        let answered = Shutdown::new();
        let serving = async {
            // Who comes in before that goes by way of the disk; nobody need wait for long.
            tokio::time::timeout(FIRST_REPLAY, gateway.intake.spool.opened()).await.ok();
            let served = until_drained(listener, routes, &shutdown, longest).await;
            gateway.arrivals.close();
            tokio::time::timeout(longest, gateway.arrivals.wait()).await.ok();
            answered.trigger();
            served
        };
        let (served, (), (), ()) = tokio::join!(
            serving,
            replays.run(&answered),
            renew::run(&gateway, renewing, &shutdown),
            metrics.upkeep(shutdown.clone())
        );
        tracing::info!("the door is closed");
        served.map_err(GatewayError::Serve)
    }
    .boxed()
}

/// A Redis that would lose messages is none to start on. One that is away cannot be asked, and what comes in
/// meanwhile is safe on our disk; the workers look at it before they take anything.
async fn demand_safe_redis(queue: &Queue, unsafe_redis: UnsafeRedis) -> Result<(), QueueError> {
    let why = match tokio::time::timeout(FIRST_REPLAY, queue.demand_safe_redis(unsafe_redis)).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error @ QueueError::UnsafeRedis { .. })) => return Err(error),
        Ok(Err(error)) => runtime::chain(&error),
        Err(_) => "it did not answer in time".to_owned(),
    };
    tracing::warn!(error = why, "cannot look at how safe Redis is; opening the door all the same");
    Ok(())
}

fn routes(gateway: Arc<Gateway>, metrics: MetricsHandle, max_body_bytes: usize) -> Router {
    Router::new()
        .route("/webhook/avito", post(webhook::at_the_open_door))
        .route("/webhook/avito/{token}", post(webhook::at_a_secret_door))
        .route("/readyz", get(health::ready))
        .with_state(gateway)
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .route("/healthz", get(health::alive))
        .route("/metrics", get(move || async move { health::prometheus(&metrics) }))
}

/// Serves until `shutdown`, then until the last connection ends, but not longer than `longest`: a client that
/// keeps half a request open must not keep the process.
async fn until_drained(
    listener: TcpListener,
    routes: Router,
    shutdown: &Shutdown,
    longest: Duration,
) -> io::Result<()> {
    // An answer is one small packet: there is nothing to wait and bundle it with.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection stays with delayed packets");
        }
    });
    let asked = shutdown.clone();
    let serving = axum::serve(listener, routes).with_graceful_shutdown(async move { asked.requested().await });
    tokio::select! {
        served = serving.into_future() => served,
        () = async { shutdown.requested().await; tokio::time::sleep(longest).await } => Ok(()),
    }
}
