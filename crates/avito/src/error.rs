//! Why a call to Avito brought nothing, one variant per thing a caller does about it.
//!
//! Not here: sends, whose failures are told apart more finely ([`crate::SendOutcome`]).

use std::time::Duration;

use serde_json::Value;

use crate::json::{text, words};

/// What to do about a 402, for a log line, a card or a doctor.
pub const PAYWALL_HINT: &str = "reading and sending messages by API needs a paid Avito subscription that includes \
                                the messenger API («подписка с API мессенджера»): buy it for this account on avito.ru";

/// A call that brought nothing. `call` names it: `history`, `chat`, `token`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AvitoError {
    /// Not reached, too late, cut off, or an error on Avito's side. Trying again later may help.
    #[error("avito {call}: no answer ({why}); try again later")]
    Unavailable {
        /// Which call.
        call: &'static str,
        /// What happened.
        why: String,
    },
    /// Too many calls.
    #[error("avito {call}: too many calls, wait {} s", after.as_secs())]
    RateLimited {
        /// Which call.
        call: &'static str,
        /// How long Avito wants to be left alone.
        after: Duration,
    },
    /// 402, or the sentence that stands for it: no subscription.
    #[error("avito {call}: 402 payment required; {PAYWALL_HINT}")]
    Paywall {
        /// Which call.
        call: &'static str,
    },
    /// The key pair was refused, or a fresh token was.
    #[error(
        "avito {call}: access refused ({why}); check client_id, client_secret and account in the seller's file, \
         and that the chat belongs to this account"
    )]
    Unauthorized {
        /// Which call.
        call: &'static str,
        /// Avito's words.
        why: String,
    },
    /// Any other refusal. The same call would be refused again.
    #[error("avito {call}: refused with {status} ({why})")]
    Rejected {
        /// Which call.
        call: &'static str,
        /// The HTTP status.
        status: u16,
        /// Avito's words.
        why: String,
    },
    /// An answer that we have no reading for: the API may have changed.
    #[error("avito {call}: the answer was not understood ({why}); the API may have changed")]
    Unreadable {
        /// Which call.
        call: &'static str,
        /// What is missing or odd.
        why: String,
    },
    /// Our own arguments are outside of what Avito takes; nothing was sent.
    #[error("avito {call}: not called ({why})")]
    OutOfRange {
        /// Which call.
        call: &'static str,
        /// The limit.
        why: String,
    },
}

/// Avito's words for a refusal, from any of the shapes they come in.
///
/// Seen: `{"error":{"code","message"}}` (400 adds `fields`), `{"code","message"}`, `{"message"}`, and the token
/// call's `{"error":"invalid_client","error_description":"…"}`.
pub(crate) fn words_of(body: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return "no reason given".to_owned() };
    let inner = body.get("error").filter(|error| error.is_object()).unwrap_or(&body);

    let message =
        words(inner, "message").or_else(|| words(inner, "error_description")).or_else(|| text(inner, "error"));
    let code = inner.get("code").filter(|code| code.is_number() || code.is_string());
    let fields = inner.get("fields").or_else(|| body.get("fields")).and_then(Value::as_object);

    let mut said = message.unwrap_or("no reason given").to_owned();
    if let Some(code) = code {
        said.push_str(&format!(", code {code}"));
    }
    if let Some(fields) = fields {
        // Only the names: a value may repeat what was sent.
        said.push_str(&format!(", fields {}", fields.keys().cloned().collect::<Vec<_>>().join(" ")));
    }
    said.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_in_every_shape() {
        let cases = [
            (r#"{"error":{"code":403,"message":"invalid access token"}}"#, "invalid access token, code 403"),
            (
                r#"{"error":{"code":400,"message":"bad request","fields":{"text":"длинно"}}}"#,
                "bad request, code 400, fields text",
            ),
            (r#"{"code":"E7","message":"нет"}"#, "нет, code \"E7\""),
            (r#"{"message":"line\nbreak"}"#, "linebreak"),
            (r#"{"error":"invalid_client","error_description":"unknown client"}"#, "unknown client"),
            (r#"{"error":"invalid_client"}"#, "invalid_client"),
            (r#"{"error":null}"#, "no reason given"),
            ("[]", "no reason given"),
            ("<html>502</html>", "no reason given"),
            ("", "no reason given"),
        ];
        for (body, expected) in cases {
            assert_eq!(words_of(body.as_bytes()), expected, "{body}");
        }
        let long = format!(r#"{{"message":"{}"}}"#, "я".repeat(1000));
        assert_eq!(words_of(long.as_bytes()).chars().count(), 200);
    }
}
