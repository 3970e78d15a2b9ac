//! Phones, e-mail addresses and card numbers are taken out before a text goes to a model, a record or a log.
//!
//! A price is not a phone: only lengths and beginnings that a phone or card number has are masked. Postal
//! addresses stay for now.

use std::borrow::Cow;

/// `text` with every phone, card number and e-mail address replaced by its name in square brackets.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut rest = text;
    let mut at_word_start = true;
    while let Some(next) = rest.chars().next() {
        let found = if at_word_start { email(rest).or_else(|| number(rest)) } else { None };
        let (taken, written) = found.unwrap_or((next.len_utf8(), &rest[..next.len_utf8()]));
        masked.push_str(written);
        at_word_start = !next.is_alphanumeric();
        rest = &rest[taken..];
    }
    if masked == text { Cow::Borrowed(text) } else { Cow::Owned(masked) }
}

/// The length of the e-mail address that `text` begins with.
fn email(text: &str) -> Option<(usize, &'static str)> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let name = text.find(|c| !part(c))?;
    let host = text[name..].strip_prefix('@')?;
    let length = host.find(|c| !part(c)).unwrap_or(host.len());
    let host = host[..length].trim_end_matches('.');
    (name > 0 && host.contains('.')).then_some((name + 1 + host.len(), "[почта]"))
}

/// The length of the phone or card number that `text` begins with.
fn number(text: &str) -> Option<(usize, &'static str)> {
    let written = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '-' | '–' | '(' | ')' | '.');
    let plus = text.strip_prefix('+');
    let body = plus.unwrap_or(text);
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '(') {
        return None;
    }
    let run = &body[..body.find(|c| !written(c)).unwrap_or(body.len())];
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let kind = match (plus.is_some(), digits.len(), digits.as_bytes().first()?) {
        (true, 10..=15, _) | (false, 11, b'7' | b'8') | (false, 10, b'9') => "[телефон]",
        (false, 16..=19, _) if passes_luhn(&digits) => "[карта]",
        _ => return None,
    };
    let end = run.rfind(|c: char| c.is_ascii_digit())? + 1;
    Some((end + usize::from(plus.is_some()), kind))
}

/// The check digit that every bank card carries.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_cards_and_addresses_are_hidden() {
        for (text, masked) in [
            ("Звоните +7 (912) 345-67-89!", "Звоните [телефон]!"),
            ("мой 89123456789, жду", "мой [телефон], жду"),
            ("8 912 345 67 89", "[телефон]"),
            ("912-345-67-89", "[телефон]"),
            ("(912) 345-67-89 Анна", "[телефон] Анна"),
            ("+375 29 123-45-67", "[телефон]"),
            ("карта 4111 1111 1111 1111.", "карта [карта]."),
            ("пишите на ivan.petrov@mail.ru.", "пишите на [почта]."),
            ("почта:a_b@xn--e1.рф", "почта:[почта]"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn prices_sizes_and_article_numbers_stay() {
        for text in [
            "За 3500 отдадите?",
            "1 200,50 или 1 500 000",
            "размер 42-43, рост 178",
            "арт. 1234567890123456",
            "iPhone 13 и 14 по 590",
            "@ сегодня в 12:30",
            "25.11.2026 в 10-00",
            "",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text} became {}", mask(text));
        }
    }
}
