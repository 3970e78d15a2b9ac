//! What can go wrong between us and the queue.

/// Why the queue did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Redis is down, slow or refuses. The command may have been executed all the same; it may be repeated,
    /// and a turn may end without it: the token stays where it is and is found again.
    #[error("could not {doing}: Redis did not do it; check that it runs, has memory left and is at redis.url")]
    Unavailable {
        /// What was attempted.
        doing: &'static str,
        /// What Redis or the connection said.
        #[source]
        source: redis::RedisError,
    },
    /// Another worker has the conversation now, or this claim is over: drop everything about it.
    #[error("could not {doing}: this claim on the conversation is over")]
    Fenced {
        /// What was attempted.
        doing: &'static str,
    },
    /// Redis runs, and will lose messages sooner or later; trying again is of no use.
    #[error("{findings}: {fixes} and restart it; redis.allow_unsafe = true starts on it all the same")]
    UnsafeRedis {
        /// What is wrong with it.
        findings: String,
        /// What to write into redis.conf.
        fixes: String,
    },
    /// The system gave us no thread; trying again is of no use.
    #[error("could not start the heartbeat's thread")]
    NoThread(#[source] std::io::Error),
}

impl QueueError {
    /// An answer that none of our scripts gives: two versions of us at work, or a hand in Redis.
    pub(crate) fn strange_answer(doing: &'static str, answer: i64) -> Self {
        let kind = redis::ErrorKind::UnexpectedReturnType;
        let source = redis::RedisError::from((kind, "a script gave an answer we do not know", answer.to_string()));
        Self::Unavailable { doing, source }
    }
}
