//! The queue's ways to Redis: one that everybody shares, and dedicated ones for what must not share. How they
//! connect, and to whom, is `runtime::redis`'s; here it gets our words for what went wrong.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Value};
use runtime::redis::{Call, Link, RedisOptions, Sent};
use settings::RedisSettings;
use tokio::sync::watch;

use crate::error::QueueError;
use crate::keys::Shard;

/// The shared way, for every command that does not block.
#[derive(Debug, Clone)]
pub(crate) struct Connection(Link);

impl Connection {
    pub(crate) async fn open(settings: &RedisSettings) -> Result<Self, QueueError> {
        let link = Link::open(&options(settings)).await;
        link.map(Self).map_err(|source| QueueError::Unavailable { doing: "connect", source })
    }

    /// The same without dialling: the first command does.
    pub(crate) fn lazy(settings: &RedisSettings) -> Self {
        Self(Link::lazy(&options(settings)))
    }

    /// How often a connection broke.
    pub(crate) fn losses(&self) -> watch::Receiver<u64> {
        self.0.losses()
    }

    /// Runs a script. `doing` completes the sentence "could not …".
    pub(crate) async fn run<T: FromRedisValue>(&self, doing: &'static str, call: Call) -> Result<T, QueueError> {
        read(doing, self.0.send(Sent::Script(call)).await)
    }

    /// Runs a command that only reads, or that changes nothing when it is run twice.
    pub(crate) async fn ask<T: FromRedisValue>(&self, doing: &'static str, cmd: Cmd) -> Result<T, QueueError> {
        read(doing, self.0.send(Sent::Command(cmd)).await)
    }

    /// Runs several commands that only read.
    pub(crate) async fn ask_all<T: FromRedisValue>(
        &self,
        doing: &'static str,
        commands: Pipeline,
    ) -> Result<T, QueueError> {
        read(doing, self.0.send(Sent::Commands(commands)).await)
    }

    /// Runs a command on every server that holds data. The answers of those that answer, each under its server's
    /// name; an error, if none does.
    pub(crate) async fn ask_everywhere<T: FromRedisValue>(
        &self,
        doing: &'static str,
        cmd: Cmd,
    ) -> Result<Vec<(String, T)>, QueueError> {
        let answers = self.0.send_to_all(Sent::Command(cmd)).await;
        let answers = answers.map_err(|source| QueueError::Unavailable { doing, source })?;
        let (mut given, mut failed) = (Vec::new(), None);
        for (server, answer) in answers {
            match read(doing, answer) {
                Ok(answer) => given.push((server, answer)),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if given.is_empty() => Err(error),
            _ => Ok(given),
        }
    }
}

/// A connection of one's own to where `shard` is. `patience` is how long an answer may take: for a blocking command
/// it must be longer than the block, or the client gives up while the server moves the token.
pub(crate) async fn dedicated(
    settings: &RedisSettings,
    shard: Shard,
    patience: Duration,
) -> Result<MultiplexedConnection, QueueError> {
    let connection = runtime::redis::dedicated(&options(settings), &shard.ready(), patience).await;
    connection.map_err(|source| QueueError::Unavailable { doing: "connect", source })
}

pub(crate) fn options(settings: &RedisSettings) -> RedisOptions {
    let RedisSettings { ref url, connect_timeout, response_timeout, .. } = *settings;
    RedisOptions { url: url.clone(), connect_timeout, response_timeout }
}

pub(crate) fn read<T: FromRedisValue>(doing: &'static str, answer: RedisResult<Value>) -> Result<T, QueueError> {
    answer
        .and_then(|value| T::from_redis_value(value).map_err(redis::RedisError::from))
        .map_err(|source| QueueError::Unavailable { doing, source })
}
