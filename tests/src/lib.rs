//! The harness of whole-system tests. It speaks in what people do: a buyer says, the seller types, the shop
//! is closed. Everything behind it is real (see `salesphere::system`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod phone;

use std::fmt::Debug;
use std::time::Duration;

use domain::record::{DecisionRecord, Ending};
use salesphere::demo::Summary;
use salesphere::system::{System, SystemOptions};
use sandbox::avito::Content;

/// How long a test waits for what must happen. Only a failing test waits so long.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A shop with its buyers. It must be closed: that is where the laws are checked.
pub struct Shop {
    /// The system, for tests that reach deeper.
    pub system: System,
    closed: bool,
}

/// A buyer in his chat.
#[derive(Clone)]
pub struct Buyer<'a> {
    shop: &'a Shop,
    /// The chat's id.
    pub chat: String,
}

impl Shop {
    /// The demo seller's shop, with settings that differ from the defaults.
    pub async fn open_with(operator: &str) -> Self {
        let options = SystemOptions { operator: format!("{QUICK}{operator}"), ..Default::default() };
        Self::open(options).await
    }

    /// A shop as `options` say.
    pub async fn open(options: SystemOptions) -> Self {
        let system = System::start(options).await.unwrap_or_else(|error| panic!("the system did not start: {error:#}"));
        Self { system, closed: false }
    }

    /// The buyer of that name among the sandbox's chats.
    pub fn buyer(&self, name: &str) -> Buyer<'_> {
        let chat = self
            .system
            .sandbox
            .avito
            .look(|world| world.chats().find(|chat| chat.buyer.name == name).map(|chat| chat.id.clone()));
        Buyer { shop: self, chat: chat.unwrap_or_else(|| panic!("no chat with {name}")) }
    }

    /// The texts of the cards in the seller's Telegram.
    pub fn cards(&self) -> Vec<String> {
        self.system.cards().into_iter().map(|card| card.text).collect()
    }

    /// Waits until all is done, and checks the laws: every message came to one end, nothing was said twice,
    /// the queue's books are in order, nobody called what does not exist.
    pub async fn close(self) {
        self.system.drained(PATIENCE).await.unwrap();
        let summary = Summary::of(&self.system).await.unwrap();
        assert!(summary.is_sound(), "{summary}");
        self.close_without_following_messages().await;
    }

    /// Like [`close`](Self::close), for a shop in which messages were rightly dropped at the door.
    pub async fn close_without_following_messages(mut self) {
        self.closed = true;
        assert_none("the queue's invariants", &self.system.queue.invariants().await.unwrap());
        assert_none("dead letters", &self.system.queue.dead_letters(10).await.unwrap());
        assert_none("calls of what Avito does not have", &self.system.sandbox.avito.unexpected_calls());
        self.system.stop().await.unwrap();
    }
}

/// Bursts wait less than in production, so that a test does.
const QUICK: &str = "worker.burst_quiet = \"20ms\"\nworker.burst_max = \"100ms\"\n";

fn assert_none<T: Debug>(what: &str, found: &[T]) {
    assert!(found.is_empty(), "{what}: {found:#?}");
}

impl Drop for Shop {
    fn drop(&mut self) {
        if !self.closed && !std::thread::panicking() {
            panic!("a shop must be closed: that is where the laws are checked");
        }
    }
}

impl Buyer<'_> {
    /// The buyer says something; returns how the turn that dealt with it went.
    pub async fn says(&self, content: impl Into<Content>) -> DecisionRecord {
        let message = self.shop.system.sandbox.avito.buyer_says(&self.chat, content).unwrap();
        self.shop.system.record_of(&message, PATIENCE).await.unwrap()
    }

    /// The seller types in this buyer's chat; returns how the turn that dealt with it went.
    pub async fn hears_from_the_seller(&self, text: &str) -> DecisionRecord {
        let message = self.shop.system.sandbox.avito.seller_types(&self.chat, text).unwrap();
        self.shop.system.record_of(&message, PATIENCE).await.unwrap()
    }

    /// What we said to this buyer, in order.
    pub fn heard(&self) -> Vec<String> {
        let sent = self.shop.system.sandbox.avito.sent();
        sent.into_iter().filter(|sent| sent.chat == self.chat).map(|sent| sent.text).collect()
    }
}

/// The ending's name and reason in one word each, for tables.
pub fn ended(record: &DecisionRecord) -> (&'static str, &'static str) {
    match record.ending {
        Ending::Replied => ("replied", ""),
        Ending::Answered => ("answered", ""),
        Ending::RepliedAndEscalated(reason) => ("replied and escalated", reason.name()),
        Ending::Escalated(reason) => ("escalated", reason.name()),
        Ending::Silent(reason) => ("silent", reason.name()),
    }
}
