//! The fake Telegram: the Bot API on loopback, and the people at the other end of it.
//!
//! A test starts one, lets the bot write, lets a person answer and press buttons, and orders faults:
//!
//! ```no_run
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use sandbox::telegram::{DEMO_CHAT_ID, Fault, Order, Telegram, TelegramConfig};
//!
//! let telegram = Telegram::start(TelegramConfig::demo()).await?;
//! telegram.order(Order::from(Fault::RetryAfter { seconds: 3 }).on("sendMessage"));
//! telegram.wait_for(|seen| seen.from_bot().count() == 1, Duration::from_secs(5)).await?;
//! let card = telegram.seen().from_bot().last().map(|message| message.id).unwrap_or_default();
//! telegram.person_presses(card, "resume")?;
//! telegram.person_says(DEMO_CHAT_ID, "Уже отвечаю", Some(card))?;
//! # Ok(())
//! # }
//! ```
//!
//! Another process does the same over HTTP, under `/sandbox/` of the same port: see [`control`]. In a group the
//! bot hears everything, as one with its privacy mode off does.

mod chat;
pub mod control;
mod endpoint;
mod html;
mod keyboard;
mod message;
mod methods;
mod params;
mod refusal;
mod updates;
mod world;

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

pub use chat::{Chat, Person};
pub use message::{Author, Button, Message, Presence, Sound};
pub use world::{Call, Press, Seen, TelegramError};

use world::World;

/// What one fake Telegram is started with.
#[derive(Debug, Clone)]
pub struct TelegramConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The bot's token, as the bot's father gives it: digits, a colon, letters.
    pub token: String,
    /// The bot's name, without the @.
    pub bot_username: String,
    /// The chats the bot may write to.
    pub chats: Vec<Chat>,
    /// How long every answer takes.
    pub latency: Duration,
    /// By which messages are dated.
    pub clock: SandboxClock,
}

impl Default for TelegramConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: DEMO_TOKEN.to_owned(),
            bot_username: "salesphere_sandbox_bot".to_owned(),
            chats: Vec::new(),
            latency: Duration::ZERO,
            clock: SandboxClock::system(),
        }
    }
}

/// The demo bot's token.
pub const DEMO_TOKEN: &str = "100200300:sandbox-token-of-the-demo-bot";

/// The demo seller's chat with the bot.
pub const DEMO_CHAT_ID: i64 = 500_100_200;

impl TelegramConfig {
    /// The demo seller, in a private chat with the bot.
    pub fn demo() -> Self {
        let person =
            Person { id: DEMO_CHAT_ID, first_name: "Лев".to_owned(), username: Some("lavka_na_lesnoy".to_owned()) };
        Self { chats: vec![Chat { id: DEMO_CHAT_ID, title: None, person }], ..Self::default() }
    }
}

/// One thing that goes wrong. In the control API: `{"kind":"retry_after","seconds":3,"on":"sendMessage"}`. The calls
/// are named like the methods, in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// 429 with `parameters.retry_after`.
    RetryAfter {
        /// How many seconds to wait.
        seconds: u32,
    },
    /// 500; nothing was done.
    ServerError,
    /// 502; nothing was done.
    BadGateway,
    /// 403: the person has blocked the bot.
    Blocked,
    /// The call is obeyed, and the connection ends without an answer.
    Cut,
    /// The connection ends without an answer; nothing was done. For a closed port see [`Telegram::down`].
    HangUp,
    /// 200 with a body that is no JSON; the call is obeyed.
    NotJson,
    /// The answer comes so much later.
    Slow {
        /// By how many milliseconds.
        ms: u64,
    },
}

/// A running fake Telegram. Dropped, it is gone.
#[derive(Debug)]
pub struct Telegram {
    service: Service,
    world: Arc<World>,
}

impl Telegram {
    /// Starts one.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(config: TelegramConfig) -> io::Result<Self> {
        let listen = config.listen;
        let world = Arc::new(World::new(config));
        let router = endpoint::router(Arc::clone(&world)).merge(control::router(Arc::clone(&world)));
        Ok(Self { service: Service::start(listen, router).await?, world })
    }

    /// Its address, to be set as the base URL of the Telegram client; ends in a slash.
    pub fn base_url(&self) -> &str {
        self.service.base_url()
    }

    /// The chat's own person writes, in answer to a message or not. Gives the new message's id.
    ///
    /// # Errors
    /// There is no such chat, or no such message in it.
    pub fn person_says(&self, chat: i64, text: &str, reply_to: Option<i32>) -> Result<i32, TelegramError> {
        self.world.says((chat, None), None, text, reply_to)
    }

    /// Somebody else writes in the chat.
    ///
    /// # Errors
    /// There is no such chat, or no such message in it.
    pub fn other_says(&self, chat: i64, who: Person, text: &str, reply_to: Option<i32>) -> Result<i32, TelegramError> {
        self.world.says((chat, None), Some(who), text, reply_to)
    }

    /// The chat's own person writes in a topic of it. What he answers may stand in another.
    ///
    /// # Errors
    /// There is no such chat or topic, or no such message in the chat.
    pub fn person_says_in(
        &self,
        chat: i64,
        topic: i32,
        text: &str,
        reply_to: Option<i32>,
    ) -> Result<i32, TelegramError> {
        self.world.says((chat, Some(topic)), None, text, reply_to)
    }

    /// Opens a topic in a group. Gives its id.
    ///
    /// # Errors
    /// There is no such chat.
    pub fn open_topic(&self, chat: i64, name: &str) -> Result<i32, TelegramError> {
        let date = self.world.clock.now_s();
        self.world.state.change(|state| state.open_topic(chat, name, date))
    }

    /// The chat's own person presses the button with this callback data. Gives the callback's id.
    ///
    /// # Errors
    /// There is no such message, or it has no such button.
    pub fn person_presses(&self, message: i32, callback_data: &str) -> Result<String, TelegramError> {
        self.world.presses(message, None, callback_data)
    }

    /// Somebody else presses it.
    ///
    /// # Errors
    /// There is no such message, or it has no such button.
    pub fn other_presses(&self, message: i32, who: Person, callback_data: &str) -> Result<String, TelegramError> {
        self.world.presses(message, Some(who), callback_data)
    }

    /// Somebody deletes a message of the bot's.
    ///
    /// # Errors
    /// There is no such message.
    pub fn person_deletes(&self, message: i32) -> Result<(), TelegramError> {
        self.world.deletes(message)
    }

    /// One more chat the bot may write to, or the same one changed.
    pub fn open_chat(&self, chat: Chat) {
        self.world.state.change(|state| state.open(chat));
    }

    /// Orders a fault, on the next call or as the [`Order`] says.
    pub fn order(&self, order: impl Into<Order<Fault>>) {
        self.world.orders.add(order);
    }

    /// Nothing goes wrong any more.
    pub fn clear_orders(&self) {
        self.world.orders.clear();
    }

    /// How long every answer takes from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.world.state.change(|state| state.latency = latency);
    }

    /// The messages, presses and calls so far.
    pub fn seen(&self) -> Seen {
        self.world.state.read(|state| state.seen.clone())
    }

    /// Waits until what it saw is as `wanted`.
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
