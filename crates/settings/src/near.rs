//! What an unknown key was probably meant to be.

use std::collections::BTreeSet;

/// A guess.
pub(crate) enum Near<'k> {
    /// It is a section of known keys.
    Section,
    /// This key.
    Key(&'k str),
    /// Nothing known.
    Nothing,
}

/// Below this likeness a hint confuses more than it helps.
const LIKE: f64 = 0.7;

/// The likeliest meaning of `key` among the known ones.
pub(crate) fn nearest<'k>(key: &str, known: &'k BTreeSet<String>) -> Near<'k> {
    if known.iter().any(|known| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'))) {
        return Near::Section;
    }
    let best = known.iter().map(|known| (known, likeness(key, known))).max_by(|a, b| a.1.total_cmp(&b.1));
    match best {
        Some((known, likeness)) if likeness >= LIKE => Near::Key(known),
        _ => Near::Nothing,
    }
}

fn likeness(key: &str, known: &str) -> f64 {
    let parts = |key: &str| {
        let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
        (section.to_owned(), name.to_owned())
    };
    let ((section, name), (known_section, known_name)) = (parts(key), parts(known));
    if name == known_name {
        // The right word in the wrong section; the likelier section first.
        return 1.0 + strsim::normalized_damerau_levenshtein(&section, &known_section);
    }
    if section != known_section {
        return strsim::normalized_damerau_levenshtein(key, known);
    }
    let shortened = if known_name.starts_with(&name) { 0.5 } else { 0.0 };
    shortened + strsim::normalized_damerau_levenshtein(&name, &known_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_is_the_key_that_was_meant_or_none() {
        let known = ["queue.lease", "queue.block", "llm.router.model", "llm.wording.model", "thresholds.stock_inquiry"];
        let known = known.into_iter().map(str::to_owned).collect();
        for (key, meant) in [
            ("queue.leese", "queue.lease"),
            ("worker.lease", "queue.lease"),
            ("llm.model", "llm.router.model"),
            ("thresholds.stock", "thresholds.stock_inquiry"),
            ("llm.router", "a section"),
            ("llm", "a section"),
            ("strange.key", "nothing"),
        ] {
            let guess = match nearest(key, &known) {
                Near::Section => "a section",
                Near::Key(known) => known,
                Near::Nothing => "nothing",
            };
            assert_eq!(guess, meant, "{key}");
        }
    }
}
