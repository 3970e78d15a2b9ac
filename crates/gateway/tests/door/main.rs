//! The gateway as Avito, an operator and a stranger meet it: real HTTP, a real Redis.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod avito;
mod endings;
mod health;
mod house;
mod outages;
mod post;
mod queueing;
mod webhooks;
