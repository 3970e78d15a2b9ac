//! A queue, the buyers who write into it, and the chats in which they are answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::ids::{ConversationId, UserId};
use domain::message::{Content, Message, Side};
use queue::{Queue, Token};
use runtime::shutdown::Shutdown;
use settings::{QueueSettings, RedisSettings, UnsafeRedis};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(40);

/// Between two messages of a buyer, and between two tries of one.
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) struct Shop {
    pub(crate) redis: RedisSettings,
    pub(crate) settings: QueueSettings,
    pub(crate) queue: Queue,
    chats: Mutex<BTreeMap<String, Chat>>,
}

/// One chat, as its buyer sees it.
#[derive(Default)]
struct Chat {
    /// The ids that were accepted, in their order, and when.
    accepted: Vec<(String, Instant)>,
    /// The ids that were answered, in the order of the answers, and when.
    answered: Vec<(String, Instant)>,
    /// The plans that were carried out: the history that an unknown send is looked up in.
    sent: BTreeSet<String>,
}

impl Shop {
    pub(crate) async fn open(url: &str, shards: u16, wait_replicas: u8) -> Arc<Self> {
        let redis = RedisSettings {
            url: url.parse().unwrap(),
            response_timeout: Duration::from_millis(500),
            connect_timeout: Duration::from_secs(1),
            wait_replicas,
            wait_within: Duration::from_millis(200),
            unsafe_redis: UnsafeRedis::Refuse,
            memory_alarm_percent: 70,
        };
        let settings = QueueSettings {
            shards,
            lease: Duration::from_millis(1_500),
            heartbeat: Duration::from_millis(300),
            block: Duration::from_millis(500),
            max_batch: 50,
            mailbox_max: 500,
            flood_per_minute: 0,
            seen_max: 200,
            seen_ttl: Duration::from_secs(3600),
            max_attempts: 2,
            max_crashes: 100,
            retry_base: Duration::from_millis(10),
            retry_cap: Duration::from_millis(100),
            settle: Duration::ZERO,
            doubt_for: Duration::from_secs(600),
        };
        let queue = Queue::connect(&redis, &settings).await.unwrap();
        Arc::new(Self { redis, settings, queue, chats: Mutex::default() })
    }

    /// One try to get a message in. Accepted means: Redis has confirmed it.
    pub(crate) async fn try_write(&self, chat: &str, id: &str) -> Result<(), queue::QueueError> {
        self.queue.enqueue(&message(chat, id)).await?;
        self.chats().entry(chat.to_owned()).or_default().accepted.push((id.to_owned(), Instant::now()));
        Ok(())
    }

    /// A buyer who writes one message after the other until the end, each again and again until it is accepted.
    pub(crate) async fn buyer(self: Arc<Self>, chat: String, end: Shutdown) {
        for number in 0.. {
            while !end.is_requested() && self.try_write(&chat, &format!("m{number}")).await.is_err() {
                tokio::time::sleep(PAUSE).await;
            }
            if end.is_requested() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// An answer to these messages arrives in the chat.
    pub(crate) fn answer(&self, chat: &str, plan: &str) {
        let mut chats = self.chats();
        let chat = chats.entry(chat.to_owned()).or_default();
        chat.answered.extend(plan.split(' ').map(|id| (id.to_owned(), Instant::now())));
        chat.sent.insert(plan.to_owned());
    }

    /// Whether the chat's history has it.
    pub(crate) fn was_sent(&self, chat: &str, plan: &str) -> bool {
        self.chats().get(chat).is_some_and(|chat| chat.sent.contains(plan))
    }

    /// How many messages of a chat were answered.
    pub(crate) fn answered(&self, chat: &str) -> usize {
        self.chats().get(chat).map_or(0, |chat| chat.answered.len())
    }

    /// How long the longest of these chats' answers took, of the messages accepted since.
    pub(crate) fn longest_wait(&self, chats: &[String], since: Instant) -> Duration {
        let known = self.chats();
        let of_chat = |name: &String| {
            let chat = &known[name];
            let answered: BTreeMap<_, _> = chat.answered.iter().cloned().collect();
            let accepted = chat.accepted.iter().filter(|(_, at)| *at > since);
            let now = Instant::now();
            let waits =
                accepted.map(|(id, at)| answered.get(id).copied().unwrap_or(now).saturating_duration_since(*at));
            waits.max().unwrap_or_default()
        };
        chats.iter().map(of_chat).max().unwrap_or_default()
    }

    /// Everything that was accepted has been answered, once and in its order, and the queue is empty and sound.
    pub(crate) async fn is_done(&self) {
        self.until("all is answered", || self.chats().values().all(Chat::is_answered)).await;
        for (name, chat) in &*self.chats() {
            let [accepted, answered] =
                [&chat.accepted, &chat.answered].map(|ids| ids.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
            // The last one may have been taken, and its confirmation lost, when the buyer left.
            assert!(answered.len() - accepted.len() <= 1, "{name}: {accepted:?} accepted, {answered:?} answered");
            assert_eq!(answered[..accepted.len()], accepted, "{name}");
        }
        let begun = Instant::now();
        while !self.queue.depth().await.is_ok_and(|depth| depth.is_idle()) {
            assert!(begun.elapsed() < PATIENCE, "{:?}", self.queue.depth().await);
            tokio::time::sleep(PAUSE).await;
        }
        let violations = self.queue.invariants().await.unwrap();
        assert!(violations.is_empty(), "{violations:?}");
    }

    /// Waits until it is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn chats(&self) -> MutexGuard<'_, BTreeMap<String, Chat>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chat {
    fn is_answered(&self) -> bool {
        let answered: BTreeSet<_> = self.answered.iter().map(|(id, _)| id).collect();
        self.accepted.iter().all(|(id, _)| answered.contains(id))
    }
}

/// So many chats for each shard.
pub(crate) fn chats_for_each(queue: &Queue, shards: u16, so_many: usize) -> Vec<String> {
    let mut found: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for number in 0.. {
        let chat = format!("chat-{number}");
        let of_shard = found.entry(queue.shard_number(&conversation(&chat))).or_default();
        if of_shard.len() < so_many {
            of_shard.push(chat);
        }
        if found.len() == usize::from(shards) && found.values().all(|chats| chats.len() == so_many) {
            break;
        }
    }
    found.into_values().flatten().collect()
}

pub(crate) fn conversation(chat: &str) -> ConversationId {
    format!("demo:{chat}").parse().unwrap()
}

pub(crate) fn token(chat: &str) -> Token {
    Token::from(&conversation(chat))
}

pub(crate) fn message(chat: &str, id: &str) -> Message {
    Message {
        id: id.parse().unwrap(),
        conversation: conversation(chat),
        side: Side::Buyer,
        author: UserId(7),
        created_s: 1_764_000_000,
        received_ms: 1_764_000_000_000,
        item: None,
        content: Content::Text { text: format!("Есть {id}?") },
    }
}
