//! Opening one connection to one server, and how we behave on it.

use std::time::Duration;

use domain::redis::{Host, Login};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use redis::aio::MultiplexedConnection;
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, IntoConnectionInfo, ProtocolVersion};
use redis::{RedisConnectionInfo, RedisError, RedisResult};

use super::RedisOptions;

/// After how much silence the kernel asks whether the other end still lives: shorter than the idle limits of
/// the usual load balancers, which drop a quiet connection without a word.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Of several servers that are asked the same, the others have so long after the first one's answer.
const LATECOMERS: Duration = Duration::from_millis(100);

/// How servers are spoken to.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    login: Login,
    db: u16,
    pub(super) connect_timeout: Duration,
    pub(super) response_timeout: Duration,
}

impl Manner {
    pub(super) fn of(options: &RedisOptions) -> Self {
        let (login, db) = (options.url.login.clone(), options.url.db);
        let RedisOptions { connect_timeout, response_timeout, .. } = *options;
        Self { login, db, connect_timeout, response_timeout }
    }

    /// The same towards a sentinel, which knows neither our login nor databases.
    pub(super) fn towards_sentinels(&self) -> Self {
        Self { login: Login::default(), db: 0, ..self.clone() }
    }

    /// `patience` is how long an answer may take.
    pub(super) fn config(&self, patience: Duration) -> AsyncConnectionConfig {
        AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(patience))
    }

    /// Opens a connection.
    pub(super) async fn dial(&self, host: &Host, config: &AsyncConnectionConfig) -> RedisResult<MultiplexedConnection> {
        // RESP3 tells of a lost connection at once; with RESP2 the first command after it would have to fail.
        let mut redis = RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3).set_db(i64::from(self.db));
        if let Some(user) = &self.login.user {
            redis = redis.set_username(user);
        }
        if let Some(password) = &self.login.password {
            redis = redis.set_password(password);
        }
        let tcp = TcpSettings::default().set_nodelay(true).set_keepalive(TcpKeepalive::new().with_time(KEEPALIVE));
        let info = (host.name.as_str(), host.port).into_connection_info()?;
        let client = Client::open(info.set_redis_settings(redis).set_tcp_settings(tcp))?;
        client.get_multiplexed_async_connection_with_config(config).await
    }

    /// Asks one server one thing, over a connection that is given up after.
    pub(super) async fn ask<T: FromRedisValue>(&self, host: &Host, question: redis::Cmd) -> RedisResult<T> {
        let mut connection = self.dial(host, &self.config(self.response_timeout)).await?;
        question.query_async(&mut connection).await
    }
}

/// The answers of several who are asked the same: at least one, and those that come soon after the first. The
/// last error where nobody answers.
pub(super) async fn answers<'a, T: Send>(
    asked: impl Iterator<Item = BoxFuture<'a, RedisResult<T>>>,
) -> RedisResult<Vec<T>> {
    let mut asked: FuturesUnordered<_> = asked.collect();
    let mut failed = RedisError::from((ErrorKind::InvalidClientConfig, "nobody to ask"));
    while let Some(answer) = asked.next().await {
        match answer {
            Err(error) => failed = error,
            Ok(first) => {
                let mut given = vec![first];
                let others = async {
                    while let Some(answer) = asked.next().await {
                        given.extend(answer);
                    }
                };
                // Whoever is slower is not waited for.
                tokio::time::timeout(LATECOMERS, others.boxed()).await.ok();
                return Ok(given);
            }
        }
    }
    Err(failed)
}
