//! Phrases that need a decision behind them: patterns of `data/phrases.tsv`, and where they are said.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::numbers::lexicon::rows;

/// One word of a text, with its place among clauses and sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) clause: u32,
    pub(super) sentence: u32,
}

/// The first phrase of `list` that `words` say, as it is said.
pub(super) fn said(list: &str, words: &[Word]) -> Option<String> {
    let table = phrases();
    let list = table.get(list).unwrap_or_else(|| unreachable!("the lists are named in code and in the table alike: {list}"));
    (0..words.len()).find_map(|at| {
        let hit = list.patterns.iter().find_map(|pattern| pattern.matches(words, at))?;
        let denied = !list.even_denied && at > 0 && matches!(words[at - 1].text.as_str(), "не" | "ни" | "нельзя" | "not");
        (!denied).then(|| words[at..hit.max(at + 1)].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
    })
}

#[derive(Debug)]
struct List {
    patterns: Vec<Pattern>,
    /// «не осталось» is said in spite of its «не».
    even_denied: bool,
}

#[derive(Debug)]
struct Pattern(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Word(Vec<Form>),
    UpToTwoWords,
    SentenceStart,
    SentenceEnd,
}

#[derive(Debug)]
enum Form {
    Whole(&'static str),
    Beginning(&'static str),
}

impl Form {
    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Whole(form) => word == *form,
            Self::Beginning(form) => word.starts_with(form),
        }
    }
}

impl Pattern {
    fn parse(text: &'static str) -> Self {
        Self(text.split(' ').map(|piece| match piece {
            "~" => Piece::UpToTwoWords,
            "^" => Piece::SentenceStart,
            "$" => Piece::SentenceEnd,
            words => Piece::Word(words.split('|').map(|word| match word.strip_suffix('*') {
                Some(beginning) => Form::Beginning(beginning),
                None => Form::Whole(word),
            }).collect()),
        }).collect())
    }

    /// The word after the match that starts at `at`.
    fn matches(&self, words: &[Word], at: usize) -> Option<usize> {
        follow(&self.0, words, at, at)
    }
}

fn follow(pieces: &[Piece], words: &[Word], start: usize, at: usize) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else { return Some(at) };
    let sentence = words.get(start)?.sentence;
    match piece {
        Piece::SentenceStart => {
            let first = at == 0 || words[at - 1].sentence != sentence;
            if first { follow(rest, words, start, at) } else { None }
        }
        Piece::SentenceEnd => {
            let ended = words.get(at).is_none_or(|word| word.sentence != sentence);
            if ended { follow(rest, words, start, at) } else { None }
        }
        Piece::UpToTwoWords => (0..=2).find_map(|skipped| follow(rest, words, start, at + skipped)),
        Piece::Word(forms) => {
            let word = words.get(at).filter(|word| word.sentence == sentence)?;
            if forms.iter().any(|form| form.fits(&word.text)) { follow(rest, words, start, at + 1) } else { None }
        }
    }
}

fn phrases() -> &'static HashMap<&'static str, List> {
    static PHRASES: LazyLock<HashMap<&'static str, List>> = LazyLock::new(|| {
        let table = include_str!("../../data/phrases.tsv");
        rows(table).map(|[name, patterns]| {
            let list = List {
                patterns: patterns.split(" / ").map(Pattern::parse).collect(),
                even_denied: name.ends_with('!'),
            };
            (name.trim_end_matches('!'), list)
        }).collect()
    });
    &PHRASES
}

#[cfg(test)]
mod tests {
    use super::super::draft::words_of;
    use super::*;

    #[test]
    fn phrases_are_found_where_they_are_said() {
        for (list, text, found) in [
            ("deal", "тогда по рукам", Some("по рукам")),
            ("deal", "мы не договорились", None),
            ("deal", "идет", Some("идет")),
            ("deal", "посылка идет 5 дней", None),
            ("floor", "ниже 3000 я не могу", Some("ниже 3000 я не")),
            ("firm", "дешевле. не знаю", None),
            ("have_not", "сумки сейчас не осталось", Some("не осталось")),
        ] {
            assert_eq!(said(list, &words_of(text)).as_deref(), found, "{list}: {text}");
        }
    }
}
