//! Two variants of one prompt, tried against one another: which files are variants, and which chat gets which.
//!
//! `agents/pricing.b.md` beside `agents/pricing.md` is a trial: the `share` in its front matter says how many of a
//! hundred chats get it. A chat keeps its variant for good, on every worker and after every restart, because nothing
//! but its id decides. Not here: what came of it (`salesphere experiment report`).

use std::path::Path;

use domain::ids::ConversationId;
use sha2::{Digest, Sha256};

/// The variants in a directory of prompts, by their names below it: files called `<prompt>.<letter>.md`.
pub(super) fn variants_in(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["", "agents/", "shared/"] {
        // A directory that is not there is told of with each of its files.
        let Ok(entries) = std::fs::read_dir(dir.join(folder)) else { continue };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        found.extend(names.filter(|name| letter_of(name).is_some()).map(|name| format!("{folder}{name}")));
    }
    found.sort();
    found
}

/// The prompt that `variant` is a variant of: `agents/pricing.md` for `agents/pricing.b.md`.
///
/// # Errors
/// When it is called like one that cannot be.
pub(super) fn base_of(variant: &str) -> Result<String, String> {
    match letter_of(variant) {
        Some('b') => Ok(format!("{}.md", &variant[..variant.len() - ".b.md".len()])),
        _ => Err("a prompt has one variant at a time, and it is called `.b.md`".to_owned()),
    }
}

/// The letter of a variant's name.
fn letter_of(name: &str) -> Option<char> {
    let letter = name.strip_suffix(".md")?.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?.1;
    let mut letters = letter.chars();
    letters.next().filter(|c| c.is_ascii_lowercase() && letters.next().is_none())
}

/// Whether `chat` gets the variant of `prompt`, of which `share` in a hundred chats do.
///
/// The prompt's name is hashed too, so that the trials of two prompts divide the chats independently of one another;
/// the version is not, so that a corrected variant goes on with its own chats. A share that grows takes chats from the
/// other variant and gives none back.
pub(super) fn gets_variant(prompt: &str, chat: &ConversationId, share: u8) -> bool {
    let hash = Sha256::digest(format!("{prompt}\n{chat}"));
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    // The chat's place among a hundred, evenly spread: the upper half of a product has no remainder to be unfair with.
    let place = (u128::from(u64::from_be_bytes(first)) * 100) >> 64;
    place < u128::from(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(number: u32) -> ConversationId {
        format!("demo:u2i-{number}").parse().unwrap()
    }

    fn got(prompt: &str, share: u8) -> Vec<bool> {
        (0..10_000).map(|number| gets_variant(prompt, &chat(number), share)).collect()
    }

    #[test]
    fn a_chat_keeps_its_variant_for_good() {
        // These are fixed: another hash would give chats under way another variant.
        let got: Vec<u32> = (0..12).filter(|number| gets_variant("agents/pricing.md", &chat(*number), 50)).collect();
        assert_eq!(got, [0, 1, 7]);
    }

    #[test]
    fn the_share_is_kept_and_a_larger_one_takes_no_chat_back() {
        let counted = |chats: &[bool]| chats.iter().filter(|got| **got).count();
        let (small, large) = (got("agents/pricing.md", 10), got("agents/pricing.md", 50));
        assert!((900..1100).contains(&counted(&small)), "{}", counted(&small));
        assert!((4800..5200).contains(&counted(&large)), "{}", counted(&large));
        assert!(small.iter().zip(&large).all(|(small, large)| !small || *large));
    }

    #[test]
    fn the_trials_of_two_prompts_divide_the_chats_independently() {
        let (one, other) = (got("agents/pricing.md", 50), got("router.md", 50));
        let both = one.iter().zip(&other).filter(|(one, other)| **one && **other).count();
        assert!((2300..2700).contains(&both), "{both}");
    }

    #[test]
    fn a_variant_is_known_by_its_name() {
        for (name, base) in [("agents/pricing.b.md", "agents/pricing.md"), ("router.b.md", "router.md")] {
            assert_eq!(base_of(name).as_deref(), Ok(base));
        }
        assert!(base_of("router.c.md").is_err());
        for (name, letter) in [
            ("router.md", None),
            ("pricing.b.md", Some('b')),
            ("pricing.c.md", Some('c')),
            ("pricing.old.md", None),
            (".b.md", None),
            ("pricing.b.md~", None),
        ] {
            assert_eq!(letter_of(name), letter, "{name}");
        }
    }
}
