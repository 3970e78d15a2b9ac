//! A webhook as somebody posts it.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A post to the gateway.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    signed: Signed,
}

/// How it is signed.
#[derive(Debug, Clone)]
enum Signed {
    Not,
    With(&'static str),
    As(String),
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) took: Duration,
}

/// Anna's buyer asks, by the door without a token, signed with the right key.
pub(crate) fn question() -> Post {
    let value = json!({
        "id": "da47387aa97e86b10fdd51394262a815", "chat_id": "u2i-xNG6BsZqGy6XaZaW0oZvlQ",
        "user_id": 353200000, "author_id": 121180000, "created": 1757600000, "type": "text",
        "chat_type": "u2i", "content": {"text": "Ещё в наличии?"}, "item_id": 3363700000_u64,
        "published_at": "2025-09-11T14:13:20Z"
    });
    let envelope = json!({
        "id": "5d0f4c1e-1c1e-4f5e-9a57-2b6f0f1d7a10", "version": "v3.0.0", "timestamp": 1757600001,
        "payload": {"type": "message", "value": value}
    });
    raw(envelope.to_string())
}

/// Anything at all, signed with the right key.
pub(crate) fn raw(body: impl Into<Vec<u8>>) -> Post {
    Post { path: "/webhook/avito".to_owned(), body: body.into(), signed: Signed::With("key-of-the-shop") }
}

impl Post {
    /// With another value in a field of the message.
    pub(crate) fn with(self, field: &str, value: Value) -> Self {
        self.changed(|envelope| envelope["payload"]["value"][field] = value)
    }

    /// With another text.
    pub(crate) fn saying(self, text: &str) -> Self {
        self.with("content", json!({"text": text}))
    }

    /// With another envelope.
    pub(crate) fn changed(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let mut envelope = serde_json::from_slice(&self.body).unwrap();
        change(&mut envelope);
        self.body = envelope.to_string().into_bytes();
        self
    }

    /// By a secret path.
    pub(crate) fn by(self, token: &str) -> Self {
        self.to(&format!("/webhook/avito/{token}"))
    }

    /// To any path.
    pub(crate) fn to(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    pub(crate) fn unsigned(mut self) -> Self {
        self.signed = Signed::Not;
        self
    }

    pub(crate) fn signed_with(mut self, key: &'static str) -> Self {
        self.signed = Signed::With(key);
        self
    }

    pub(crate) fn with_signature(mut self, signature: &str) -> Self {
        self.signed = Signed::As(signature.to_owned());
        self
    }

    /// The header's value.
    pub(crate) fn signature(&self) -> Option<String> {
        match &self.signed {
            Signed::Not => None,
            Signed::With(key) => Some(sign(key, &self.body)),
            Signed::As(signature) => Some(signature.clone()),
        }
    }
}

/// The HMAC-SHA256 of `body` in hex.
pub(crate) fn sign(key: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hex::encode(mac.chain_update(body).finalize().into_bytes())
}
