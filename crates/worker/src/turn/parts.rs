//! A reply that is longer than one message may be, in parts. Pure.
//!
//! A part ends where a paragraph does, else a sentence, else a word, and in no case within a number: half a price
//! would be another price. Not here: sending them one by one ([`super::act`]).

/// The text in parts of at most `longest` characters, at least one. Nothing is lost but the space between them.
pub(super) fn of(text: &str, longest: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while rest.chars().count() > longest {
        let (part, after) = rest.split_at(border(rest, longest));
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    parts.push(rest);
    parts
}

/// What ends at a place between two characters, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ends {
    Paragraph,
    Sentence,
    Word,
    /// In the middle of one, but not of a number.
    Nothing,
}

/// Where the first part of a text ends that is longer than `longest`, in bytes. The best border is taken, and of
/// several the last; one that would leave more than half of the part empty is not worth it.
fn border(text: &str, longest: usize) -> usize {
    let chars: Vec<(usize, char)> = text.char_indices().take(longest + 1).collect();
    let places = (longest.div_ceil(2).max(1)..=longest).rev();
    let borders = places.filter_map(|place| Some((ends(&chars, place)?, chars[place].0)));
    // Of equals the first is kept, which is the last in the text.
    borders.min_by_key(|(ends, _)| *ends).map_or(chars[longest].0, |(_, at)| at)
}

/// What ends before the character with this number. `None`: nothing may, it is within a number.
fn ends(chars: &[(usize, char)], place: usize) -> Option<Ends> {
    let (before, after) = (chars[place - 1].1, chars[place].1);
    if !is_space(after) {
        let is_within = is_space(before) || (counts(before) && counts(after));
        return (!is_within).then_some(Ends::Nothing);
    }
    let next = chars[place..].iter().map(|(_, c)| *c).find(|c| !c.is_whitespace());
    if after == '\n' {
        Some(Ends::Paragraph)
    } else if matches!(before, '.' | '!' | '?' | '…') && next.is_none_or(|next| !next.is_lowercase()) {
        Some(Ends::Sentence)
    } else if !(before.is_numeric() || is_dash(before)) {
        Some(Ends::Word)
    } else {
        // «3 дня» is better kept together, «3 500 ₽» must be. Beyond the last character anything may follow.
        next.is_some_and(char::is_alphabetic).then_some(Ends::Nothing)
    }
}

/// A space that is no part of a number: «3 500 ₽» is written with other ones.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_dash(c: char) -> bool {
    matches!(c, '+' | '-' | '−' | '–' | '—')
}

/// Whether a number may go on at this character.
fn counts(c: char) -> bool {
    c.is_numeric() || is_dash(c) || matches!(c, '₽' | '%' | ',' | '.' | ':' | '/' | '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_where_something_ends() {
        let cases: [(&str, usize, &[&str]); 12] = [
            ("Да, есть.", 20, &["Да, есть."]),
            ("Да, есть. ", 9, &["Да, есть."]),
            ("Да, есть. Привезём завтра.", 18, &["Да, есть.", "Привезём завтра."]),
            ("Сумка есть.\nДоставим. Да и дёшево", 22, &["Сумка есть.", "Доставим. Да и дёшево"]),
            ("Красная кожаная сумка", 16, &["Красная кожаная", "сумка"]),
            ("Да! Красная кожаная сумка", 20, &["Да! Красная кожаная", "сумка"]),
            ("Есть т. е. будет завтра", 14, &["Есть т. е.", "будет завтра"]),
            ("Стоит она 3\u{a0}500\u{a0}₽ сегодня", 15, &["Стоит она", "3\u{a0}500\u{a0}₽ сегодня"]),
            ("Сумка стоит 3 500 ₽ сегодня", 15, &["Сумка стоит", "3 500 ₽ сегодня"]),
            ("Доставим за 3 дня", 14, &["Доставим за", "3 дня"]),
            ("абвгдежзик", 4, &["абвг", "дежз", "ик"]),
            ("абв12345678", 6, &["абв", "123456", "78"]),
        ];
        for (text, longest, expected) in cases {
            assert_eq!(of(text, longest), expected, "{text:?} in {longest}");
        }
    }

    #[test]
    fn no_word_is_lost_and_no_part_too_long() {
        let sentence = "Доставка в Казань стоит 1\u{a0}200 ₽ и идёт 3–5 дней, Жыбогу! ";
        let text = sentence.repeat(60);
        for longest in [20, 57, 58, 100, 1000] {
            let parts = of(&text, longest);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&parts.join(" ")), words(&text), "in {longest}");
            for part in &parts {
                assert!((1..=longest).contains(&part.chars().count()), "{part:?} in {longest}");
                assert!(!part.ends_with('1') && !part.starts_with("200"), "{part:?} in {longest}");
            }
        }
    }
}
