//! What the fake writes down about each call, send, delivery and fault, for tests and people to read.

use std::time::Instant;

use serde::Serialize;

use super::endpoint::Endpoint;
use super::fault::Fault;

/// One call of the API.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// Which one.
    pub endpoint: Endpoint,
    /// `GET`, `POST`.
    pub method: String,
    /// Path and query as they came.
    pub path: String,
    /// The status it was answered with; `None` where the connection was cut instead.
    pub status: Option<u16>,
    /// When it came in, in milliseconds since the sandbox started.
    pub at_ms: u64,
    /// How long it took.
    pub took_ms: u64,
}

/// One message a program sent through the API, and which Avito accepted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sent {
    /// Its id in the chat.
    pub id: String,
    /// The account.
    pub account: u64,
    /// The chat.
    pub chat: String,
    /// The words.
    pub text: String,
    /// When it was accepted, in milliseconds since the sandbox started.
    pub at_ms: u64,
    /// The same by this process's clock, for who measures in microseconds.
    #[serde(skip)]
    pub at: Instant,
    /// What went wrong with the answer, if something did.
    pub fault: Option<Fault>,
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Delivery {
    /// The message it announced; empty for a probe.
    pub message: String,
    /// Its chat; empty for a probe.
    pub chat: String,
    /// Where to; empty where nobody has registered.
    pub url: String,
    /// The body as it went out.
    pub body: String,
    /// The signature header's value.
    pub signature: Option<String>,
    /// How it ended.
    pub outcome: DeliveryOutcome,
    /// When it began, in milliseconds since the sandbox started.
    pub at_ms: u64,
    /// How long it took.
    pub took_ms: u64,
}

/// How an attempt to deliver ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// The receiver answered.
    Answered {
        /// With this status.
        status: u16,
    },
    /// The receiver took longer than Avito waits.
    TimedOut,
    /// The receiver was not reached, or hung up.
    Failed {
        /// What the network said.
        why: String,
    },
    /// Avito hung up itself, by order.
    CutByUs,
    /// Never sent, by order.
    Dropped,
    /// The address belongs to another program.
    OtherProgram,
    /// Nobody has registered.
    NoSubscription,
}

impl DeliveryOutcome {
    /// The status of the receiver's answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        if let Self::Answered { status } = self { Some(*status) } else { None }
    }
}

impl Delivery {
    /// Whether the receiver took it.
    pub fn is_accepted(&self) -> bool {
        self.outcome.status() == Some(200)
    }
}

/// A fault that played.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Played {
    /// Which one.
    pub fault: Fault,
    /// In which chat, where it concerned one.
    pub chat: Option<String>,
    /// When, in milliseconds since the sandbox started.
    pub at_ms: u64,
}

/// How much of each kind is kept: far more than a test makes, and bounded for a server that stays up.
const KEPT: usize = 200_000;

/// Appends, and forgets the older half when there is too much.
pub(super) fn push_bounded<T>(list: &mut Vec<T>, new: T) {
    if list.len() >= KEPT {
        list.drain(..KEPT / 2);
    }
    list.push(new);
}
