//! A call's parameters, however they came: in the address, as a form, or as JSON.

use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::refusal::Refusal;

/// A call's parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Map<String, Value>);

impl Params {
    pub(super) fn read(query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let mut params = form(query.unwrap_or_default().as_bytes());
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            params.extend(form(body));
        } else if kind.starts_with("multipart/") {
            return Err(Refusal::bad("the sandbox reads no multipart bodies"));
        } else if !body.is_empty() {
            match serde_json::from_slice(body) {
                Ok(Value::Object(object)) => params.extend(object),
                // A method without parameters is called with `null` by some clients.
                Ok(Value::Null) => {}
                _ => return Err(Refusal::bad("can't parse JSON object")),
            }
        }
        Ok(Self(params))
    }

    /// A number, or a text that is one.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        let value = self.0.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// An object or an array, or a text that is the JSON of one.
    pub(super) fn structure(&self, name: &str) -> Option<Value> {
        let value = self.0.get(name)?;
        match value.as_str() {
            Some(text) => serde_json::from_str(text).ok(),
            None => Some(value.clone()),
        }
    }

    /// `true`, or a text that says so.
    pub(super) fn says(&self, name: &str) -> bool {
        let says =
            |value: &Value| value.as_bool().unwrap_or_else(|| matches!(value.as_str(), Some("true" | "True" | "1")));
        self.0.get(name).is_some_and(says)
    }
}

fn form(text: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
}
