//! Every setting in force and where it came from, for `salesphere config check`.
//!
//! Not here: secrets. They are masked before they get this far.

use secrecy::SecretString;

use crate::model::Settings;
use crate::problem::Place;

/// What stands for a secret.
pub(crate) const MASK: &str = "***";

/// One setting in force.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Which: `queue.lease`, `sellers.demo.sheet_id`.
    pub key: String,
    /// Its value as one writes it; secrets are masked.
    pub value: String,
    /// Where it came from.
    pub from: Place,
    /// What is masked in `value`: two readings are compared by it.
    pub(crate) secret: Option<SecretString>,
}

/// Every setting in force, in the order of `config/default.toml`, then seller by seller.
pub fn explain(settings: &Settings) -> Vec<Explained> {
    settings.explained.clone()
}
