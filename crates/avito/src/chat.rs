//! Chats: who is on the other side and which listing it is about. Free without a subscription.
//!
//! Not here: the messages in them ([`crate::history`]).

use domain::escalation::{Buyer, Listing};
use domain::ids::{ChatId, ItemId, UserId};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

use crate::content::{self, Reading};
use crate::error::AvitoError;
use crate::history::{HistoryMessage, said};
use crate::json::{id, list, number, words};
use crate::messenger::{Call, Messenger};

/// The largest offset Avito takes; beyond it the answer is 400.
const FARTHEST: u32 = 1000;

/// What Avito tells about a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatInfoFromAvito {
    /// The other side.
    pub buyer: Option<Buyer>,
    /// The listing it is about; a chat can be about none.
    pub listing: Option<Listing>,
}

/// A chat as the list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatSummary {
    /// Which chat.
    pub chat: ChatId,
    /// When something last happened in it, in seconds since 1970; 0 where Avito does not say.
    pub updated_s: i64,
    /// Who and what.
    pub info: ChatInfoFromAvito,
    /// The number of the listing it is about.
    pub item: Option<ItemId>,
    /// The newest message, unless it is Avito's own note. Without a subscription it has no text.
    pub last: Option<HistoryMessage>,
}

/// Which chats to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Only those with unread messages.
    Unread,
    /// All.
    All,
}

/// Which part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many chats, 1 to 100.
    pub limit: u32,
    /// How many to pass over, at most 1000.
    pub offset: u32,
}

impl Page {
    /// The hundred chats that changed last.
    pub const FIRST: Page = Page { limit: 100, offset: 0 };
}

impl Messenger {
    /// Who and what the chat is about.
    ///
    /// # Errors
    /// As every call.
    pub fn chat<'a>(&'a self, chat: &'a ChatId) -> BoxFuture<'a, Result<ChatInfoFromAvito, AvitoError>> {
        async move {
            let url = self.chat_address("v2", chat, &[]);
            let answer = self.ask(Call { name: "chat", method: Method::GET, url, body: None }).await?;
            Ok(info(&answer, self.account))
        }
        .boxed()
    }

    /// A page of the account's chats. Entries without a usable id are left out.
    ///
    /// # Errors
    /// As every call; [`AvitoError::OutOfRange`] for a page Avito does not serve.
    pub fn chats(&self, which: Which, page: Page) -> BoxFuture<'_, Result<Vec<ChatSummary>, AvitoError>> {
        async move {
            const CALL: &str = "chats";
            if page.offset > FARTHEST || !(1..=100).contains(&page.limit) {
                let why = format!(
                    "limit {} is not within 1 to 100, or offset {} is over {FARTHEST}",
                    page.limit, page.offset
                );
                return Err(AvitoError::OutOfRange { call: CALL, why });
            }
            let mut url = self.address(&["messenger", "v2", "accounts", &self.account.to_string(), "chats"]);
            url.query_pairs_mut()
                .append_pair("unread_only", if which == Which::Unread { "true" } else { "false" })
                // Left out, it means only chats about a listing.
                .append_pair("chat_types", "u2i,u2u")
                .append_pair("limit", &page.limit.to_string())
                .append_pair("offset", &page.offset.to_string());
            let answer = self.ask(Call { name: CALL, method: Method::GET, url, body: None }).await?;
            let chats = list(&answer, "chats")
                .ok_or_else(|| AvitoError::Unreadable { call: CALL, why: "no list of chats".to_owned() })?;
            Ok(chats.iter().filter_map(|chat| summary(chat, self.account)).collect())
        }
        .boxed()
    }

    /// Mark the chat as read, as if the seller had looked at it.
    ///
    /// # Errors
    /// As every call.
    pub fn mark_read<'a>(&'a self, chat: &'a ChatId) -> BoxFuture<'a, Result<(), AvitoError>> {
        async move {
            let url = self.chat_address("v1", chat, &["read"]);
            let call = Call { name: "mark_read", method: Method::POST, url, body: Some(json!({})) };
            self.ask(call).await.map(|_| ())
        }
        .boxed()
    }
}

fn summary(chat: &Value, account: UserId) -> Option<ChatSummary> {
    let last = chat.get("last_message").and_then(|message| match content::read(message) {
        Reading::Said(content) => said(message, &content, account),
        Reading::Paywall => said(message, &domain::message::Content::Deleted, account),
        Reading::SystemNote => None,
    });
    Some(ChatSummary {
        chat: id(chat, "id")?,
        updated_s: number(chat, "updated").unwrap_or(0),
        info: info(chat, account),
        item: number(subject(chat), "id").filter(|item| *item != 0).map(ItemId),
        last,
    })
}

/// The buyer is the one of the chat's users that is not the account.
fn info(chat: &Value, account: UserId) -> ChatInfoFromAvito {
    let users = chat.get("users").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let other = users.iter().find(|user| number(user, "id").is_some_and(|id| UserId(id) != account));
    ChatInfoFromAvito { buyer: other.and_then(buyer), listing: listing(subject(chat)) }
}

/// The listing that a chat is about.
fn subject(chat: &Value) -> &Value {
    chat.get("context").and_then(|context| context.get("value")).unwrap_or(&Value::Null)
}

fn buyer(user: &Value) -> Option<Buyer> {
    let profile = user.get("public_user_profile").unwrap_or(&Value::Null);
    let profile_url = words(profile, "url").map(str::to_owned);
    let name = words(user, "name").map(str::to_owned);
    // One of the two is enough to find the person.
    (name.is_some() || profile_url.is_some())
        .then(|| Buyer { name: name.unwrap_or_else(|| "без имени".to_owned()), profile_url })
}

fn listing(subject: &Value) -> Option<Listing> {
    Some(Listing {
        title: words(subject, "title")?.to_owned(),
        price: words(subject, "price_string").map(str::to_owned),
        url: words(subject, "url").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use domain::message::Side;

    use super::*;

    const SHOP: UserId = UserId(353200000);

    fn bag() -> Value {
        json!({
            "id": "u2i-1", "created": 1693483353, "updated": 1693491453,
            "context": {"type": "item", "value": {
                "id": 3364550000_u64, "title": "Сумка", "user_id": 353200000, "status_id": 4,
                "price_string": "3\u{a0}873 ₽", "url": "https://avito.ru/1", "images": {"count": 1}}},
            "users": [
                {"id": 353200000, "name": "Магазин"},
                {"id": 237130000, "name": "Виктор", "public_user_profile": {
                    "user_id": 237130000, "avatar": {"default": "…"}, "url": "https://avito.ru/user/1/profile"}}],
            "last_message": {"id": "m1", "author_id": 237130000, "created": 1693491453,
                             "content": {"text": "Есть?"}, "type": "text", "direction": "in"}
        })
    }

    #[test]
    fn a_chat_shows_the_buyer_and_the_listing() {
        let expected = ChatInfoFromAvito {
            buyer: Some(Buyer {
                name: "Виктор".into(), profile_url: Some("https://avito.ru/user/1/profile".into())
            }),
            listing: Some(Listing {
                title: "Сумка".into(),
                price: Some("3\u{a0}873 ₽".into()),
                url: Some("https://avito.ru/1".into()),
            }),
        };
        assert_eq!(info(&bag(), SHOP), expected);
    }

    #[test]
    fn what_a_chat_lacks_is_absent_and_no_error() {
        let nothing = ChatInfoFromAvito::default();
        for chat in
            [json!({}), json!({"users": [], "context": {}}), json!({"users": null, "context": null}), json!(null)]
        {
            assert_eq!(info(&chat, SHOP), nothing, "{chat}");
        }
        let only = |user: Value| info(&json!({"users": [{"id": SHOP.0}, user]}), SHOP).buyer;
        assert_eq!(only(json!({"id": 5})), None);
        assert_eq!(only(json!({"id": 5, "name": "Аня"})), Some(Buyer { name: "Аня".into(), profile_url: None }));
        let nameless = only(json!({"id": 5, "name": "", "public_user_profile": {"url": "u"}}));
        assert_eq!(nameless, Some(Buyer { name: "без имени".into(), profile_url: Some("u".into()) }));
    }

    #[test]
    fn a_summary_keeps_the_newest_message_but_no_withheld_text() {
        let last = |message: Value| {
            let mut chat = bag();
            chat["last_message"] = message;
            summary(&chat, SHOP).unwrap().last
        };
        let asked = last(bag()["last_message"].clone()).unwrap();
        assert_eq!((asked.side, asked.text.as_deref()), (Side::Buyer, Some("Есть?")));

        let mut withheld = bag()["last_message"].clone();
        withheld["content"]["text"] = json!("Перейдите на подписку с API мессенджера");
        let withheld = last(withheld).unwrap();
        assert_eq!((withheld.id.as_str(), withheld.text), ("m1", None));

        assert_eq!(last(json!({"id": "m", "author_id": 0, "type": "system"})), None);
        assert_eq!(last(json!(null)), None);
        assert_eq!(summary(&bag(), SHOP).unwrap().item, Some(ItemId(3364550000)));
        assert_eq!(summary(&json!({"updated": 1}), SHOP), None);
    }
}
