//! The house: Redis, a gateway and workers as processes, and the outside world around them in this one.
//!
//! The world is never killed: it is what tells afterwards. Not here: what everybody is told at the start
//! ([`crate::wiring`]), and what happens to the house ([`crate::run`], and the tests).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use queue::Queue;
use sandbox::Sandbox;
use sandbox::avito::{AvitoConfig, Origin};
use sandbox::redis::RedisServer;
use serde_json::json;
use settings::{Env, LoadOptions, Source};
use tempfile::TempDir;

use crate::checker::{self, Evidence, Line, Matter, Verdict};
use crate::marker::Marker;
use crate::postman::Postman;
use crate::program::Program;
use crate::proxy::Proxy;
use crate::wiring::{DEMO_SELLER, chat, configuration, free_port, world};

/// How long a program may take to come up. A machine that also compiles needs patience.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at something awaited.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// For how long nothing may be left to do before that counts.
const STILL: Duration = Duration::from_millis(500);

/// What a house is opened with.
#[derive(Debug, Clone)]
pub struct HouseOptions {
    /// Where the programs `gateway` and `worker` lie.
    pub programs: PathBuf,
    /// Chats that go on.
    pub chats: usize,
    /// Chats that ask the same again and again.
    pub waiting: usize,
    /// Chats for one complaint each.
    pub complaints: usize,
    /// Chats that the seller takes and gives back.
    pub handed: usize,
    /// Chats in which the seller speaks up.
    pub interruptions: usize,
    /// How many workers there is room for.
    pub workers: usize,
    /// Settings that go over those of every house, as lines `section.key = value`.
    pub operator: String,
    /// How long the model takes over each of its two jobs.
    pub model_latency: Duration,
    /// Where Redis and the gateway write.
    pub disk: Disk,
}

/// Where the programs write what must survive them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// On the disk, with all the time it takes.
    Real,
    /// In memory, where there is such a directory. It survives killed processes, which is all that happens here, and
    /// does not wait for whoever else keeps the disk busy.
    Memory,
}

impl Disk {
    fn directory(self) -> PathBuf {
        let memory = PathBuf::from("/dev/shm");
        if self == Self::Memory && memory.is_dir() { memory } else { std::env::temp_dir() }
    }
}

/// The programs, and the world around them.
pub struct House {
    /// The outside world.
    pub sandbox: Sandbox,
    /// The Redis behind the door.
    pub redis: RedisServer,
    /// The door in front of it, for all programs.
    pub proxy: Proxy,
    /// The gateway.
    pub gateway: Program,
    /// Where it listens: `http://127.0.0.1:4711`.
    pub gateway_url: String,
    /// The workers. None runs unless it is started.
    pub workers: Vec<Program>,
    /// A look into the queue, past the door.
    pub queue: Queue,
    /// Speaks for the buyers.
    pub postman: Postman,
    programs: PathBuf,
    config: PathBuf,
    directory: TempDir,
}

impl House {
    /// Starts everything but the workers; when it returns, a webhook would be answered.
    ///
    /// # Errors
    /// When a part does not come up.
    pub async fn open(options: HouseOptions) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("salesphere-chaos-").tempdir_in(options.disk.directory())?;
        let redis = RedisServer::launch_under(&options.disk.directory(), &[])?;
        let proxy = Proxy::start(redis.port()).await.context("opening the door to Redis")?;
        let sandbox = Sandbox::start(world(&options)).await.context("starting the sandbox")?;
        let port = free_port()?;
        let config = directory.path().join("config.toml");
        std::fs::write(&config, configuration(&options, &sandbox, &proxy, port, directory.path())?)?;
        std::fs::create_dir(directory.path().join("sellers"))?;
        std::fs::write(directory.path().join("sellers/demo.toml"), DEMO_SELLER)?;

        let load = LoadOptions { config: Some(Source::File(config.clone())), ..LoadOptions::inline("", &[]) };
        // We have time, however busy the machine is.
        let past_the_door = [
            ("SALESPHERE__REDIS__URL".to_owned(), redis.url()),
            ("SALESPHERE__REDIS__CONNECT_TIMEOUT".to_owned(), "30s".to_owned()),
            ("SALESPHERE__REDIS__RESPONSE_TIMEOUT".to_owned(), "10s".to_owned()),
        ];
        let load = LoadOptions { sellers: settings::Sellers::Usual, env: Env::Given(past_the_door.into()), ..load };
        let settings = settings::load(load).context("the house's own settings")?;
        let queue = Queue::connect(&settings.redis, &settings.queue).await?;

        let program = |name: &str, log: String| {
            let log = directory.path().join(log);
            Program::new(&options.programs.join(name), arguments(&config), log)
        };
        let gateway = program("gateway", "gateway.log".to_owned());
        let workers = (1..=options.workers).map(|number| program("worker", format!("worker-{number}.log"))).collect();
        let (programs, postman) = (options.programs, Postman::default());
        let gateway_url = format!("http://127.0.0.1:{port}");
        let mut house =
            Self { sandbox, redis, proxy, gateway, gateway_url, workers, queue, postman, programs, config, directory };
        house.open_the_gateway().await?;
        Ok(house)
    }

    /// Starts the n-th worker, sound.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn start_worker(&mut self, number: usize) -> anyhow::Result<()> {
        self.workers[number].start()
    }

    /// The n-th worker is from now on the one that takes orders to break itself. It is not started.
    pub fn sabotage_worker(&mut self, number: usize, orders: &str) {
        let log = self.directory.path().join(format!("worker-{}.log", number + 1));
        let binary = self.programs.join("sabotaged-worker");
        let orders = ["--sabotage", orders].map(str::to_owned);
        let arguments = arguments(&self.config).into_iter().chain(orders).collect();
        self.workers[number] = Program::new(&binary, arguments, log);
    }

    /// The n-th worker is a sound one again. It is not started.
    pub fn mend_worker(&mut self, number: usize) {
        let log = self.directory.path().join(format!("worker-{}.log", number + 1));
        self.workers[number] = Program::new(&self.programs.join("worker"), arguments(&self.config), log);
    }

    /// The n-th of the buyers who want that writes; or the seller, in the n-th chat in which he does.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn says(&mut self, matter: Matter, number: usize) -> anyhow::Result<Marker> {
        self.postman.says(&self.sandbox.avito, &chat(matter, number), matter)
    }

    /// The seller answers the n-th complaint by a reply to its card. `false`: he has no card yet.
    ///
    /// # Errors
    /// When the card is not there any more.
    pub fn answers(&mut self, number: usize) -> anyhow::Result<bool> {
        let chat = chat(Matter::Complaint, number);
        Ok(self.postman.answers(&self.sandbox.telegram, &chat)?.is_some())
    }

    /// The seller notes something on the card of the n-th complaint. `false`: he has no card yet.
    ///
    /// # Errors
    /// When the card is not there any more.
    pub fn notes(&mut self, number: usize) -> anyhow::Result<bool> {
        let chat = chat(Matter::Complaint, number);
        Ok(self.postman.notes(&self.sandbox.telegram, &chat)?.is_some())
    }

    /// The seller gives the n-th of the chats back that are handed to and fro, or takes it: by turns, this for the
    /// `press`-th time. `false`: he cannot yet.
    ///
    /// # Errors
    /// When the card is not there any more.
    pub fn presses(&mut self, number: usize, press: usize) -> anyhow::Result<bool> {
        self.postman.presses(&self.sandbox.telegram, &chat(Matter::Handed, number), press)
    }

    /// Whether the n-th of the buyers who ask the same again has his answer.
    pub fn is_answered(&self, number: usize) -> bool {
        let last = |world: &sandbox::avito::World| world.history(&chat(Matter::SameAgain, number)).last().cloned();
        self.sandbox.avito.look(last).is_none_or(|last| last.origin == Origin::Api)
    }

    /// Waits until `number` workers are on the queue's books.
    ///
    /// # Errors
    /// When they do not come up.
    pub async fn workers_are_up(&self, number: usize) -> anyhow::Result<()> {
        let look = async {
            while !self.queue.depth().await.is_ok_and(|depth| depth.workers >= number) {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.with_context(|| format!("{number} workers did not come up"))
    }

    /// Brings messages until all are accepted and nothing is left to do, or patience ends. Whether it came to that.
    ///
    /// # Errors
    /// When the world has forgotten something.
    pub async fn drained(&mut self, patience: Duration) -> anyhow::Result<bool> {
        let deadline = Instant::now() + patience;
        let mut still_since = None;
        while Instant::now() < deadline {
            self.postman.round(&self.sandbox.avito)?;
            self.postman.looks_at_presses(&self.sandbox.telegram)?;
            let idle = self.queue.depth().await.is_ok_and(|depth| depth.is_idle());
            let since = still_since.get_or_insert_with(Instant::now);
            if !idle || self.postman.not_accepted() > 0 {
                still_since = None;
            } else if since.elapsed() >= STILL {
                return Ok(true);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(false)
    }

    /// Follows every message, by what the world saw.
    pub fn verdict(&self) -> Verdict {
        checker::judge(&self.evidence())
    }

    /// What will not end by itself: conversations that wait or run, messages never accepted, dead letters, and
    /// whatever else is wrong with the queue's books.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn stuck(&self) -> anyhow::Result<Vec<String>> {
        let depth = self.queue.depth().await?;
        let (waiting, letters) = (depth.ready + depth.delayed + depth.processing, self.queue.dead_letters(100).await?);
        let mut stuck: Vec<String> = (0..waiting).map(|_| "a conversation is still under way".to_owned()).collect();
        stuck.extend(letters.iter().map(|letter| format!("dead letter in {}: {}", letter.conversation, letter.error)));
        stuck.extend(self.queue.invariants().await?.iter().map(ToString::to_string));
        let not_accepted = self.postman.asked().iter().filter(|asked| asked.accepted_ms.is_none() && !asked.given_up);
        stuck.extend(not_accepted.map(|asked| format!("{}: never accepted", asked.marker)));
        Ok(stuck)
    }

    /// Where the logs lie. They go with the house unless they are kept.
    pub fn logs(&self) -> &Path {
        self.directory.path()
    }

    /// The operator's file.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The file of the seller of that name, whether or not there is one.
    pub fn seller_file(&self, name: &str) -> PathBuf {
        self.directory.path().join("sellers").join(format!("{name}.toml"))
    }

    /// Leaves the logs where they are, and says where.
    pub fn keep_logs(&mut self) -> PathBuf {
        self.directory.disable_cleanup(true);
        self.directory.path().to_owned()
    }

    /// Writes down beside the logs all that the world saw of a chat: what was said, what was sent and how that was
    /// answered, which webhooks were delivered and when; a line of JSON each. Gives the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_down(&self, chat: &str) -> anyhow::Result<PathBuf> {
        let file = self.directory.path().join(format!("{chat}.jsonl"));
        let mut lines = self.sandbox.avito.look(|world| {
            let said = world.history(chat).iter().map(|said| json!({"at_ms": said.at_ms, "said": said}));
            let sent = world.sent().iter().filter(|sent| sent.chat == chat);
            let sent = sent.map(|sent| json!({"at_ms": sent.at_ms, "sent": sent}));
            let delivered = world.deliveries().iter().filter(|delivery| delivery.chat == chat);
            let delivered = delivered.map(|delivery| json!({"at_ms": delivery.at_ms, "delivered": delivery}));
            said.chain(sent).chain(delivered).collect::<Vec<_>>()
        });
        lines.sort_by_key(|line| line["at_ms"].as_u64());
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        Ok(file)
    }

    fn evidence(&self) -> Evidence {
        let chats = self.sandbox.avito.look(|world| {
            let lines = |chat: &sandbox::avito::Chat| {
                let line = |message: &sandbox::avito::Message| match message.origin {
                    Origin::Api => Line::Ours(message.content.text().unwrap_or_default().to_owned()),
                    Origin::SellerTyped => Line::Sellers,
                    Origin::Buyer | Origin::System => Line::Buyers(message.id.clone()),
                };
                (chat.id.clone(), chat.messages.iter().map(line).collect())
            };
            world.chats().map(lines).collect()
        });
        let cards = self.sandbox.telegram.seen().from_bot().map(|card| card.text.clone()).collect();
        Evidence { asked: self.postman.asked().to_vec(), chats, cards }
    }

    /// Starts the gateway and has Avito deliver to it.
    async fn open_the_gateway(&mut self) -> anyhow::Result<()> {
        self.gateway.start()?;
        let account = AvitoConfig::demo().accounts[0].user_id;
        let url = format!("{}/webhook/avito", self.gateway_url);
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = self.sandbox.avito.subscribe(account, &url).await {
            if Instant::now() > deadline || self.gateway.ended().is_some() {
                let log = std::fs::read_to_string(self.logs().join("gateway.log")).unwrap_or_default();
                return Err(error).context(format!("the gateway did not come up; it wrote:\n{log}"));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }
}

fn arguments(config: &Path) -> Vec<String> {
    vec!["--config".to_owned(), config.display().to_string()]
}
