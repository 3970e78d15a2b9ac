//! Every setting of SaleSphere.

pub mod model;

pub use model::*;
