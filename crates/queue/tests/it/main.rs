//! The delivery protocol against a real Redis: what it promises, one file per part of a message's way, and
//! all of it at once under random operations (`property`).

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod arrival;
mod arrivals;
mod books;
mod dead_letters;
mod doubt;
mod ending;
mod failing;
mod fetching;
mod floods;
mod forgotten;
mod heartbeat;
mod journal;
mod model;
mod outage;
mod property;
mod retry;
mod safety;
mod status;
mod system;
mod unreadable;
