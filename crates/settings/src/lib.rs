//! The configuration of SaleSphere: loaded from files and the environment, checked as a whole, explained.
//!
//! [`load`] yields [`Settings`] in which everything fits, or every problem at once, each with its place and
//! its fix. The only room that reads the environment. Not here: what a key means to an operator; that stands
//! in `config/default.toml`.

mod duration;
mod explain;
mod keep;
mod layers;
mod load;
pub mod model;
mod near;
mod problem;
mod reader;
mod renew;
mod rules;
mod secret;
mod sections;
mod sellers;
mod source;
mod stamp;
mod values;

pub use explain::{Explained, explain};
pub use keep::{Keeper, Occasion};
pub use layers::DEFAULTS;
pub use load::load;
pub use model::*;
pub use problem::{Place, Problem, SettingsErrors};
pub use renew::Renewal;
pub use source::{CONFIG_VARIABLE, Env, LoadOptions, SELLERS_VARIABLE, Sellers, Source, sellers_dir};
