//! What queue and store hold: a way to Redis, whichever form it has.

use std::sync::Arc;
use std::time::Duration;

use domain::redis::Servers;
use futures::FutureExt;
use futures::future::BoxFuture;
use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Value};
use tokio::sync::watch;

use super::RedisOptions;
use super::call::Sent;
use super::cluster::Cluster;
use super::dial::Manner;
use super::line::{Line, Losses};
use super::places::Places;
use super::slot::slot_of;

/// A way to Redis that everybody shares and that mends itself. Not for commands that block: they would hold up all
/// others. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Link {
    way: Way,
    losses: Losses,
}

/// What each server answered, under its name.
pub type Answers = Vec<(String, RedisResult<Value>)>;

#[derive(Debug, Clone)]
enum Way {
    Line(Line),
    Cluster(Arc<Cluster>),
}

impl Link {
    /// Connects.
    ///
    /// # Errors
    /// When Redis does not answer: the server, the sentinels and their master, or all nodes.
    pub fn open(options: &RedisOptions) -> BoxFuture<'static, RedisResult<Self>> {
        let link = Self::lazy(options);
        async move {
            match &link.way {
                Way::Line(line) => line.open().await?,
                Way::Cluster(cluster) => cluster.open().await?,
            }
            Ok(link)
        }
        .boxed()
    }

    /// The same without connecting: the first command does.
    pub fn lazy(options: &RedisOptions) -> Self {
        let (manner, losses) = (Manner::of(options), Losses::default());
        let way = match &options.url.servers {
            Servers::Cluster(seeds) => Way::Cluster(Arc::new(Cluster::new(seeds.clone(), manner, losses.clone()))),
            Servers::One(_) | Servers::Sentinel { .. } => {
                Way::Line(Line::new(Places::of(&options.url), manner, losses.clone()))
            }
        };
        Self { way, losses }
    }

    /// Sends it to the server it belongs to. When the connection breaks meanwhile it is sent once more: it may be
    /// executed twice.
    ///
    /// Boxed, so that the machinery is compiled here once and not in every crate that awaits it.
    ///
    /// # Errors
    /// What Redis says, or that it says nothing in time.
    pub fn send(&self, what: Sent) -> BoxFuture<'static, RedisResult<Value>> {
        let way = self.way.clone();
        async move {
            match way {
                Way::Line(line) => line.send(&what).await,
                Way::Cluster(cluster) => cluster.send(&what).await,
            }
        }
        .boxed()
    }

    /// Sends it to every server that holds data: one, or the masters of a cluster. Each answers for itself, under its
    /// name.
    ///
    /// # Errors
    /// When it cannot be found out which servers there are.
    pub fn send_to_all(&self, what: Sent) -> BoxFuture<'static, RedisResult<Answers>> {
        let way = self.way.clone();
        async move {
            match way {
                Way::Line(line) => Ok(vec![("redis".to_owned(), line.send(&what).await)]),
                Way::Cluster(cluster) => {
                    let answers = cluster.send_to_all(&what).await?;
                    Ok(answers.into_iter().map(|(host, answer)| (host.to_string(), answer)).collect())
                }
            }
        }
        .boxed()
    }

    /// Counts how often a connection broke, or was left because its server is no master any more. Whoever it is
    /// made to again may have older data.
    pub fn losses(&self) -> watch::Receiver<u64> {
        self.losses.subscribe()
    }
}

/// A connection of one's own, to the server that `key` belongs to. `patience` is how long an answer may take: for a
/// blocking command it must be longer than the block, or the client gives up while the server acts.
///
/// It does not mend itself. Give it up after any error: the server may be no master any more.
///
/// # Errors
/// When the server does not answer, or cannot be found.
pub fn dedicated(
    options: &RedisOptions,
    key: &str,
    patience: Duration,
) -> BoxFuture<'static, RedisResult<MultiplexedConnection>> {
    let (places, manner, slot) = (Places::of(&options.url), Manner::of(options), slot_of(key.as_bytes()));
    async move {
        let host = places.find(slot, &manner).await?;
        manner.dial(&host, &manner.config(patience)).await
    }
    .boxed()
}
