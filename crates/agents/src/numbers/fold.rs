//! One spelling for many: what a text says, stripped of how it is dressed up.
//!
//! Buyers paste no-break spaces, hostile texts hide digits in full-width, mathematical, Arabic or look-alike
//! characters, or part them with zero-width ones. Everything that reads a text reads it folded: compatibility
//! forms undone (NFKC), lower case, `ё` as `е`, one kind of space, hyphen and quote, invisible characters and
//! loose accents gone, Latin look-alikes within a Cyrillic word made Cyrillic, letters that stand for digits
//! within a number made digits.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::scripts::{circled, digit_of_any_script, fraction};

/// A folded text that knows where each piece stood in the source.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    text: String,
    /// For each byte of `text`, the byte range in the source of the character it came from.
    origin: Vec<(u32, u32)>,
}

impl Folded {
    /// Fold `source`.
    pub fn new(source: &str) -> Self {
        let mut chars = plain_chars(source);
        mend_words(&mut chars);
        let mut folded = Self::default();
        for (c, from, to) in chars {
            folded.text.push(c);
            folded.origin.resize(folded.text.len(), (from, to));
        }
        folded
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a piece of the folded text stood in the source.
    pub fn source_span(&self, span: &Range<usize>) -> Range<usize> {
        let from = self.origin.get(span.start).map_or(0, |origin| origin.0 as usize);
        let to =
            span.end.checked_sub(1).and_then(|last| self.origin.get(last)).map_or(from, |origin| origin.1 as usize);
        from..to.max(from)
    }
}

/// `text`, folded, where nobody asks for the places.
pub(crate) fn fold(text: &str) -> String {
    Folded::new(text).text
}

type Placed = (char, u32, u32);

fn plain_chars(source: &str) -> Vec<Placed> {
    let mut out = Vec::with_capacity(source.len());
    let mut cluster = String::new();
    let mut chars = source.char_indices().filter(|(_, c)| is_everyday(*c) || !is_invisible(*c)).peekable();
    while let Some((from, first)) = chars.next() {
        if is_everyday(first) && chars.peek().is_none_or(|(_, next)| is_everyday(*next)) {
            let to = from + first.len_utf8();
            out.extend(first.to_lowercase().map(|c| (c, from as u32, to as u32)));
            continue;
        }
        cluster.clear();
        cluster.push(first);
        let mut to = from + first.len_utf8();
        while let Some((at, mark)) = chars.next_if(|(_, c)| is_combining_mark(*c)) {
            cluster.push(mark);
            to = at + mark.len_utf8();
        }
        let place = |c: char| (c, from as u32, to as u32);
        if let Some(number) = circled(first) {
            out.extend(number.to_string().chars().map(place));
            continue;
        }
        if let Some(fraction) = fraction(first) {
            let whole = if out.last().is_some_and(|before: &Placed| before.0.is_ascii_digit()) { "," } else { "0," };
            out.extend(whole.chars().chain(fraction.chars()).map(place));
            continue;
        }
        for c in cluster.nfkc().filter(|c| !is_combining_mark(*c)) {
            out.extend(c.to_lowercase().map(plain).map(place));
        }
    }
    out
}

/// What nearly every text is made of, and of which nothing but the case is ever undone, unless an accent follows.
fn is_everyday(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '\n' | '.' | ',' | '!' | '?' | '₽')
}

/// Characters that take no room: they only part what belongs together.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

fn plain(c: char) -> char {
    match c {
        'ё' => 'е',
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{2043}' => '-',
        '\u{2014}' | '\u{2015}' => '—',
        '«' | '»' | '“' | '”' | '„' | '‟' | '″' => '"',
        '’' | '‘' | 'ʼ' | '`' | '′' => '\'',
        '\u{2044}' => '/',
        '‹' => '<',
        '›' => '>',
        '·' | '•' | '∙' | '⋅' | '․' => '.',
        '\u{66b}' => ',',
        'ο' => 'o',
        c if c.is_whitespace() => ' ',
        c => digit_of_any_script(c).unwrap_or(c),
    }
}

fn mend_words(chars: &mut [Placed]) {
    let mut start = 0;
    while start < chars.len() {
        if !is_letter_or_digit(chars[start].0) {
            start += 1;
            continue;
        }
        let end = chars[start..].iter().position(|c| !is_letter_or_digit(c.0)).map_or(chars.len(), |n| start + n);
        if counts_money(&chars[end..]) && chars[start..end].iter().any(|c| c.0 != 'о' && c.0 != 'o') {
            mend_letters(&mut chars[start..end]);
        }
        mend_number(&mut chars[start..end]);
        mend_scripts(&mut chars[start..end]);
        start = end;
    }
}

/// Whether roubles follow.
fn counts_money(rest: &[Placed]) -> bool {
    let mut rest = rest.iter().map(|c| c.0).skip_while(|c| *c == ' ');
    match rest.next() {
        Some('₽') => true,
        Some('р' | 'p') => matches!(rest.next(), Some('у' | 'y')),
        _ => false,
    }
}

/// «ЗОО ₽»: a number without one digit.
fn mend_letters(word: &mut [Placed]) {
    if word.len() > 1 && word.iter().all(|c| look_alike_digit(c.0).is_some()) {
        for place in word {
            place.0 = look_alike_digit(place.0).unwrap_or(place.0);
        }
    }
}

/// Letters that stand for digits: «5ОО», «З500», «1l0», and «2ООор» with its roubles behind. Only where nothing else
/// is in the word, and those that are a unit's name as well (л, з, б) only in front of a digit.
fn mend_number(word: &mut [Placed]) {
    let Some(first) = word.iter().position(|c| c.0.is_ascii_digit()) else { return };
    let ends = (first + 1..=word.len()).rev().filter(|&end| end == word.len() || is_unit(&word[end..]));
    for end in ends {
        if let Some(mended) = mended(&word[..end]) {
            for (place, digit) in word.iter_mut().zip(mended) {
                place.0 = digit;
            }
            return;
        }
    }
}

fn mended(word: &[Placed]) -> Option<Vec<char>> {
    let digit = |(i, &(c, _, _)): (usize, &Placed)| {
        let before_digit = word.get(i + 1).is_some_and(|next| look_alike_digit(next.0).is_some());
        look_alike_digit(c).filter(|digit| *digit == c || *digit == '0' || before_digit)
    };
    word.iter().enumerate().map(digit).collect()
}

/// What may stand right behind a number: roubles, thousands, pieces, days.
fn is_unit(tail: &[Placed]) -> bool {
    const UNITS: &str = "р рэ руб рубль рубля рублей рублев к т тр тыс тысяч тыщ шт штук дн дней";
    let tail: String = tail.iter().map(|c| look_alike_letter(c.0).unwrap_or(c.0)).collect();
    UNITS.split(' ').any(|unit| unit == tail)
}

/// The digit that `c` is, or looks like.
pub(super) fn look_alike_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        'o' | 'о' => Some('0'),
        'l' | 'i' => Some('1'),
        'з' => Some('3'),
        'б' => Some('6'),
        _ => None,
    }
}

fn mend_scripts(word: &mut [Placed]) {
    let cyrillic = word.iter().any(|c| is_cyrillic(c.0));
    let latin = word.iter().any(|c| c.0.is_ascii_alphabetic());
    if cyrillic && latin && word.iter().all(|c| !c.0.is_ascii_alphabetic() || look_alike_letter(c.0).is_some()) {
        for place in word {
            place.0 = look_alike_letter(place.0).unwrap_or(place.0);
        }
    }
}

/// Whether `c` is a letter or a digit of any script. Unicode's tables are asked only where that is not plain to see.
pub(crate) fn is_letter_or_digit(c: char) -> bool {
    matches!(c, 'а'..='я') || c.is_alphanumeric()
}

/// Whether `c` is a letter of any script, as quickly.
pub(crate) fn is_letter(c: char) -> bool {
    matches!(c, 'а'..='я') || c.is_alphabetic()
}

/// Whether `c` is a letter of the Cyrillic block.
pub(crate) fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// The Cyrillic letter that a Latin one looks like, in either case.
pub(super) fn look_alike_letter(c: char) -> Option<char> {
    Some(match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'n' => 'п',
        'o' => 'о',
        'p' => 'р',
        'r' => 'г',
        't' => 'т',
        'u' => 'и',
        'x' => 'х',
        'y' => 'у',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_dresses_are_one_text() {
        for (dressed, plain) in [
            ("Чёрный Рюкзак", "черный рюкзак"),
            ("３５００\u{a0}₽", "3500 ₽"),
            ("𝟓𝟎𝟎", "500"),
            ("5\u{200b}0\u{2060}0", "500"),
            ("5\u{fe0f}\u{20e3}0\u{fe0f}\u{20e3}", "50"),
            ("5\u{336}0\u{336}0", "500"),
            ("٥٠٠", "500"),
            ("5ОО", "500"),
            ("З5ОО", "3500"),
            ("ЗОО ₽", "300 ₽"),
            ("зоо рынок", "зоо рынок"),
            ("pyблeй", "рублей"),
            ("тыcяч", "тысяч"),
            ("и\u{306}од", "йод"),
            ("30л", "30л"),
            ("iPhone 13 Pro", "iphone 13 pro"),
            ("USB3", "usb3"),
            ("5–7 дней", "5-7 дней"),
            ("1²", "12"),
            ("❸⓿⓿ ➉ 🄋", "300 10 0"),
            ("2½ и ½", "2,5 и 0,5"),
            ("5⅓", "5,33"),
            ("₅₀₀ рублёв, ⁵⁰⁰ и ５００", "500 рублев, 500 и 500"),
            ("𞥕𞥐𞥐 \u{1106b}\u{11066}\u{11066}", "500 500"),
            ("2ООор", "2000р"),
            ("1Оk и 5ООруб", "10k и 500руб"),
            ("3 оборота", "3 оборота"),
            ("2обода", "2обода"),
        ] {
            assert_eq!(fold(dressed), plain, "{dressed}");
        }
    }

    #[test]
    fn the_short_way_folds_as_the_long_one() {
        let everyday = (' '..='ё').chain(['\n', '₽']).filter(|c| is_everyday(*c));
        for c in everyday {
            let long: String = std::iter::once(c).nfkc().flat_map(char::to_lowercase).map(plain).collect();
            assert_eq!(fold(&c.to_string()), long, "{c}");
            assert!(!is_invisible(c) && !is_combining_mark(c), "{c}");
            assert!(circled(c).is_none() && fraction(c).is_none(), "{c}");
        }
    }

    #[test]
    fn a_folded_piece_is_found_in_the_source() {
        let source = "Цена ３\u{200b}５ ₽";
        let folded = Folded::new(source);
        let at = folded.as_str().find("35").unwrap();
        assert_eq!(&source[folded.source_span(&(at..at + 2))], "３\u{200b}５");
    }
}
