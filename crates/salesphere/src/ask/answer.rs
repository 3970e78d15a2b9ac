//! A chat that nobody sees: its turns are thought about as the worker does it, and nothing is done about them.

use std::time::{Duration, Instant};

use agents::{Answer, Assistant, Turn};
use domain::conversation::Conversation;
use domain::escalation::Listing;
use domain::ids::{ConversationId, UserId};
use domain::message::{Content, Message, Side};
use jiff::Timestamp;

use super::shop::Shop;

/// The chat so far.
pub(super) struct Chat<'a> {
    shop: &'a Shop,
    assistant: Assistant,
    /// The listing it belongs to.
    pub(super) listing: Option<Listing>,
    /// When the buyer writes.
    pub(super) now: Timestamp,
    memory: Conversation,
    messages: usize,
}

/// A turn that was thought about.
pub(super) struct Asked {
    /// What the buyer wrote.
    pub(super) question: Vec<String>,
    /// What came of it.
    pub(super) answer: Answer,
    /// How long the table took.
    pub(super) table: Duration,
    /// How long all of it took.
    pub(super) total: Duration,
}

impl<'a> Chat<'a> {
    /// Opens a chat about the listing of that title.
    pub(super) fn open(shop: &'a Shop, listing: Option<String>, now: Timestamp) -> anyhow::Result<Self> {
        let listing = listing.map(|title| Listing { title, price: None, url: None });
        let assistant = shop.assistant()?;
        Ok(Self { shop, assistant, listing, now, memory: Conversation::default(), messages: 0 })
    }

    /// What has been said before.
    pub(super) fn memory(&self) -> &Conversation {
        &self.memory
    }

    /// The buyer writes. The table and the model are asked at the same time, as in a worker.
    pub(super) async fn ask(&mut self, texts: &[String]) -> anyhow::Result<Asked> {
        let mut messages = Vec::new();
        for text in texts {
            messages.push(self.message(text)?);
        }
        let started = Instant::now();
        let turn = Turn {
            seller: self.shop.seller(),
            conversation: &self.memory,
            messages: &messages,
            listing: self.listing.as_ref(),
            now: self.now,
            started,
        };
        let (routed, (table, took)) = tokio::join!(self.assistant.route(&turn), self.shop.table());
        let answer = self.assistant.answer(&turn, routed, table.as_deref().map_err(Clone::clone)).await;
        self.memory = answer.memory.clone();
        Ok(Asked { question: texts.to_vec(), answer, table: took, total: started.elapsed() })
    }

    fn message(&mut self, text: &str) -> anyhow::Result<Message> {
        self.messages += 1;
        Ok(Message {
            id: format!("asked-{}", self.messages).parse()?,
            conversation: ConversationId { seller: self.shop.seller().id.clone(), chat: "asked".parse()? },
            side: Side::Buyer,
            author: UserId(0),
            created_s: self.now.as_second(),
            received_ms: self.now.as_millisecond(),
            item: None,
            content: Content::Text { text: text.to_owned() },
        })
    }
}
