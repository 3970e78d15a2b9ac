//! A sum of a draft and the words around it: what it is said of.

use domain::money::Money;

use super::draft::Draft;
use crate::matching::phrase::{Token, tokens};
use crate::numbers::Number;

/// A sum and the words around it.
pub(super) struct Said<'a> {
    pub(super) money: Money,
    pub(super) number: &'a Number,
    /// The words of its clause before it, and how many clauses there are before.
    pub(super) before: Vec<Token>,
    pub(super) clause: u32,
    /// The words behind it.
    pub(super) after: Vec<Token>,
    /// The words of its sentence.
    pub(super) sentence: &'a str,
}

impl<'a> Said<'a> {
    /// What stands around `number` in `draft`.
    pub(super) fn of(draft: &'a Draft<'_>, number: &'a Number, money: Money) -> Self {
        let text = draft.folded.as_str();
        let ends = |c: char| matches!(c, '!' | '?' | '\n');
        let start = text[..number.span.start].rfind(ends).map_or(0, |at| at + 1);
        let end = text[number.span.end..].find(ends).map_or(text.len(), |at| number.span.end + at);
        let before = tokens(&text[..number.span.start]);
        let clause = before.last().map_or(0, |word| word.clause);
        Self { money, number, before, clause, after: tokens(&text[number.span.end..]), sentence: &text[start..end] }
    }

    /// The nearest word before that begins with one of `stems`, and whether it is of the same clause.
    pub(super) fn nearest(&self, stems: &[&str]) -> Option<(usize, bool)> {
        let at = self.before.iter().rposition(|word| starts(word, stems))?;
        Some((at, self.before[at].clause == self.clause))
    }

    /// Whether one of the words right behind, `within` at most, begins with one of `stems`.
    pub(super) fn followed_by(&self, stems: &[&str], within: usize) -> bool {
        self.after.iter().take(within).take_while(|word| word.clause == 0).any(|word| starts(word, stems))
    }
}

/// Whether a word begins with one of `stems`.
pub(super) fn starts(word: &Token, stems: &[&str]) -> bool {
    stems.iter().any(|stem| word.text.starts_with(stem))
}
