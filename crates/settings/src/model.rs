//! Every setting, typed and checked. The comment of each key stands in `config/default.toml`, where the
//! operator reads it; here stands what the code needs to know.
//!
//! Not here: how the files and the environment are read ([`crate::load`]).

use std::path::PathBuf;
use std::time::Duration;

use domain::autonomy::Bar;
use domain::redis::RedisUrl;
use secrecy::SecretString;
use url::Url;

use crate::explain::Explained;

mod llm;
mod seller;

pub use llm::{LlmProtocol, LlmSettings, ModelSettings, SchemaMode};
pub use seller::{SellerAvito, SellerDesk, SellerSettings};

/// All settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Logging and metrics.
    pub telemetry: TelemetrySettings,
    /// Changes of these very settings.
    pub reload: ReloadSettings,
    /// Redis.
    pub redis: RedisSettings,
    /// The delivery protocol.
    pub queue: QueueSettings,
    /// The door.
    pub gateway: GatewaySettings,
    /// The loop.
    pub worker: WorkerSettings,
    /// The Avito API.
    pub avito: AvitoSettings,
    /// The language model.
    pub llm: LlmSettings,
    /// The answers: prompts, templates, masks.
    pub answers: AnswersSettings,
    /// Google Sheets.
    pub sheets: SheetsSettings,
    /// The Telegram bot.
    pub telegram: TelegramSettings,
    /// What is remembered, and for how long.
    pub store: StoreSettings,
    /// When trust in the bot is earned and lost.
    pub autonomy: AutonomySettings,
    /// `[learning]`
    pub learning: LearningSettings,
    /// How `salesphere doctor` measures.
    pub doctor: DoctorSettings,
    /// The sellers, at least one.
    pub sellers: Vec<SellerSettings>,
    /// Every setting with the place it came from; read it with [`crate::explain`].
    pub explained: Vec<Explained>,
}

/// Logging and metrics.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// A `tracing` filter: `info`, `info,queue=debug`.
    pub log: String,
    /// How a log line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Changes of the settings while a program runs.
#[derive(Debug, Clone)]
pub struct ReloadSettings {
    /// How often the files are looked at; zero: only when told to.
    pub every: Duration,
}

/// Redis.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// Which one.
    pub url: RedisUrl,
    /// How long one ordinary command may take.
    pub response_timeout: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How many replicas must have a message before it counts as accepted, and a send before it may begin; 0: none.
    pub wait_replicas: u8,
    /// For how long they are waited for.
    pub wait_within: Duration,
    /// What to do with a Redis that may lose messages.
    pub unsafe_redis: UnsafeRedis,
    /// From which part of its memory on to raise the alarm.
    pub memory_alarm_percent: u8,
}

/// What to do with a Redis that may lose messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsafeRedis {
    /// Do not start.
    Refuse,
    /// Start and complain.
    Allow,
}

/// The delivery protocol.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The number of shards, fixed at install.
    pub shards: u16,
    /// How long a worker's lease lasts.
    pub lease: Duration,
    /// How often it is renewed.
    pub heartbeat: Duration,
    /// How long BLMOVE blocks.
    pub block: Duration,
    /// The most messages one turn takes.
    pub max_batch: usize,
    /// The most messages one mailbox holds.
    pub mailbox_max: usize,
    /// More messages of one conversation in a minute are a flood; 0: none ever is.
    pub flood_per_minute: usize,
    /// How many message ids a conversation remembers against duplicates.
    pub seen_max: usize,
    /// For how long.
    pub seen_ttl: Duration,
    /// Failed attempts before a message becomes a dead letter.
    pub max_attempts: u32,
    /// Crashes in the middle of a turn before it counts as poison.
    pub max_crashes: u32,
    /// The first retry's longest delay; doubles with each.
    pub retry_base: Duration,
    /// The longest delay of all.
    pub retry_cap: Duration,
    /// How long an unknown send is left alone before the chat's history is asked again.
    pub settle: Duration,
    /// For how long after a change of server, or a loss, Redis is not believed without a look into the chat.
    pub doubt_for: Duration,
}

/// The door.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// Where it listens: `0.0.0.0:8080`.
    pub listen: String,
    /// Where Avito reaches it from outside, if the operator says so.
    pub public_url: Option<Url>,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How long one webhook may take in all.
    pub answer_within: Duration,
    /// Of that, for Redis.
    pub redis_within: Duration,
    /// The directory where messages wait while Redis is away. One process each.
    pub spool_dir: PathBuf,
    /// The most that may wait there, in bytes.
    pub spool_max_bytes: u64,
    /// For how long an accepted message is kept in case Redis loses it.
    pub keep_recent: Duration,
    /// What to do with a signature.
    pub signature: SignatureSettings,
    /// Whether anybody may send webhooks.
    pub door: Door,
}

/// Whether anybody may send webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Only who passes a gate.
    Guarded,
    /// Anybody, because the operator says so.
    Open,
}

/// What to do with a webhook's signature.
#[derive(Debug, Clone)]
pub struct SignatureSettings {
    /// Whether it is demanded.
    pub mode: SignatureMode,
    /// The header that carries it.
    pub header: String,
    /// The key of the HMAC. Demanded unless `mode` is off.
    pub secret: Option<SecretString>,
}

/// Whether a signature is demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMode {
    /// No signature, no entry.
    Require,
    /// Count matches and mismatches, let pass.
    Log,
    /// Do not look.
    Off,
}

/// The loop.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Where health and metrics are served.
    pub listen: String,
    /// How many turns run at once.
    pub permits: usize,
    /// The whole turn, from the webhook to Avito's 200.
    pub turn_budget: Duration,
    /// The router's part of it.
    pub route_within: Duration,
    /// Until when, counted from the start of the turn, a wording may arrive.
    pub word_until: Duration,
    /// A buyer who types in pieces is let finish: a reply waits until nothing came for this long.
    pub burst_quiet: Duration,
    /// But never longer than this after the first piece.
    pub burst_max: Duration,
    /// How many times a turn is tried against a failing model before a human is called.
    pub model_attempts: u32,
    /// How long a shutdown may drain.
    pub drain: Duration,
    /// After how much silence of the loop `/readyz` fails.
    pub ready_within: Duration,
    /// How often the unread chats are looked through for messages no webhook brought; zero: never.
    pub sweep_every: Duration,
    /// How old such a message may be.
    pub sweep_within: Duration,
    /// How often somebody looks who waits at the desks.
    pub rounds_every: Duration,
}

/// The Avito API.
#[derive(Debug, Clone)]
pub struct AvitoSettings {
    /// `https://api.avito.ru/`.
    pub base_url: Url,
    /// The hard deadline of one send.
    pub send_timeout: Duration,
    /// The deadline of every other call.
    pub call_timeout: Duration,
    /// The longest text Avito takes, in characters.
    pub max_text_chars: usize,
}

/// The answers.
#[derive(Debug, Clone)]
pub struct AnswersSettings {
    /// A directory of prompts that replaces the embedded ones.
    pub prompts_dir: Option<PathBuf>,
    /// Whether the model words the decisions; otherwise the templates do.
    pub model_wording: bool,
    /// The longest reply, in characters; over Avito's limit it is sent in parts.
    pub max_chars: usize,
}

/// Google Sheets.
#[derive(Debug, Clone)]
pub struct SheetsSettings {
    /// `https://sheets.googleapis.com/`.
    pub base_url: Url,
    /// The service account's key, as the JSON file Google gives.
    pub service_account: Option<SecretString>,
    /// How long a snapshot is fresh.
    pub fresh: Duration,
    /// How long it may be served when Sheets is down.
    pub stale: Duration,
    /// How long one read may take.
    pub timeout: Duration,
    /// How many reads one service account may make in a minute.
    pub reads_per_minute: u32,
}

/// The Telegram bot.
#[derive(Debug, Clone)]
pub struct TelegramSettings {
    /// `https://api.telegram.org/`.
    pub base_url: Url,
    /// The bot's token.
    pub token: SecretString,
    /// How long one call may take.
    pub timeout: Duration,
    /// How long a card waits when Telegram is away.
    pub retry_after: Duration,
    /// How long one question for news from the desk may wait for some.
    pub poll: Duration,
    /// How many messages a worker sends in a second at the most.
    pub per_second: u32,
    /// How long after a message the next one into the same chat may follow; zero: at once.
    pub chat_gap: Duration,
    /// For how long an answer from the desk can be undone.
    pub undo: Duration,
    /// How long a card can be answered and its buttons pressed, after its last change.
    pub card_ttl: Duration,
    /// For how long after its last change a card takes up what the buyer writes next.
    pub card_grows: Duration,
    /// How long a code that binds a chat is valid.
    pub code_ttl: Duration,
}

/// What is remembered, and for how long.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// `queue.shards`: what is remembered of a conversation lies where its messages wait.
    pub shards: u16,
    /// A conversation's memory.
    pub conversation_ttl: Duration,
    /// The haggling in a chat.
    pub haggling_ttl: Duration,
    /// A decision's record.
    pub record_ttl: Duration,
    /// How many records of one seller are kept at the most.
    pub records_max: usize,
    /// What Avito told about a chat.
    pub chat_ttl: Duration,
    /// The ids of our own sends, by which echoes are known.
    pub sent_ttl: Duration,
}

/// When trust in the bot is earned and lost.
#[derive(Debug, Clone)]
pub struct AutonomySettings {
    /// From which counts on something is done.
    pub bar: Bar,
    /// How many answers of one kind of question count: the newest.
    pub window: usize,
    /// How long one of them counts.
    pub keep: Duration,
    /// How long a proposal that was turned down is not made again.
    pub propose_again: Duration,
    /// How long after an answer of ours the seller's own words are a correction of it.
    pub overruled_within: Duration,
    /// How long after an answer of ours a complaint is about it.
    pub complained_within: Duration,
    /// How long the seller's own answer is waited for.
    pub compare_within: Duration,
    /// How often the counts that changed are looked at.
    pub review_every: Duration,
}

/// When the seller's own answers are offered for his table.
#[derive(Debug, Clone)]
pub struct LearningSettings {
    /// Whether they are.
    pub offer: bool,
    /// How long after a failure a row is tried again.
    pub retry_after: Duration,
    /// For how long it is tried.
    pub try_for: Duration,
    /// How often taps are looked for.
    pub look_every: Duration,
    /// For how long humans' answers are kept for training.
    pub keep: Duration,
    /// How many of one seller's at the most.
    pub keep_max: usize,
}

/// How `salesphere doctor` measures.
#[derive(Debug, Clone)]
pub struct DoctorSettings {
    /// How long one examination may take.
    pub within: Duration,
    /// By how much this machine's clock may differ from Avito's.
    pub clock_skew: Duration,
    /// From when on a write to the disk is slow.
    pub slow_disk: Duration,
}
