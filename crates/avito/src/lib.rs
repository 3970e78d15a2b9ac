//! Avito's Messenger: the calls we make, the token they need, and the webhooks that come in.
//!
//! What Avito says is read tolerantly (fields come and go without notice), what we say is built strictly.
//! Every assumption about Avito stands in this room and nowhere else. Not here: what to do with a message
//! (the gateway sorts, the worker answers), when to call again (only the caller knows whether that could say
//! something twice), and the webhook's door (gates are the gateway's; [`signature`] only checks).

mod account;
mod chat;
mod content;
mod error;
mod history;
mod json;
mod messenger;
mod reply;
mod send;
pub mod signature;
mod subscription;
mod token;
mod voice;
pub mod webhook;

pub use account::Account;
pub use chat::{ChatInfoFromAvito, ChatSummary, Page, Which};
pub use error::{AvitoError, PAYWALL_HINT};
pub use history::HistoryMessage;
pub use messenger::{Connections, Messenger};
pub use send::{Refusal, SendOutcome};
pub use subscription::Subscription;
