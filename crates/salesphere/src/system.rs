//! All of SaleSphere in this process, against a sandbox: Redis, gateway, worker, and the outside world on
//! loopback. The demo shows it, the tests of whole systems use it.
//!
//! The parts are the real ones: the same `run` that the programs call, the same settings, HTTP in between.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::clock::ShiftedClock;
use domain::ids::{ConversationId, SellerId};
use domain::record::DecisionRecord;
use queue::Queue;
use runtime::shutdown::Shutdown;
use sandbox::avito::Signature;
use sandbox::google::service_account_json;
use sandbox::redis::RedisServer;
use sandbox::{Sandbox, SandboxConfig};
use settings::{Env, LoadOptions, Sellers, Settings, Source};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use worker::Worker;

use crate::webhook::address;

/// The demo seller's file, as it stands in `config/sellers`.
pub(crate) const DEMO_SELLER: &str = include_str!("../../../config/sellers/demo.toml");

/// The key of the webhooks' signatures, known to the sandbox and to the gateway of one system.
const SIGNATURE_SECRET: &str = "a-secret-between-sandbox-and-gateway";

/// How often something awaited is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// In how many looks in a row nothing must be left to do before that counts.
const IDLE_LOOKS: u32 = 3;

/// What a system is started with.
#[derive(Debug, Clone)]
pub struct SystemOptions {
    /// What the outside world is like.
    pub sandbox: SandboxConfig,
    /// Settings that differ from the defaults, as an operator would write them.
    pub operator: String,
    /// Environment variables that override all of them.
    pub env: Env,
    /// How many workers run.
    pub workers: usize,
}

impl Default for SystemOptions {
    fn default() -> Self {
        Self { sandbox: SandboxConfig::demo(), operator: String::new(), env: Env::Given(BTreeMap::new()), workers: 1 }
    }
}

/// A running system. Dropping it ends everything at once; [`System::stop`] ends it in order.
pub struct System {
    /// The outside world.
    pub sandbox: Sandbox,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// The time the gateway and the workers live in.
    pub clock: Arc<ShiftedClock>,
    /// A look into the queue.
    pub queue: Queue,
    /// A look into what is remembered.
    pub store: Store,
    /// The Redis behind it.
    pub redis: RedisServer,
    /// Where the gateway listens: `http://127.0.0.1:4711`.
    pub gateway_url: String,
    /// The same settings as a file, for the operator's commands: `salesphere --config <this file> doctor`. It goes with
    /// Redis's own.
    pub config: PathBuf,
    workers: usize,
    shutdown: Shutdown,
    parts: JoinSet<anyhow::Result<()>>,
}

/// A system whose surroundings are up and whose settings are known, before any part of it runs.
pub struct Prepared {
    /// The settings that will be in force.
    pub settings: Settings,
    /// The outside world.
    pub sandbox: Sandbox,
    redis: RedisServer,
    /// What the settings were read from.
    text: String,
    workers: usize,
}

impl Prepared {
    /// Starts the gateway and the workers; when it returns, a webhook would be answered.
    ///
    /// # Errors
    /// When a part does not come up, with its name.
    pub async fn start(self) -> anyhow::Result<System> {
        let Self { mut settings, sandbox, redis, text, workers } = self;
        let listener = TcpListener::bind("127.0.0.1:0").await.context("finding a port for the gateway")?;
        let listen = listener.local_addr()?.to_string();
        let gateway_url = format!("http://{listen}");
        settings.gateway.public_url = Some(gateway_url.parse()?);
        settings.gateway.listen = listen;
        let config = write_down(&settings, redis.directory(), &text).context("writing the settings down")?;
        let settings = Arc::new(settings);
        let clock = Arc::new(ShiftedClock::default());
        let queue = Queue::connect(&settings.redis, &settings.queue).await?;
        let store = Store::connect(&settings.redis, &settings.store).await?;

        let (shutdown, mut parts) = (Shutdown::new(), JoinSet::new());
        start_parts(&mut parts, listener, &settings, &clock, &shutdown, workers).await?;
        let system =
            System { sandbox, settings, clock, queue, store, redis, gateway_url, config, workers, shutdown, parts };
        system.subscribe().await?;
        Ok(system)
    }
}

impl System {
    /// Starts everything; when it returns, a webhook would be answered.
    ///
    /// # Errors
    /// When a part does not come up, with its name.
    pub async fn start(options: SystemOptions) -> anyhow::Result<Self> {
        Self::prepare(options).await?.start().await
    }

    /// Starts Redis and the outside world, and reads the settings.
    ///
    /// # Errors
    /// When a part does not come up, or the settings are wrong.
    pub async fn prepare(options: SystemOptions) -> anyhow::Result<Prepared> {
        let redis = RedisServer::launch(&[])?;
        let mut world = options.sandbox;
        world.avito.signature = Some(Signature::with_secret(SIGNATURE_SECRET));
        let sandbox = Sandbox::start(world).await.context("starting the sandbox")?;
        let text = text(&redis, &sandbox, &options.operator)?;
        let settings = load(&text, options.env)?;
        Ok(Prepared { settings, sandbox, redis, text, workers: options.workers })
    }

    /// Ends the gateway and the workers in order and waits for them.
    ///
    /// # Errors
    /// What the first of them failed with.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.shutdown.trigger();
        while let Some(ended) = self.parts.join_next().await {
            ended.context("a part of the system panicked")??;
        }
        Ok(())
    }

    /// Ends the gateway and the workers in order and starts others in their place, on the same Redis and in the same
    /// world.
    ///
    /// # Errors
    /// What the first of the old ones failed with, or when a new one does not come up.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.stop().await?;
        self.shutdown = Shutdown::new();
        let listener =
            TcpListener::bind(&self.settings.gateway.listen).await.context("taking the gateway's port again")?;
        start_parts(&mut self.parts, listener, &self.settings, &self.clock, &self.shutdown, self.workers).await
    }

    /// The demo seller.
    pub fn seller(&self) -> &SellerId {
        &self.settings.sellers[0].profile.id
    }

    /// The conversation of the demo seller in `chat`.
    ///
    /// # Errors
    /// When `chat` cannot be a chat's id.
    pub fn conversation(&self, chat: &str) -> anyhow::Result<ConversationId> {
        Ok(ConversationId { seller: self.seller().clone(), chat: chat.parse()? })
    }

    /// The record of the turn that dealt with `message`, as soon as there is one.
    ///
    /// # Errors
    /// When there is none within `patience`.
    pub async fn record_of(&self, message: &str, patience: Duration) -> anyhow::Result<DecisionRecord> {
        let look = async {
            loop {
                // A look that fails is no verdict: Redis may be away for a moment, and tests send it away.
                let records = self.store.records(self.seller(), 200).await.unwrap_or_default();
                let answers = |record: &DecisionRecord| record.messages.iter().any(|id| id.as_str() == message);
                if let Some(record) = records.into_iter().find(answers) {
                    return record;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::time::timeout(patience, look)
            .await
            .with_context(|| format!("no turn dealt with message {message} within {patience:?}"))
    }

    /// The cards in the seller's Telegram, oldest first.
    pub fn cards(&self) -> Vec<sandbox::telegram::Message> {
        self.sandbox.telegram.seen().from_bot().cloned().collect()
    }

    /// Waits until nothing is left to do: no conversation is waiting, running or put off.
    ///
    /// # Errors
    /// When something still is after `patience`.
    pub async fn drained(&self, patience: Duration) -> anyhow::Result<()> {
        let look = async {
            // The lists are read one after the other, and a conversation may move on from one to the other meanwhile.
            let mut idle = 0;
            while idle < IDLE_LOOKS {
                idle = if self.queue.depth().await.is_ok_and(|depth| depth.is_idle()) { idle + 1 } else { 0 };
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::time::timeout(patience, look)
            .await
            .with_context(|| format!("the queue did not drain within {patience:?}"))
    }

    /// Registers the gateway's address with the sandbox's Avito, as `salesphere webhook add` would.
    async fn subscribe(&self) -> anyhow::Result<()> {
        let seller = &self.settings.sellers[0];
        let url = address::of(seller, &self.gateway_url.parse()?);
        self.sandbox.avito.subscribe(seller.profile.account.0, url.as_str()).await.context("registering the webhook")
    }
}

/// The gateway, and so many workers.
async fn start_parts(
    parts: &mut JoinSet<anyhow::Result<()>>,
    listener: TcpListener,
    settings: &Arc<Settings>,
    clock: &Arc<ShiftedClock>,
    shutdown: &Shutdown,
    workers: usize,
) -> anyhow::Result<()> {
    let door = gateway::serve(listener, Arc::clone(settings), shutdown.clone(), clock.clone());
    parts.spawn(async move { door.await.context("the gateway ended") });
    for _ in 0..workers {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("finding a port for a worker")?;
        let worker = Worker {
            settings: Arc::clone(settings),
            renewing: None,
            clock: clock.clone(),
            shutdown: shutdown.clone(),
            listener,
            on_lost_lease: Box::new(|| tracing::error!("a worker lost its lease")),
        };
        parts.spawn(worker.run());
    }
    Ok(())
}

/// The settings of a system: where the sandbox is, and what the caller wants otherwise.
fn text(redis: &RedisServer, sandbox: &Sandbox, operator: &str) -> anyhow::Result<String> {
    let google = sandbox.google.base_url();
    let key = service_account_json(google).context("making a key for the sandbox's Google")?;
    let wiring = [
        ("redis.url", redis.url()),
        // Goes with Redis's own files when all is over.
        ("gateway.spool_dir", redis.directory().join("spool").display().to_string()),
        ("gateway.signature.mode", "require".to_owned()),
        ("gateway.signature.secret", SIGNATURE_SECRET.to_owned()),
        ("avito.base_url", sandbox.avito.base_url().to_owned()),
        ("llm.base_url", sandbox.model.base_url().to_owned()),
        ("llm.router.model", "sandbox-rules".to_owned()),
        ("llm.wording.model", "sandbox-rules".to_owned()),
        ("sheets.base_url", google.to_owned()),
        ("sheets.service_account", key),
        ("telegram.base_url", sandbox.telegram.base_url().to_owned()),
        ("telegram.token", sandbox::telegram::DEMO_TOKEN.to_owned()),
    ];
    let lines: String = wiring.iter().map(|(key, value)| line(key, value)).collect();
    // The sandbox takes all at once: nobody in it need wait for Telegram's limits.
    let limits = "telegram.chat_gap = \"0s\"\ntelegram.per_second = 1000\n";
    Ok(format!("{lines}{limits}llm.router.logprobs = true\n{operator}"))
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {}\n", serde_json::Value::from(value))
}

fn load(text: &str, env: Env) -> anyhow::Result<Settings> {
    let inline = |name: &str, text: &str| Source::Inline { name: name.to_owned(), text: text.to_owned() };
    Ok(settings::load(LoadOptions {
        config: Some(inline("the system's own settings", text)),
        sellers: Sellers::Given(vec![inline("demo", DEMO_SELLER)]),
        env,
    })?)
}

/// Writes the settings where another process can load them, with where the gateway is.
fn write_down(settings: &Settings, directory: &Path, text: &str) -> anyhow::Result<PathBuf> {
    let file = directory.join("salesphere.toml");
    let public = settings.gateway.public_url.as_ref().map(|url| line("gateway.public_url", url.as_str()));
    let listen = line("gateway.listen", &settings.gateway.listen);
    std::fs::write(&file, format!("{listen}{}{text}", public.unwrap_or_default()))?;
    let sellers = directory.join("sellers");
    std::fs::create_dir_all(&sellers)?;
    std::fs::write(sellers.join("demo.toml"), DEMO_SELLER)?;
    Ok(file)
}
