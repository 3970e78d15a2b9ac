//! Connections to Redis: one that everybody shares and that mends itself, and dedicated ones for what must
//! not share.

use std::convert::Infallible;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, IntoConnectionInfo, Pipeline, ProtocolVersion, PushInfo,
    PushKind, RedisResult, ScriptInvocation, Value,
};
use secrecy::ExposeSecret;
use settings::RedisSettings;
use tokio::sync::watch;

use crate::error::QueueError;

/// How often a lost connection is dialled again on behalf of one command, and how long that may pause. More
/// would outlast the patience of whoever waits for the command; they try again as a whole.
const RETRIES: usize = 2;
const MAX_DELAY: Duration = Duration::from_millis(500);

/// After how much silence the kernel asks whether the other end still lives: shorter than the idle limits of
/// the usual load balancers, which drop a quiet connection without a word.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// The shared connection, for every command that does not block.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    manager: ConnectionManager,
    /// How often it broke.
    pub(crate) losses: watch::Receiver<u64>,
}

impl Connection {
    pub(crate) async fn open(settings: &RedisSettings) -> Result<Self, QueueError> {
        let (config, losses) = config(settings);
        let manager = ConnectionManager::new_with_config(client(settings)?, config)
            .await
            .map_err(|source| QueueError::Unavailable { doing: "connect", source })?;
        Ok(Self { manager, losses })
    }

    /// The same without dialling: the first command does.
    pub(crate) fn lazy(settings: &RedisSettings) -> Result<Self, QueueError> {
        let (config, losses) = config(settings);
        let manager = ConnectionManager::new_lazy_with_config(client(settings)?, config).map_err(QueueError::BadUrl)?;
        Ok(Self { manager, losses })
    }

    /// Runs a script. `doing` completes the sentence "could not …".
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        doing: &'static str,
        call: ScriptInvocation<'static>,
    ) -> Result<T, QueueError> {
        read(doing, self.send(Sent::Script(call)).await)
    }

    /// Runs a command that only reads, or that changes nothing when it is run twice.
    pub(crate) async fn ask<T: FromRedisValue>(&self, doing: &'static str, cmd: Cmd) -> Result<T, QueueError> {
        read(doing, self.send(Sent::Command(cmd)).await)
    }

    /// Runs several commands that only read.
    pub(crate) async fn ask_all<T: FromRedisValue>(
        &self,
        doing: &'static str,
        commands: Pipeline,
    ) -> Result<T, QueueError> {
        read(doing, self.send(Sent::Commands(commands)).await)
    }

    /// What was under way when the connection broke is sent once more over the new one: every script bears
    /// being run twice, a reading command anyway, and a restart of Redis should not cost a turn. A late
    /// answer is not waited for again; the caller's time is up.
    ///
    /// Boxed, so that the machinery below is compiled here once and not in every crate that awaits it.
    fn send(&self, what: Sent) -> BoxFuture<'static, RedisResult<Value>> {
        let mut redis = self.manager.clone();
        async move {
            match what.over(&mut redis).await {
                Err(error) if error.is_connection_dropped() => what.over(&mut redis).await,
                answer => answer,
            }
        }
        .boxed()
    }
}

enum Sent {
    Script(ScriptInvocation<'static>),
    Command(Cmd),
    Commands(Pipeline),
}

impl Sent {
    async fn over(&self, redis: &mut ConnectionManager) -> RedisResult<Value> {
        match self {
            Self::Script(call) => call.invoke_async(redis).await,
            Self::Command(cmd) => cmd.query_async(redis).await,
            Self::Commands(pipe) => pipe.query_async(redis).await,
        }
    }
}

/// A connection of one's own. `patience` is how long an answer may take: for a blocking command it must be
/// longer than the block, or the client gives up while the server moves the token.
pub(crate) async fn dedicated(
    settings: &RedisSettings,
    patience: Duration,
) -> Result<MultiplexedConnection, QueueError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(settings.connect_timeout))
        .set_response_timeout(Some(patience));
    client(settings)?
        .get_multiplexed_async_connection_with_config(&config)
        .await
        .map_err(|source| QueueError::Unavailable { doing: "connect", source })
}

fn config(settings: &RedisSettings) -> (ConnectionManagerConfig, watch::Receiver<u64>) {
    let (lost, losses) = watch::channel(0);
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(RETRIES)
        .set_max_delay(MAX_DELAY)
        .set_connection_timeout(Some(settings.connect_timeout))
        .set_response_timeout(Some(settings.response_timeout))
        .set_push_sender(move |push: PushInfo| {
            if push.kind == PushKind::Disconnection {
                lost.send_modify(|times| *times += 1);
            }
            Ok::<_, Infallible>(())
        });
    (config, losses)
}

fn read<T: FromRedisValue>(doing: &'static str, answer: RedisResult<Value>) -> Result<T, QueueError> {
    answer
        .and_then(|value| T::from_redis_value(value).map_err(redis::RedisError::from))
        .map_err(|source| QueueError::Unavailable { doing, source })
}

fn client(settings: &RedisSettings) -> Result<Client, QueueError> {
    let info = settings.url.expose_secret().into_connection_info().map_err(QueueError::BadUrl)?;
    // RESP3 tells of a lost connection at once; with RESP2 the first command after it would have to fail.
    let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    let tcp = TcpSettings::default().set_nodelay(true).set_keepalive(TcpKeepalive::new().with_time(KEEPALIVE));
    Client::open(info.set_redis_settings(redis).set_tcp_settings(tcp)).map_err(QueueError::BadUrl)
}
