//! The protocol without one of its protections, for the tests that show what it is good for (crates/chaos).

use crate::error::QueueError;
use crate::names::{Token, WorkerId};
use crate::queue::Queue;

impl Queue {
    /// Takes a claimed token out of `worker`'s list, so that nobody finds it there: as after a plain BRPOP.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn let_go(&self, worker: &WorkerId, token: &Token) -> Result<(), QueueError> {
        let mut remove = redis::cmd("LREM");
        remove.arg(self.shard(token).processing(worker)).arg(0).arg(token.as_str());
        self.redis.ask("let a token go", remove).await
    }
}
