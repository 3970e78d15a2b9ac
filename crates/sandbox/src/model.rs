//! The fake language model: an OpenAI-compatible endpoint with rules behind it, for Russian and English.
//!
//! It is honest about being small. It has two jobs, told apart by the name of the schema in `response_format`:
//! `routing` reads what a buyer wants, `wording` says a decision. Anything else gets a plain text. What it has no
//! rule for it says with a confidence of 0.3 to 0.5.
//!
//! ```no_run
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use sandbox::model::{Fault, Job, Model, ModelConfig, Order};
//!
//! let model = Model::start(ModelConfig::default()).await?;
//! model.set_latency(Job::Wording, Duration::from_millis(900));
//! model.order(Order::from(Fault::BrokenJson).on("routing"));
//! assert_eq!(model.seen().routing, 0);
//! # Ok(())
//! # }
//! ```
//!
//! Another process does the same over HTTP, under `/sandbox/` of the same port: see [`control`].

mod amount;
mod clause;
mod completion;
pub mod control;
mod cue;
mod hostile;
mod logprobs;
mod past;
mod place;
mod product;
mod prompt;
mod request;
mod routing;
mod schema;
mod sense;
mod table;
mod text;
mod wording;
mod world;

#[cfg(test)]
mod dialogues;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::avito::WaitedInVain;
use crate::clock::SandboxClock;
use crate::service::Service;
pub use crate::service::orders::Order;

pub use hostile::Hostility;
pub use world::{Call, Job, Seen};

use world::World;

/// What one fake model is started with.
#[derive(Debug, Clone)]
pub struct ModelConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The name it answers to.
    pub name: String,
    /// The key it demands, if it demands one.
    pub api_key: Option<String>,
    /// How long a routing takes.
    pub routing_latency: Duration,
    /// How long a wording takes.
    pub wording_latency: Duration,
    /// A wording says the buyer's words that begin so once more: then a reply tells which messages it answers.
    pub repeats: Option<String>,
    /// It means no good: see [`Hostility`].
    pub hostility: Option<Hostility>,
    /// By which answers are dated.
    pub clock: SandboxClock,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            name: "sandbox-rules".to_owned(),
            api_key: None,
            routing_latency: Duration::ZERO,
            wording_latency: Duration::ZERO,
            repeats: None,
            hostility: None,
            clock: SandboxClock::system(),
        }
    }
}

/// One thing that goes wrong. In the control API: `{"kind":"slow","ms":3000,"on":"wording"}`. The calls are
/// `routing`, `wording` and `plain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// 429.
    TooManyRequests {
        /// What the header `Retry-After` says; without it there is no such header.
        #[serde(default)]
        retry_after_s: Option<u64>,
    },
    /// 500.
    ServerError,
    /// The answer comes so much later.
    Slow {
        /// By how many milliseconds.
        ms: u64,
    },
    /// The content breaks off in the middle.
    BrokenJson,
    /// The content is empty.
    Empty,
    /// The content is JSON of another shape.
    WrongSchema,
    /// The content is the right JSON, in a fence, with talk around it.
    Chatty,
    /// The connection ends without an answer.
    Cut,
    /// 400 where a schema is given: a server that knows `json_object` only.
    NoSchemas,
    /// Probabilities are asked for, and the answer has none.
    NoLogprobs,
    /// 400 where probabilities are asked for.
    LogprobsRefused,
}

/// A running fake model. Dropped, it is gone.
#[derive(Debug)]
pub struct Model {
    service: Service,
    base_url: String,
    world: Arc<World>,
}

impl Model {
    /// Starts one.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(config: ModelConfig) -> io::Result<Self> {
        let listen = config.listen;
        let world = Arc::new(World::new(config));
        let router = completion::router(Arc::clone(&world)).merge(control::router(Arc::clone(&world)));
        let service = Service::start(listen, router).await?;
        let base_url = format!("{}v1/", service.base_url());
        Ok(Self { service, base_url, world })
    }

    /// Its address with `v1/` at the end, to be set as the base URL of the client.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its address without the version: below it lies the control API.
    pub fn root_url(&self) -> &str {
        self.service.base_url()
    }

    /// How long a job takes from now on. A plain one takes no time.
    pub fn set_latency(&self, job: Job, latency: Duration) {
        self.world.state.change(|state| match job {
            Job::Routing => state.routing_latency = latency,
            Job::Wording => state.wording_latency = latency,
            Job::Plain => {}
        });
    }

    /// Orders a fault, on the next call or as the [`Order`] says.
    pub fn order(&self, order: impl Into<Order<Fault>>) {
        self.world.orders.add(order);
    }

    /// Nothing goes wrong any more.
    pub fn clear_orders(&self) {
        self.world.orders.clear();
    }

    /// What it was asked so far.
    pub fn seen(&self) -> Seen {
        self.world.state.read(|state| state.seen.clone())
    }

    /// Waits until what it was asked is as `wanted`.
    ///
    /// # Errors
    /// It did not come to that in time.
    pub async fn wait_for(&self, wanted: impl Fn(&Seen) -> bool, timeout: Duration) -> Result<(), WaitedInVain> {
        let found = self.world.state.until(timeout, |state| wanted(&state.seen).then_some(())).await;
        found.ok_or_else(|| WaitedInVain { waited: timeout, seen: format!("{:#?}", self.seen()) })
    }

    /// Ends as a killed process does: connections are cut, new ones refused.
    pub fn down(&self) {
        self.service.down();
    }

    /// Comes back on the same port with everything it knew.
    ///
    /// # Errors
    /// Somebody took the port meanwhile.
    pub async fn up(&self) -> io::Result<()> {
        self.service.up().await
    }
}
