//! Telegram's refusals: `{"ok":false,"error_code":…,"description":"…"}`.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A call refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    description: String,
    retry_after: Option<u32>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, description: impl Into<String>) -> Self {
        Self { status, description: description.into(), retry_after: None }
    }

    /// A 400. `why` in Telegram's own words: clients compare them.
    pub(super) fn bad(why: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("Bad Request: {why}"))
    }

    pub(super) fn retry_after(seconds: u32) -> Self {
        let description = format!("Too Many Requests: retry after {seconds}");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, description) }
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.status.as_u16(), "description": self.description});
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({"retry_after": seconds});
        }
        body
    }
}
