//! A night at the operator's desk: a Redis, what happens in it, and the commands he types.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use domain::ids::UserId;
use domain::message::{Content, Message, Side};
use queue::{Attempt, Enqueued, Fetcher, Heartbeat, Pulse, Queue, WorkerId};
use sandbox::redis::RedisServer;
use settings::{LoadOptions, Settings};
use store::{Store, TakenBy, Takeover};

use crate::printed::Printed;

/// 2025-11-24 16:00:00 UTC, when everything here was written.
pub(crate) const THEN_MS: i64 = 1_764_000_000_000;

pub(crate) struct Desk {
    pub(crate) server: RedisServer,
    pub(crate) queue: Queue,
    pub(crate) store: Store,
    settings: Settings,
    env: Vec<(String, String)>,
}

/// A worker that lives until it is dropped.
pub(crate) struct Living {
    pub(crate) id: WorkerId,
    pulse: Pulse,
    _heartbeat: Heartbeat,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::open_with(&[], RedisServer::start()).await
    }

    /// With settings of the operator's, by their variables.
    pub(crate) async fn open_with(operator: &[(&str, &str)], server: RedisServer) -> Self {
        let spool = server.directory().join("spool").display().to_string();
        let url = server.url();
        // Nobody listens on a port that was just given back, least of all a gateway.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let usual = [
            ("SALESPHERE__REDIS__URL", url.as_str()),
            ("SALESPHERE__GATEWAY__LISTEN", &nobody),
            ("SALESPHERE__GATEWAY__SPOOL_DIR", &spool),
            ("SALESPHERE__LLM__BASE_URL", "http://127.0.0.1:1/"),
            ("SALESPHERE__LLM__ROUTER__MODEL", "small"),
            ("SALESPHERE__LLM__WORDING__MODEL", "small"),
            ("SALESPHERE__AVITO__BASE_URL", "http://127.0.0.1:1/"),
            ("SALESPHERE__SHEETS__BASE_URL", "http://127.0.0.1:1/"),
            ("SALESPHERE__TELEGRAM__TOKEN", "12345:very-secret"),
            ("SALESPHERE__QUEUE__MAX_ATTEMPTS", "1"),
        ];
        let env: Vec<_> =
            usual.iter().chain(operator).map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let demo = include_str!("../../../../config/sellers/demo.toml");
        let options = LoadOptions {
            env: settings::Env::Given(env.iter().cloned().collect()),
            ..LoadOptions::inline("", &[("demo", demo)])
        };
        let settings = settings::load(options).unwrap();
        let queue = Queue::connect(&settings.redis, &settings.queue).await.unwrap();
        let store = Store::connect(&settings.redis, &settings.store).await.unwrap();
        Self { server, queue, store, settings, env }
    }

    /// The operator types `salesphere` and this.
    pub(crate) fn types(&self, line: &str) -> Printed {
        let Output { stdout, stderr, status } = Command::new(env!("CARGO_BIN_EXE_salesphere"))
            .args(line.split_whitespace())
            .envs(self.env.iter().cloned())
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Printed { out: text(stdout), err: text(stderr), code: status.code() }
    }

    /// A buyer writes to the seller `demo`.
    pub(crate) async fn writes(&self, chat: &str, id: &str, text: &str) {
        self.writes_to("demo", chat, id, text).await;
    }

    pub(crate) async fn writes_to(&self, seller: &str, chat: &str, id: &str, text: &str) {
        let message = Message {
            id: id.parse().unwrap(),
            conversation: format!("{seller}:{chat}").parse().unwrap(),
            side: Side::Buyer,
            author: UserId(7),
            created_s: THEN_MS / 1000,
            received_ms: THEN_MS,
            item: None,
            content: Content::Text { text: text.to_owned() },
        };
        assert_eq!(self.queue.enqueue(&message).await.unwrap(), Enqueued::New);
    }

    /// A worker comes to life.
    pub(crate) fn worker(&self) -> Living {
        let (id, pulse) = (WorkerId::random(), Pulse::new());
        let lost = Box::new(|| panic!("the lease was lost"));
        let Settings { redis, queue, .. } = &self.settings;
        let heartbeat = Heartbeat::start(redis, queue, id.clone(), pulse.clone(), lost).unwrap();
        Living { id, pulse, _heartbeat: heartbeat }
    }

    /// The worker takes a conversation and opens it.
    pub(crate) async fn opens(&self, worker: &Living) -> queue::Claim {
        worker.pulse.touch();
        let Settings { redis, queue, .. } = &self.settings;
        let token = Fetcher::new(redis, queue, worker.id.clone(), 0).next().await.unwrap().unwrap();
        self.queue.claim(&worker.id, &token).await.unwrap().unwrap()
    }

    /// The oldest ready conversation fails for good.
    pub(crate) async fn fails(&self, worker: &Living, why: &str) {
        let claim = self.opens(worker).await;
        self.queue.nack(&claim, Duration::ZERO, Attempt::Counted, why).await.unwrap();
    }

    /// The seller wrote in the chat.
    pub(crate) async fn seller_has(&self, chat: &str) {
        let takeover = Takeover { by: TakenBy::Seller, since_ms: THEN_MS, until_ms: None };
        let id = format!("demo:{chat}").parse().unwrap();
        self.store.set_takeover(&id, &takeover, Duration::from_secs(3600)).await.unwrap();
    }

    /// Whether a human has the chat.
    pub(crate) async fn is_taken(&self, chat: &str) -> bool {
        self.store.takeover(&format!("demo:{chat}").parse().unwrap()).await.unwrap().is_some()
    }

    /// The numbers of dead letters and of conversations that wait for a worker.
    pub(crate) async fn dead_and_ready(&self) -> (usize, usize) {
        let depth = self.queue.depth().await.unwrap();
        (depth.dead, depth.ready)
    }
}

impl Desk {
    /// A command that somebody types into Redis.
    pub(crate) fn by_hand(&self, command: &str) {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.server.port())).unwrap();
        stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(!answer.starts_with('-'), "{command}: {answer}");
    }

    /// A gateway opens; where it is.
    pub(crate) async fn gateway(&self) -> Gateway {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = runtime::shutdown::Shutdown::new();
        let clock = std::sync::Arc::new(domain::clock::SystemClock);
        let settings = std::sync::Arc::new(self.settings.clone());
        let mut serving = tokio::task::JoinSet::new();
        let door = gateway::serve(listener, settings, shutdown, clock);
        serving.spawn(async move { door.await.unwrap() });
        Gateway { url, _serving: serving }
    }
}

impl Printed {
    /// The columns of the line that begins with `first`.
    #[track_caller]
    pub(crate) fn line(&self, first: &str) -> Vec<&str> {
        let found = self.out.lines().find(|line| line.trim_start().starts_with(first));
        let line = found.unwrap_or_else(|| panic!("no line begins with {first} in\n{}", self.out));
        line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect()
    }
}

/// A gateway, open until it is dropped.
pub(crate) struct Gateway {
    pub(crate) url: String,
    _serving: tokio::task::JoinSet<()>,
}
