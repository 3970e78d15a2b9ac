//! The worst moments one by one, proof that the checker would notice, and settings that change meanwhile: whole
//! programs as processes, one Redis for each house.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash_points;
mod negative_controls;
mod programs;
mod reload;
mod stage;
