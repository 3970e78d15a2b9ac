//! What can go wrong on Avito's side, to be ordered one by one or by chance from a seed.
//!
//! When one plays is decided in [`super::fault_plan`]; what it then does stands where that point is.

use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;

/// One thing that goes wrong. In the control API: `{"kind":"too_many_requests","retry_after_s":2}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    // The webhook of a message.
    /// The same body is delivered twice.
    Duplicate,
    /// The delivery waits until the chat's next message has been delivered, or a second.
    Reorder,
    /// No delivery at all.
    DroppedDelivery,
    /// The whole request goes out, and the connection closes without waiting for the answer.
    DeliveryCut,
    /// Half of the body goes out, nothing more until the time limit, then the connection closes.
    DeliveryStalled,
    /// An empty probe goes out before the message.
    Probe,
    /// Another program has registered its own address: this delivery and the later ones go there.
    SubscriptionReplaced,

    // What the webhook says.
    /// `payload.type` is not `message`.
    UnknownPayloadType,
    /// `value.type` is one nobody has heard of, with an empty content.
    UnknownMessageType,
    /// These fields are left out of `payload.value`; with none named, every optional one.
    FieldsMissing {
        /// Their names.
        #[serde(default)]
        fields: Vec<String>,
    },
    /// The text is the sentence that stands for it without a subscription.
    PaywallText,

    // The webhook of the account's own message.
    /// It is delivered, and answered, before the send call returns.
    EarlyEcho,
    /// It never comes.
    NoEcho,

    // A call, before anything is done.
    /// The access token is no longer good; as the API text says it.
    ExpiredToken403,
    /// The access token is no longer good; as clients meet it.
    ExpiredToken401,
    /// The subscription is not paid.
    Paywall,
    /// Too many requests.
    TooManyRequests {
        /// The `Retry-After` header, in seconds.
        #[serde(default)]
        retry_after_s: Option<u64>,
    },
    /// A 5xx; nothing was done.
    ErrorBeforeAccepting {
        /// Which one.
        status: u16,
    },
    /// The connection closes; nothing was done.
    CutBeforeAccepting,
    /// The history takes this long to answer. On another endpoint: that one does.
    SlowHistory {
        /// How long.
        ms: u64,
    },

    // A send that was accepted.
    /// A 5xx; the message is in the chat all the same.
    ErrorAfterAccepting {
        /// Which one.
        status: u16,
    },
    /// The connection closes; the message is in the chat all the same.
    CutAfterAccepting,
    /// The connection closes, and the message comes into the chat, with its webhook, only later.
    LateApplication {
        /// How much later.
        ms: u64,
    },
    /// The answer takes this long; the message is in the chat at once.
    SlowAnswer {
        /// How long.
        ms: u64,
    },
    /// A 200 whose body is not JSON; the message is in the chat.
    GarbledAnswer,
    /// The history does not show the message for a while; the answer and the webhook come as usual.
    HistoryLag {
        /// How long.
        ms: u64,
    },

    // What a chat tells.
    /// No context, no buyer's name, no profile.
    ChatFieldsMissing,
}

/// Where in the server's work a fault plays. At each, one fault at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// A call has come in.
    Call(Endpoint),
    /// A send was accepted and is about to be answered.
    Answer,
    /// A sent message is about to be shown.
    Showing,
    /// A sent message is about to be echoed.
    Echo,
    /// A message is put into an envelope.
    Payload,
    /// An envelope goes out.
    Delivery,
    /// A chat is described.
    Description,
}

/// To which calls a call's fault applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every call.
    Every,
    /// This one.
    #[serde(untagged)]
    Only(Endpoint),
}

impl Fault {
    pub(super) fn plays_at(&self, point: Point, scope: Option<Scope>) -> bool {
        use Fault::*;
        match self {
            Duplicate | Reorder | DroppedDelivery | DeliveryCut | DeliveryStalled | Probe | SubscriptionReplaced => {
                point == Point::Delivery
            }
            UnknownPayloadType | UnknownMessageType | FieldsMissing { .. } | PaywallText => point == Point::Payload,
            EarlyEcho | NoEcho => point == Point::Echo,
            ErrorAfterAccepting { .. }
            | CutAfterAccepting
            | LateApplication { .. }
            | SlowAnswer { .. }
            | GarbledAnswer => point == Point::Answer,
            HistoryLag { .. } => point == Point::Showing,
            ChatFieldsMissing => point == Point::Description,
            ExpiredToken403 | ExpiredToken401 => {
                // Asking for a token needs none.
                matches!(point, Point::Call(at) if at != Endpoint::Token && scope.unwrap_or(Scope::Every).has(at))
            }
            Paywall | TooManyRequests { .. } | ErrorBeforeAccepting { .. } | CutBeforeAccepting => {
                matches!(point, Point::Call(at) if scope.unwrap_or(Scope::Only(Endpoint::Send)).has(at))
            }
            SlowHistory { .. } => {
                matches!(point, Point::Call(at) if scope.unwrap_or(Scope::Only(Endpoint::Messages)).has(at))
            }
        }
    }
}

impl Scope {
    fn has(self, endpoint: Endpoint) -> bool {
        self == Self::Every || self == Self::Only(endpoint)
    }
}

/// A fault ordered: how often, where, from when on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which one.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often; once where nothing is said.
    #[serde(default = "once")]
    pub times: u32,
    /// How many occasions to let pass before.
    #[serde(default)]
    pub after: u32,
    /// Only in this chat.
    #[serde(default)]
    pub chat: Option<String>,
    /// On which calls, for faults of calls. Left out: an expired token on every call, a slow history on the
    /// history, every other on sends.
    #[serde(default)]
    pub on: Option<Scope>,
}

fn once() -> u32 {
    1
}

impl From<Fault> for Order {
    fn from(fault: Fault) -> Self {
        Self { fault, times: 1, after: 0, chat: None, on: None }
    }
}

impl Order {
    /// As often as said.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Not on the next `occasions`, but after them.
    pub fn after(mut self, occasions: u32) -> Self {
        self.after = occasions;
        self
    }

    /// Only in this chat.
    pub fn in_chat(mut self, chat: impl Into<String>) -> Self {
        self.chat = Some(chat.into());
        self
    }

    /// On these calls.
    pub fn on(mut self, scope: Scope) -> Self {
        self.on = Some(scope);
        self
    }

    pub(super) fn fits(&self, point: Point, chat: Option<&str>) -> bool {
        self.fault.plays_at(point, self.on) && self.chat.as_deref().is_none_or(|only| Some(only) == chat)
    }
}

/// Faults by chance, the same ones for the same seed and the same order of events.
#[derive(Debug, Clone)]
pub struct Faults {
    pub(super) seed: u64,
    pub(super) rates: Vec<(Fault, f64)>,
}

impl Faults {
    /// Nothing goes wrong unless it is ordered.
    pub fn none() -> Self {
        Self::seeded(0)
    }

    /// Nothing yet; what is added is drawn from this seed.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, rates: Vec::new() }
    }

    /// `fault` on this share of its occasions, from 0 to 1.
    pub fn rate(mut self, fault: Fault, share: f64) -> Self {
        self.rates.push((fault, share));
        self
    }
}
