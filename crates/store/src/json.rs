//! Values as JSON text. What an older or newer version wrote and we cannot read counts as absent: to forget
//! costs a question, to stop would cost the conversation.

use std::time::Duration;

use redis::Cmd;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys;

/// The text of `value`.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our values are plain structs with text keys, and JSON can hold those")
}

/// The value in `text`; a text that is none of ours is counted, logged without its content (the error's
/// own text would quote it), and left alone.
pub(crate) fn read<T: DeserializeOwned>(kind: &keys::Kind, text: Option<&[u8]>) -> Option<T> {
    match serde_json::from_slice(text?) {
        Ok(value) => Some(value),
        Err(error) => {
            metrics::counter!("store_unreadable_total", "kind" => kind.name).increment(1);
            tracing::warn!(
                store.kind = kind.name,
                store.broken_at = error.column(),
                "a stored value cannot be read, probably another version wrote it; going on as if it were not there"
            );
            None
        }
    }
}

/// The command that keeps `value` under `key` for `ttl`; Redis refuses to keep a thing for no time at all.
pub(crate) fn set<T: Serialize>(key: String, value: &T, ttl: Duration) -> Cmd {
    let mut set = redis::cmd("SET");
    set.arg(key).arg(write(value)).arg("PX").arg(millis(ttl));
    set
}

/// A time to live as Redis takes it.
pub(crate) fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).clamp(1, MAX_TTL_MS)
}

/// A hundred years; more would overflow Redis' own sum of now and the time to live.
const MAX_TTL_MS: u64 = 100 * 365 * 24 * 3600 * 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use domain::conversation::Conversation;

    #[test]
    fn what_cannot_be_read_counts_as_absent() {
        for text in [Some("{"), Some("[1]"), Some(""), Some("{\"lines\": 7}"), None] {
            assert_eq!(read::<Conversation>(&keys::CONVERSATION, text.map(str::as_bytes)), None, "{text:?}");
        }
    }

    #[test]
    fn a_field_that_we_do_not_know_and_one_that_is_missing_do_no_harm() {
        let read =
            read::<Conversation>(&keys::CONVERSATION, Some("{\"mood\": \"good\", \"city\": \"Томск\"}".as_bytes()));
        assert_eq!(read.and_then(|conversation| conversation.city).as_deref(), Some("Томск"));
    }
}
