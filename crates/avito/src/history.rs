//! A chat's messages, newest first: what the worker settles an unknown send by, and where it finds what no webhook
//! brought.
//!
//! Therefore it is all or nothing: a list with a message that we cannot name, or whose text is withheld,
//! is an error and not a shorter list. A message that is missing here would be sent again.

use std::cmp::Reverse;

use domain::ids::{ChatId, MessageId, UserId};
use domain::message::{Content, Side};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::Value;

use crate::content::{self, Reading};
use crate::error::AvitoError;
use crate::json::{id, list, number, text};
use crate::messenger::{Call, Messenger};

const CALL: &str = "history";

/// The most messages one call returns.
const MOST: usize = 100;

/// One message of a chat.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryMessage {
    /// Avito's id.
    pub id: MessageId,
    /// Which side wrote it.
    pub side: Side,
    /// Who wrote it, where Avito says so and not only on which side he is.
    pub author: Option<UserId>,
    /// When, in seconds since 1970; 0 where Avito does not say.
    pub created_s: i64,
    /// Its words, where it has any.
    pub text: Option<String>,
    /// What it holds. Where the text is withheld it counts as deleted: nobody knows what was said.
    pub content: Content,
}

impl Messenger {
    /// The newest messages of `chat`, newest first, at most `limit` (and at most 100). Avito's own notes are
    /// left out. Does not mark anything as read.
    ///
    /// # Errors
    /// As every call, and when any message cannot be told apart from one of ours.
    pub fn history<'a>(
        &'a self,
        chat: &'a ChatId,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<HistoryMessage>, AvitoError>> {
        async move {
            let limit = limit.clamp(1, MOST);
            let mut url = self.chat_address("v3", chat, &["messages", ""]);
            url.query_pairs_mut().append_pair("limit", &limit.to_string()).append_pair("offset", "0");
            let answer = self.ask(Call { name: CALL, method: Method::GET, url, body: None }).await?;
            let mut messages = messages(&answer, self.account)?;
            messages.truncate(limit);
            Ok(messages)
        }
        .boxed()
    }
}

/// Both `[…]`, as the API's text has it, and `{"messages": […]}`, as clients meet it.
fn messages(answer: &Value, account: UserId) -> Result<Vec<HistoryMessage>, AvitoError> {
    let unreadable = |why: &str| AvitoError::Unreadable { call: CALL, why: why.to_owned() };
    let mut messages = Vec::new();
    for message in list(answer, "messages").ok_or_else(|| unreadable("no list of messages"))? {
        match content::read(message) {
            Reading::SystemNote => {}
            Reading::Paywall => return Err(AvitoError::Paywall { call: CALL }),
            Reading::Said(content) => {
                messages.push(
                    said(message, &content, account).ok_or_else(|| unreadable("a message without an id or a side"))?,
                );
            }
        }
    }
    // The text promises this order. Equal times keep the order Avito gave them.
    messages.sort_by_key(|message| Reverse(message.created_s));
    Ok(messages)
}

/// A message that somebody wrote; `None` where its id or its side is missing.
pub(crate) fn said(message: &Value, content: &Content, account: UserId) -> Option<HistoryMessage> {
    let author = number(message, "author_id").map(UserId);
    let side = match (author, text(message, "direction")) {
        (Some(author), _) if author == account => Side::Account,
        (Some(_), _) | (None, Some("in")) => Side::Buyer,
        (None, Some("out")) => Side::Account,
        (None, _) => return None,
    };
    let text = match content {
        Content::Text { text } | Content::Link { text, .. } => Some(text.clone()),
        _ => None,
    };
    let created_s = number(message, "created").unwrap_or(0);
    Some(HistoryMessage { id: id(message, "id")?, side, author, created_s, text, content: content.clone() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHOP: UserId = UserId(353200000);

    fn message(id: &str, author: Option<u64>, created_s: i64, content: Content) -> HistoryMessage {
        let side = if author.is_none_or(|author| author == SHOP.0) { Side::Account } else { Side::Buyer };
        let text = match &content {
            Content::Text { text } => Some(text.clone()),
            _ => None,
        };
        HistoryMessage { id: id.parse().unwrap(), side, author: author.map(UserId), created_s, text, content }
    }

    #[test]
    fn a_history_is_read_in_both_shapes_and_put_in_order() {
        let rows = json!([
            {"id": "a", "author_id": 7, "created": 10, "direction": "in", "type": "text", "content": {"text": "Есть?"},
             "isRead": true, "read": 1711102794},
            {"id": "b", "author_id": 353200000, "created": 20, "direction": "out", "type": "text",
             "content": {"text": "Да"}, "is_read": false},
            {"id": "c", "author_id": 0, "created": 15, "type": "system", "content": {"text": "[Системное сообщение] x"}},
            {"id": "d", "created": 20, "direction": "out", "type": "image", "content": {}},
            {"id": "e", "author_id": 7, "type": "text", "content": {"text": "Сообщение удалено"}},
        ]);
        let expected = vec![
            message("b", Some(SHOP.0), 20, Content::Text { text: "Да".into() }),
            message("d", None, 20, Content::Image { url: None }),
            message("a", Some(7), 10, Content::Text { text: "Есть?".into() }),
            message("e", Some(7), 0, Content::Deleted),
        ];
        assert_eq!(messages(&rows, SHOP), Ok(expected.clone()));
        assert_eq!(messages(&json!({"messages": rows, "meta": {}}), SHOP), Ok(expected));
        assert_eq!(messages(&json!({"messages": []}), SHOP), Ok(Vec::new()));
    }

    #[test]
    fn a_history_that_may_hide_one_of_ours_is_an_error() {
        let paywall = json!([{"id": "a", "author_id": 7, "type": "text",
                              "content": {"text": "Перейдите на подписку с API мессенджера"}}]);
        assert_eq!(messages(&paywall, SHOP), Err(AvitoError::Paywall { call: CALL }));
        for answer in [
            json!({}),
            json!({"messages": null}),
            json!([{"author_id": 7, "created": 1, "type": "text", "content": {"text": "x"}}]),
            json!([{"id": "a", "created": 1, "type": "text", "content": {"text": "x"}}]),
            json!([null]),
        ] {
            assert!(matches!(messages(&answer, SHOP), Err(AvitoError::Unreadable { .. })), "{answer}");
        }
    }
}
