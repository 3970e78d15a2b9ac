//! A reply without its disguises: other alphabets' digits, look-alike letters, characters without a width. And what
//! is left of it when the allowed is struck out.

use super::figures::Licence;

/// What stands where something allowed was struck out.
pub(super) const STRUCK: char = '▪';

/// A text, plain.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    /// In lower case.
    pub(super) text: String,
    /// As it was written, apart from the disguises.
    pub(super) cased: String,
}

impl Plain {
    pub(super) fn new(text: &str) -> Self {
        let cased = letters(&text.chars().filter_map(plain).collect::<String>());
        Self { text: cased.to_lowercase().replace('ё', "е"), cased }
    }

    /// What is left when everything that may be said is struck out.
    pub(super) fn without(mut self, licence: &Licence) -> Self {
        self.text = licence.strike(&self.text);
        self
    }

    /// The text as words are found in it: as it stands, with letters that stand alone drawn together, and with Latin
    /// letters read as Russian ones.
    pub(super) fn views(&self) -> Vec<String> {
        vec![spaced(&self.text), spaced(&drawn_together(&self.text)), spaced(&russian(&self.text))]
    }

    /// The words, without signs.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        words(&self.text)
    }
}

/// The words of a text: letters and digits, and what was struck out.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Words between single spaces, sentences between « . », with a space at both ends: «как» is found as " как ".
fn spaced(text: &str) -> String {
    let mut out = String::from(" ");
    for c in text.chars() {
        match c {
            '.' | '!' | '?' | '\n' | ';' => out.push_str(" . "),
            c if c.is_alphanumeric() || "@%₽/:".contains(c) || c == STRUCK => out.push(c),
            _ => out.push(' '),
        }
    }
    out.push_str(" . ");
    out.split_whitespace().fold(String::from(" "), |said, word| said + word + " ")
}

/// A digit as a digit, a space as a space, nothing for what has no width.
fn plain(c: char) -> Option<char> {
    /// Where ten digits stand in a row.
    const TENS: [u32; 17] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xf20, 0x1040,
        0x2080, 0xff10,
    ];
    let code = c as u32;
    let digit = |of: u32| char::from_digit(of, 10);
    if let Some(zero) = TENS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return digit(code - zero);
    }
    match c {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20e3}' => None,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' => None,
        '\u{1d7ce}'..='\u{1d7ff}' => digit((code - 0x1d7ce) % 10),
        '\u{1fbf0}'..='\u{1fbf9}' => digit(code - 0x1fbf0),
        '⁰' => Some('0'),
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '⁴'..='⁹' => digit(code - 0x2070),
        '①'..='⑨' => digit(code - 0x2460 + 1),
        '⓪' => Some('0'),
        '❶'..='❾' => digit(code - 0x2776 + 1),
        '！'..='～' => char::from_u32(code - 0xff01 + 0x21),
        '–' | '—' | '−' | '‐' | '‑' => Some('-'),
        '«' | '»' | '“' | '”' | '„' => Some('"'),
        // What the model is shown in the place of a tag's brackets.
        '‹' => Some('<'),
        '›' => Some('>'),
        '\n' | '\r' => Some('\n'),
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    }
}

/// Latin letters that look Russian, in words that have Russian ones.
fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let mixed = piece.chars().any(is_russian) && piece.chars().any(|c| c.is_ascii_alphabetic());
        out.extend(piece.chars().map(|c| if mixed { looks_like(c) } else { c }));
    }
    out
}

fn is_russian(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

fn looks_like(c: char) -> char {
    const PAIRS: [(char, char); 20] = [
        ('a', 'а'),
        ('c', 'с'),
        ('e', 'е'),
        ('o', 'о'),
        ('p', 'р'),
        ('x', 'х'),
        ('y', 'у'),
        ('k', 'к'),
        ('m', 'м'),
        ('t', 'т'),
        ('A', 'А'),
        ('B', 'В'),
        ('C', 'С'),
        ('E', 'Е'),
        ('H', 'Н'),
        ('K', 'К'),
        ('M', 'М'),
        ('O', 'О'),
        ('P', 'Р'),
        ('T', 'Т'),
    ];
    PAIRS.iter().find(|(latin, _)| *latin == c).map_or(c, |(_, russian)| *russian)
}

/// «т р и», «т.р.и»: letters that stand alone, three and more of them, as one word.
fn drawn_together(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut out = String::new();
    let mut run: Vec<&str> = Vec::new();
    for word in words.into_iter().chain([""]) {
        if word.chars().count() == 1 {
            run.push(word);
            continue;
        }
        out.push_str(&if run.len() >= 3 { run.concat() } else { run.join(" ") });
        out.push(' ');
        out.push_str(word);
        out.push(' ');
        run.clear();
    }
    out
}

/// «dogovorilis» as it sounds.
fn russian(text: &str) -> String {
    const SOUNDS: [(&str, &str); 32] = [
        ("sch", "щ"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("ch", "ч"),
        ("sh", "ш"),
        ("yu", "ю"),
        ("ya", "я"),
        ("a", "а"),
        ("b", "б"),
        ("v", "в"),
        ("g", "г"),
        ("d", "д"),
        ("e", "е"),
        ("z", "з"),
        ("i", "и"),
        ("j", "й"),
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
        ("h", "х"),
        ("c", "ц"),
        ("w", "в"),
        ("y", "ы"),
    ];
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let sound = SOUNDS.iter().find(|(latin, _)| rest.starts_with(latin));
        out.push_str(sound.map_or(&rest[..c.len_utf8()], |(_, sound)| sound));
        rest = &rest[sound.map_or(c.len_utf8(), |(latin, _)| latin.len())..];
    }
    out
}
