//! What tells who or where a buyer is comes out before a text goes to a model, a record or a log: phones, bank
//! cards, e-mail addresses, postal addresses.
//!
//! A price is no phone, a model number no card, and a city is needed for the delivery: it stays where the street
//! goes. Nothing rests on a masked text but privacy; products, places and sums are read from the text itself.

mod digits;
mod mail;
mod postal;

use std::borrow::Cow;
use std::ops::Range;

use crate::numbers::Folded;

/// `text` with every phone, card number, e-mail and postal address replaced by its name in square brackets.
pub fn mask(text: &str) -> Cow<'_, str> {
    if !text.contains(may_tell) {
        return Cow::Borrowed(text);
    }
    let folded = Folded::new(text);
    let mut hidden = mail::find(&folded);
    hidden.extend(postal::find(&folded, text));
    hidden.extend(digits::find(&folded));
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    // What begins first goes first, the longer one of two.
    hidden.sort_by_key(|hidden| (hidden.span.start, std::cmp::Reverse(hidden.span.end)));
    let (mut masked, mut done) = (String::with_capacity(text.len()), 0);
    for Hidden { span, name } in hidden {
        let span = folded.source_span(&span);
        if span.start >= done {
            masked.push_str(&text[done..span.start]);
            masked.push_str(name);
        }
        done = done.max(span.end);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

/// A piece of a folded text that must not be seen, and what is seen instead.
#[derive(Debug)]
struct Hidden {
    span: Range<usize>,
    name: &'static str,
}

/// Without one of these there is nothing to mask: a digit of whatever script, a mark, or a word of some length
/// for the numbers and dogs in words.
fn may_tell(c: char) -> bool {
    c.is_numeric() || c == '@' || c.is_alphabetic()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Each text becomes what stands beside it.
    #[track_caller]
    pub(super) fn hides(rows: &[(&str, &str)]) {
        let wrong: Vec<String> = rows
            .iter()
            .filter(|(text, masked)| mask(text) != *masked)
            .map(|(text, masked)| format!("«{text}»\n  expected «{masked}»\n  became   «{}»", mask(text)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Each text stays as it is.
    #[track_caller]
    pub(super) fn keeps(texts: &[&str]) {
        let wrong: Vec<String> = texts
            .iter()
            .filter(|text| !matches!(mask(text), Cow::Borrowed(_)))
            .map(|text| format!("«{text}» became «{}»", mask(text)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn everything_at_once_is_hidden_and_the_question_stays() {
        hides(&[(
            "Есть синий рюкзак за 3 500? Доставьте в Новосибирск, ул. Ленина, д. 5, кв. 12, тел. 8 912 345-67-89, \
             ivan@mail.ru",
            "Есть синий рюкзак за 3 500? Доставьте в Новосибирск, [адрес], тел. [телефон], [почта]",
        )]);
    }

    #[test]
    fn what_is_masked_stays_masked() {
        keeps(&["[телефон], [адрес] и [почта]", "", "👍", "Есть?"]);
    }
}
