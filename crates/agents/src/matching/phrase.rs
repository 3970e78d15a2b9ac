//! Phrases in a text, by pattern. What they mean is for others to say.
//!
//! In a pattern `word` is that word, `word*` any ending, `a|b` either, `~` up to two words between, `^` and `$`
//! the ends of a sentence.

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
        if c.is_alphanumeric() || c == QUOTED {
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

/// A phrase: words, beginnings, alternatives, gaps and the ends of a sentence.
#[derive(Debug)]
pub(crate) struct Pattern(Vec<Piece>);

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
    /// The pattern that `text` writes down.
    pub(crate) fn parse(text: &'static str) -> Self {
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

    /// The word after the match that starts at `at`.
    pub(crate) fn matches(&self, words: &[Token], at: usize) -> Option<usize> {
        follow(&self.0, words, at, at)
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
