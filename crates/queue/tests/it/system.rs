//! A queue on its own Redis, spoken to in what happens to it: a buyer writes, a worker takes, a worker dies.
//!
//! Time is not waited for. A lease ends because the books say so, and a delay of zero is over at once.

use std::time::Duration;

use domain::ids::{ConversationId, UserId};
use domain::message::{Content, Message, Side};
use queue::{Claim, Enqueued, Queue, Token, WorkerId};
use redis::FromRedisValue;
use redis::aio::ConnectionManager;
use sandbox::redis::RedisServer;
use settings::{QueueSettings, RedisSettings, UnsafeRedis};

/// Long enough for no test to see it end.
const LONG_LEASE_MS: u64 = 3_600_000;

pub(crate) struct System {
    pub(crate) server: RedisServer,
    pub(crate) redis: RedisSettings,
    pub(crate) settings: QueueSettings,
    pub(crate) queue: Queue,
    raw: ConnectionManager,
}

/// As the product comes, but that nothing waits: an unknown send settles at once.
pub(crate) fn settings() -> QueueSettings {
    QueueSettings {
        shards: 1,
        lease: Duration::from_secs(5),
        heartbeat: Duration::from_secs(1),
        block: Duration::from_secs(2),
        max_batch: 50,
        mailbox_max: 500,
        flood_per_minute: 60,
        seen_max: 200,
        seen_ttl: Duration::from_secs(7 * 24 * 3600),
        max_attempts: 6,
        max_crashes: 3,
        retry_base: Duration::from_secs(1),
        retry_cap: Duration::from_secs(60),
        settle: Duration::ZERO,
        doubt_for: Duration::from_secs(600),
    }
}

/// Message `id` of the buyer in `chat`. The number in the id tells when it came: `m2` a millisecond after `m1`.
pub(crate) fn message(chat: &str, id: &str) -> Message {
    let number: i64 = id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
    Message {
        id: id.parse().unwrap(),
        conversation: conversation(chat),
        side: Side::Buyer,
        author: UserId(7),
        created_s: 1_764_000_000,
        received_ms: 1_764_000_000_000 + number,
        item: None,
        content: Content::Text { text: format!("Есть {id}?") },
    }
}

pub(crate) fn conversation(chat: &str) -> ConversationId {
    format!("demo:{chat}").parse().unwrap()
}

pub(crate) fn token(chat: &str) -> Token {
    Token::from(&conversation(chat))
}

/// The ids of a claim's messages, in their order.
pub(crate) fn ids(claim: &Claim) -> Vec<&str> {
    claim.messages.iter().map(|message| message.id.as_str()).collect()
}

impl System {
    pub(crate) async fn start() -> Self {
        Self::start_with(settings(), RedisServer::start()).await
    }

    pub(crate) async fn start_with(settings: QueueSettings, server: RedisServer) -> Self {
        let redis = RedisSettings {
            wait_replicas: 0,
            wait_within: Duration::from_millis(100),
            url: server.url().parse().unwrap(),
            response_timeout: Duration::from_millis(500),
            connect_timeout: Duration::from_secs(1),
            unsafe_redis: UnsafeRedis::Refuse,
            memory_alarm_percent: 70,
        };
        let queue = Queue::connect(&redis, &settings).await.unwrap();
        let client = redis::Client::open(server.url()).unwrap();
        let raw = ConnectionManager::new(client).await.unwrap();
        Self { server, redis, settings, queue, raw }
    }

    /// A Redis command past the queue.
    pub(crate) async fn redis<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut cmd = redis::cmd(command[0]);
        cmd.arg(&command[1..]);
        match cmd.query_async(&mut self.raw.clone()).await {
            // The first to notice a restart.
            Err(error) if error.is_connection_dropped() => cmd.query_async(&mut self.raw.clone()).await.unwrap(),
            answer => answer.unwrap(),
        }
    }

    /// The buyer of `chat` writes message `id`.
    pub(crate) async fn writes(&self, chat: &str, id: &str) -> Enqueued {
        self.queue.enqueue(&message(chat, id)).await.unwrap()
    }

    /// A worker comes on the books, without a heart of its own.
    pub(crate) async fn worker(&self) -> WorkerId {
        let worker = WorkerId::random();
        self.lease(&worker, LONG_LEASE_MS as i64).await;
        worker
    }

    /// The worker's lease ends in so many milliseconds from now.
    pub(crate) async fn lease(&self, worker: &WorkerId, in_ms: i64) {
        let (seconds, micros): (i64, i64) = self.redis(&["TIME"]).await;
        let end = (seconds * 1000 + micros / 1000 + in_ms).to_string();
        for shard in 0..self.settings.shards {
            let books = format!("q:{{s{shard:02}}}:workers");
            self.redis::<()>(&["ZADD", &books, &end, worker.as_str()]).await;
        }
    }

    /// The worker dies, and so long ago that it is past the time a dead worker stays on the books.
    pub(crate) async fn dies(&self, worker: &WorkerId) {
        self.lease(worker, -120_000).await;
    }

    /// What BLMOVE does when there is something.
    pub(crate) async fn take(&self, worker: &WorkerId) -> Option<Token> {
        for shard in 0..self.settings.shards {
            let (ready, held) = (format!("q:{{s{shard:02}}}:ready"), format!("q:{{s{shard:02}}}:proc:{worker}"));
            let taken: Option<String> = self.redis(&["LMOVE", &ready, &held, "RIGHT", "LEFT"]).await;
            if let Some(taken) = taken {
                return Some(Token::from(&taken.parse().unwrap()));
            }
        }
        None
    }

    /// The worker takes the next conversation and opens it.
    pub(crate) async fn opens(&self, worker: &WorkerId) -> Claim {
        let token = self.take(worker).await.expect("a token is ready");
        self.queue.claim(worker, &token).await.unwrap().expect("the conversation has messages")
    }

    /// The ids in a mailbox, oldest first.
    pub(crate) async fn mailbox(&self, chat: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for shard in 0..self.settings.shards {
            let mailbox = format!("q:{{s{shard:02}}}:mb:{}", token(chat));
            let envelopes: Vec<String> = self.redis(&["LRANGE", &mailbox, "0", "-1"]).await;
            ids.extend(envelopes.iter().rev().map(|text| {
                let message: Message = serde_json::from_str(text).unwrap();
                message.id.to_string()
            }));
        }
        ids
    }

    /// The time of everything delayed comes.
    pub(crate) async fn delays_end(&self) {
        for shard in 0..self.settings.shards {
            let delayed = format!("q:{{s{shard:02}}}:delayed");
            let tokens: Vec<String> = self.redis(&["ZRANGE", &delayed, "0", "-1"]).await;
            for token in tokens {
                self.redis::<()>(&["ZADD", &delayed, "1", &token]).await;
            }
        }
    }

    /// One round of the duties any worker does for all.
    pub(crate) async fn housekeep(&self) -> queue::Housekept {
        self.queue.housekeep().await.unwrap()
    }

    pub(crate) async fn is_sound(&self) {
        let violations = self.queue.invariants().await.unwrap();
        assert!(violations.is_empty(), "{violations:#?}");
    }

    /// Nothing waits, nothing is under way, nothing was lost, and nothing is wrong.
    pub(crate) async fn is_done(&self) {
        self.is_sound().await;
        let depth = self.queue.depth().await.unwrap();
        assert!(depth.is_idle(), "{depth:?}");
        assert_eq!(depth.waiting(), 0, "{depth:?}");
        assert_eq!(depth.dead as u64, depth.buried - depth.retried - depth.dropped, "{depth:?}");
    }
}
