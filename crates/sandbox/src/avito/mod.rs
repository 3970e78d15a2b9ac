//! The fake Avito: the Messenger API on loopback, its webhooks, the people in its chats, and its bad days.
//!
//! A test starts one, lets buyers speak and sellers type, orders faults, and reads what arrived:
//!
//! ```no_run
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use sandbox::avito::{Avito, AvitoConfig, Fault};
//!
//! let avito = Avito::start(AvitoConfig::demo()).await?;
//! avito.subscribe(353_200_000, "http://127.0.0.1:8080/webhook/avito").await?;
//! avito.order(Fault::Duplicate);
//! avito.buyer_says("u2i-demo01RedBagAnna~00000", "Есть красная?")?;
//! avito.wait_for(|world| world.sent().len() == 1, Duration::from_secs(5)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Another process does the same over HTTP, under `/sandbox/` of the same port: see [`control`]. Where the API
//! text and live behaviour are known to differ, either can be configured; nothing here was tried against Avito.

mod api;
mod caller;
mod chat;
mod chats;
mod config;
pub mod control;
mod delivery;
mod dispatch;
mod endpoint;
mod envelope;
mod fault;
mod fault_plan;
mod hang_up;
mod message;
mod messages;
mod query;
mod record;
mod refusal;
mod state;
mod token;
mod voice;
mod wait;
mod webhooks;
mod world;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub use chat::{Buyer, Chat, Listing, PAYWALL_TEXT};
pub use config::{Account, AvitoConfig, ChatPreset, ErrorShape, MessagesShape, Signature};
pub use endpoint::Endpoint;
pub use fault::{Fault, Faults, Order, Scope};
pub use message::{Content, Message, Origin, SYSTEM_PREFIX};
pub use record::{Call, Delivery, DeliveryOutcome, Played, Sent};
pub use wait::WaitedInVain;
pub use world::{Paywall, SandboxError, Subscriber, Subscription, World};

use crate::service::Service;
use state::State;

/// A running fake Avito. Dropping it closes the port and gives up the deliveries under way.
#[derive(Debug)]
pub struct Avito {
    state: Arc<State>,
    service: Service,
    _dispatcher: JoinSet<()>,
}

/// The fake Avito did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The accounts and chats do not fit together.
    #[error("the accounts and chats given to the sandbox do not fit together")]
    Config(#[from] SandboxError),
    /// The port is not to be had.
    #[error("the sandbox cannot listen on {address}: choose another port")]
    Listen {
        /// Where it tried.
        address: std::net::SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// No HTTP client.
    #[error("the sandbox cannot make an HTTP client to deliver webhooks with")]
    Client(#[from] reqwest::Error),
}

/// An address did not become the account's.
#[derive(Debug, thiserror::Error)]
#[error("{url} did not answer the probe with 200: {outcome:?}")]
pub struct ProbeFailed {
    /// The address.
    pub url: String,
    /// What it did instead.
    pub outcome: DeliveryOutcome,
}

impl Avito {
    /// Starts to listen; when it returns, calls are answered.
    ///
    /// # Errors
    /// The port is taken, or a preset chat names an account that is not there.
    pub async fn start(config: AvitoConfig) -> Result<Self, StartError> {
        let world = World::new(&config)?;
        let (outgoing, queue) = mpsc::channel(dispatch::QUEUE);
        let listen = config.listen;
        let state = State::new(config, world, crate::http::client()?, outgoing);
        let router = api::router(Arc::clone(&state)).merge(control::router(Arc::clone(&state)));
        let service = Service::start(listen, router).await;
        let service = service.map_err(|source| StartError::Listen { address: listen, source })?;
        let mut dispatcher = JoinSet::new();
        dispatcher.spawn(dispatch::run(Arc::clone(&state), queue));
        Ok(Self { state, service, _dispatcher: dispatcher })
    }

    /// `http://127.0.0.1:4711/`, with the slash at the end.
    pub fn base_url(&self) -> &str {
        self.service.base_url()
    }

    // What people do.

    /// The buyer of a chat says something: words, or any other [`Content`]. A [`Content::System`] comes from
    /// Avito itself. Returns the message's id; its webhook is on its way.
    ///
    /// # Errors
    /// No such chat.
    pub fn buyer_says(&self, chat: &str, content: impl Into<Content>) -> Result<String, SandboxError> {
        let content = content.into();
        let origin = if matches!(content, Content::System { .. }) { Origin::System } else { Origin::Buyer };
        self.state.say(chat, content, origin)
    }

    /// The seller types in Avito's own app: a message from the account that no program sent.
    ///
    /// # Errors
    /// No such chat.
    pub fn seller_types(&self, chat: &str, text: impl Into<Content>) -> Result<String, SandboxError> {
        self.state.say(chat, text.into(), Origin::SellerTyped)
    }

    /// Opens a chat. Returns its id.
    ///
    /// # Errors
    /// The id is taken, or there is no such account.
    pub fn open_chat(&self, chat: ChatPreset) -> Result<String, SandboxError> {
        self.state.open_chat(chat)
    }

    /// Registers `url` for an account's webhooks, as the API call would: probes it first, replaces what there was.
    ///
    /// # Errors
    /// The probe was not answered with 200.
    pub async fn subscribe(&self, account: u64, url: &str) -> Result<(), ProbeFailed> {
        match webhooks::register(&self.state, account, url).await {
            DeliveryOutcome::Answered { status: 200 } => Ok(()),
            outcome => Err(ProbeFailed { url: url.to_owned(), outcome }),
        }
    }

    /// Another program of the seller's registers its own address: nothing reaches ours any more.
    pub fn other_program_subscribes(&self, account: u64) {
        delivery::replace_subscription(&self.state, account);
    }

    /// Delivers a message's webhook once more, with the same body.
    ///
    /// # Errors
    /// No such message.
    pub fn redeliver(&self, message: &str) -> Result<(), SandboxError> {
        self.state.redeliver(message)
    }

    /// Somebody who is not Avito posts a webhook to the account's address, signed with a key of his own.
    ///
    /// # Errors
    /// No such chat.
    pub async fn forge(&self, chat: &str, text: &str) -> Result<Delivery, SandboxError> {
        let (account, body) = self.state.forged_body(chat, text)?;
        Ok(delivery::post_forged(&self.state, account, &body).await)
    }

    // What goes wrong.

    /// Orders a fault: once, or as the [`Order`] says.
    pub fn order(&self, order: impl Into<Order>) {
        let order = order.into();
        self.state.change(|world| world.faults.order(order));
    }

    /// Replaces the faults by chance; what was ordered stays.
    pub fn set_faults(&self, faults: Faults) {
        self.state.change(|world| world.faults.set_rates(faults));
    }

    /// Takes back every order and every chance.
    pub fn clear_faults(&self) {
        self.state.change(|world| world.faults.clear());
    }

    /// The orders that have not played out.
    pub fn open_orders(&self) -> Vec<Order> {
        self.state.look(|world| world.faults.open_orders().to_vec())
    }

    /// Whether an account has paid for the messenger's API.
    ///
    /// # Errors
    /// No such account.
    pub fn set_paywall(&self, account: u64, paywall: Paywall) -> Result<(), SandboxError> {
        self.state.change(|world| world.account_mut(account).map(|found| found.paywall = paywall))
    }

    /// How long a send takes from now on.
    pub fn set_send_latency(&self, latency: Duration) {
        self.state.change(|world| world.knobs.send_latency = latency);
    }

    /// How the history is wrapped from now on.
    pub fn set_messages_shape(&self, shape: MessagesShape) {
        self.state.change(|world| world.knobs.messages_shape = shape);
    }

    /// How errors are written from now on.
    pub fn set_error_shape(&self, shape: ErrorShape) {
        self.state.change(|world| world.knobs.error_shape = shape);
    }

    /// The API ends as a killed process does: connections are cut, new ones refused. People go on talking, and
    /// their webhooks go out.
    pub fn down(&self) {
        self.service.down();
    }

    /// The API comes back on the same port with everything it knew.
    ///
    /// # Errors
    /// Somebody took the port meanwhile.
    pub async fn up(&self) -> io::Result<()> {
        self.service.up().await
    }

    // What there is to see.

    /// Reads the world at one instant. Must not wait inside.
    pub fn look<T>(&self, at: impl FnOnce(&World) -> T) -> T {
        self.state.look(at)
    }

    /// What programs sent through the API, in the order it was accepted.
    pub fn sent(&self) -> Vec<Sent> {
        self.look(|world| world.sent().to_vec())
    }

    /// Everything said in a chat, oldest first, including what the history still hides.
    pub fn history(&self, chat: &str) -> Vec<Message> {
        self.look(|world| world.history(chat).to_vec())
    }

    /// Every attempt to deliver a webhook, in the order they ended.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.look(|world| world.deliveries().to_vec())
    }

    /// Every call of the API, in the order they ended.
    pub fn calls(&self) -> Vec<Call> {
        self.look(|world| world.calls().to_vec())
    }

    /// Calls of something the API does not have.
    pub fn unexpected_calls(&self) -> Vec<Call> {
        self.look(|world| world.calls().iter().filter(|call| call.endpoint == Endpoint::Unknown).cloned().collect())
    }

    /// Every fault that played.
    pub fn played(&self) -> Vec<Played> {
        self.look(|world| world.played().to_vec())
    }

    /// Waits until the world looks as wanted. Woken by every change, so nobody sleeps and hopes.
    ///
    /// # Errors
    /// It did not within `timeout`; the error tells what happened instead.
    pub async fn wait_for(&self, wanted: impl Fn(&World) -> bool, timeout: Duration) -> Result<(), WaitedInVain> {
        wait::wait_for(&self.state, wanted, timeout).await
    }

    /// Waits until something has changed since `version`, which the state tells; `within` at the most. For a
    /// page that shows the chats live.
    pub async fn news(&self, version: u64, within: Duration) {
        self.state.world.news(version, within).await;
    }

    /// The state as `GET /sandbox/state` gives it.
    pub fn state_json(&self) -> serde_json::Value {
        control::view(&self.state)
    }
}
