//! What digits and words are dressed up in: other alphabets' digits, look-alike letters, spaces and characters
//! without a width between them.

use rand::RngExt;
use rand::rngs::StdRng;

use super::one;

/// The digits of `plain`, dressed.
pub(super) fn digits(plain: &str, chance: &mut StdRng) -> String {
    /// The zeros of ranges of ten digits.
    const ZEROS: [char; 14] = [
        '０',
        '٠',
        '۰',
        '०',
        '০',
        '๐',
        '\u{1d7ce}',
        '\u{1d7d8}',
        '\u{1d7e2}',
        '\u{1d7ec}',
        '\u{1d7f6}',
        '₀',
        '\u{1fbf0}',
        '０',
    ];
    match chance.random_range(0..7) {
        0 | 1 => {
            let zero = one(&ZEROS, chance);
            plain.chars().map(|digit| shifted(zero, digit)).collect()
        }
        2 => between(
            plain,
            one(&["\u{200b}", "\u{200d}", "\u{feff}", "\u{ad}", "\u{2060}", "\u{336}", "\u{301}"], chance),
        ),
        3 => between(plain, one(&[" ", ".", "-", "\n", "_", "·", "/", "\u{2009}"], chance)),
        4 => plain.chars().map(|digit| format!("{digit}\u{fe0f}\u{20e3}")).collect(),
        5 => plain.chars().map(|digit| like(digit, chance)).collect(),
        _ => plain.chars().map(|digit| if digit == '0' { '⓪' } else { shifted('\u{245f}', digit) }).collect(),
    }
}

fn shifted(zero: char, digit: char) -> char {
    let by = digit.to_digit(10).unwrap_or(0);
    char::from_u32(zero as u32 + by).unwrap_or(digit)
}

fn like(digit: char, chance: &mut StdRng) -> char {
    match digit {
        '0' => one(&['О', 'O', 'о', 'o'], chance),
        '3' => one(&['З', 'з', 'Ʒ'], chance),
        '1' => one(&['l', 'I', '|'], chance),
        '6' => 'б',
        '8' => 'В',
        '5' => one(&['5', 'S'], chance),
        other => other,
    }
}

fn between(text: &str, what: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(what)
}

/// Words, dressed; mostly they are left alone.
pub(super) fn words(said: &str, chance: &mut StdRng) -> String {
    match chance.random_range(0..10) {
        0 => said.replace(' ', ""),
        1 => said.replace(' ', "-"),
        2 => between(&said.replace(' ', ""), " "),
        3 => said.to_uppercase(),
        4 => mixed(said),
        5 => between(said, "\u{200b}"),
        6 => latin(said),
        _ => said.to_owned(),
    }
}

/// Latin letters in the place of those that look the same.
pub(super) fn mixed(said: &str) -> String {
    said.chars()
        .map(|letter| match letter {
            'а' => 'a',
            'е' => 'e',
            'о' => 'o',
            'р' => 'p',
            'с' => 'c',
            'х' => 'x',
            other => other,
        })
        .collect()
}

/// Russian words in Latin letters.
pub(super) fn latin(said: &str) -> String {
    said.chars()
        .map(|letter| match letter {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' => "g",
            'д' => "d",
            'е' | 'ё' | 'э' => "e",
            'ж' => "zh",
            'з' => "z",
            'и' => "i",
            'й' => "j",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "kh",
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "sch",
            'ы' => "y",
            'ю' => "yu",
            'я' => "ya",
            'ь' | 'ъ' => "",
            ' ' => " ",
            _ => "",
        })
        .collect()
}

/// Up to a million, in English.
pub(super) fn english(number: u64) -> String {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    match number {
        0..20 => ONES[number as usize].to_owned(),
        20..100 => joined(TENS[number as usize / 10], "", number % 10),
        100..1000 => joined(ONES[number as usize / 100], " hundred", number % 100),
        _ => joined(&english(number / 1000), " thousand", number % 1000),
    }
}

fn joined(first: &str, size: &str, rest: u64) -> String {
    if rest == 0 { format!("{first}{size}") } else { format!("{first}{size} {}", english(rest)) }
}
