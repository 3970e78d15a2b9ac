//! What SaleSphere remembers in Redis beside the queue: conversations, who has taken a chat over, the ids of
//! our own sends, what Avito told of a chat, the catalog cache, the decision records, and which worker does what
//! one does for all.
//!
//! Not here: the messages still to be answered (`queue`), and what any of it means. Each kind has its own
//! file; every key name is in [`keys`]. Each operation touches one key, or keys of one conversation, which lie on one
//! node, so that all of it runs on Redis Cluster too, and each may be repeated, because a command whose answer came too late was still carried out.

use std::sync::Arc;

use domain::ids::ConversationId;
use futures::FutureExt;
use futures::future::BoxFuture;
use settings::{RedisSettings, StoreSettings};

pub mod keys;

mod agreement;
mod card;
mod catalog;
mod chat;
mod connection;
mod conversation;
mod desk;
mod digest;
mod duty;
mod error;
mod json;
mod last_answer;
mod lesson;
mod modes;
mod reads;
mod record;
mod sent;
mod tabs;
mod takeover;
mod training;
mod turn;
mod waiting;

pub use agreement::Window;
pub use catalog::{CatalogState, CatalogVersion, RefreshLock};
pub use chat::ChatInfo;
pub use desk::Bound;
pub use duty::{Duty, Kept};
pub use error::StoreError;
pub use lesson::KeptLesson;
pub use modes::{AllModes, Untold};
pub use reads::ReadPermit;
pub use tabs::SheetTabs;
pub use takeover::{TakenBy, Takeover};
pub use turn::Remembered;

use connection::Connection;

/// The memory. Cheap to clone: all clones share one connection.
#[derive(Debug, Clone)]
pub struct Store {
    redis: Connection,
    settings: Arc<StoreSettings>,
}

impl Store {
    /// Connects; the connection mends itself from then on.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if nobody answers there.
    pub fn connect(redis: &RedisSettings, store: &StoreSettings) -> BoxFuture<'static, Result<Self, StoreError>> {
        let (redis, settings) = (redis.clone(), Arc::new(store.clone()));
        async move { Ok(Self { redis: Connection::open(&redis).await?, settings }) }.boxed()
    }

    /// The memory without waiting for Redis: the first command connects. For who has to be up while Redis is
    /// away.
    pub fn lazy(redis: &RedisSettings, store: &StoreSettings) -> Self {
        Self { redis: Connection::lazy(redis), settings: Arc::new(store.clone()) }
    }

    /// The key under which something is remembered of a conversation.
    fn key(&self, kind: &keys::Kind, id: &ConversationId) -> String {
        kind.conversation(id, self.settings.shards)
    }

    /// Whether Redis answers; in a cluster, whether one node does.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] if it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.redis.run::<()>("ask whether Redis is there", redis::cmd("PING")).await
    }
}
