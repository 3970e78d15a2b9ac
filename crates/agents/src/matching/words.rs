//! Words as they are compared: folded, parted from their digits, stemmed, and joined with their synonyms.
//!
//! Snowball's stems do not join every case form (чехол, чехла), so [`likeness`] also sees through a fleeting
//! vowel and a typing slip. Numbers are never alike: 13 is not 14.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::numbers::fold::{fold, is_cyrillic, is_letter_or_digit};
use crate::numbers::tables::rows;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    /// As written, folded.
    pub(crate) text: String,
    /// What it is compared by: the stem, or the word that stands for its synonyms.
    pub(crate) key: String,
}

impl Word {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), key: key(text) }
    }

    pub(crate) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// A maker's or a model's name: Latin letters, or a word listed as a brand.
    pub(crate) fn is_brand(&self) -> bool {
        !self.is_number() && (self.key.is_ascii() || synonyms().brands.contains(self.key.as_str()))
    }

    /// A maker or a model that is listed as one: what has another name is another thing.
    pub(crate) fn is_listed_brand(&self) -> bool {
        synonyms().brands.contains(self.key.as_str())
    }

    /// An adjective by its ending: it tells one thing from another, but names none.
    pub(crate) fn is_adjective(&self) -> bool {
        is_adjective(&self.text)
    }

    /// A word of any question, or of the talk in a shop: it names no thing.
    pub(crate) fn is_noise(&self) -> bool {
        let noise = noise();
        noise.light.has(&self.text) || noise.talk.has(&self.text)
    }

    /// A word of any question: it says nothing of what the question is about.
    pub(crate) fn is_light(&self) -> bool {
        noise().light.has(&self.text)
    }
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    words_of_folded(&fold(text))
}

/// What stands within a name and parts nothing.
pub(crate) const APOSTROPHES: [char; 3] = ['\'', '’', '`'];

/// The words of a folded text. Letters part from digits («13pro»), but a single letter before them does not:
/// «A52» is one name.
pub(crate) fn words_of_folded(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    // «Levi's» is one word.
    let text = text.replace(APOSTROPHES, "");
    for piece in text.split(|c: char| !is_letter_or_digit(c)).filter(|piece| !piece.is_empty()) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let mut end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let single = !digits && rest[..end].chars().count() == 1 && end < rest.len();
            if single && rest.len() < piece.len() {
                // «160x200» and «5w40» are two numbers.
            } else if let Some(both) = ["promax", "промакс"].iter().find(|both| rest.starts_with(**both)) {
                let half = both.len() / both.chars().count() * 3;
                words.extend([Word::new(&both[..half]), Word::new(&both[half..])]);
                end = both.len();
            } else if single {
                end += rest[end..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - end);
                words.push(model_name(&rest[..end]));
            } else {
                words.push(Word::new(&rest[..end]));
            }
            rest = &rest[end..];
        }
    }
    words
}

/// «а52» in Cyrillic letters is «a52».
fn model_name(text: &str) -> Word {
    const LETTERS: [(char, char); 13] = [
        ('а', 'a'),
        ('в', 'b'),
        ('с', 's'),
        ('е', 'e'),
        ('н', 'n'),
        ('к', 'k'),
        ('м', 'm'),
        ('о', 'o'),
        ('р', 'p'),
        ('т', 't'),
        ('х', 'x'),
        ('у', 'y'),
        ('г', 'g'),
    ];
    let latin = |c: char| LETTERS.iter().find(|(cyrillic, _)| *cyrillic == c).map_or(c, |(_, latin)| *latin);
    let key: String = text.chars().map(latin).collect();
    Word { text: text.to_owned(), key }
}

fn key(text: &str) -> String {
    let synonyms = synonyms();
    if let Some(first) = synonyms.first_of.get(text) {
        return first.clone();
    }
    let stem = stem(text);
    synonyms.first_of.get(stem.as_str()).cloned().unwrap_or(stem)
}

/// The stem of a Russian word; other words as they are.
pub(crate) fn stem(word: &str) -> String {
    static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Russian));
    if word.chars().all(is_cyrillic) { RUSSIAN.stem(word).into_owned() } else { word.to_owned() }
}

/// How alike two keys are, 0 to 1. Nothing under 0.85 is alike.
pub(crate) fn likeness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    if a.contains(|c: char| c.is_ascii_digit()) || b.contains(|c: char| c.is_ascii_digit()) {
        return 0.0;
    }
    let (long, short) = (a.chars().count().max(b.chars().count()), a.chars().count().min(b.chars().count()));
    if short < 3 || long - short > 2 || (letters(a) ^ letters(b)).count_ones() > 4 {
        return 0.0;
    }
    if short >= 4 && without_fleeting_vowel(a) == without_fleeting_vowel(b) {
        return 0.97;
    }
    let slips = if short < 5 { 0 } else { 1 + usize::from(short >= 8) };
    if slips == 0 || a.chars().next() != b.chars().next() || strsim::osa_distance(a, b) > slips {
        return 0.0;
    }
    let alike = strsim::jaro_winkler(a, b);
    if alike >= 0.85 { alike.min(0.95) } else { 0.0 }
}

/// Whether one key comes from the other: кожа, кожаный; стекло, стеклянный.
pub(crate) fn is_derived(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    short.chars().count() >= 3 && long.strip_prefix(short).is_some_and(|tail| (1..=3).contains(&tail.chars().count()))
}

/// One bit per letter: words that share few letters are not worth a closer look.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 64))
}

/// чехол and чехл, кошелек and кошельк, сумок and сумк: the last `о`, `е`, `ь` before the end falls out.
pub(crate) fn without_fleeting_vowel(stem: &str) -> String {
    let mut letters: Vec<char> = stem.chars().filter(|c| *c != 'ь').collect();
    if let Some(at) = letters.len().checked_sub(2)
        && matches!(letters[at], 'о' | 'е')
    {
        letters.remove(at);
    }
    letters.into_iter().collect()
}

/// The Latin spelling of a Russian word, letter by letter: «самсунг», samsung.
pub(crate) fn latin(word: &str) -> String {
    const LETTERS: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h",
        "c", "ch", "sh", "sch", "", "i", "", "e", "u", "a",
    ];
    word.chars()
        .map(|c| LETTERS.get((c as usize).wrapping_sub('а' as usize)).map_or(String::from(c), |l| (*l).to_owned()))
        .collect()
}

/// How a name sounds, whichever letters it is written in: «ламборджини» and lamborghini, «барби» and barbie.
/// Rough on purpose: it only helps to find what is spelt in no other way.
pub(crate) fn sound(word: &str) -> String {
    const RULES: [(&str, &str); 24] = [
        ("sch", "sh"),
        ("tch", "ch"),
        ("dzh", "g"),
        ("dj", "g"),
        ("gh", "g"),
        ("ck", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("kh", "h"),
        ("ch", "h"),
        ("j", "g"),
        ("x", "ks"),
        ("qu", "kv"),
        ("q", "k"),
        ("w", "v"),
        ("y", "i"),
        ("ee", "i"),
        ("ie", "i"),
        ("oo", "u"),
        ("ou", "u"),
        ("ai", "ei"),
        ("c", "k"),
        ("z", "s"),
        ("'", ""),
    ];
    let mut sound = latin(word);
    for (written, said) in RULES {
        sound = sound.replace(written, said);
    }
    let mut letters: Vec<char> = sound.chars().collect();
    letters.dedup();
    if letters.len() > 3 && letters.last().is_some_and(|last| "aeiou".contains(*last)) {
        letters.pop();
    }
    letters.into_iter().collect()
}

const ADJECTIVE: [&str; 24] = [
    "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ую",
    "юю", "ом", "ем", "ей", "ыми", "ими",
];

/// Whether `ending` is an adjective's.
pub(crate) fn is_adjective_ending(ending: &str) -> bool {
    ADJECTIVE.contains(&ending)
}

fn is_adjective(word: &str) -> bool {
    // «ой», «ом», «ем», «им» end nouns as well.
    const PLAIN: [&str; 16] =
        ["ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ых", "ую", "юю", "ыми"];
    word.chars().count() >= 5
        && PLAIN.iter().any(|ending| word.ends_with(ending))
        && !word.ends_with("ение")
        && !word.ends_with("ание")
}

#[derive(Debug, Default)]
struct Synonyms {
    /// Word or stem, and what stands for it.
    first_of: HashMap<String, String>,
    brands: HashSet<&'static str>,
}

fn synonyms() -> &'static Synonyms {
    static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
        let mut synonyms = Synonyms::default();
        for line in include_str!("../../data/synonyms.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (words, kind) = line.split_once('\t').unwrap_or((line, ""));
            let mut words = words.split(' ');
            let Some(first) = words.next() else { continue };
            let key = stem(first);
            if kind == "brand" {
                synonyms.brands.insert(first);
            }
            for word in words.chain([first]) {
                synonyms.first_of.entry(stem(word)).or_insert_with(|| key.clone());
                synonyms.first_of.entry(word.to_owned()).or_insert_with(|| key.clone());
            }
        }
        synonyms
    });
    &SYNONYMS
}

#[derive(Debug, Default)]
struct Noise {
    light: Words,
    talk: Words,
}

#[derive(Debug, Default)]
struct Words {
    whole: HashSet<&'static str>,
    beginnings: Vec<&'static str>,
}

impl Words {
    fn has(&self, word: &str) -> bool {
        self.whole.contains(word) || self.beginnings.iter().any(|beginning| word.starts_with(beginning))
    }
}

fn noise() -> &'static Noise {
    static NOISE: LazyLock<Noise> = LazyLock::new(|| {
        let mut noise = Noise::default();
        for [class, words] in rows(include_str!("../../data/noise.tsv")) {
            let list = if class == "light" { &mut noise.light } else { &mut noise.talk };
            for word in words.split(' ') {
                match word.strip_suffix('*') {
                    Some(beginning) => list.beginnings.push(beginning),
                    None => {
                        list.whole.insert(word);
                    }
                }
            }
        }
        noise
    });
    &NOISE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.key).collect()
    }

    #[test]
    fn words_part_from_their_digits_and_models_do_not() {
        for (text, expected) in [
            ("iPhone13 Pro", vec!["iphone", "13", "pro"]),
            ("13про", vec!["13", "pro"]),
            ("Самсунг А52", vec!["samsung", "a52"]),
            ("128гб", vec!["128", "гб"]),
            ("айфоны", vec!["iphone"]),
            ("эйрподсы", vec!["airpods"]),
            ("160x200", vec!["160", "200"]),
            ("5в40", vec!["5", "40"]),
            ("Levi's 501", vec!["levis", "501"]),
            ("13ProMax", vec!["13", "pro", "max"]),
        ] {
            assert_eq!(keys(text), expected, "{text}");
        }
    }

    #[test]
    fn alike_are_forms_and_slips_and_nothing_else() {
        for (a, b, alike) in [
            ("чехол", "чехла", true),
            ("чехлы", "чехол", true),
            ("кошелька", "кошелек", true),
            ("ремни", "ремень", true),
            ("сумок", "сумка", true),
            ("рюкзка", "рюкзак", true),
            ("рюзкак", "рюкзак", true),
            ("наушинки", "наушники", true),
            ("айфон", "iphone", true),
            ("сушка", "сумка", false),
            ("шубка", "шапка", false),
            ("рюмка", "рюкзак", false),
            ("эйрподс", "зарядка", false),
            ("13", "14", false),
            ("a52", "a53", false),
        ] {
            assert_eq!(likeness(&key(a), &key(b)) >= 0.85, alike, "{a} {b}");
        }
    }

    #[test]
    fn names_sound_alike_in_both_alphabets() {
        for (a, b) in [("ламборджини", "lamborghini"), ("барби", "barbie"), ("техник", "technic"), ("йойа", "yoya")]
        {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
        assert_ne!(sound("барби"), sound("bambi"));
    }

    #[test]
    fn adjectives_are_known_by_their_ends() {
        for (word, adjective) in [
            ("джинсовая", true),
            ("детского", true),
            ("сумка", false),
            ("рюкзаком", false),
            ("крепление", false),
            ("стекло", false),
        ] {
            assert_eq!(is_adjective(word), adjective, "{word}");
        }
    }
}
