//! Messages for this module's tests.

use std::sync::Arc;

use domain::ids::UserId;
use domain::message::{Content, Message, Side};

/// Message `id` of the buyer in `chat`.
pub(crate) fn message(chat: &str, id: &str) -> Arc<Message> {
    Arc::new(Message {
        id: id.parse().unwrap(),
        conversation: format!("anna:{chat}").parse().unwrap(),
        side: Side::Buyer,
        author: UserId(7),
        created_s: 1_764_000_000,
        received_ms: 1_764_000_000_123,
        item: None,
        content: Content::Text { text: format!("Есть {id}?") },
    })
}

/// Their ids, in one line.
pub(crate) fn ids(messages: &[Arc<Message>]) -> String {
    messages.iter().map(|message| message.id.as_str()).collect::<Vec<_>>().join(" ")
}
