//! A Redis of one's own, the memory on it, and a look behind its back.

use std::time::Duration;

use domain::ids::{ConversationId, SellerId};
use redis::{Cmd, FromRedisValue};
use sandbox::redis::RedisServer;
use settings::{RedisSettings, StoreSettings, UnsafeRedis};
use store::Store;

pub(crate) struct Memory {
    pub(crate) store: Store,
    pub(crate) server: RedisServer,
}

impl Memory {
    pub(crate) async fn start() -> Self {
        let server = RedisServer::start();
        let store = Store::connect(&redis_settings(&server.url()), &store_settings()).await.unwrap();
        Self { store, server }
    }

    /// A second worker's memory on the same Redis.
    pub(crate) async fn another(&self) -> Store {
        Store::connect(&redis_settings(&self.server.url()), &store_settings()).await.unwrap()
    }

    /// What Redis itself says.
    pub(crate) fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut redis = redis::Client::open(self.server.url()).unwrap().get_connection().unwrap();
        let mut cmd = Cmd::new();
        for word in command {
            cmd.arg(*word);
        }
        cmd.query(&mut redis).unwrap()
    }

    /// Whether `key` goes in about `ttl`.
    pub(crate) fn assert_lives(&self, key: &str, ttl: Duration) {
        let left: i64 = self.ask(&["PTTL", key]);
        let most = i64::try_from(ttl.as_millis()).unwrap();
        assert!((most - 60_000..=most).contains(&left), "{key} lives {left} ms, not {most}");
    }
}

pub(crate) fn redis_settings(url: &str) -> RedisSettings {
    RedisSettings {
        url: url.parse().unwrap(),
        response_timeout: Duration::from_secs(5),
        connect_timeout: Duration::from_secs(5),
        wait_replicas: 0,
        wait_within: Duration::from_millis(100),
        unsafe_redis: UnsafeRedis::Refuse,
        memory_alarm_percent: 70,
    }
}

pub(crate) fn store_settings() -> StoreSettings {
    StoreSettings {
        shards: 1,
        conversation_ttl: Duration::from_secs(3600),
        haggling_ttl: Duration::from_secs(30 * 24 * 3600),
        record_ttl: Duration::from_secs(7 * 24 * 3600),
        records_max: 3,
        chat_ttl: Duration::from_secs(600),
        sent_ttl: Duration::from_secs(24 * 3600),
    }
}

pub(crate) fn chat() -> ConversationId {
    "demo:u2i-a~b{c}:d".parse().unwrap()
}

pub(crate) fn seller() -> SellerId {
    "demo".parse().unwrap()
}
