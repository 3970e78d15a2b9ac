//! Everything a turn needs within reach: the clients, the sellers, the settings.
//!
//! When the settings change, a new room is furnished beside the old one with all that can stay ([`Room::renewed`]), and
//! the next turn begins there; a turn under way ends in the room it began in. Not here: when that is ([`crate::renew`]).

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use agents::{Assistant, Budget, Library};
use anyhow::Context;
use arc_swap::ArcSwap;
use avito::{Connections, Messenger};
use domain::clock::SharedClock;
use domain::ids::{ConversationId, SellerId};
use llm::{ChatModel, Endpoint};
use queue::{Queue, Token, WorkerId};
use settings::{Occasion, Renewal, SellerSettings, Settings};
use sheets::Sheets;
use store::Store;
use telegram::Desk;
use tokio::sync::Semaphore;

use crate::permits;

/// The clients and sellers of one worker.
pub struct Room {
    /// All settings in force.
    pub settings: Arc<Settings>,
    /// What time it is.
    pub clock: SharedClock,
    /// Who we are, in the queue's books.
    pub worker: WorkerId,
    /// The delivery protocol.
    pub queue: Queue,
    /// What we remember.
    pub store: Store,
    /// The sellers' tables.
    pub sheets: Sheets,
    /// The way to the seller.
    pub desk: Desk,
    /// Who decides and words.
    pub assistant: Arc<Assistant>,
    /// The sellers we work for.
    pub sellers: HashMap<SellerId, Arc<Seller>>,
    /// One permit per turn.
    pub permits: Arc<Semaphore>,
    connections: Connections,
    books: Arc<Books>,
}

/// What is noted of this worker's turns, whichever room they are in.
struct Books {
    running: Mutex<HashSet<Token>>,
    opened: Instant,
    fetched_after_ms: AtomicU64,
}

/// The room as it is furnished now. Looking where that is costs a turn some nanoseconds.
pub(crate) struct CurrentRoom(ArcSwap<Room>);

/// One seller, ready to be worked for.
pub struct Seller {
    /// The profile and the addresses.
    pub settings: SellerSettings,
    /// The account's way into Avito.
    pub messenger: Messenger,
}

impl Room {
    /// Connects to everything that must be there at start. Avito, Google, Telegram and the model may be
    /// down: each turn finds that out for itself.
    ///
    /// # Errors
    /// When Redis cannot be reached, a prompt is broken or a key file is no key.
    pub async fn open(settings: Arc<Settings>, clock: SharedClock, worker: WorkerId) -> anyhow::Result<Self> {
        let queue = Queue::connect(&settings.redis, &settings.queue).await.context("connecting the queue to Redis")?;
        queue.demand_safe_redis(settings.redis.unsafe_redis).await.context("looking at how safe Redis is")?;
        let store = Store::connect(&settings.redis, &settings.store).await.context("connecting the store to Redis")?;
        let sheets = Sheets::new(&settings.sheets, store.clone(), Arc::clone(&clock))
            .context("reading the Google service account")?;
        let desk = Desk::new(&settings.telegram).context("setting up the Telegram bot")?;
        let assistant = Arc::new(assistant(&settings)?);
        let connections = Connections::new(&settings.avito);
        let sellers = settings
            .sellers
            .iter()
            .map(|seller| {
                let messenger = Messenger::over(&connections, &settings.avito, seller);
                (seller.profile.id.clone(), Arc::new(Seller { settings: seller.clone(), messenger }))
            })
            .collect();
        let books = Books { running: Mutex::default(), opened: Instant::now(), fetched_after_ms: AtomicU64::new(0) };
        Ok(Self {
            permits: Arc::new(Semaphore::new(permits::at_first(&settings))),
            books: Arc::new(books),
            connections,
            settings,
            clock,
            worker,
            queue,
            store,
            sheets,
            desk,
            assistant,
            sellers,
        })
    }

    /// The same room under new settings. What they do not concern stays as it is: the model's connections, a seller's
    /// token, the copies of the tables.
    ///
    /// # Errors
    /// When a prompt is broken, or the model's address or key cannot be used.
    pub fn renewed(&self, renewal: &Renewal) -> anyhow::Result<Self> {
        let settings = &renewal.settings;
        // Prompts may differ without a word in the settings; they are read again where somebody asks for it.
        let asked = renewal.occasion == Occasion::Asked;
        let assistant = if asked || renewal.touches("llm.") || renewal.touches("answers.") {
            Arc::new(assistant(settings)?)
        } else {
            Arc::clone(&self.assistant)
        };
        let desk = if renewal.touches("telegram.") {
            Desk::new(&settings.telegram).context("setting up the Telegram bot")?
        } else {
            self.desk.clone()
        };
        let sellers = settings.sellers.iter().map(|seller| {
            let id = &seller.profile.id;
            let stays = |what: &str| self.sellers.get(id).filter(|_| !renewal.touches(&format!("sellers.{id}.{what}")));
            let renewed = match (stays(""), stays("avito.")) {
                (Some(same), _) => Arc::clone(same),
                (None, Some(known)) => {
                    Arc::new(Seller { settings: seller.clone(), messenger: known.messenger.clone() })
                }
                (None, None) => {
                    let messenger = Messenger::over(&self.connections, &settings.avito, seller);
                    Arc::new(Seller { settings: seller.clone(), messenger })
                }
            };
            (id.clone(), renewed)
        });
        Ok(Self {
            settings: Arc::clone(settings),
            clock: Arc::clone(&self.clock),
            worker: self.worker.clone(),
            queue: self.queue.clone(),
            store: self.store.clone(),
            sheets: self.sheets.clone(),
            desk,
            assistant,
            sellers: sellers.collect(),
            permits: Arc::clone(&self.permits),
            connections: self.connections.clone(),
            books: Arc::clone(&self.books),
        })
    }

    /// For how long a human keeps a chat he was called to or spoke in.
    pub fn quiet_after(&self, conversation: &ConversationId) -> Duration {
        self.sellers
            .get(&conversation.seller)
            .map_or(Duration::ZERO, |seller| seller.settings.profile.quiet_after_seller)
    }

    /// Notes that a turn over `token` runs here; `None` if one does already. The note goes with the guard,
    /// also when the turn panics.
    pub fn begin(&self, token: &Token) -> Option<Running> {
        let mut running = self.books.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(token.clone()).then(|| Running { books: Arc::clone(&self.books), token: token.clone() })
    }

    /// Whether a turn over `token` runs here.
    pub fn runs(&self, token: &Token) -> bool {
        self.books.running.lock().unwrap_or_else(PoisonError::into_inner).contains(token)
    }

    /// Notes that the queue answered a fetch, with work or without.
    pub fn note_fetch(&self) {
        self.books.fetched_after_ms.store(self.books.opened.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// How long ago the queue last answered a fetch.
    pub fn since_fetch(&self) -> Duration {
        let fetched = Duration::from_millis(self.books.fetched_after_ms.load(Ordering::Relaxed));
        self.books.opened.elapsed().saturating_sub(fetched)
    }
}

impl CurrentRoom {
    /// The first one.
    pub(crate) fn new(room: Room) -> Self {
        Self(ArcSwap::from_pointee(room))
    }

    /// Where a turn that begins now takes place.
    pub(crate) fn get(&self) -> Arc<Room> {
        self.0.load_full()
    }

    /// Turns that begin from now on take place there.
    pub(crate) fn move_to(&self, room: Room) {
        self.0.store(Arc::new(room));
    }
}

/// The note that a turn runs.
pub struct Running {
    books: Arc<Books>,
    token: Token,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.books.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.token);
    }
}

/// The assistant that the settings describe: their model, their prompts, their budget.
///
/// # Errors
/// When the prompts cannot be read, or the model's address or key cannot be used.
pub fn assistant(settings: &Settings) -> anyhow::Result<Assistant> {
    let library = match &settings.answers.prompts_dir {
        Some(dir) => Library::from_dir(dir).with_context(|| format!("reading the prompts in {}", dir.display()))?,
        None => Library::embedded().context("reading the prompts built into this program")?,
    };
    let endpoint = Endpoint::new(&settings.llm).context("setting up the model")?;
    let router: Arc<dyn ChatModel> = Arc::new(endpoint.model(&settings.llm.router));
    let wording = settings.answers.model_wording.then(|| endpoint.model(&settings.llm.wording));
    let wording = wording.map(|model| Arc::new(model) as Arc<dyn ChatModel>);
    let worker = &settings.worker;
    let budget =
        Budget { route_within: worker.route_within, word_until: worker.word_until, turn_budget: worker.turn_budget };
    let assistant = Assistant::new(router, wording, library, budget, settings.answers.max_chars);
    let assistant = assistant.without(settings.llm.router_bias.clone());
    let trust = settings.llm.seconding;
    Ok(if trust.is_wanted() { assistant.seconded(trust) } else { assistant })
}
