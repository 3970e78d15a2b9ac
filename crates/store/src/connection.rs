//! One shared connection to Redis that mends itself. Not for blocking commands: they would hold up everybody
//! who shares it, so the queue has connections of its own.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{Client, Cmd, FromRedisValue, IntoConnectionInfo, Pipeline, ProtocolVersion, Script, Value};
use secrecy::ExposeSecret;
use settings::RedisSettings;

use crate::error::StoreError;

/// How often one command may wait for a new connection. Together with [`MAX_DELAY`] it keeps a turn from
/// spending its whole budget here: whoever asked retries as a whole.
const RETRIES: usize = 2;
const MAX_DELAY: Duration = Duration::from_millis(500);

/// After how much silence the kernel asks whether the other end still lives: shorter than the idle limits of
/// the usual load balancers, which drop a quiet connection without a word.
const KEEPALIVE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(crate) struct Connection(ConnectionManager);

impl Connection {
    pub(crate) async fn open(settings: &RedisSettings) -> Result<Self, StoreError> {
        let client = client(settings).map_err(StoreError::BadUrl)?;
        let manager = ConnectionManager::new_with_config(client, config(settings))
            .await
            .map_err(|source| StoreError::Unreachable { doing: "connect", source })?;
        Ok(Self(manager))
    }

    /// The same without dialling: the first command does.
    pub(crate) fn lazy(settings: &RedisSettings) -> Result<Self, StoreError> {
        let client = client(settings).map_err(StoreError::BadUrl)?;
        ConnectionManager::new_lazy_with_config(client, config(settings)).map(Self).map_err(StoreError::BadUrl)
    }

    /// Runs one command. `doing` completes the sentence "could not …".
    pub(crate) async fn run<T: FromRedisValue>(&self, doing: &'static str, cmd: Cmd) -> Result<T, StoreError> {
        read(doing, self.send(cmd).await)
    }

    /// Runs several commands on one key, all or none.
    pub(crate) async fn run_all(&self, doing: &'static str, mut pipe: Pipeline) -> Result<(), StoreError> {
        let mut redis = self.0.clone();
        pipe.atomic();
        pipe.exec_async(&mut redis).await.map_err(|source| StoreError::Unreachable { doing, source })
    }

    /// Runs a script on one key.
    pub(crate) async fn run_script<T: FromRedisValue>(
        &self,
        doing: &'static str,
        script: &'static Script,
        key: &str,
        args: &[&str],
    ) -> Result<T, StoreError> {
        read(doing, self.send_script(script, key, args).await)
    }

    /// Boxed, so that the machinery below is compiled here once and not in every crate that awaits a read.
    fn send(&self, cmd: Cmd) -> BoxFuture<'_, redis::RedisResult<Value>> {
        let mut redis = self.0.clone();
        async move { cmd.query_async(&mut redis).await }.boxed()
    }

    fn send_script<'a>(
        &self,
        script: &'static Script,
        key: &'a str,
        args: &'a [&'a str],
    ) -> BoxFuture<'a, redis::RedisResult<Value>> {
        let mut redis = self.0.clone();
        async move {
            let mut call = script.key(key);
            for arg in args {
                call.arg(*arg);
            }
            call.invoke_async(&mut redis).await
        }
        .boxed()
    }
}

fn config(settings: &RedisSettings) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_number_of_retries(RETRIES)
        .set_max_delay(MAX_DELAY)
        .set_connection_timeout(Some(settings.connect_timeout))
        .set_response_timeout(Some(settings.response_timeout))
}

fn read<T: FromRedisValue>(doing: &'static str, answer: redis::RedisResult<Value>) -> Result<T, StoreError> {
    answer
        .and_then(|value| T::from_redis_value(value).map_err(redis::RedisError::from))
        .map_err(|source| StoreError::Unreachable { doing, source })
}

fn client(settings: &RedisSettings) -> redis::RedisResult<Client> {
    let info = settings.url.expose_secret().into_connection_info()?;
    // RESP3 tells of a lost connection at once; with RESP2 the first command after it would have to fail.
    let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    let tcp = TcpSettings::default().set_nodelay(true).set_keepalive(TcpKeepalive::new().with_time(KEEPALIVE));
    Client::open(info.set_redis_settings(redis).set_tcp_settings(tcp))
}
