//! `bench floor`: the least that a handler can do that takes a webhook in. The gateway is measured beside it.
//!
//! A JSON body, one message made of it, the queue's own enqueue script, 200. No gate, no deadline, no spool, no
//! metrics: what the gateway costs beyond this is the price of its promises.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use domain::clock::{Clock, SystemClock};
use domain::ids::{ChatId, ConversationId, ItemId, MessageId, SellerId, UserId};
use domain::message::{Content, Message, Side};
use queue::Queue;
use serde::Deserialize;
use settings::{LoadOptions, Source};
use tokio::net::TcpListener;

/// Where it listens, and what it knows.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The settings of the gateway it is compared with.
    #[arg(long)]
    config: PathBuf,
    /// Where to listen.
    #[arg(long)]
    listen: SocketAddr,
}

/// Serves until it is killed.
///
/// # Errors
/// When it cannot.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let settings = settings::load(LoadOptions { config: Some(Source::File(options.config)), ..Default::default() })?;
    let seller = settings.sellers[0].profile.id.clone();
    let queue = Queue::connect(&settings.redis, &settings.queue).await.context("connecting to Redis")?;
    let listener = TcpListener::bind(options.listen).await?.tap_io(|stream| {
        stream.set_nodelay(true).ok();
    });
    let bare = Arc::new(Bare { queue, seller });
    let routes = Router::new().route("/webhook", post(take)).route("/healthz", get(|| async { "ok" })).with_state(bare);
    Ok(axum::serve(listener, routes).await?)
}

struct Bare {
    queue: Queue,
    seller: SellerId,
}

async fn take(State(bare): State<Arc<Bare>>, Json(webhook): Json<Webhook>) -> StatusCode {
    let message = webhook.payload.value.into_message(bare.seller.clone());
    match bare.queue.enqueue(&message).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[derive(Deserialize)]
struct Webhook {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    value: Value,
}

#[derive(Deserialize)]
struct Value {
    id: MessageId,
    chat_id: ChatId,
    author_id: UserId,
    created: i64,
    item_id: Option<ItemId>,
    content: Text,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

impl Value {
    fn into_message(self, seller: SellerId) -> Message {
        Message {
            id: self.id,
            conversation: ConversationId { seller, chat: self.chat_id },
            side: Side::Buyer,
            author: self.author_id,
            created_s: self.created,
            received_ms: SystemClock.now_ms(),
            item: self.item_id,
            content: Content::Text { text: self.content.text },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook;

    #[test]
    fn it_makes_the_message_that_the_gateway_makes() {
        let read: Webhook = serde_json::from_str(&webhook::body("m1", "u2i-x", 353_200_000)).unwrap();
        let message = read.payload.value.into_message("demo".parse().unwrap());
        assert_eq!((message.id.as_str(), message.conversation.to_string()), ("m1", "demo:u2i-x".to_owned()));
        assert_eq!(message.text(), Some(webhook::TEXT));
    }
}
