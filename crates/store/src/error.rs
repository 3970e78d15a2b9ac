//! What can go wrong between us and the memory.

/// Why the memory could not be used. A value that cannot be read is not among the reasons: it counts as absent.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Redis is down, slow or refuses: try again later. The command may have been carried out all the same.
    #[error("could not {doing}: Redis did not do it; check that it runs, has memory left and is at redis.url")]
    Unreachable {
        /// What was attempted.
        doing: &'static str,
        /// What Redis or the connection said.
        #[source]
        source: redis::RedisError,
    },
}
