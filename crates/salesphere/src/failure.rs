//! What could not be done for the operator, and what he can do about it.
//!
//! Every failure of a command is told as one sentence and one `hint:` line.

use std::fmt;

use settings::Settings;

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What, with the name of the thing.
    pub(crate) what: String,
    /// What to do.
    pub(crate) fix: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fix: fix.into() }
    }

    /// Redis did not do what the queue or the store asked of it.
    pub(crate) fn of_redis(error: &dyn std::error::Error, settings: &Settings) -> Self {
        let told = settings::explain(settings).into_iter().find(|setting| setting.key == "redis.url");
        let told = told.map(|url| format!(": {} (from {})", url.value, url.from)).unwrap_or_default();
        let fix = format!("see that Redis runs and that this machine reaches it at redis.url{told}");
        Self { what: runtime::chain(error), fix }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  hint: {}", self.what, self.fix)
    }
}

impl std::error::Error for Failure {}
