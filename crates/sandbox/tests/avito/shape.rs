//! Comparing an answer with its documented shape, where some values cannot be known before.

use serde_json::Value;

/// Panics unless `actual` has exactly the shape of `expected`. In `expected`, `"<int>"`, `"<text>"`, `"<hex32>"`,
/// `"<uuid>"` and `"<bool>"` stand for any such value.
#[track_caller]
pub(crate) fn check(actual: &Value, expected: &Value) {
    let mut problems = Vec::new();
    compare("$", actual, expected, &mut problems);
    assert!(problems.is_empty(), "{}\nwhole answer: {actual:#}", problems.join("\n"));
}

fn compare(at: &str, actual: &Value, expected: &Value, problems: &mut Vec<String>) {
    match (actual, expected) {
        (Value::Object(a), Value::Object(e)) => {
            for (name, value) in e {
                match a.get(name) {
                    Some(found) => compare(&format!("{at}.{name}"), found, value, problems),
                    None => problems.push(format!("{at}.{name} is missing")),
                }
            }
            problems.extend(a.keys().filter(|name| !e.contains_key(*name)).map(|name| format!("{at}.{name} is extra")));
        }
        (Value::Array(a), Value::Array(e)) if a.len() == e.len() => {
            for (index, (found, value)) in a.iter().zip(e).enumerate() {
                compare(&format!("{at}[{index}]"), found, value, problems);
            }
        }
        (_, Value::String(kind)) if stands_for(kind, actual) => {}
        _ if actual == expected => {}
        _ => problems.push(format!("{at}: {actual} instead of {expected}")),
    }
}

fn stands_for(kind: &str, actual: &Value) -> bool {
    let hex = |text: &str, length| text.len() == length && text.chars().all(|c| "0123456789abcdef".contains(c));
    match kind {
        "<int>" => actual.is_i64() || actual.is_u64(),
        "<bool>" => actual.is_boolean(),
        "<text>" => actual.is_string(),
        "<hex32>" => actual.as_str().is_some_and(|text| hex(text, 32)),
        "<uuid>" => actual.as_str().is_some_and(|text| text.len() == 36 && hex(&text.replace('-', ""), 32)),
        _ => false,
    }
}
