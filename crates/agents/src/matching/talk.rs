//! What buyers say about a deal, by the lists of `data/talk.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::phrase::{Phrases, Token};
use crate::numbers::tables::rows;

/// Whether `words` say a phrase of `list`.
pub(crate) fn says(list: &str, words: &[Token]) -> bool {
    lists()[list].are_said_by(words)
}

/// Which of `words` stand in a phrase of one of the lists.
pub(crate) fn covered(lists: &[&str], words: &[Token]) -> Vec<bool> {
    let mut covered = vec![false; words.len()];
    for list in lists {
        for (at, said) in said(list, words).into_iter().enumerate() {
            covered[at] |= said;
        }
    }
    covered
}

/// Whether `words` say phrases of the lists and nothing else but light words.
pub(crate) fn says_only(lists: &[&str], words: &[Token]) -> bool {
    let covered = covered(lists, words);
    let light = |word: &Token| super::words::Word::new(&word.text).is_light();
    covered.iter().any(|covered| *covered) && words.iter().zip(&covered).all(|(word, covered)| *covered || light(word))
}

/// Which of `words` stand in a phrase of `list`.
fn said(list: &str, words: &[Token]) -> Vec<bool> {
    let phrases = &lists()[list];
    let mut covered = vec![false; words.len()];
    for at in 0..words.len() {
        for end in phrases.starting_at(words, at) {
            covered[at..end].fill(true);
        }
    }
    covered
}

fn lists() -> &'static HashMap<&'static str, Phrases> {
    static LISTS: LazyLock<HashMap<&'static str, Phrases>> = LazyLock::new(|| {
        let table = include_str!("../../data/talk.tsv");
        rows(table).map(|[name, patterns]| (name, Phrases::parse(patterns))).collect()
    });
    &LISTS
}
