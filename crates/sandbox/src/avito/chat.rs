//! A chat between the account and one buyer, about a listing or about nothing, as Avito writes it in JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::message::Message;

/// What Avito puts in place of every text for an account without the messenger subscription, and says in a 402.
pub const PAYWALL_TEXT: &str = "Перейдите на подписку с API мессенджера";

/// One buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// The user id on Avito.
    pub id: u64,
    /// The name as shown.
    pub name: String,
}

/// One listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The item id.
    pub id: u64,
    /// The title as shown.
    pub title: String,
    /// Whole roubles.
    pub price: u64,
}

/// One chat and everything said in it.
#[derive(Debug, Clone, Serialize)]
pub struct Chat {
    /// `u2i-…` about a listing, `u2u-…` about none.
    pub id: String,
    /// The account it belongs to.
    pub account: u64,
    /// Who writes.
    pub buyer: Buyer,
    /// About what.
    pub listing: Option<Listing>,
    /// When it was opened, in seconds since 1970.
    pub created: i64,
    /// Oldest first.
    pub messages: Vec<Message>,
}

impl Chat {
    /// `u2i`, `u2u` or `a2u`.
    pub(super) fn chat_type(&self) -> &str {
        self.id.split('-').next().unwrap_or("u2i")
    }

    /// The chat without what was said in it, which may be much.
    pub(super) fn head(&self) -> Self {
        let Self { id, account, buyer, listing, created, messages: _ } = self;
        let (id, buyer, listing) = (id.clone(), buyer.clone(), listing.clone());
        Self { id, account: *account, buyer, listing, created: *created, messages: Vec::new() }
    }

    /// Whether the account has something to read.
    pub(super) fn is_unread(&self) -> bool {
        self.messages.iter().any(|message| !message.origin.is_account() && message.read.is_none())
    }

    /// When something last happened, in seconds since 1970.
    pub(super) fn updated(&self) -> i64 {
        self.messages.last().map_or(self.created, |message| message.created)
    }

    /// As in `GET …/chats`, for an account of this name.
    pub(super) fn to_json(&self, account_name: &str, texts: Texts) -> Value {
        let mut chat = json!({
            "id": self.id,
            "created": self.created,
            "updated": self.updated(),
            "users": [self.buyer_json(), {"id": self.account, "name": account_name}],
        });
        if let Some(listing) = &self.listing {
            chat["context"] = json!({"type": "item", "value": listing_json(listing, self.account)});
        }
        if let Some(last) = self.messages.last() {
            chat["last_message"] = last.to_last_message();
            if texts == Texts::Hidden && last.content.text().is_some() {
                chat["last_message"]["content"] = json!({"text": PAYWALL_TEXT});
            }
        }
        chat
    }

    fn buyer_json(&self) -> Value {
        let Buyer { id, name } = &self.buyer;
        let page = hex::encode(&Sha256::digest(id.to_be_bytes())[..16]);
        let avatar = format!("https://static.avito.ru/stub_avatars/{id}.png");
        json!({
            "id": id,
            "name": name,
            "public_user_profile": {
                "user_id": id,
                "item_id": self.listing.as_ref().map(|listing| listing.id),
                "avatar": {"default": avatar, "images": {"128x128": avatar}},
                "url": format!("https://avito.ru/user/{page}/profile"),
            },
        })
    }
}

/// Whether an account may see what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    Shown,
    Hidden,
}

fn listing_json(listing: &Listing, seller: u64) -> Value {
    let Listing { id, title, price } = listing;
    json!({
        "id": id,
        "title": title,
        "user_id": seller,
        "status_id": 4,
        "price_string": price_string(*price),
        "url": format!("https://avito.ru/moskva/item_{id}"),
        "images": {"main": {"140x105": format!("https://img.avito.st/image/140x105/{id}.jpg")}, "count": 1},
        "location": {"title": "Москва", "lat": 55.755_814, "lon": 37.617_635},
    })
}

/// `3 500 ₽`, with a no-break space between the thousands and a plain one before the sign, as Avito has it.
fn price_string(roubles: u64) -> String {
    let digits = roubles.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    format!("{grouped} ₽")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_kept_together() {
        for (roubles, text) in
            [(0, "0 ₽"), (590, "590 ₽"), (3500, "3\u{a0}500 ₽"), (1_250_000, "1\u{a0}250\u{a0}000 ₽")]
        {
            assert_eq!(price_string(roubles), text);
        }
    }
}
