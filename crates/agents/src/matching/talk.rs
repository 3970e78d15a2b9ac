//! What buyers say about a deal, by the lists of `data/talk.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::phrase::{Pattern, Token};
use crate::numbers::tables::rows;

/// Whether `words` say a phrase of `list`.
pub(crate) fn says(list: &str, words: &[Token]) -> bool {
    said(list, words).iter().any(|said| *said)
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
    let patterns = &lists()[list];
    let mut covered = vec![false; words.len()];
    for at in 0..words.len() {
        for end in patterns.iter().filter_map(|pattern| pattern.matches(words, at)) {
            covered[at..end].fill(true);
        }
    }
    covered
}

fn lists() -> &'static HashMap<&'static str, Vec<Pattern>> {
    static LISTS: LazyLock<HashMap<&'static str, Vec<Pattern>>> = LazyLock::new(|| {
        let table = include_str!("../../data/talk.tsv");
        rows(table).map(|[name, patterns]| (name, patterns.split(" / ").map(Pattern::parse).collect())).collect()
    });
    &LISTS
}
