//! Sending a message, and saying exactly what became of it: the only call that a buyer can see twice.
//!
//! Avito takes no idempotency key. So nothing is sent again here whose fate is not certain; the worker asks
//! the chat's history.

use std::fmt;
use std::time::{Duration, Instant};

use domain::ids::{ChatId, MessageId};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::{AvitoError, PAYWALL_HINT};
use crate::json::{id, number};
use crate::messenger::{Call, Messenger, Unanswered};
use crate::reply::{NoReply, Reply};

const CALL: &str = "send";

/// What became of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// It is in the chat.
    Sent {
        /// Avito's id of it, by which its echo is known.
        id: MessageId,
        /// Avito's time of it, in seconds since 1970; 0 where Avito does not say.
        created_s: i64,
    },
    /// It is certainly not in the chat.
    NotSent(Refusal),
    /// It may be in the chat or not. Only the chat's history can tell.
    Unknown {
        /// What happened.
        why: String,
    },
}

/// Why a message is certainly not in the chat, and what may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Too many calls: send it again after this long.
    RetryAfter(Duration),
    /// Avito or its token was not reached: send it again later.
    Retry {
        /// What happened.
        why: String,
    },
    /// Avito takes none of our tokens, not even a fresh one. That passes, or the key pair is no longer good.
    Unauthorized {
        /// What happened.
        why: String,
    },
    /// It would be refused again: a human has to look.
    Final {
        /// What happened.
        why: String,
    },
    /// The subscription is missing: a human has to buy it.
    Paywall,
}

impl Messenger {
    /// Send `text` to `chat`. It ends within the send's deadline, the token included.
    pub fn send<'a>(&'a self, chat: &'a ChatId, text: &'a str) -> BoxFuture<'a, SendOutcome> {
        self.send_by(chat, text, Instant::now() + self.send_timeout)
    }

    /// The same for who may not send any more after `by`: a request that has not left by then never does.
    pub fn send_by<'a>(&'a self, chat: &'a ChatId, text: &'a str, by: Instant) -> BoxFuture<'a, SendOutcome> {
        async move {
            if let Some(why) = self.unsendable(text) {
                return SendOutcome::NotSent(Refusal::Final { why });
            }
            let call = Call {
                name: CALL,
                method: Method::POST,
                url: self.chat_address("v1", chat, &["messages"]),
                body: Some(json!({"message": {"text": text}, "type": "text"})),
            };
            match self.exchange(&call, by.min(Instant::now() + self.send_timeout)).await {
                Ok(reply) => outcome_of(&reply),
                Err(unanswered) => outcome_without(unanswered),
            }
        }
        .boxed()
    }

    fn unsendable(&self, text: &str) -> Option<String> {
        let (length, longest) = (text.chars().count(), self.max_text_chars);
        if text.trim().is_empty() {
            return Some("the text is empty".to_owned());
        }
        (length > longest).then(|| format!("the text has {length} characters, Avito takes {longest}"))
    }
}

/// What an answer proves. A 3xx and a 5xx prove nothing: they may come from a server in between, before or
/// after Avito obeyed.
fn outcome_of(reply: &Reply) -> SendOutcome {
    let why = || format!("status {}, {}", reply.status, reply.words());
    match reply.status {
        200..300 => sent(reply),
        _ if reply.is_paywall() => SendOutcome::NotSent(Refusal::Paywall),
        429 => SendOutcome::NotSent(Refusal::RetryAfter(reply.wait())),
        // The server did not get, or did not want to take, the request at this moment.
        408 | 425 => SendOutcome::NotSent(Refusal::Retry { why: why() }),
        401 | 403 => SendOutcome::NotSent(Refusal::Unauthorized { why: why() }),
        400..500 => SendOutcome::NotSent(Refusal::Final { why: why() }),
        _ => SendOutcome::Unknown { why: why() },
    }
}

/// Without the id the echo would look like the seller typing, so an answer without one is not enough.
fn sent(reply: &Reply) -> SendOutcome {
    let unknown = |why: &str| SendOutcome::Unknown { why: format!("status {}, but {why}", reply.status) };
    let body = match &reply.body {
        Ok(body) => body,
        Err(why) => return unknown(&format!("the answer was cut off: {why}")),
    };
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return unknown("the answer is no JSON") };
    match id(&answer, "id") {
        Some(id) => SendOutcome::Sent { id, created_s: number(&answer, "created").unwrap_or(0) },
        None => unknown("the answer has no id"),
    }
}

fn outcome_without(unanswered: Unanswered) -> SendOutcome {
    match unanswered {
        Unanswered::NoReply(NoReply::NotReached(why)) => SendOutcome::NotSent(Refusal::Retry { why }),
        Unanswered::NoReply(NoReply::Lost(why)) => SendOutcome::Unknown { why },
        Unanswered::NoToken(error) => SendOutcome::NotSent(match error {
            AvitoError::RateLimited { after, .. } => Refusal::RetryAfter(after),
            AvitoError::Paywall { .. } => Refusal::Paywall,
            AvitoError::Unauthorized { .. } => Refusal::Unauthorized { why: error.to_string() },
            other => Refusal::Retry { why: other.to_string() },
        }),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RetryAfter(after) => write!(f, "too many calls, wait {} s", after.as_secs()),
            Self::Retry { why } => write!(f, "not reached ({why}); try again later"),
            Self::Unauthorized { why } => write!(f, "no token is taken ({why}); look at the key pair"),
            Self::Final { why } => write!(f, "refused ({why})"),
            Self::Paywall => write!(f, "402 payment required; {PAYWALL_HINT}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, retry_after: None, at_s: None, body: Ok(body.as_bytes().to_vec()) }
    }

    fn kind(outcome: &SendOutcome) -> &'static str {
        match outcome {
            SendOutcome::Sent { .. } => "sent",
            SendOutcome::NotSent(Refusal::RetryAfter(_)) => "retry after",
            SendOutcome::NotSent(Refusal::Retry { .. }) => "retry",
            SendOutcome::NotSent(Refusal::Unauthorized { .. }) => "unauthorized",
            SendOutcome::NotSent(Refusal::Final { .. }) => "final",
            SendOutcome::NotSent(Refusal::Paywall) => "paywall",
            SendOutcome::Unknown { .. } => "unknown",
        }
    }

    #[test]
    fn an_answer_proves_no_more_than_it_does() {
        let good = r#"{"id":"m1","created":1757600000,"direction":"out"}"#;
        let cases = [
            (200, good, "sent"),
            (201, good, "sent"),
            (200, r#"{"id":"m1"}"#, "sent"),
            (200, r#"{"created":1}"#, "unknown"),
            (200, "", "unknown"),
            (204, "", "unknown"),
            (302, "", "unknown"),
            (400, r#"{"error":{"code":400,"message":"too long"}}"#, "final"),
            (401, "", "unauthorized"),
            (403, "", "unauthorized"),
            (404, "", "final"),
            (402, "", "paywall"),
            (403, r#"{"message":"Перейдите на подписку с API мессенджера"}"#, "paywall"),
            (408, "", "retry"),
            (429, "", "retry after"),
            (500, "", "unknown"),
            (502, "", "unknown"),
            (503, "", "unknown"),
            (504, "", "unknown"),
        ];
        for (status, body, expected) in cases {
            assert_eq!(kind(&outcome_of(&reply(status, body))), expected, "{status} {body}");
        }
        for (status, expected) in
            [(200, "unknown"), (400, "final"), (402, "paywall"), (429, "retry after"), (500, "unknown")]
        {
            let cut = Reply { status, retry_after: None, at_s: None, body: Err("connection reset".to_owned()) };
            assert_eq!(kind(&outcome_of(&cut)), expected, "{status} cut off");
        }
    }

    #[test]
    fn a_call_without_an_answer_was_sent_only_if_it_left() {
        let why = || "why".to_owned();
        let token = |error| Unanswered::NoToken(error);
        let cases = [
            (Unanswered::NoReply(NoReply::NotReached(why())), "retry"),
            (Unanswered::NoReply(NoReply::Lost(why())), "unknown"),
            (token(AvitoError::Unavailable { call: "token", why: why() }), "retry"),
            (token(AvitoError::Unreadable { call: "token", why: why() }), "retry"),
            (token(AvitoError::Unauthorized { call: "token", why: why() }), "unauthorized"),
            (token(AvitoError::RateLimited { call: "token", after: Duration::from_secs(1) }), "retry after"),
        ];
        for (unanswered, expected) in cases {
            assert_eq!(kind(&outcome_without(unanswered)), expected);
        }
    }
}
