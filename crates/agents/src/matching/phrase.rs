//! Phrases in a text, by pattern. What they mean is for others to say.
//!
//! In a pattern `word` is that word, `word*` any ending, `a|b` either, `~` up to two words between, `^` and `$`
//! the ends of a sentence. A list of phrases parts them by ` / `.

use std::collections::BTreeSet;

use crate::numbers::fold::is_letter_or_digit;

/// One word of a text, with its place among clauses and sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) clause: u32,
    pub(crate) sentence: u32,
}

/// What stands in for words that are somebody else's: it counts as a word.
pub(crate) const QUOTED: char = '\u{fffc}';

/// The words of a folded text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let (mut words, mut clause, mut sentence) = (Vec::new(), 0, 0);
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if is_letter_or_digit(c) || c == QUOTED {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            words.push(Token { text: std::mem::take(&mut word), clause, sentence });
        }
        match c {
            '.' | '!' | '?' | '\n' | '…' => (clause, sentence) = (clause + 1, sentence + 1),
            ',' | ';' | ':' | '—' | '(' | ')' => clause += 1,
            _ => {}
        }
    }
    words
}

/// A list of phrases, by the letters they may begin with: most of them need not be tried at most words.
#[derive(Debug)]
pub(crate) struct Phrases {
    all: Vec<Pattern>,
    by_letter: [Vec<u16>; LETTERS + 1],
}

/// From а to я; behind them whatever else a word begins with.
const LETTERS: usize = 32;

impl Phrases {
    /// The phrases that `text` writes down.
    pub(crate) fn parse(text: &'static str) -> Self {
        let all: Vec<Pattern> = text.split(" / ").map(Pattern::parse).collect();
        let mut by_letter = [const { Vec::new() }; LETTERS + 1];
        for (at, pattern) in all.iter().enumerate() {
            for letter in pattern.letters() {
                by_letter[letter].push(at as u16);
            }
        }
        Self { all, by_letter }
    }

    /// The phrases that start at the word `at`, in the order of the list: the word after each.
    pub(crate) fn starting_at(&self, words: &[Token], at: usize) -> impl Iterator<Item = usize> {
        let mine = words.get(at).map_or(&[][..], |word| &self.by_letter[letter(&word.text)]);
        mine.iter().filter_map(move |pattern| follow(&self.all[*pattern as usize].0, words, at, at))
    }

    /// Whether `words` say one of them.
    pub(crate) fn are_said_by(&self, words: &[Token]) -> bool {
        (0..words.len()).any(|at| self.starting_at(words, at).next().is_some())
    }
}

fn letter(word: &str) -> usize {
    match word.chars().next() {
        Some(first @ 'а'..='я') => first as usize - 'а' as usize,
        _ => LETTERS,
    }
}

/// A phrase: words, beginnings, alternatives, gaps and the ends of a sentence.
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
    fn text(&self) -> &'static str {
        match self {
            Self::Whole(form) | Self::Beginning(form) => form,
        }
    }

    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Whole(form) => word == *form,
            Self::Beginning(form) => word.starts_with(form),
        }
    }
}

impl Pattern {
    fn parse(text: &'static str) -> Self {
        Self(
            text.split(' ')
                .map(|piece| match piece {
                    "~" => Piece::UpToTwoWords,
                    "^" => Piece::SentenceStart,
                    "$" => Piece::SentenceEnd,
                    words => Piece::Word(
                        words
                            .split('|')
                            .map(|word| match word.strip_suffix('*') {
                                Some(beginning) => Form::Beginning(beginning),
                                None => Form::Whole(word),
                            })
                            .collect(),
                    ),
                })
                .collect(),
        )
    }

    /// The letters it may begin with; all of them, where it begins with a gap.
    fn letters(&self) -> BTreeSet<usize> {
        let first = self.0.iter().find(|piece| !matches!(piece, Piece::SentenceStart));
        match first {
            Some(Piece::Word(forms)) if forms.iter().all(|form| !form.text().is_empty()) => {
                forms.iter().map(|form| letter(form.text())).collect()
            }
            _ => (0..=LETTERS).collect(),
        }
    }
}

fn follow(pieces: &[Piece], words: &[Token], start: usize, at: usize) -> Option<usize> {
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
