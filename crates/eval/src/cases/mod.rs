//! Messages with their right answers, one JSON object a line, from our own files and from others'.
//!
//! Of a line only `text` and `intent` must be there. Everything that is wrong with a file is told at once, each with
//! its line and what to do about it.

mod draw;
mod line;

use std::collections::BTreeMap;
use std::fmt;

use domain::escalation::EscalationReason;
use domain::intent::Intent;
use serde::{Deserialize, Serialize};

pub use draw::drawn;

/// One message, and what is right about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name; where the file gives none, the file and the line.
    pub id: String,
    /// What the buyer writes.
    pub text: String,
    /// What was said before, oldest first.
    pub before: Vec<Said>,
    /// The listing the chat belongs to.
    pub listing: Option<Listing>,
    /// What he wants.
    pub intent: Intent,
    /// What he wants besides.
    pub second_intent: Option<Intent>,
    /// What he names; `None` where nobody labelled it.
    pub entities: Option<Named>,
    /// What should be done.
    pub expect: Expect,
    /// Why a human should be called, by the reason's name.
    pub why: Option<String>,
    /// Whether it is one of the few that are always run.
    pub smoke: bool,
    /// What kind of message it is.
    pub tags: Vec<String>,
}

impl Case {
    /// As a router can be held to it: what only the table tells is not its to know.
    pub fn for_router(self) -> Self {
        let of_the_table =
            [EscalationReason::NotInTable, EscalationReason::TableIncomplete, EscalationReason::StillUnclear];
        let unseen = of_the_table.iter().any(|reason| self.why.as_deref() == Some(reason.name()));
        let expect = if unseen { Expect::Either } else { self.expect };
        Self { expect, ..self }
    }
}

/// A line said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// By the buyer.
    Buyer(String),
    /// By the shop.
    Shop(String),
}

impl Said {
    /// The words.
    pub fn text(&self) -> &str {
        match self {
            Self::Buyer(text) | Self::Shop(text) => text,
        }
    }
}

/// A listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its title.
    pub title: String,
    /// Its price, as Avito writes it.
    pub price: Option<String>,
}

/// The things a message names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Named {
    /// The product.
    pub product_name: Option<String>,
    /// The place.
    pub location: Option<String>,
    /// The price the buyer would pay, in roubles.
    pub desired_price: Option<f64>,
    /// How many.
    pub quantity: Option<f64>,
}

/// What should be done about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// An answer of ours: a human would be bothered for nothing.
    Answer,
    /// A human.
    Escalate,
    /// One is as good as the other.
    Either,
    /// Nothing.
    Silent,
}

impl Expect {
    const ALL: [(&'static str, Self); 4] =
        [("answer", Self::Answer), ("escalate", Self::Escalate), ("either", Self::Either), ("silent", Self::Silent)];

    /// Its name in the files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| *name)
    }
}

/// What an intent of somebody else's file is called here: `--map warranty=other`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntentMap(BTreeMap<String, Intent>);

impl IntentMap {
    /// Reads `theirs=ours`, several parted by commas.
    ///
    /// # Errors
    /// A part that is none, with the names there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut map = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (theirs, ours) =
                part.split_once('=').ok_or_else(|| format!("\"{part}\" is no theirs=ours, as in warranty=other"))?;
            let intent = named(ours.trim())
                .ok_or_else(|| format!("\"{}\" is none of our intents: {}", ours.trim(), intent_names()))?;
            map.insert(theirs.trim().to_owned(), intent);
        }
        Ok(Self(map))
    }

    fn find(&self, name: &str) -> Option<Intent> {
        self.0.get(name).copied().or_else(|| named(name))
    }
}

fn named(name: &str) -> Option<Intent> {
    Intent::ALL.into_iter().find(|intent| intent.name() == name)
}

fn intent_names() -> String {
    Intent::ALL.map(Intent::name).join(", ")
}

/// Reads the text of the file `name`.
///
/// # Errors
/// Every line that cannot be used.
pub fn read(name: &str, text: &str, map: &IntentMap) -> Result<Vec<Case>, BadLines> {
    let mut cases: Vec<Case> = Vec::new();
    let mut bad = Vec::new();
    let mut lines_of: BTreeMap<String, usize> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{name}:{number}");
        match line::read(line, &place, map) {
            Ok(case) => match lines_of.insert(case.id.clone(), number) {
                Some(first) => bad.push(BadLine {
                    place,
                    what: format!("its id \"{}\" is that of line {first} too", case.id),
                    fix: "give each line an id of its own, or leave all ids out".to_owned(),
                }),
                None => cases.push(case),
            },
            Err((what, fix)) => bad.push(BadLine { place, what, fix }),
        }
    }
    if cases.is_empty() && bad.is_empty() {
        let (what, fix) = ("holds no message".to_owned(), "one JSON object a line".to_owned());
        bad.push(BadLine { place: name.to_owned(), what, fix });
    }
    if bad.is_empty() { Ok(cases) } else { Err(BadLines(bad)) }
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// `file:line`.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
    /// What would be right.
    pub fix: String,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLines(pub Vec<BadLine>);

impl fmt::Display for BadLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A file of another kind has as many mistakes as lines.
        const SHOWN: usize = 20;
        for (index, bad) in self.0.iter().take(SHOWN).enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{}: {}\n  hint: {}", bad.place, bad.what, bad.fix)?;
        }
        match self.0.len().checked_sub(SHOWN) {
            Some(more @ 1..) => write!(f, "\nand {more} more"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for BadLines {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str, map: &str) -> Result<Case, String> {
        let cases = read("their.jsonl", line, &IntentMap::parse(map).unwrap());
        cases.map(|mut cases| cases.remove(0)).map_err(|bad| bad.to_string())
    }

    #[test]
    fn a_line_of_ours_is_read_whole() {
        let case = read_line(
            r#"{"id":"price-7","text":"А за 2к?","before":[{"buyer":"Сколько?"},{"shop":"2 900 ₽"}],
               "listing":{"title":"Рюкзак синий","price":"2 900 ₽"},"intent":"price_negotiation","second_intent":null,
               "entities":{"product_name":null,"location":null,"desired_price":2000,"quantity":null},
               "expect":"answer","why":null,"smoke":true,"tags":["short"]}"#
                .replace('\n', " ")
                .as_str(),
            "",
        )
        .unwrap();
        assert_eq!(case.before, [Said::Buyer("Сколько?".into()), Said::Shop("2 900 ₽".into())]);
        assert_eq!(case.listing.unwrap().title, "Рюкзак синий");
        assert_eq!(case.entities, Some(Named { desired_price: Some(2000.0), ..Named::default() }));
        assert_eq!((case.intent, case.expect, case.smoke), (Intent::PriceNegotiation, Expect::Answer, true));
    }

    #[test]
    fn of_somebody_elses_line_text_and_intent_suffice() {
        let case = read_line(r#"{"text":"Есть гарантия?","intent":"warranty","lang":"ru"}"#, "warranty=other").unwrap();
        assert_eq!((case.id.as_str(), case.intent), ("their.jsonl:1", Intent::Other));
        assert_eq!((case.entities, case.expect, case.before.len()), (None, Expect::Either, 0));
        // A complaint is a human's whatever the file says, or does not say.
        let complaint = read_line(r#"{"text":"Верните деньги","intent":"complaint"}"#, "").unwrap();
        assert_eq!(complaint.expect, Expect::Escalate);
    }

    #[test]
    fn a_bad_line_is_told_with_its_place_and_its_fix() {
        for (line, what, fix) in [
            ("{\"text\":\"Есть?\"", "is no JSON", "column"),
            ("[1]", "is no JSON object", "one object"),
            (r#"{"intent":"other"}"#, "has no \"text\"", "the buyer's words"),
            (r#"{"text":"  ","intent":"other"}"#, "its \"text\" is empty", ""),
            (r#"{"text":"Есть?"}"#, "has no \"intent\"", "stock_inquiry"),
            (r#"{"text":"Есть?","intent":"warranty"}"#, "\"warranty\", which is none of ours", "--map warranty="),
            (r#"{"text":"Есть?","intent":"other","second_intent":"size"}"#, "\"second_intent\"", "--map size="),
            (r#"{"text":"Есть?","intent":"other","expect":"reply"}"#, "\"reply\"", "answer, escalate, either, silent"),
            (r#"{"text":"Есть?","intent":"other","before":[{"bot":"Да"}]}"#, "\"before\"", "{\"buyer\": "),
            (r#"{"text":"Есть?","intent":"other","entities":{"quantity":"две"}}"#, "\"entities.quantity\"", "number"),
            (r#"{"text":"Есть?","intent":"other","why":"mood"}"#, "\"mood\"", "too_complex"),
        ] {
            let told = read_line(line, "").unwrap_err();
            assert!(told.starts_with("their.jsonl:1: "), "{told}");
            assert!(told.contains(what) && told.contains(fix), "{told}");
        }
    }

    #[test]
    fn all_bad_lines_are_told_at_once_and_an_id_is_given_once() {
        let told = read("f.jsonl", "{}\n\nnonsense\n", &IntentMap::default()).unwrap_err();
        let places: Vec<&str> = told.0.iter().map(|bad| bad.place.as_str()).collect();
        assert_eq!(places, ["f.jsonl:1", "f.jsonl:3"]);
        let twice = "{\"id\":\"a\",\"text\":\"x\",\"intent\":\"other\"}\n".repeat(2);
        assert!(read("f", &twice, &IntentMap::default()).unwrap_err().to_string().contains("of line 1 too"));
        assert!(read("f", "\n", &IntentMap::default()).unwrap_err().to_string().contains("no message"));
        let many = read("f", &"?\n".repeat(25), &IntentMap::default()).unwrap_err().to_string();
        assert!(many.ends_with("and 5 more"), "{many}");
    }

    #[test]
    fn a_map_names_our_intents() {
        assert!(IntentMap::parse("a=other, b=complaint").is_ok());
        assert!(IntentMap::parse("a").unwrap_err().contains("theirs=ours"));
        assert!(IntentMap::parse("a=b").unwrap_err().contains("stock_inquiry"));
    }
}
