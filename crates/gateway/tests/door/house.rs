//! A gateway of one's own with a Redis of its own, and a look into the queue behind it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::clock::SystemClock;
use domain::message::Message;
use queue::{Fetcher, Queue, WorkerId};
use runtime::http::{HttpOptions, USER_AGENT};
use runtime::shutdown::Shutdown;
use sandbox::redis::RedisServer;
use settings::{LoadOptions, Settings};
use store::Store;
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
    pub(crate) address: String,
    settings: Arc<Settings>,
    running: JoinSet<()>,
}

impl House {
    /// A gateway with `config` over the defaults.
    pub(crate) async fn open(config: &str) -> Self {
        let redis = RedisServer::start();
        let settings = Arc::new(settings(&redis.url(), config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shutdown = Shutdown::new();
        let serving = gateway::serve(listener, Arc::clone(&settings), shutdown.clone(), Arc::new(SystemClock));
        let mut running = JoinSet::new();
        running.spawn(async move { serving.await.unwrap() });
        let house = Self {
            store: Store::connect(&settings.redis, &settings.store).await.unwrap(),
            redis,
            shutdown,
            address,
            settings,
            running,
        };
        // Until it is connected to Redis it answers nobody.
        assert_eq!(house.get("/healthz").await.0, 200);
        house
    }

    /// Posts and insists on what holds for every answer: it is in time, and tells nothing of the inside.
    pub(crate) async fn receives(&self, post: &Post) -> u16 {
        let answer = self.ask(post).await;
        assert!(answer.took < PATIENCE, "{post:?} took {:?}", answer.took);
        assert!(["", "ok", "later"].contains(&answer.body.as_str()), "{post:?}: {:?}", answer.body);
        answer.status
    }

    async fn ask(&self, post: &Post) -> Answer {
        let mut request = http().post(format!("http://{}{}", self.address, post.path)).body(post.body.clone());
        if let Some(signature) = post.signature() {
            request = request.header("X-Avito-Messenger-Signature", signature);
        }
        let began = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        Answer { status, body: answer.text().await.unwrap(), took: began.elapsed() }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let answer = http().get(format!("http://{}{path}", self.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Everything that waits in the queue, conversation by conversation, each oldest first.
    ///
    /// Over a connection of its own, which knows of no outage before.
    pub(crate) async fn queued(&self) -> Vec<Vec<Message>> {
        let queue = Queue::connect(&self.settings.redis, &self.settings.queue).await.unwrap();
        let worker = WorkerId::random();
        let mut fetcher = Fetcher::new(&self.settings.redis, &self.settings.queue, worker.clone(), 0);
        let mut conversations = Vec::new();
        for _ in 0..queue.depth().await.unwrap().ready {
            let token = fetcher.next().await.unwrap().unwrap();
            conversations.push(queue.claim(&worker, &token).await.unwrap().unwrap().messages);
        }
        conversations
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

pub(crate) fn http() -> reqwest::Client {
    let limit = 3 * PATIENCE;
    runtime::http::client(HttpOptions { connect_timeout: limit, timeout: limit, user_agent: USER_AGENT })
}

fn settings(redis_url: &str, config: &str) -> Settings {
    // Nothing listens at port 1: the gateway speaks to none of these.
    let config = format!(
        "[redis]\nurl = \"{redis_url}\"\n\
         [llm]\nbase_url = \"http://127.0.0.1:1/v1/\"\n\
         [llm.router]\nmodel = \"none\"\n\
         [llm.wording]\nmodel = \"none\"\n\
         [avito]\nbase_url = \"http://127.0.0.1:1/\"\n\
         [sheets]\nbase_url = \"http://127.0.0.1:1/\"\n\
         [telegram]\nbase_url = \"http://127.0.0.1:1/\"\ntoken = \"1:none\"\n\
         {config}"
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
