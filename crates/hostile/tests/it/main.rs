//! Hostile buyers and a hostile model, in small; the large run is `make hostile`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attacks;
mod honest;
mod in_small;
