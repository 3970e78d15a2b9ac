//! The calls the fake knows, by method and path.

use axum::http::Method;
use serde::{Deserialize, Serialize};

pub(super) const TOKEN: &str = "/token";
pub(super) const MESSAGES_SEND: &str = "/messenger/v1/accounts/{user}/chats/{chat}/messages";
pub(super) const MESSAGE: &str = "/messenger/v1/accounts/{user}/chats/{chat}/messages/{message}";
pub(super) const READ: &str = "/messenger/v1/accounts/{user}/chats/{chat}/read";
pub(super) const CHATS: &str = "/messenger/v2/accounts/{user}/chats";
pub(super) const CHAT: &str = "/messenger/v2/accounts/{user}/chats/{chat}";
pub(super) const MESSAGES: &str = "/messenger/v3/accounts/{user}/chats/{chat}/messages";
pub(super) const MESSAGES_SLASH: &str = "/messenger/v3/accounts/{user}/chats/{chat}/messages/";
pub(super) const VOICES: &str = "/messenger/v1/accounts/{user}/getVoiceFiles";
pub(super) const SELF: &str = "/core/v1/accounts/self";
pub(super) const SUBSCRIBE: &str = "/messenger/v3/webhook";
pub(super) const UNSUBSCRIBE: &str = "/messenger/v1/webhook/unsubscribe";
pub(super) const SUBSCRIPTIONS: &str = "/messenger/v1/subscriptions";

/// One call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `POST /token`.
    Token,
    /// Send a text.
    Send,
    /// Take a message back.
    Delete,
    /// Mark a chat as read.
    Read,
    /// The list of chats.
    Chats,
    /// One chat.
    Chat,
    /// The messages of a chat.
    Messages,
    /// The addresses of voice messages.
    Voices,
    /// The account itself.
    SelfAccount,
    /// Register a webhook.
    Subscribe,
    /// Remove a webhook.
    Unsubscribe,
    /// List the webhooks.
    Subscriptions,
    /// Anything else: answered 404.
    Unknown,
}

impl Endpoint {
    /// Which call a method on one of the paths above is.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        match (method.as_str(), path) {
            ("POST", TOKEN) => Self::Token,
            ("POST", MESSAGES_SEND) => Self::Send,
            ("POST", MESSAGE) => Self::Delete,
            ("POST", READ) => Self::Read,
            ("GET", CHATS) => Self::Chats,
            ("GET", CHAT) => Self::Chat,
            ("GET", MESSAGES | MESSAGES_SLASH) => Self::Messages,
            ("GET", VOICES) => Self::Voices,
            ("GET", SELF) => Self::SelfAccount,
            ("POST", SUBSCRIBE) => Self::Subscribe,
            ("POST", UNSUBSCRIBE) => Self::Unsubscribe,
            ("POST", SUBSCRIPTIONS) => Self::Subscriptions,
            _ => Self::Unknown,
        }
    }

    /// Whether it needs the paid subscription: reading and sending do, finding one's way does not.
    pub(super) fn is_paid(self) -> bool {
        matches!(self, Self::Send | Self::Delete | Self::Read | Self::Messages | Self::Voices)
    }
}
