//! Finding the server to connect to.

use domain::redis::{Host, RedisUrl, Servers};
use redis::{ErrorKind, RedisResult};

use super::dial::Manner;
use super::nodes::Owners;
use super::sentinel::Sentinels;

/// Which server it is, each time one connects.
#[derive(Debug, Clone)]
pub(super) enum Places {
    /// Always this one.
    Fixed(Host),
    /// The master of the moment.
    Watched(Sentinels),
    /// The owner of the key's slot. One of these knows.
    Cluster(Vec<Host>),
}

impl Places {
    pub(super) fn of(url: &RedisUrl) -> Self {
        match url.servers.clone() {
            Servers::One(host) => Self::Fixed(host),
            Servers::Sentinel { sentinels, master } => Self::Watched(Sentinels { hosts: sentinels, master }),
            Servers::Cluster(nodes) => Self::Cluster(nodes),
        }
    }

    /// The server of a slot.
    pub(super) async fn find(&self, slot: u16, manner: &Manner) -> RedisResult<Host> {
        match self {
            Self::Fixed(host) => Ok(host.clone()),
            Self::Watched(sentinels) => sentinels.find(manner).await,
            Self::Cluster(nodes) => {
                let owners = Owners::ask(nodes, manner).await?;
                owners.of(slot).cloned().ok_or_else(|| no_owner(slot))
            }
        }
    }
}

pub(super) fn no_owner(slot: u16) -> redis::RedisError {
    (ErrorKind::ClusterConnectionNotFound, "no node of the cluster owns the slot", slot.to_string()).into()
}
