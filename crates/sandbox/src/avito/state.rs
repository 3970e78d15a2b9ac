//! The running server's shared state: the world under its lock, and the way out for webhooks.
//!
//! Acts that touch the world and send something out of it stand here, so that what is said first is also
//! queued first.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::chat::Chat;
use super::config::{AvitoConfig, ChatPreset};
use super::dispatch::Outgoing;
use super::envelope;
use super::fault::{Fault, Point};
use super::message::{Content, Message, Origin};
use super::record::{Delivery, DeliveryOutcome, Sent};
use super::world::{SandboxError, World};
use crate::service::watched::Watched;

/// The running server's shared state.
#[derive(Debug)]
pub(super) struct State {
    pub(super) config: AvitoConfig,
    pub(super) http: reqwest::Client,
    pub(super) world: Watched<World>,
    outgoing: mpsc::Sender<Outgoing>,
}

/// A send that is in the chat.
pub(super) struct Accepted {
    pub(super) message: Message,
    /// How its answer goes wrong.
    pub(super) fault: Option<Fault>,
    /// Ends when the early echo has been answered.
    pub(super) early_echo: Option<oneshot::Receiver<()>>,
}

impl State {
    pub(super) fn new(
        config: AvitoConfig,
        world: World,
        http: reqwest::Client,
        outgoing: mpsc::Sender<Outgoing>,
    ) -> Arc<Self> {
        Arc::new(Self { config, http, world: Watched::new(world), outgoing })
    }

    /// Reads the world.
    pub(super) fn look<T>(&self, at: impl FnOnce(&World) -> T) -> T {
        self.world.read(at)
    }

    /// Changes the world and wakes those who wait.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        self.world.change(act)
    }

    pub(super) fn open_chat(&self, preset: ChatPreset) -> Result<String, SandboxError> {
        self.change(|world| world.open_chat(preset))
    }

    /// Somebody says something in Avito's own app, or Avito itself does. The id of the message.
    pub(super) fn say(&self, chat: &str, content: Content, origin: Origin) -> Result<String, SandboxError> {
        self.change(|world| {
            let message = world.add(chat, content, origin, Duration::ZERO)?;
            self.announce(world, &message, Instant::now(), None);
            Ok(message.id)
        })
    }

    /// A program sends a text. `None`: the account has no such chat.
    pub(super) fn accept(&self, account: u64, chat: &str, text: &str) -> Option<Accepted> {
        self.change(|world| {
            world.chat(chat).filter(|found| found.account == account)?;
            let fault = world.draw(Point::Answer, Some(chat));
            let late = match fault {
                Some(Fault::LateApplication { ms }) => Duration::from_millis(ms),
                _ => Duration::ZERO,
            };
            let lag = match world.draw(Point::Showing, Some(chat)) {
                Some(Fault::HistoryLag { ms }) => Duration::from_millis(ms),
                _ => Duration::ZERO,
            };
            let message = world.add(chat, text.into(), Origin::Api, late + lag).ok()?;
            let early_echo = match world.draw(Point::Echo, Some(chat)) {
                Some(Fault::NoEcho) => None,
                Some(Fault::EarlyEcho) => {
                    let (done, echoed) = oneshot::channel();
                    self.announce(world, &message, Instant::now() + late, Some(done));
                    late.is_zero().then_some(echoed)
                }
                _ => {
                    self.announce(world, &message, Instant::now() + late + self.config.echo_delay, None);
                    None
                }
            };
            world.note_sent(Sent {
                id: message.id.clone(),
                account,
                chat: chat.to_owned(),
                text: text.to_owned(),
                at_ms: message.at_ms,
                at: std::time::Instant::now(),
                fault: fault.clone(),
            });
            Some(Accepted { message, fault, early_echo })
        })
    }

    /// Delivers a message's webhook once more, with the body it first had.
    pub(super) fn redeliver(&self, message: &str) -> Result<(), SandboxError> {
        self.change(|world| {
            let place = world.chats.values().find_map(|chat| {
                let said = chat.messages.iter().find(|said| said.id == message)?;
                Some((chat.head(), said.clone()))
            });
            let (chat, said) = place.ok_or_else(|| SandboxError::UnknownMessage(message.to_owned()))?;
            let earlier = world.deliveries().iter().find(|delivery| delivery.message == message);
            let body = match earlier.map(|delivery| delivery.body.clone()) {
                Some(body) => body,
                None => self.body(world, &said, &chat, None),
            };
            self.queue(world, Outgoing::new(message, &chat, body));
            Ok(())
        })
    }

    /// The body of a webhook about a message that stands in no chat.
    pub(super) fn forged_body(&self, chat: &str, text: &str) -> Result<(u64, String), SandboxError> {
        self.change(|world| {
            let message = world.add(chat, text.into(), Origin::Buyer, Duration::ZERO)?;
            let room = world.chats.get_mut(chat).ok_or_else(|| SandboxError::UnknownChat(chat.to_owned()))?;
            room.messages.retain(|said| said.id != message.id);
            let room = room.head();
            Ok((room.account, self.body(world, &message, &room, None)))
        })
    }

    /// Queues the webhook of `message`, with the faults that are due.
    fn announce(&self, world: &mut World, message: &Message, not_before: Instant, done: Option<oneshot::Sender<()>>) {
        let Some(chat) = world.chat(&message.chat).map(Chat::head) else { return };
        let out_of_shape = world.draw(Point::Payload, Some(&message.chat));
        let body = self.body(world, message, &chat, out_of_shape.as_ref());
        let fault = world.draw(Point::Delivery, Some(&message.chat));
        self.queue(world, Outgoing { not_before, done, fault, ..Outgoing::new(&message.id, &chat, body) });
    }

    fn body(&self, world: &mut World, message: &Message, chat: &Chat, fault: Option<&Fault>) -> String {
        let now = world.clock.now_s();
        envelope::body(message, chat, now, fault, &mut world.dice)
    }

    fn queue(&self, world: &mut World, out: Outgoing) {
        if let Err(refused) = self.outgoing.try_send(out) {
            let out = refused.into_inner();
            tracing::error!(message.id = out.message, "the sandbox has too many webhooks under way: this one is lost");
            world.note_delivery(Delivery {
                message: out.message,
                chat: out.chat,
                url: String::new(),
                body: out.body,
                signature: None,
                outcome: DeliveryOutcome::Dropped,
                at_ms: world.uptime_ms(),
                took_ms: 0,
            });
        }
    }
}
