//! The seller's desk in Telegram: who is heard there, and what becomes of what people write and press.

mod attached;
mod binding;
mod cards;
mod digest;
mod harness;
mod learning;
mod outages;
mod presses;
mod reminders;
mod topics;
