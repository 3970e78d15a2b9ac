//! A gateway of one's own with a Redis of its own, and a look into the queue behind it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::clock::SystemClock;
use domain::ids::ConversationId;
use domain::message::Message;
use gateway::GatewayError;
use queue::{Claim, Fetcher, Queue, WorkerId};
use runtime::http::{HttpOptions, USER_AGENT};
use runtime::shutdown::Shutdown;
use sandbox::redis::RedisServer;
use settings::{LoadOptions, QueueSettings, Settings};
use store::Store;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::post::{Answer, Post};

/// Avito's patience.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// A signature is demanded.
pub(crate) const REQUIRE: &str = "[gateway.signature]\nmode = \"require\"\nsecret = \"key-of-the-shop\"";
/// Signatures are only counted; the sellers' secret paths are the gate.
pub(crate) const LOG: &str = "[gateway.signature]\nmode = \"log\"\nsecret = \"key-of-the-shop\"";
/// Signatures are not looked at.
pub(crate) const OFF: &str = "[gateway.signature]\nmode = \"off\"";

pub(crate) struct House {
    pub(crate) redis: RedisServer,
    pub(crate) store: Store,
    pub(crate) shutdown: Shutdown,
    pub(crate) door: Door,
    pub(crate) spool: TempDir,
    settings: Arc<Settings>,
    running: JoinSet<()>,
}

impl House {
    /// A gateway with `config` over the defaults.
    pub(crate) async fn open(config: &str) -> Self {
        let house = Self::build(RedisServer::start(), tempfile::tempdir().unwrap(), config).await;
        // Until it has tried Redis it answers nobody.
        assert_eq!(house.get("/healthz").await.0, 200);
        house
    }

    /// Why no gateway opens in front of a Redis with these options; `None` if it does.
    pub(crate) async fn refuses(redis_options: &[&str], config: &str) -> Option<GatewayError> {
        let (redis, spool) = (RedisServer::start_with(redis_options), tempfile::tempdir().unwrap());
        let settings = Arc::new(settings(&redis.url(), spool.path(), config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shutdown = Shutdown::new();
        // It opens and closes at once, unless it refuses.
        shutdown.trigger();
        gateway::serve(listener, settings, shutdown, Arc::new(SystemClock)).await.err()
    }

    /// The same house after a crash of the gateway: its Redis, and its spool as it lay on the disk.
    pub(crate) async fn rebuilt(self, config: &str) -> Self {
        let left = tempfile::tempdir().unwrap();
        copy(self.spool.path(), left.path());
        Self::build(self.redis, left, config).await
    }

    async fn build(redis: RedisServer, spool: TempDir, config: &str) -> Self {
        let settings = Arc::new(settings(&redis.url(), spool.path(), config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Door { address: listener.local_addr().unwrap().to_string(), http: http() };
        let shutdown = Shutdown::new();
        let serving = gateway::serve(listener, Arc::clone(&settings), shutdown.clone(), Arc::new(SystemClock));
        let mut running = JoinSet::new();
        running.spawn(async move { serving.await.unwrap() });
        let store = Store::lazy(&settings.redis, &settings.store);
        Self { store, redis, shutdown, door, spool, settings, running }
    }

    /// Waits until `/readyz` says so.
    pub(crate) async fn is(&self, status: u16, word: &str) {
        let until = Instant::now() + 10 * PATIENCE;
        loop {
            let answer = self.get("/readyz").await;
            if answer == (status, word.to_owned()) {
                return;
            }
            assert!(Instant::now() < until, "{answer:?} and never {word}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The files that wait in the spool.
    pub(crate) fn spooled(&self) -> Vec<PathBuf> {
        let shards = listed(self.spool.path()).into_iter().filter(|path| path.is_dir());
        shards.flat_map(|shard| listed(&shard)).collect()
    }

    /// Makes Redis refuse whatever is of this conversation, or take it again. As it might be with a cluster one of
    /// whose masters is away, only that there it would be all conversations of some shards.
    pub(crate) fn breaks(&self, conversation: &ConversationId, how: Broken) {
        let shard = self.shard_of(conversation);
        let command = match how {
            Broken::Yes => format!("SET q:{{s{shard:02}}}:seen:{conversation} broken\r\n"),
            Broken::No => format!("DEL q:{{s{shard:02}}}:seen:{conversation}\r\n"),
        };
        let mut redis = std::net::TcpStream::connect(("127.0.0.1", self.redis.port())).unwrap();
        redis.write_all(command.as_bytes()).unwrap();
        assert_ne!(redis.read(&mut [0; 100]).unwrap(), 0);
    }

    /// The shard of a conversation.
    pub(crate) fn shard_of(&self, conversation: &ConversationId) -> u16 {
        Queue::lazy(&self.settings.redis, &self.settings.queue).shard_number(conversation)
    }

    /// Another gateway with the same settings; it ends, or the test does.
    pub(crate) async fn second(&self) -> Result<(), GatewayError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        gateway::serve(listener, Arc::clone(&self.settings), Shutdown::new(), Arc::new(SystemClock)).await
    }

    pub(crate) async fn receives(&self, post: &Post) -> u16 {
        self.door.receives(post).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        self.door.get(path).await
    }

    /// Waits until so many messages were ever put into the queue.
    pub(crate) async fn has_queued(&self, messages: u64) {
        let queue = self.queue().await;
        let until = Instant::now() + 10 * PATIENCE;
        loop {
            let enqueued = queue.depth().await.unwrap().enqueued;
            assert!(enqueued <= messages && Instant::now() < until, "{enqueued}, not {messages}");
            if enqueued == messages {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn queue(&self) -> Queue {
        Queue::connect(&self.settings.redis, &self.settings.queue).await.unwrap()
    }

    /// Everything that waits in the queue, conversation by conversation, each oldest first.
    pub(crate) async fn queued(&self) -> Vec<Vec<Message>> {
        self.claims().await.into_iter().map(|claim| claim.messages).collect()
    }

    /// The same, and a worker answers it.
    pub(crate) async fn answered(&self) -> Vec<Vec<Message>> {
        let (queue, mut answered) = (self.queue().await, Vec::new());
        for claim in self.claims().await {
            queue.complete(&claim).await.unwrap();
            answered.push(claim.messages);
        }
        answered
    }

    /// Over connections of its own, which know of no outage before.
    pub(crate) async fn claims(&self) -> Vec<Claim> {
        let (queue, worker) = (self.queue().await, WorkerId::random());
        let settings = QueueSettings { block: Duration::from_millis(10), ..self.settings.queue.clone() };
        let mut claims = Vec::new();
        for shard in 0..settings.shards {
            let mut fetcher = Fetcher::new(&self.settings.redis, &settings, worker.clone(), shard);
            while let Some(token) = fetcher.next().await.unwrap() {
                claims.push(queue.claim(&worker, &token).await.unwrap().unwrap());
            }
        }
        claims
    }

    /// The one message that waits.
    pub(crate) async fn only_message(&self) -> Message {
        let mut queued = self.queued().await.concat();
        assert_eq!(queued.len(), 1, "{queued:?}");
        queued.remove(0)
    }

    /// Waits until the gateway has ended.
    pub(crate) async fn ended(&mut self) {
        self.running.join_next().await.unwrap().unwrap();
    }
}

/// The gateway as who stands before it sees it.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) address: String,
    http: reqwest::Client,
}

impl Door {
    /// Posts and insists on what holds for every answer: it is in time, and tells nothing of the inside.
    pub(crate) async fn receives(&self, post: &Post) -> u16 {
        let answer = self.ask(post).await;
        assert!(answer.took < PATIENCE, "{post:?} took {:?}", answer.took);
        assert!(["", "ok", "later"].contains(&answer.body.as_str()), "{post:?}: {:?}", answer.body);
        answer.status
    }

    async fn ask(&self, post: &Post) -> Answer {
        let mut request = self.http.post(format!("http://{}{}", self.address, post.path)).body(post.body.clone());
        if let Some(signature) = post.signature() {
            request = request.header("X-Avito-Messenger-Signature", signature);
        }
        let began = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        Answer { status, body: answer.text().await.unwrap(), took: began.elapsed() }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("http://{}{path}", self.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn http() -> reqwest::Client {
    let limit = 3 * PATIENCE;
    runtime::http::client(HttpOptions { connect_timeout: limit, timeout: limit, user_agent: USER_AGENT })
}

/// What a crash leaves: the files as they are, and no lock.
fn copy(from: &Path, to: &Path) {
    for path in listed(from) {
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&path, &to);
        } else {
            std::fs::copy(&path, to).unwrap();
        }
    }
}

fn listed(directory: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Whether Redis refuses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Broken {
    Yes,
    No,
}

fn settings(redis_url: &str, spool: &Path, config: &str) -> Settings {
    // Nothing listens at port 1: the gateway speaks to none of these.
    let config = format!(
        "gateway.spool_dir = \"{}\"\n\
         redis.url = \"{redis_url}\"\n\
         llm.base_url = \"http://127.0.0.1:1/v1/\"\n\
         llm.router.model = \"none\"\n\
         llm.wording.model = \"none\"\n\
         avito.base_url = \"http://127.0.0.1:1/\"\n\
         sheets.base_url = \"http://127.0.0.1:1/\"\n\
         telegram.base_url = \"http://127.0.0.1:1/\"\n\
         telegram.token = \"1:none\"\n\
         {config}",
        spool.display()
    );
    let anna = seller("353200000", "token-of-anna-0001");
    let boris = seller("353200001", "token-of-boris-001");
    let loaded = settings::load(LoadOptions::inline(&config, &[("anna", &anna), ("boris", &boris)]));
    loaded.unwrap_or_else(|problems| panic!("{problems}"))
}

fn seller(account: &str, webhook_token: &str) -> String {
    format!(
        "name = \"Лавка\"\nsheet_id = \"1sandboxDemoSheetOfTheShopOnLesnayaStreet000\"\ntelegram_chat = 1\n\
         [avito]\naccount = {account}\nclient_id = \"id-{account}\"\nclient_secret = \"secret\"\nwebhook_token = \"{webhook_token}\"\n"
    )
}
