//! What sellers write into cells, read as what they mean, or refused with a word on what would be right.
//!
//! Nothing is rounded, completed or assumed here: a cell that can be read in two ways is refused.

pub(crate) mod amount;
pub(crate) mod days;
pub(crate) mod listing;
pub(crate) mod price;
pub(crate) mod quantity;
pub(crate) mod terms;
pub(crate) mod text;

/// What is wrong with a cell and what would be right, in Russian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble(pub(crate) String);

impl From<&str> for Trouble {
    fn from(what: &str) -> Self {
        Self(what.to_owned())
    }
}

impl From<String> for Trouble {
    fn from(what: String) -> Self {
        Self(what)
    }
}

/// How a table of readings is checked: what is written, and what it is read as, as text.
#[cfg(test)]
pub(crate) fn check<T>(
    read: impl Fn(&serde_json::Value) -> Result<T, Trouble>,
    show: impl Fn(T) -> String,
    table: &[(serde_json::Value, &str)],
) {
    for (cell, expected) in table {
        let got = match read(cell) {
            Ok(value) => show(value),
            Err(Trouble(what)) => format!("! {what}"),
        };
        let matches = match expected.strip_prefix('!') {
            Some(part) => got.starts_with('!') && got.contains(part.trim()),
            None => got == *expected,
        };
        assert!(matches, "{cell}: read {got:?}, expected {expected:?}");
    }
}
