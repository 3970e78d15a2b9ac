//! What the fake model holds: its settings while it runs, and the record of what it was asked.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::hostile::Hostility;
use super::{Fault, ModelConfig};
use crate::clock::SandboxClock;
use crate::service::orders::Orders;
use crate::service::watched::Watched;

/// How many calls the record keeps; the counters go on.
const CALLS_KEPT: usize = 1000;

/// Everything the handlers share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) state: Watched<State>,
    pub(super) orders: Orders<Fault>,
    pub(super) clock: SandboxClock,
    pub(super) name: String,
    pub(super) api_key: Option<String>,
    pub(super) repeats: Option<String>,
    pub(super) hostility: Option<Hostility>,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) routing_latency: Duration,
    pub(super) wording_latency: Duration,
    pub(super) seen: Seen,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// What the buyer wants.
    Routing,
    /// A decision said in words.
    Wording,
    /// Anything else: it gets a plain text that says what this model is.
    Plain,
}

impl Job {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Routing => "routing",
            Self::Wording => "wording",
            Self::Plain => "plain",
        }
    }
}

/// What it was asked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Seen {
    /// How many times for a routing.
    pub routing: u64,
    /// How many times for a wording.
    pub wording: u64,
    /// How many times for anything else.
    pub plain: u64,
    /// How many of them went wrong, as ordered or by themselves.
    pub refused: u64,
    /// The last calls, oldest first.
    pub calls: VecDeque<Call>,
}

/// One call.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// What was asked for.
    pub job: Job,
    /// The model's name in the request.
    pub model: String,
    /// All messages but the last, one under the other.
    pub before: String,
    /// The last message of the user.
    pub user: String,
    /// The content of the answer; `None` where there was none.
    pub answer: Option<String>,
    /// The status answered, or that would have been had the connection not been cut.
    pub status: u16,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

impl World {
    pub(super) fn new(config: ModelConfig) -> Self {
        let state = State {
            routing_latency: config.routing_latency,
            wording_latency: config.wording_latency,
            seen: Seen::default(),
        };
        Self {
            state: Watched::new(state),
            orders: Orders::default(),
            clock: config.clock,
            name: config.name,
            api_key: config.api_key,
            repeats: config.repeats,
            hostility: config.hostility,
        }
    }
}

impl State {
    pub(super) fn latency(&self, job: Job) -> Duration {
        match job {
            Job::Routing => self.routing_latency,
            Job::Wording => self.wording_latency,
            Job::Plain => Duration::ZERO,
        }
    }
}

impl Seen {
    /// All calls together.
    pub fn total(&self) -> u64 {
        self.routing + self.wording + self.plain
    }

    pub(super) fn note(&mut self, call: Call) {
        match call.job {
            Job::Routing => self.routing += 1,
            Job::Wording => self.wording += 1,
            Job::Plain => self.plain += 1,
        }
        self.refused += u64::from(call.status != 200);
        if self.calls.len() == CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }
}
