//! How alike two texts are, by the letter trigrams of their words.
//!
//! Good enough to find a message that was written twice, or a name in another case form; it knows no meanings.

use std::cmp::Ordering;

/// The share of trigrams that two texts have in common, of all they have: 1 is the same words.
pub fn jaccard(one: &str, other: &str) -> f64 {
    Trigrams::of(one).jaccard(&Trigrams::of(other))
}

/// The share of the shorter one's trigrams that the longer has as well.
pub fn containment(one: &str, other: &str) -> f64 {
    let (one, other) = (Trigrams::of(one), Trigrams::of(other));
    match one.parts.len().min(other.parts.len()) {
        0 => f64::from(u8::from(one.wordless == other.wordless && one.parts == other.parts)),
        fewer => one.shared(&other) as f64 / fewer as f64,
    }
}

/// The trigrams of a text, for whoever compares it with many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigrams {
    /// In order, each once.
    parts: Vec<[char; 3]>,
    /// A text without a word, itself.
    wordless: Option<String>,
}

impl Trigrams {
    /// Of each word, with a space before and after it: the beginning of a word weighs more than its ending.
    pub fn of(text: &str) -> Self {
        let folded = text.to_lowercase().replace('ё', "е");
        let mut parts: Vec<[char; 3]> = Vec::new();
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let padded: Vec<char> = [' ', ' '].into_iter().chain(word.chars()).chain([' ']).collect();
            parts.extend(padded.windows(3).map(|three| [three[0], three[1], three[2]]));
        }
        parts.sort_unstable();
        parts.dedup();
        let wordless = parts.is_empty().then(|| text.trim().to_owned());
        Self { parts, wordless }
    }

    /// As [`jaccard`]. Two texts without words are alike if they are the same.
    pub fn jaccard(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        match self.parts.len() + other.parts.len() - shared {
            0 => f64::from(u8::from(self.wordless == other.wordless)),
            all => shared as f64 / all as f64,
        }
    }

    /// How many both have.
    fn shared(&self, other: &Self) -> usize {
        let (mut here, mut there, mut shared) = (0, 0, 0);
        while let (Some(one), Some(two)) = (self.parts.get(here), other.parts.get(there)) {
            let order = one.cmp(two);
            here += usize::from(order != Ordering::Greater);
            there += usize::from(order != Ordering::Less);
            shared += usize::from(order == Ordering::Equal);
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_the_same_and_other_words_are_not() {
        for (one, other, low, high) in [
            ("Красная сумка есть?", "красная СУМКА есть", 1.0, 1.0),
            ("Есть ещё?", "есть еще", 1.0, 1.0),
            ("Красная сумка есть в наличии?", "Красные сумки есть в наличии?", 0.6, 0.9),
            ("Красная сумка есть?", "Доставите в Омск?", 0.0, 0.1),
            ("?", "?", 1.0, 1.0),
            ("?", "👍", 0.0, 0.0),
            ("?", "да", 0.0, 0.0),
        ] {
            let alike = jaccard(one, other);
            assert!((low..=high).contains(&alike), "{one} / {other}: {alike}");
        }
    }

    #[test]
    fn a_name_is_found_in_a_longer_one_and_in_another_case() {
        for (one, other, same) in [
            ("красная сумка", "красную сумку", true),
            ("сумка", "сумка красная кожаная", true),
            ("Омск", "Омске", true),
            ("Екатеринбург", "екатеринбурга", true),
            ("красная сумка", "синий рюкзак", false),
            ("Омск", "Томск", false),
            ("", "сумка", false),
        ] {
            assert_eq!(containment(one, other) > 0.6, same, "{one} / {other}: {}", containment(one, other));
        }
    }
}
