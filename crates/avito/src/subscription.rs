//! Webhook registrations. Free without a subscription to the messenger API.
//!
//! A new registration probably replaces the old one (it pushed another program out on two live accounts), so
//! whoever registers should look at the list first. An address holds the webhook's secret path: not for logs.

use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::AvitoError;
use crate::json::{list, text, words};
use crate::messenger::{Call, Messenger};

/// One registered webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Where Avito sends to.
    pub url: String,
    /// Which version of the webhook; ours is 3.
    pub version: Option<String>,
}

impl Messenger {
    /// What is registered for this account.
    ///
    /// # Errors
    /// As every call.
    pub fn subscriptions(&self) -> BoxFuture<'_, Result<Vec<Subscription>, AvitoError>> {
        async move {
            const CALL: &str = "subscriptions";
            let url = self.address(&["messenger", "v1", "subscriptions"]);
            let answer = self.ask(Call { name: CALL, method: Method::POST, url, body: None }).await?;
            subscriptions(&answer)
                .ok_or_else(|| AvitoError::Unreadable { call: CALL, why: "no list of subscriptions".to_owned() })
        }
        .boxed()
    }

    /// Have Avito send its webhooks to `address`. Avito tries it with `{}` first.
    ///
    /// # Errors
    /// As every call.
    pub fn subscribe<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<(), AvitoError>> {
        self.register("subscribe", &["messenger", "v3", "webhook"], address)
    }

    /// Have Avito stop sending to `address`.
    ///
    /// # Errors
    /// As every call.
    pub fn unsubscribe<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<(), AvitoError>> {
        self.register("unsubscribe", &["messenger", "v1", "webhook", "unsubscribe"], address)
    }

    fn register<'a>(
        &'a self,
        name: &'static str,
        path: &'static [&'static str],
        address: &'a str,
    ) -> BoxFuture<'a, Result<(), AvitoError>> {
        async move {
            let body = Some(json!({"url": address}));
            let answer = self.ask(Call { name, method: Method::POST, url: self.address(path), body }).await?;
            if answer.get("ok").and_then(Value::as_bool) == Some(false) {
                return Err(AvitoError::Rejected { call: name, status: 200, why: "ok is false".to_owned() });
            }
            Ok(())
        }
        .boxed()
    }
}

fn subscriptions(answer: &Value) -> Option<Vec<Subscription>> {
    let version = |row: &Value| {
        text(row, "version").map(str::to_owned).or_else(|| Some(row.get("version")?.as_u64()?.to_string()))
    };
    let rows = list(answer, "subscriptions")?;
    Some(
        rows.iter()
            .filter_map(|row| Some(Subscription { url: words(row, "url")?.to_owned(), version: version(row) }))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_subscriptions_is_read() {
        let one = |version: Option<&str>| {
            Some(vec![Subscription { url: "https://a.b/".into(), version: version.map(str::to_owned) }])
        };
        let cases = [
            (json!({"subscriptions": [{"url": "https://a.b/", "version": "3"}]}), one(Some("3"))),
            (json!({"subscriptions": [{"url": "https://a.b/", "version": 3}, {"version": "3"}]}), one(Some("3"))),
            (json!([{"url": "https://a.b/"}]), one(None)),
            (json!({"subscriptions": []}), Some(Vec::new())),
            (json!({"ok": true}), None),
        ];
        for (answer, expected) in cases {
            assert_eq!(subscriptions(&answer), expected, "{answer}");
        }
    }
}
