//! The Messenger against Avito's own words: every call over real HTTP to the sandbox, which shares no code
//! with us, on good days and on bad ones.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod sends;
mod shop;
mod tokens;
mod webhooks;
