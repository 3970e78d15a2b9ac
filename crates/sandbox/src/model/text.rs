//! A message cut into words, with what stood between them.
//!
//! Numbers become words of their own: «за 1 000р» is «за», 1000, «р»; «2,5к» is 2.5, «к».

/// One word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// As it was typed.
    pub(super) typed: String,
    /// In small letters, without ё and drawn-out letters.
    pub(super) plain: String,
    /// The number it is.
    pub(super) number: Option<f64>,
    /// What stood after it.
    pub(super) gap: Gap,
}

/// What stood between a word and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing but a space, or not even that.
    Space,
    /// A comma, a colon, a dash.
    Comma,
    /// The end of a sentence.
    Stop,
    /// The end of a question.
    Question,
}

impl Gap {
    pub(super) fn ends_sentence(self) -> bool {
        matches!(self, Self::Stop | Self::Question)
    }
}

impl Word {
    fn new(typed: &str) -> Self {
        let digits: String = typed.replace(',', ".").split_whitespace().collect();
        let number = digits.parse().ok().filter(|_| typed.starts_with(|c: char| c.is_ascii_digit()));
        Self { typed: typed.to_owned(), plain: plain(typed), number, gap: Gap::Space }
    }

    /// Whether it begins with a capital letter.
    pub(super) fn is_capital(&self) -> bool {
        self.typed.starts_with(char::is_uppercase)
    }
}

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let length = word_length(&chars[at..]);
        if length == 0 {
            if let Some(last) = words.last_mut() {
                last.gap = wider(last.gap, gap(c, chars.get(at + 1).copied()));
            }
            at += 1;
            continue;
        }
        words.push(Word::new(&chars[at..at + length].iter().collect::<String>()));
        at += length;
    }
    words
}

/// How many characters the word at the beginning has; 0 if there is none.
fn word_length(chars: &[char]) -> usize {
    let Some(first) = chars.first() else { return 0 };
    let inside = |at: usize, marks: &str, kind: fn(&char) -> bool| {
        marks.contains(chars[at]) && at > 0 && kind(&chars[at - 1]) && chars.get(at + 1).is_some_and(kind)
    };
    if first.is_ascii_digit() {
        let mut at = 0;
        while at < chars.len() && (chars[at].is_ascii_digit() || inside(at, ".,", char::is_ascii_digit)) {
            at += 1;
        }
        return grouped(chars, at);
    }
    if matches!(first, '%' | '₽' | '$' | '€') {
        return 1;
    }
    let letter: fn(&char) -> bool = |c| c.is_alphabetic();
    let joined: fn(&char) -> bool = |c| c.is_alphanumeric();
    let mut at = 0;
    while at < chars.len() && (letter(&chars[at]) || inside(at, "-/'’", joined) || (at > 0 && joined_digit(chars, at)))
    {
        at += 1;
    }
    at
}

/// «1 000», «1 200 000»: the groups of three belong to the number that `head` digits begin.
fn grouped(chars: &[char], head: usize) -> usize {
    let is_group = |at: usize| {
        let digits = chars.get(at + 1..at + 4).is_some_and(|group| group.iter().all(char::is_ascii_digit));
        matches!(chars.get(at), Some(' ' | '\u{a0}' | '\u{202f}'))
            && digits
            && !chars.get(at + 4).is_some_and(char::is_ascii_digit)
    };
    let mut at = head;
    while head <= 3 && is_group(at) {
        at += 4;
    }
    at
}

/// A digit within a short Latin name: `A54`, `x2`. A longer word and its number are two: «айфон13».
fn joined_digit(chars: &[char], at: usize) -> bool {
    chars[at].is_ascii_digit() && at <= 3 && chars[..at].iter().all(|c| c.is_ascii_alphanumeric())
}

fn gap(c: char, next: Option<char>) -> Gap {
    match c {
        '?' => Gap::Question,
        '!' | '\n' | ';' | '.' | '…' => Gap::Stop,
        ',' | ':' | '(' | ')' | '—' | '–' => Gap::Comma,
        '-' if next.is_none_or(char::is_whitespace) => Gap::Comma,
        _ => Gap::Space,
    }
}

/// «?!» is a question, «).» the end of a sentence.
fn wider(one: Gap, other: Gap) -> Gap {
    let width = |gap| match gap {
        Gap::Space => 0,
        Gap::Comma => 1,
        Gap::Stop => 2,
        Gap::Question => 3,
    };
    if width(other) > width(one) { other } else { one }
}

/// In small letters, ё as е, «нееет» as «нет».
pub(super) fn plain(typed: &str) -> String {
    let mut result = String::new();
    let lower: Vec<char> = typed.to_lowercase().replace('ё', "е").replace('’', "'").chars().collect();
    let mut at = 0;
    while at < lower.len() {
        let run = lower[at..].iter().take_while(|c| **c == lower[at]).count();
        // Three digits alike are a number, three letters alike a drawn-out sound.
        let kept = if run >= 3 && !lower[at].is_ascii_digit() { 1 } else { run };
        result.extend(std::iter::repeat_n(lower[at], kept));
        at += run;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{Gap, words};

    #[test]
    fn a_message_becomes_words_numbers_and_gaps() {
        for (text, expected) in [
            ("Есть красная?", "есть красная?"),
            ("за 1 000р отдадите", "за 1000 р отдадите"),
            ("2,5к; 1.5 млн", "2.5 к. 1.5 млн"),
            ("1 200 000", "1200000"),
            ("айфон13 и A54, USB-C", "айфон 13 и a54, usb-c"),
            ("нееет, ещё", "нет, еще"),
            ("Привет!!! Ростов-на-Дону - далеко?!", "привет. ростов-на-дону, далеко?"),
            ("б/у 10%", "б/у 10 %"),
            ("размер 42.", "размер 42."),
            ("👍", ""),
        ] {
            let shown = words(text).iter().fold(String::new(), |mut shown, word| {
                if !(shown.is_empty()) {
                    shown.push(' ');
                }
                shown.push_str(&word.number.map_or_else(|| word.plain.clone(), |number| number.to_string()));
                shown.push_str(match word.gap {
                    Gap::Space => "",
                    Gap::Comma => ",",
                    Gap::Stop => ".",
                    Gap::Question => "?",
                });
                shown
            });
            assert_eq!(shown, expected, "{text}");
        }
    }
}
