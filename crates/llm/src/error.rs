//! What can go wrong with a completion, by what the caller does about it.

use std::time::Duration;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The time was up. The provider may still be at work; nobody waits for it.
    #[error("the model gave no answer within {} ms", within.as_millis())]
    Late {
        /// The time it had.
        within: Duration,
    },
    /// Another try may do: no connection, a cut answer, too many requests, an error of the server's.
    #[error("the model could not be reached: {why}")]
    Retry {
        /// How long the server asks to be left alone. Its own word: it may be an hour.
        after: Option<Duration>,
        /// What happened.
        why: String,
    },
    /// The same request will fail again: the key, the model's name, the schema; or the answer is no answer.
    #[error("the model's answer cannot be used: {why}")]
    Fail {
        /// What happened, and what to look at.
        why: String,
    },
}

impl ModelError {
    /// The name in metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Late { .. } => "late",
            Self::Retry { .. } => "retry",
            Self::Fail { .. } => "fail",
        }
    }

    pub(crate) fn fail(why: impl Into<String>) -> Self {
        Self::Fail { why: why.into() }
    }

    pub(crate) fn retry(why: impl Into<String>) -> Self {
        Self::Retry { after: None, why: why.into() }
    }
}
