//! Every way the fake says no: an error in one of Avito's shapes, or a connection that closes.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::chat::PAYWALL_TEXT;
use super::config::ErrorShape;

/// A call that is not done. Rendered by the recorder, which knows the shape in force.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    Error {
        status: StatusCode,
        message: String,
        fields: Option<Value>,
        retry_after_s: Option<u64>,
    },
    /// The connection closes without an answer.
    Cut,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::Error { status, message: message.into(), fields: None, retry_after_s: None }
    }

    /// A 400 that names the field.
    pub(super) fn field(field: &str, problem: &str) -> Self {
        Self::Error {
            status: StatusCode::BAD_REQUEST,
            message: "bad request".into(),
            fields: Some(json!({field: problem})),
            retry_after_s: None,
        }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    pub(super) fn paywall() -> Self {
        Self::new(StatusCode::PAYMENT_REQUIRED, PAYWALL_TEXT)
    }

    pub(super) fn too_many(retry_after_s: Option<u64>) -> Self {
        Self::Error {
            status: StatusCode::TOO_MANY_REQUESTS,
            message: "too many requests".into(),
            fields: None,
            retry_after_s,
        }
    }

    /// An error of the server's own; a number that is no HTTP status becomes 500.
    pub(super) fn broken(status: u16) -> Self {
        Self::new(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "internal error")
    }

    /// The answer, in the shape in force. `None`: no answer.
    pub(super) fn render(self, shape: ErrorShape) -> Option<Response> {
        let Self::Error { status, message, fields, retry_after_s } = self else { return None };
        let mut error = match shape {
            ErrorShape::Nested | ErrorShape::Flat => json!({"code": status.as_u16(), "message": message}),
            ErrorShape::MessageOnly => json!({"message": message}),
        };
        if let Some(fields) = fields {
            error["fields"] = fields;
        }
        let body = if shape == ErrorShape::Nested { json!({"error": error}) } else { error };
        let mut response = (status, axum::Json(body)).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert("x-ratelimit-limit", HeaderValue::from(500));
            response.headers_mut().insert("x-ratelimit-remaining", HeaderValue::from(0));
        }
        Some(response)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
    }
}
