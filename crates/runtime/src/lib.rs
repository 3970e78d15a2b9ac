//! What every process of ours stands on: logging, metrics, the HTTP client, TLS, the way to Redis, shutdown.
//!
//! Not here: settings (this room is told what to do by its caller's arguments), and any word of the trade.

mod chain;
pub mod hangup;
pub mod http;
pub mod metrics;
pub mod redis;
pub mod shutdown;
pub mod telemetry;
mod tls;

pub use chain::chain;
pub use tls::tls;
