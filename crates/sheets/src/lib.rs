//! Google Sheets to a catalog snapshot.

mod reading;

pub use reading::{Tab, read};
