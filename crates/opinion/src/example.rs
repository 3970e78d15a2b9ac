//! A buyer's message and what is right for it, a line of JSON each: `prompts/examples/*.jsonl`.

use std::fmt;

use domain::intent::{Flag, Intent};
use serde::Deserialize;

use crate::Shown;

/// A labelled message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// As it arrives.
    pub text: String,
    /// Earlier turns, the oldest first.
    #[serde(default)]
    pub before: Vec<Said>,
    /// The title of the listing the chat belongs to.
    #[serde(default)]
    pub listing: Option<String>,
    /// What the buyer wants.
    pub intent: Intent,
    /// What in it calls for the owner himself.
    #[serde(default)]
    pub flag: Flag,
    /// A second plain question.
    #[serde(default)]
    pub second_intent: Option<Intent>,
}

/// An earlier turn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// By the buyer.
    Buyer(String),
    /// By the shop.
    Shop(String),
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Which one, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl Example {
    /// What a turn like this shows of itself.
    pub fn shown(&self) -> Shown<'_> {
        let buyers = self.before.iter().rev().find_map(|said| match said {
            Said::Buyer(text) => Some(text.as_str()),
            Said::Shop(_) => None,
        });
        let answered = match self.before.last() {
            Some(Said::Shop(text)) => Some(text.as_str()),
            _ => None,
        };
        Shown { text: &self.text, before: buyers, answered, listing: self.listing.is_some() }
    }
}

/// The examples of a file, and every line that is none.
///
/// # Errors
/// At least one line cannot be used: all such lines.
pub fn read(file: &str) -> Result<Vec<Example>, Vec<Misfit>> {
    let mut examples = Vec::new();
    let mut misfits = Vec::new();
    for (line, text) in (1..).zip(file.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        match serde_json::from_str::<Example>(text) {
            Ok(example) if example.text.trim().is_empty() => {
                misfits.push(Misfit { line, what: "its text is empty".to_owned() });
            }
            Ok(example) => examples.push(example),
            Err(error) => misfits.push(Misfit { line, what: error.to_string() }),
        }
    }
    if misfits.is_empty() { Ok(examples) } else { Err(misfits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_line_is_told_and_an_empty_one_is_none() {
        let misfits = read(
            "{\"text\":\"есть?\",\"intent\":\"stock_inquiry\"}\n\n{\"text\":\" \",\"intent\":\"other\"}\n{\"text\"",
        )
        .unwrap_err();
        let told: Vec<String> = misfits.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0] == "line 3: its text is empty" && told[1].starts_with("line 4: "), "{told:?}");
        let unknown = read("{\"text\":\"а\",\"intent\":\"small_talk\"}").unwrap_err();
        assert!(unknown[0].what.contains("small_talk"), "{unknown:?}");
    }

    #[test]
    fn what_was_said_before_is_the_buyers_last_word_and_the_shops_answer_to_it() {
        let line = r#"{"text":"а 45?","before":[{"buyer":"44 есть?"},{"shop":"Да."}],"listing":"Кеды","intent":"stock_inquiry"}"#;
        let examples = read(line).unwrap();
        let shown = Shown { text: "а 45?", before: Some("44 есть?"), answered: Some("Да."), listing: true };
        assert_eq!(examples[0].shown(), shown);
        assert_eq!(examples[0].flag, Flag::None);
    }
}
