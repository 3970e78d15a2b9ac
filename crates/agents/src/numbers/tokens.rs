//! Digits, words and marks of a folded text. Words that were glued together («пятьсотрублей») come apart here.

use std::ops::Range;

use super::fold::is_letter;
use super::lexicon::Lexicon;

/// What one token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Digits(&'a str),
    Word(&'a str),
    Mark(char),
}

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    Glued,
    Space,
    Line,
}

#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) span: Range<usize>,
    pub(super) gap: Gap,
}

impl<'a> Token<'a> {
    pub(super) fn word(&self) -> Option<&'a str> {
        if let Kind::Word(word) = self.kind { Some(word) } else { None }
    }

    pub(super) fn digits(&self) -> Option<&'a str> {
        if let Kind::Digits(digits) = self.kind { Some(digits) } else { None }
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// The tokens of a folded text.
pub(super) fn tokens<'a>(text: &'a str, lexicon: &Lexicon) -> Vec<Token<'a>> {
    let mut out = Vec::with_capacity(text.len() / 5);
    let mut gap = Gap::Glued;
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if first.is_whitespace() {
            gap = gap.max(if first == '\n' { Gap::Line } else { Gap::Space });
            continue;
        }
        let same: fn(char) -> bool = if first.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if is_letter(first) {
            is_letter
        } else {
            |_| false
        };
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = rest.next_if(|(_, c)| same(*c)) {
            end = at + c.len_utf8();
        }
        push(&mut out, text, start..end, gap, lexicon);
        gap = Gap::Glued;
    }
    out
}

fn push<'a>(out: &mut Vec<Token<'a>>, text: &'a str, span: Range<usize>, gap: Gap, lexicon: &Lexicon) {
    let piece = &text[span.clone()];
    let first = piece.chars().next().unwrap_or(' ');
    if !is_letter(first) {
        let kind = if first.is_ascii_digit() { Kind::Digits(piece) } else { Kind::Mark(first) };
        out.push(Token { kind, span, gap });
        return;
    }
    let Some(cuts) = lexicon.split_glued(piece) else {
        out.push(Token { kind: Kind::Word(piece), span, gap });
        return;
    };
    let (mut from, mut gap) = (span.start, gap);
    for to in cuts.into_iter().map(|cut| span.start + cut).chain([span.end]) {
        out.push(Token { kind: Kind::Word(&text[from..to]), span: from..to, gap });
        (from, gap) = (to, Gap::Glued);
    }
}
