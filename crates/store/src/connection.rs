//! The memory's way to Redis. How it connects, and to whom, is `runtime::redis`'s; here it gets our words for what
//! went wrong.

use redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Script, Value};
use runtime::redis::{Call, Link, RedisOptions, Sent};
use settings::RedisSettings;

use crate::error::StoreError;

#[derive(Debug, Clone)]
pub(crate) struct Connection(Link);

impl Connection {
    pub(crate) async fn open(settings: &RedisSettings) -> Result<Self, StoreError> {
        let link = Link::open(&options(settings)).await;
        link.map(Self).map_err(|source| StoreError::Unreachable { doing: "connect", source })
    }

    /// The same without dialling: the first command does.
    pub(crate) fn lazy(settings: &RedisSettings) -> Self {
        Self(Link::lazy(&options(settings)))
    }

    /// Runs one command. `doing` completes the sentence "could not …".
    pub(crate) async fn run<T: FromRedisValue>(&self, doing: &'static str, cmd: Cmd) -> Result<T, StoreError> {
        read(doing, self.0.send(Sent::Command(cmd)).await)
    }

    /// Runs several commands that only read, on keys of one node.
    pub(crate) async fn ask_all<T: FromRedisValue>(
        &self,
        doing: &'static str,
        pipe: Pipeline,
    ) -> Result<T, StoreError> {
        read(doing, self.0.send(Sent::Commands(pipe)).await)
    }

    /// Runs several commands on keys of one node, all or none.
    pub(crate) async fn run_all(&self, doing: &'static str, mut pipe: Pipeline) -> Result<(), StoreError> {
        pipe.atomic();
        read(doing, self.0.send(Sent::Commands(pipe)).await)
    }

    /// Runs a script on one key.
    pub(crate) async fn run_script<T: FromRedisValue>(
        &self,
        doing: &'static str,
        script: &'static Script,
        key: &str,
        args: &[&str],
    ) -> Result<T, StoreError> {
        let mut call = Call::new(script, [key.to_owned()]);
        for arg in args {
            call.arg(*arg);
        }
        read(doing, self.0.send(Sent::Script(call)).await)
    }
}

fn options(settings: &RedisSettings) -> RedisOptions {
    let RedisSettings { ref url, connect_timeout, response_timeout, .. } = *settings;
    RedisOptions { url: url.clone(), connect_timeout, response_timeout }
}

fn read<T: FromRedisValue>(doing: &'static str, answer: RedisResult<Value>) -> Result<T, StoreError> {
    answer
        .and_then(|value| T::from_redis_value(value).map_err(redis::RedisError::from))
        .map_err(|source| StoreError::Unreachable { doing, source })
}
