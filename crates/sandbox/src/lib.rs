//! Avito, Google Sheets, Telegram and a model on loopback, speaking the real protocols, with faults to order.
//!
//! Depends on none of our crates: a field name that is wrong here must not be wrong on both sides and pass.
//! Not a mock of our code either: everything goes over HTTP, and each fake is its own small server.

mod all;
pub mod avito;
pub mod clock;
pub mod google;
mod http;
pub mod model;
pub mod redis;
pub mod serve;
pub mod server;
mod service;
pub mod telegram;

pub use all::{Sandbox, SandboxConfig};
