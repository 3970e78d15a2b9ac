//! Fields out of JSON that may lack them, or write a number as a text.
//!
//! Avito's answers are walked field by field instead of being read into structs: one odd field in a message
//! must not cost us the message.

use std::str::FromStr;

use serde_json::Value;

/// The text under `key`.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The text under `key`, unless it is blank.
pub(crate) fn words<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    text(value, key).filter(|text| !text.trim().is_empty())
}

/// The whole number under `key`, also where it is written as a text.
pub(crate) fn number<N: FromStr + TryFrom<i64> + TryFrom<u64>>(value: &Value, key: &str) -> Option<N> {
    match value.get(key)? {
        Value::Number(number) => match number.as_u64() {
            Some(number) => N::try_from(number).ok(),
            None => N::try_from(number.as_i64()?).ok(),
        },
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The id under `key`, whichever kind of id the caller wants.
pub(crate) fn id<I: FromStr>(value: &Value, key: &str) -> Option<I> {
    text(value, key)?.parse().ok()
}

/// The elements of a list that comes bare or under `key`.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> Option<&'a Vec<Value>> {
    value.as_array().or_else(|| value.get(key)?.as_array())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        let cases = [
            (json!({"n": 7}), Some(7)),
            (json!({"n": "7"}), Some(7)),
            (json!({"n": 0}), Some(0)),
            (json!({"n": -1}), None),
            (json!({"n": null}), None),
            (json!({"n": "seven"}), None),
            (json!({}), None),
            (json!([]), None),
        ];
        for (value, expected) in cases {
            assert_eq!(number::<u64>(&value, "n"), expected, "{value}");
        }
        assert_eq!(number::<i64>(&json!({"n": -1}), "n"), Some(-1));
    }
}
