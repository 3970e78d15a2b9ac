//! The messages built in, and which of them make up a suite.

use crate::cases::{self, BadLines, Case, IntentMap};
use crate::haggling::{self, Script};

/// The files, by their names in `prompts/evals`.
const FILES: [(&str, &str); 6] = [
    ("stock.jsonl", include_str!("../../../prompts/evals/stock.jsonl")),
    ("delivery.jsonl", include_str!("../../../prompts/evals/delivery.jsonl")),
    ("pricing.jsonl", include_str!("../../../prompts/evals/pricing.jsonl")),
    ("complaint.jsonl", include_str!("../../../prompts/evals/complaint.jsonl")),
    ("other.jsonl", include_str!("../../../prompts/evals/other.jsonl")),
    ("mixed.jsonl", include_str!("../../../prompts/evals/mixed.jsonl")),
];
const INJECTIONS: (&str, &str) = ("injections.jsonl", include_str!("../../../prompts/evals/injections.jsonl"));
const HAGGLING: (&str, &str) = ("haggling.jsonl", include_str!("../../../prompts/evals/haggling.jsonl"));

/// The router's prompt that ours is held against: the task, and no example.
pub const PLAIN_ROUTER: &str = include_str!("../../../prompts/evals/plain-router.md");

/// The table that the whole decision is tried on.
pub const SHOP: &str = include_str!("../../../prompts/evals/shop.toml");

/// All messages, the attacks last.
///
/// # Errors
/// A line that cannot be used: a test holds that there is none.
pub fn all() -> Result<Vec<Case>, BadLines> {
    Ok([messages()?, injections()?].concat())
}

/// All messages but the attacks.
///
/// # Errors
/// A line that cannot be used: a test holds that there is none.
pub fn messages() -> Result<Vec<Case>, BadLines> {
    let read = FILES.iter().map(|(name, text)| cases::read(name, text, &IntentMap::default()));
    Ok(read.collect::<Result<Vec<_>, _>>()?.concat())
}

/// The attacks.
///
/// # Errors
/// A line that cannot be used: a test holds that there is none.
pub fn injections() -> Result<Vec<Case>, BadLines> {
    cases::read(INJECTIONS.0, INJECTIONS.1, &IntentMap::default())
}

/// The few that are always run.
///
/// # Errors
/// A line that cannot be used: a test holds that there is none.
pub fn smoke() -> Result<Vec<Case>, BadLines> {
    Ok(all()?.into_iter().filter(|case| case.smoke).collect())
}

/// The haggles.
///
/// # Errors
/// A line that cannot be used: a test holds that there is none.
pub fn scripts() -> Result<Vec<Script>, BadLines> {
    haggling::read(HAGGLING.0, HAGGLING.1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::similar::Trigrams;

    /// Above this two texts are the same message, written twice.
    const NEAR: f64 = 0.7;

    #[test]
    fn every_line_of_ours_can_be_used_and_there_are_enough_of_them() {
        let (all, smoke) = (all().unwrap(), smoke().unwrap());
        assert!(all.len() >= 600, "{}", all.len());
        assert_eq!(smoke.len(), 50);
        let ids: BTreeSet<&str> = all.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids.len(), all.len(), "an id is given once, over all files");
        assert!(!scripts().unwrap().is_empty());
    }

    #[test]
    fn no_message_is_an_example_of_a_prompt_or_nearly_one() {
        let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
        let examples: Vec<String> =
            ["router.md", "agents/stock.md", "agents/delivery.md", "agents/pricing.md", "agents/general.md"]
                .iter()
                .chain(&["shared/voice.md", "shared/safety.md", "shared/turn.md"])
                .flat_map(|name| quoted(&std::fs::read_to_string(prompts.join(name)).unwrap()))
                .collect();
        assert!(examples.len() > 20, "the examples are read: {examples:?}");
        let learned = ["stock", "delivery", "pricing", "complaint", "other"].map(|name| {
            let file = std::fs::read_to_string(prompts.join(format!("examples/{name}.jsonl"))).unwrap();
            let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].clone();
            file.lines().map(|line| text(line).as_str().unwrap().to_owned()).collect::<Vec<String>>()
        });
        let examples: Vec<String> = examples.into_iter().chain(learned.into_iter().flatten()).collect();
        let examples: Vec<(&String, Trigrams)> =
            examples.iter().map(|example| (example, Trigrams::of(example))).collect();
        let mut shared = Vec::new();
        for case in all().unwrap() {
            let said = Trigrams::of(&case.text);
            let near = examples.iter().find(|(_, example)| said.jaccard(example) > NEAR);
            shared.extend(near.map(|(example, _)| format!("{}: «{}» is «{example}»", case.id, case.text)));
        }
        assert!(shared.is_empty(), "an example that the model has read proves nothing:\n{}", shared.join("\n"));
    }

    #[test]
    fn no_message_is_there_twice_or_nearly() {
        let all: Vec<(Case, Trigrams)> =
            all().unwrap().into_iter().map(|case| (case.clone(), Trigrams::of(&case.text))).collect();
        let mut shared = Vec::new();
        for (place, (case, said)) in all.iter().enumerate() {
            // A short question about two things is two messages.
            let near = |(other, words): &&(Case, Trigrams)| {
                case.before == other.before && case.listing == other.listing && said.jaccard(words) > NEAR
            };
            shared.extend(all[..place].iter().find(near).map(|(other, _)| format!("{} and {}", case.id, other.id)));
        }
        assert!(shared.is_empty(), "{}", shared.join("\n"));
    }

    /// What stands between « and », or in an example of the router's between its tags.
    fn quoted(text: &str) -> Vec<String> {
        let within = |open: &str, close: &str| {
            let parts = text.split(open).skip(1);
            parts.filter_map(|rest| Some(rest.split_once(close)?.0.to_owned())).collect::<Vec<_>>()
        };
        let mut all = within("«", "»");
        all.extend(within("<buyer>", "</buyer>").into_iter().filter(|text| !text.contains("{{")));
        all.extend(within("покупатель: ", "\n"));
        all
    }
}
