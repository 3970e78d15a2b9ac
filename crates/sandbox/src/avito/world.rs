//! What is true on the fake Avito: accounts, chats, tokens, and the record of all that happened.
//!
//! Knows no HTTP. Everything here runs under one lock and never waits.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

use super::chat::Chat;
use super::config::{Account, AvitoConfig, ChatPreset, ErrorShape, MessagesShape};
use super::fault::{Fault, Point};
use super::fault_plan::FaultPlan;
use super::message::{Content, Message, Origin, SYSTEM_AUTHOR};
use super::record::{Call, Delivery, Played, Sent, push_bounded};
use crate::clock::SandboxClock;

/// What is true on the fake Avito at one instant.
#[derive(Debug)]
pub struct World {
    pub(super) accounts: Vec<AccountState>,
    pub(super) chats: HashMap<String, Chat>,
    pub(super) faults: FaultPlan,
    pub(super) knobs: Knobs,
    pub(super) dice: StdRng,
    pub(super) clock: SandboxClock,
    sent: Vec<Sent>,
    deliveries: Vec<Delivery>,
    calls: Vec<Call>,
    played: Vec<Played>,
    tokens: HashMap<String, Token>,
    started: Instant,
}

/// What can be turned while the server runs.
#[derive(Debug, Clone)]
pub(super) struct Knobs {
    pub(super) send_latency: Duration,
    pub(super) messages_shape: MessagesShape,
    pub(super) error_shape: ErrorShape,
}

/// One account and what hangs on it.
#[derive(Debug)]
pub(super) struct AccountState {
    pub(super) account: Account,
    pub(super) subscription: Option<Subscription>,
    pub(super) paywall: Paywall,
}

/// Who gets an account's webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subscription {
    /// The address registered.
    pub url: String,
    /// Whose it is.
    pub by: Subscriber,
}

/// Whose a registered address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subscriber {
    /// A caller of the API.
    Caller,
    /// Another program of the seller's, made up by a fault; nothing is delivered to it.
    OtherProgram,
}

/// Whether an account has paid for the messenger's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paywall {
    /// It has.
    Paid,
    /// It has not: reading and sending answer 402, texts in lists are replaced.
    Unpaid,
}

#[derive(Debug)]
struct Token {
    account: u64,
    expires_ms: i64,
}

/// An act about something the sandbox does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SandboxError {
    /// No such chat.
    #[error("the sandbox has no chat {0}: open it first")]
    UnknownChat(String),
    /// No such account.
    #[error("the sandbox has no account {0}")]
    UnknownAccount(u64),
    /// No such message.
    #[error("the sandbox has no message {0}")]
    UnknownMessage(String),
    /// The id is taken.
    #[error("the sandbox already has a chat {0}")]
    ChatExists(String),
}

/// What the world says about a bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearer {
    Of(u64),
    Expired,
    Unknown,
}

impl World {
    /// # Errors
    /// A preset chat names an account that is not there, or an id twice.
    pub(super) fn new(config: &AvitoConfig) -> Result<Self, SandboxError> {
        let account =
            |account: &Account| AccountState { account: account.clone(), subscription: None, paywall: Paywall::Paid };
        let mut world = Self {
            accounts: config.accounts.iter().map(account).collect(),
            chats: HashMap::new(),
            faults: FaultPlan::new(config.faults.clone()),
            knobs: Knobs {
                send_latency: config.send_latency,
                messages_shape: config.messages_shape,
                error_shape: config.error_shape,
            },
            dice: StdRng::seed_from_u64(config.id_seed),
            clock: config.clock.clone(),
            sent: Vec::new(),
            deliveries: Vec::new(),
            calls: Vec::new(),
            played: Vec::new(),
            tokens: HashMap::new(),
            started: Instant::now(),
        };
        for preset in &config.chats {
            world.open_chat(preset.clone())?;
        }
        Ok(world)
    }

    // What there is to see.

    /// The chat, if there is one.
    pub fn chat(&self, id: &str) -> Option<&Chat> {
        self.chats.get(id)
    }

    /// All chats, by id.
    pub fn chats(&self) -> impl Iterator<Item = &Chat> {
        let mut chats: Vec<&Chat> = self.chats.values().collect();
        chats.sort_by(|one, other| one.id.cmp(&other.id));
        chats.into_iter()
    }

    /// Everything said in a chat, oldest first, including what the history still hides. Nothing for an
    /// unknown chat.
    pub fn history(&self, chat: &str) -> &[Message] {
        self.chats.get(chat).map_or(&[], |chat| &chat.messages)
    }

    /// What programs sent through the API, in the order it was accepted.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// Every attempt to deliver a webhook, in the order they ended.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// Every call of the API, in the order they ended.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Every fault that played.
    pub fn played(&self) -> &[Played] {
        &self.played
    }

    /// Who gets an account's webhooks.
    pub fn subscription(&self, account: u64) -> Option<&Subscription> {
        self.account(account)?.subscription.as_ref()
    }

    /// Milliseconds since the sandbox started, by a clock nobody can move.
    pub fn uptime_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn account(&self, id: u64) -> Option<&AccountState> {
        self.accounts.iter().find(|state| state.account.user_id == id)
    }

    pub(super) fn account_mut(&mut self, id: u64) -> Result<&mut AccountState, SandboxError> {
        let found = self.accounts.iter_mut().find(|state| state.account.user_id == id);
        found.ok_or(SandboxError::UnknownAccount(id))
    }

    /// The history as the API shows it now, newest first. `created` has whole seconds, so what was said within
    /// one keeps the order it was said in.
    pub(super) fn shown(&self, chat: &str) -> impl Iterator<Item = &Message> {
        let now = self.uptime_ms();
        self.history(chat).iter().rev().filter(move |message| message.visible_at_ms <= now)
    }

    // What can happen.

    /// Opens a chat and names it.
    pub(super) fn open_chat(&mut self, preset: ChatPreset) -> Result<String, SandboxError> {
        let first = self.accounts.first().map_or(0, |state| state.account.user_id);
        let account = preset.account.unwrap_or(first);
        self.account_mut(account)?;
        let kind = if preset.listing.is_some() { "u2i" } else { "u2u" };
        let id = preset.id.unwrap_or_else(|| format!("{kind}-{}", self.chat_name()));
        if self.chats.contains_key(&id) {
            return Err(SandboxError::ChatExists(id));
        }
        let chat = Chat {
            id: id.clone(),
            account,
            buyer: preset.buyer,
            listing: preset.listing,
            created: self.clock.now_s(),
            messages: Vec::new(),
        };
        self.chats.insert(id.clone(), chat);
        Ok(id)
    }

    /// Puts a message into a chat, shown after `hidden_for`.
    pub(super) fn add(
        &mut self,
        chat: &str,
        content: Content,
        origin: Origin,
        hidden_for: Duration,
    ) -> Result<Message, SandboxError> {
        let id = hex::encode(self.dice.random::<[u8; 16]>());
        let (created, at_ms) = (self.clock.now_s(), self.uptime_ms());
        let hidden_ms = u64::try_from(hidden_for.as_millis()).unwrap_or(u64::MAX);
        let room = self.chats.get_mut(chat).ok_or_else(|| SandboxError::UnknownChat(chat.to_owned()))?;
        let author = match origin {
            Origin::Buyer => room.buyer.id,
            Origin::SellerTyped | Origin::Api => room.account,
            Origin::System => SYSTEM_AUTHOR,
        };
        let message = Message {
            id,
            chat: chat.to_owned(),
            author,
            origin,
            created,
            content,
            read: None,
            at_ms,
            visible_at_ms: at_ms.saturating_add(hidden_ms),
        };
        room.messages.push(message.clone());
        Ok(message)
    }

    pub(super) fn issue_token(&mut self, account: u64, ttl: Duration) -> String {
        let token = hex::encode(self.dice.random::<[u8; 24]>());
        let ttl_ms = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX);
        let expires_ms = self.clock.now_ms().saturating_add(ttl_ms);
        self.tokens.insert(token.clone(), Token { account, expires_ms });
        token
    }

    pub(super) fn bearer(&self, token: &str) -> Bearer {
        match self.tokens.get(token) {
            None => Bearer::Unknown,
            Some(token) if token.expires_ms <= self.clock.now_ms() => Bearer::Expired,
            Some(token) => Bearer::Of(token.account),
        }
    }

    pub(super) fn revoke(&mut self, token: &str) {
        if let Some(token) = self.tokens.get_mut(token) {
            token.expires_ms = i64::MIN;
        }
    }

    /// The fault that plays at `point`, written down.
    pub(super) fn draw(&mut self, point: Point, chat: Option<&str>) -> Option<Fault> {
        let fault = self.faults.draw(point, chat)?;
        let played = Played { fault: fault.clone(), chat: chat.map(str::to_owned), at_ms: self.uptime_ms() };
        push_bounded(&mut self.played, played);
        Some(fault)
    }

    pub(super) fn note_sent(&mut self, sent: Sent) {
        push_bounded(&mut self.sent, sent);
    }

    pub(super) fn note_call(&mut self, call: Call) {
        push_bounded(&mut self.calls, call);
    }

    pub(super) fn note_delivery(&mut self, delivery: Delivery) {
        push_bounded(&mut self.deliveries, delivery);
    }

    /// 22 characters of the kind Avito uses.
    fn chat_name(&mut self) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~";
        (0..22).map(|_| char::from(ALPHABET[self.dice.random_range(0..ALPHABET.len())])).collect()
    }
}
