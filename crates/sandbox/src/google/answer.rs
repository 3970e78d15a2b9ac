//! Google's refusals: the statuses it has, and the JSON it says them in.

use serde_json::{Value, json};

/// The ways a call can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    InvalidArgument,
    Unauthenticated,
    PermissionDenied,
    NotFound,
    ResourceExhausted,
    Internal,
    Unavailable,
}

impl Status {
    pub(super) const fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::InvalidArgument => 400,
            Self::Unauthenticated => 401,
            Self::PermissionDenied => 403,
            Self::NotFound => 404,
            Self::ResourceExhausted => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::NotFound => "NOT_FOUND",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

/// A call refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: Status,
    shape: Shape,
    message: String,
}

/// The token endpoint speaks OAuth, the rest Google's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Api,
    OAuth(&'static str),
}

impl Refusal {
    pub(super) fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, shape: Shape::Api, message: message.into() }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(Status::InvalidArgument, message)
    }

    /// A refusal of the token endpoint: `{"error":"invalid_grant","error_description":"…"}`.
    pub(super) fn oauth(error: &'static str, message: impl Into<String>) -> Self {
        Self { status: Status::InvalidArgument, shape: Shape::OAuth(error), message: message.into() }
    }

    pub(super) fn quota() -> Self {
        Self::new(
            Status::ResourceExhausted,
            "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service \
             'sheets.googleapis.com' for consumer 'project_number:100000000000'.",
        )
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(
            Status::Unauthenticated,
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other \
             valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        )
    }

    pub(super) fn body(&self) -> Value {
        match self.shape {
            Shape::Api => {
                json!({"error": {"code": self.status.code(), "message": self.message, "status": self.status.name()}})
            }
            Shape::OAuth(error) => json!({"error": error, "error_description": self.message}),
        }
    }
}
