//! What became of a card, and what an error of the Bot API means for it.
//!
//! The rule is the delivery protocol's: refused by Telegram or never connected is not sent, a message id is
//! sent, everything between is unknown.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

/// What became of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardOutcome {
    /// It is in the chat.
    Sent {
        /// Telegram's receipt.
        message_id: i32,
    },
    /// It is certainly not in the chat.
    NotSent(Refusal),
    /// It may be in the chat or not: the answer was late, cut or unreadable.
    Unknown {
        /// What happened, for the log.
        why: String,
    },
}

/// Why a card was not sent, by what is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Too many messages: wait this long.
    RetryAfter(Duration),
    /// Telegram was not reached: try again.
    Retry {
        /// What happened, for the log.
        why: String,
    },
    /// Telegram will not take it, however often it is tried: blocked by the seller, no such chat.
    Final {
        /// In Telegram's words, or ours where we know what to do.
        why: String,
    },
}

impl CardOutcome {
    /// The name in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::NotSent(Refusal::RetryAfter(_)) => "too_many",
            Self::NotSent(Refusal::Retry { .. }) => "unreachable",
            Self::NotSent(Refusal::Final { .. }) => "refused",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// What became of a change to a message of ours. Changing it twice changes it once, so nothing is unknown here: who is
/// not sure tries again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// It reads as it should.
    Done,
    /// The message is not there any more, or too old to be changed.
    Gone,
    /// It was not changed, or nobody knows.
    NotDone(Refusal),
}

impl EditOutcome {
    /// The name in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Gone => "gone",
            Self::NotDone(Refusal::RetryAfter(_)) => "too_many",
            Self::NotDone(Refusal::Retry { .. }) => "unreachable",
            Self::NotDone(Refusal::Final { .. }) => "refused",
        }
    }
}

/// What `error` means for a change of a message.
pub(crate) fn classify_edit(error: &RequestError) -> EditOutcome {
    match error {
        RequestError::Api(ApiError::MessageNotModified) => EditOutcome::Done,
        RequestError::Api(
            ApiError::MessageToEditNotFound | ApiError::MessageCantBeEdited | ApiError::MessageIdInvalid,
        ) => EditOutcome::Gone,
        error => match classify(error) {
            CardOutcome::NotSent(refusal) => EditOutcome::NotDone(refusal),
            CardOutcome::Sent { .. } => EditOutcome::Done,
            CardOutcome::Unknown { why } => EditOutcome::NotDone(Refusal::Retry { why }),
        },
    }
}

/// The outcome that `error` stands for. Holds while the call is ended before teloxide has waited out a 5xx;
/// see the desk's deadline.
pub(crate) fn classify(error: &RequestError) -> CardOutcome {
    let refused = |why: String| CardOutcome::NotSent(Refusal::Final { why });
    match error {
        RequestError::Api(error) => refused(error.to_string()),
        RequestError::MigrateToChatId(chat) => {
            refused(format!("the group has become a supergroup: set the seller's telegram_chat = {chat}"))
        }
        RequestError::RetryAfter(after) => CardOutcome::NotSent(Refusal::RetryAfter(after.duration())),
        RequestError::Network(source) if source.is_connect() => {
            CardOutcome::NotSent(Refusal::Retry { why: told(error) })
        }
        RequestError::Network(source) if source.is_builder() => refused(told(error)),
        RequestError::Network(_) | RequestError::InvalidJson { .. } | RequestError::Io(_) => {
            CardOutcome::Unknown { why: told(error) }
        }
    }
}

/// Why the bot may not write into a chat, in Telegram's words, and what to do about it; `None` where the error is about
/// something else.
pub(crate) fn about_chat(error: &RequestError) -> Option<(String, String)> {
    let fix = match error {
        RequestError::MigrateToChatId(chat) => {
            let why = "the group has become a supergroup".to_owned();
            return Some((why, format!("set the seller's telegram_chat = {chat}")));
        }
        RequestError::Api(ApiError::BotBlocked) => "the seller unblocks the bot and presses Start",
        RequestError::Api(ApiError::BotKicked | ApiError::BotKickedFromSupergroup) => {
            "the seller adds the bot to the group again"
        }
        RequestError::Api(ApiError::UserDeactivated) => "that account is gone: set the seller's telegram_chat anew",
        RequestError::Api(_) => {
            "the seller opens the bot in Telegram and presses Start (in a group: adds the bot); then check telegram_chat"
        }
        _ => return None,
    };
    let why = match error {
        RequestError::Api(error) => error.to_string(),
        other => other.to_string(),
    };
    Some((why, fix.to_owned()))
}

/// What happened, without the address: it holds the bot's token.
pub(crate) fn told(error: &RequestError) -> String {
    let RequestError::Network(error) = error else {
        // The raw body of an unreadable answer may hold the buyer's words.
        return match error {
            RequestError::InvalidJson { source, .. } => format!("Telegram's answer cannot be read: {source}"),
            other => other.to_string(),
        };
    };
    let kind = match () {
        () if error.is_connect() => "no connection to Telegram",
        () if error.is_timeout() => "Telegram did not answer in time",
        () => "the connection to Telegram broke",
    };
    match std::error::Error::source(&**error) {
        Some(cause) => format!("{kind}: {}", runtime::chain(cause)),
        None => kind.to_owned(),
    }
}

/// That nothing came within `deadline`.
pub(crate) fn silence(deadline: Duration) -> String {
    format!("Telegram did not answer within {} ms", deadline.as_millis())
}
