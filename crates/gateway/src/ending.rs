//! How a webhook ends: what Avito is told, and what we count and log.
//!
//! Avito is told a status and at most one fixed word. Everything else stays inside.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ids::{SellerId, UserId};

use crate::gates::Refused;
use crate::spool;

/// How a webhook ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Ending {
    /// It is in the queue.
    Enqueued,
    /// It was in the queue before.
    Duplicate,
    /// Its conversation has too many unanswered messages. Avito may try again.
    MailboxFull,
    /// Redis did not take it; it is on our disk, and goes into the queue later.
    Spooled,
    /// Neither Redis nor our disk took it. Avito may try again.
    Unavailable(spool::Refused),
    /// The time ran out. Avito may try again; if it did get into the queue, the second time is a duplicate.
    Late,

    /// Avito tries the address.
    Probe,
    /// Our own message, come back.
    Echo,
    /// Avito's own note.
    SystemNote,
    /// A text withheld for want of a subscription.
    Paywall,
    /// Something we have no reading for.
    Unknown(String),
    /// No seller has this account.
    UnknownAccount(UserId),
    /// The path's seller does not have this account.
    ForeignAccount(UserId, SellerId),

    /// A proof is missing or wrong.
    Refused(Refused),
    /// The body is longer than any webhook.
    TooLarge,
    /// The body broke off.
    CutOff,
    /// The body is no JSON.
    NotJson,
}

impl Ending {
    /// The status and the body, fixed for each.
    fn answer(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Enqueued
            | Self::Duplicate
            | Self::Spooled
            | Self::Probe
            | Self::Echo
            | Self::SystemNote
            | Self::Paywall
            | Self::Unknown(_)
            | Self::UnknownAccount(_)
            | Self::ForeignAccount(..) => (StatusCode::OK, "ok"),
            Self::MailboxFull | Self::Unavailable(_) | Self::Late => (StatusCode::SERVICE_UNAVAILABLE, "later"),
            Self::Refused(_) => (StatusCode::UNAUTHORIZED, ""),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ""),
            Self::CutOff | Self::NotJson => (StatusCode::BAD_REQUEST, ""),
        }
    }

    /// The name in metrics.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Enqueued => "enqueued",
            Self::Duplicate => "duplicate",
            Self::MailboxFull => "mailbox_full",
            Self::Spooled => "spooled",
            Self::Unavailable(spool::Refused::Full) => "spool_full",
            Self::Unavailable(spool::Refused::Disk) => "spool_failed",
            Self::Late => "late",
            Self::Probe => "probe",
            Self::Echo => "echo",
            Self::SystemNote => "system_note",
            Self::Paywall => "paywall",
            Self::Unknown(_) => "unknown",
            Self::UnknownAccount(_) => "unknown_account",
            Self::ForeignAccount(..) => "foreign_account",
            Self::Refused(Refused::WrongToken) => "wrong_token",
            Self::Refused(Refused::NotSigned) => "not_signed",
            Self::Refused(Refused::WrongSignature) => "wrong_signature",
            Self::Refused(Refused::NoProof) => "no_proof",
            Self::TooLarge => "too_large",
            Self::CutOff => "cut_off",
            Self::NotJson => "not_json",
        }
    }

    /// Counted always; logged where the operator may have to do something.
    pub(crate) fn tell(&self, took: std::time::Duration) {
        let ending = self.name();
        metrics::counter!("gateway_webhooks_total", "ending" => ending).increment(1);
        metrics::histogram!("gateway_webhook_seconds").record(took.as_secs_f64());
        let ms = took.as_millis();
        match self {
            Self::Unknown(what) => {
                tracing::warn!(
                    webhook.ending = ending,
                    webhook.what = what,
                    "a webhook we have no reading for was dropped"
                );
            }
            Self::UnknownAccount(account) => tracing::warn!(
                webhook.ending = ending, avito.account = %account,
                "a webhook for an account that no seller has was dropped: is a file missing in config/sellers?"
            ),
            Self::ForeignAccount(account, seller) => tracing::warn!(
                webhook.ending = ending, avito.account = %account, %seller,
                "a webhook came by the secret path of a seller who does not have its account, and was dropped"
            ),
            Self::Paywall => tracing::warn!(
                webhook.ending = ending,
                "a buyer wrote, and Avito withholds the text: {}",
                avito::PAYWALL_HINT
            ),
            Self::MailboxFull | Self::Unavailable(_) | Self::Late => {
                tracing::warn!(webhook.ending = ending, webhook.ms = ms, "a webhook was not accepted");
            }
            // Why messages are spooled was logged when that began; the rest is daily business or strangers at the door.
            _ => tracing::debug!(webhook.ending = ending, webhook.ms = ms, "a webhook ended"),
        }
    }
}

impl From<spool::Written> for Ending {
    fn from(written: spool::Written) -> Self {
        written.map_or_else(Self::Unavailable, |_on_disk| Self::Spooled)
    }
}

impl From<Refused> for Ending {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl IntoResponse for Ending {
    fn into_response(self) -> Response {
        self.answer().into_response()
    }
}
