//! The worst moments one by one, and proof that the checker would notice: whole programs as processes, one Redis
//! for each house.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash_points;
mod negative_controls;
mod programs;
mod stage;
