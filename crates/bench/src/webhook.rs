//! Webhooks as Avito sends them, ready to go over the wire before the measuring begins.

use std::net::SocketAddr;

use domain::clock::{Clock, SystemClock};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use crate::shop::{SIGNATURE_SECRET, SellerNumber};

/// What every buyer asks; about as long as people write.
pub(crate) const TEXT: &str = "Здравствуйте! Красная сумка ещё есть в наличии? Доставите в Новосибирск?";

/// In how many chats the messages of one load are: a mailbox must not be full when nobody empties it.
pub(crate) const CHATS: usize = 1000;

/// The chat that message `number` of a series is in.
pub(crate) fn chat(series: &str, number: usize) -> String {
    format!("u2i-{series}{:06}", number % CHATS)
}

/// `count` requests of new messages to the path of each seller in turn. `series` tells these from all others.
pub(crate) fn requests(series: &str, host: SocketAddr, path: Path, sellers: usize, count: usize) -> Vec<Vec<u8>> {
    let one = |number: usize| {
        let seller = SellerNumber(number % sellers);
        let id = format!("{series}{number:010x}");
        let body = body(&id, &chat(series, number), seller.account());
        let path = match path {
            Path::Secret => format!("/webhook/avito/{}", seller.webhook_token()),
            Path::Bare => "/webhook".to_owned(),
        };
        request(host, &path, &body)
    };
    (0..count).map(one).collect()
}

/// Where a webhook goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path {
    /// To the seller's secret path.
    Secret,
    /// To the bare handler.
    Bare,
}

/// The body of a buyer's message in `account`'s chat.
pub(crate) fn body(id: &str, chat: &str, account: u64) -> String {
    let now_s = SystemClock.now_ms() / 1000;
    json!({
        "id": "7f9c2ba4-e88f-4827-a616-045507605853",
        "version": "v3.0.0",
        "timestamp": now_s,
        "payload": {
            "type": "message",
            "value": {
                "id": id,
                "chat_id": chat,
                "user_id": account,
                "author_id": 121_180_001,
                "created": now_s,
                "type": "text",
                "chat_type": "u2i",
                "content": { "text": TEXT },
                "item_id": 3_363_700_001_u64,
                "published_at": "2026-01-01T00:00:00Z",
            },
        },
    })
    .to_string()
}

fn request(host: SocketAddr, path: &str, body: &str) -> Vec<u8> {
    let key = SIGNATURE_SECRET.as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("an HMAC takes a key of any length");
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: bench\r\naccept: */*\r\ncontent-type: application/json\r\n\
         x-avito-messenger-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
