//! Why a turn did not end, by what has to be done about it.

use std::time::Duration;

use queue::QueueError;

/// A turn that did not end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Setback {
    /// Another worker holds the conversation: drop everything, it is not ours any more.
    #[error("another worker holds the conversation")]
    Fenced,
    /// Redis failed: leave the token where it is.
    #[error("Redis failed in the middle of a turn")]
    Queue(#[source] QueueError),
    /// Nobody's fault: try again after a while, without counting.
    #[error("{what}: {why}")]
    Later {
        /// What was attempted.
        what: &'static str,
        /// What stood in the way.
        why: String,
        /// When to try again.
        after: Duration,
    },
    /// The seller may still undo his answer: the conversation rests.
    #[error("an answer from the desk can still be undone")]
    Early {
        /// When to look again.
        after: Duration,
    },
    /// A failure that counts: six of them, and a human is called.
    #[error("{what}: {why}")]
    Failed {
        /// What was attempted.
        what: &'static str,
        /// What went wrong.
        why: String,
    },
    /// The message belongs to a seller this worker has no file for.
    #[error("no file in the sellers' directory for this seller")]
    UnknownSeller,
    /// The journal holds something this version cannot read.
    #[error("cannot read the plan in the journal")]
    BrokenPlan(#[source] serde_json::Error),
}

impl Setback {
    /// The lease does not cover a send: the next heartbeat mends that.
    pub(crate) fn lease_too_short() -> Self {
        let why = "it must outlast the send; waiting for the next heartbeat".to_owned();
        Self::Later { what: "proving the lease", why, after: Duration::from_millis(300) }
    }
}

impl From<QueueError> for Setback {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Fenced { .. } => Self::Fenced,
            error => Self::Queue(error),
        }
    }
}

impl From<store::StoreError> for Setback {
    fn from(error: store::StoreError) -> Self {
        Self::Failed { what: "reading or writing what we remember", why: runtime::chain(&error) }
    }
}
