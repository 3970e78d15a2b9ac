//! A draft as the checks see it: folded, with the seller's own words marked, and in the dresses that hostile
//! texts hide behind undone. It judges nothing.

use std::ops::Range;

use domain::decision::{Decision, Fact, FactValue};

use super::CheckContext;
use super::phrases;
use crate::matching::phrase::{QUOTED, Token, tokens};
use crate::numbers::fold::{fold, is_cyrillic, is_letter_or_digit};
use crate::numbers::{self, Number, Written};

/// A draft, read once for all checks.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// As it would go out.
    pub(super) raw: &'a str,
    /// Folded, whole.
    pub(super) folded: String,
    /// Folded, with every verbatim text fact replaced by [`QUOTED`].
    pub(super) own: String,
    /// Where the verbatim text facts stand in `folded`.
    pub(super) quotes: Vec<Range<usize>>,
    /// The numbers of `folded`.
    pub(super) numbers: Vec<Number>,
    /// The numbers that show only once spaced-out letters are drawn together, or Latin ones read as Russian.
    pub(super) hidden_numbers: Vec<Number>,
    /// The words of `own`, as they stand, drawn together, and from Latin into Cyrillic letters.
    views: Vec<Vec<Token>>,
}

impl<'a> Draft<'a> {
    /// Read `raw`, marking the text facts that may be said.
    pub(super) fn new(raw: &'a str, decisions: &[Decision], context: &CheckContext<'_>) -> Self {
        let folded = fold(raw);
        let quotes = quotes(&folded, &quotable(decisions, context));
        let mut own = folded.clone();
        for quote in quotes.iter().rev() {
            own.replace_range(quote.clone(), &QUOTED.to_string());
        }
        let mut views = vec![tokens(&own)];
        let mut hidden_numbers = Vec::new();
        if let Some(drawn) = drawn_together(&own) {
            hidden_numbers = numbers::read_folded(&drawn);
            views.push(tokens(&drawn));
        }
        if own.contains(|c: char| c.is_ascii_alphabetic()) {
            let russian = cyrillic(&own);
            // «pyatsot», «dve tysyachi»: words alone, for digits read the same in either alphabet.
            hidden_numbers
                .extend(numbers::read_folded(&russian).into_iter().filter(|number| number.written == Written::Words));
            views.push(tokens(&russian));
        }
        let numbers = numbers::read_folded(&folded);
        Self { raw, folded, own, quotes, numbers, hidden_numbers, views }
    }

    /// The first phrase of a list that the draft says in its own words.
    pub(super) fn says(&self, list: &str) -> Option<String> {
        self.says_unless(list, |_| false)
    }

    /// The first phrase of a list that the draft says in its own words and that is not `told` to it.
    pub(super) fn says_unless(&self, list: &str, told: impl Fn(&str) -> bool) -> Option<String> {
        self.views.iter().flat_map(|words| phrases::said(list, words)).find(|said| !told(said))
    }

    /// The words of the draft's own text, as they stand.
    pub(super) fn words(&self) -> &[Token] {
        &self.views[0]
    }

    /// Whether a piece of `folded` lies within the seller's own words.
    pub(super) fn is_quoted(&self, span: &Range<usize>) -> bool {
        self.quotes.iter().any(|quote| quote.start <= span.start && span.end <= quote.end)
    }
}

/// The facts that may be said: those of the decisions and the extra ones.
pub(super) fn facts<'a>(decisions: &'a [Decision], context: &CheckContext<'a>) -> impl Iterator<Item = &'a Fact> {
    decisions.iter().flat_map(|decision| &decision.facts).chain(context.licensed)
}

/// The text facts, folded, longest first; a list in quotation marks gives its members as well.
fn quotable(decisions: &[Decision], context: &CheckContext<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    for fact in facts(decisions, context) {
        let FactValue::Text(text) = &fact.value else { continue };
        let text = fold(text).trim().to_owned();
        texts.extend(text.split('"').skip(1).step_by(2).map(str::to_owned));
        texts.push(text);
    }
    texts.retain(|text| text.chars().count() > 1);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts
}

/// Where the texts stand in `folded`, whole words only, without overlaps, in order.
fn quotes(folded: &str, texts: &[String]) -> Vec<Range<usize>> {
    let mut quotes: Vec<Range<usize>> = Vec::new();
    for text in texts {
        for (at, found) in folded.match_indices(text.as_str()) {
            let span = at..at + found.len();
            let cut = |a: Option<char>, b: Option<char>| {
                a.zip(b).is_some_and(|(a, b)| is_letter_or_digit(a) && is_letter_or_digit(b))
            };
            let within_words = cut(folded[..span.start].chars().next_back(), found.chars().next())
                || cut(found.chars().next_back(), folded[span.end..].chars().next());
            let overlaps = quotes.iter().any(|quote| quote.start < span.end && span.start < quote.end);
            if !within_words && !overlaps {
                quotes.push(span);
            }
        }
    }
    quotes.sort_by_key(|quote| quote.start);
    quotes
}

/// «д о г о в о р», «д.о.г.о.в.о.р»: four letters and more, one by one; `None` where there are none.
fn drawn_together(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    while at < chars.len() {
        let alone = |i: usize| {
            chars.get(i).is_some_and(|c| is_letter_or_digit(*c))
                && !chars.get(i + 1).is_some_and(|c| is_letter_or_digit(*c))
                && (i == 0 || !is_letter_or_digit(chars[i - 1]))
        };
        let mut end = at;
        while alone(end) && (alone(end + 2) || end > at) {
            end += 2;
        }
        if end >= at + 8 {
            let end = end.min(chars.len());
            let word: String = chars[at..end].iter().step_by(2).collect();
            out.push_str(&word);
            // «в т е л е г р а м»: the first letter may be a word of its own.
            out.push(' ');
            out.extend(word.chars().skip(1));
            out.push(' ');
            found = true;
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    found.then_some(out)
}

/// Latin letters read as Russian ones: «dogovorilis».
fn cyrillic(text: &str) -> String {
    const PAIRS: [(&str, &str); 34] = [
        ("shch", "щ"),
        ("sch", "щ"),
        ("sh", "ш"),
        ("ch", "ч"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("ya", "я"),
        ("yu", "ю"),
        ("yo", "е"),
        ("ja", "я"),
        ("ju", "ю"),
        ("a", "а"),
        ("b", "б"),
        ("v", "в"),
        ("w", "в"),
        ("g", "г"),
        ("d", "д"),
        ("e", "е"),
        ("z", "з"),
        ("i", "и"),
        ("j", "й"),
        ("y", "й"),
        ("k", "к"),
        ("l", "л"),
        ("m", "м"),
        ("n", "н"),
        ("o", "о"),
        ("p", "п"),
        ("r", "р"),
        ("s", "с"),
        ("t", "т"),
        ("u", "у"),
        ("f", "ф"),
    ];
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match PAIRS.iter().find(|(latin, _)| rest.starts_with(latin)) {
            Some((latin, letter)) => {
                out.push_str(letter);
                rest = &rest[latin.len()..];
            }
            None => {
                out.push(if c == 'h' { 'х' } else { c });
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// Whether a word mixes Cyrillic and Latin letters.
pub(super) fn is_mixed(word: &str) -> bool {
    word.chars().any(is_cyrillic) && word.chars().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spaced_out_is_drawn_together() {
        assert_eq!(drawn_together("ну, д о г о в о р и л и с ь!").as_deref(), Some("ну, договорились оговорились "));
        assert_eq!(drawn_together("п.о.р.у.к.а.м").as_deref(), Some("порукам орукам "));
        assert_eq!(drawn_together("я и ты в лесу"), None);
    }

    #[test]
    fn latin_is_read_as_russian() {
        assert_eq!(cyrillic("zabirajte, dogovorilis"), "забирайте, договорилис");
    }

    #[test]
    fn the_sellers_words_are_marked_whole_and_longest_first() {
        let texts = ["сумка красная".to_owned(), "сумка".to_owned()];
        assert_eq!(quotes("сумка красная и сумка, сумками", &texts), [0..25, 29..39]);
    }
}
