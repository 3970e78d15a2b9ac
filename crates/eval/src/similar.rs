//! How alike two texts are, by the letter trigrams of their words.
//!
//! Good enough to find a message that was written twice, or a name in another case form; it knows no meanings.

use std::collections::BTreeSet;

/// The share of trigrams that two texts have in common, of all they have: 1 is the same words.
pub fn jaccard(one: &str, other: &str) -> f64 {
    let wordless = f64::from(u8::from(one.trim() == other.trim()));
    let (one, other) = (trigrams(one), trigrams(other));
    let shared = one.intersection(&other).count();
    match one.len() + other.len() - shared {
        0 => wordless,
        all => shared as f64 / all as f64,
    }
}

/// The share of the shorter one's trigrams that the longer has as well.
pub fn containment(one: &str, other: &str) -> f64 {
    let (one, other) = (trigrams(one), trigrams(other));
    match one.len().min(other.len()) {
        0 => f64::from(u8::from(one == other)),
        fewer => one.intersection(&other).count() as f64 / fewer as f64,
    }
}

/// Of each word, with a space before and after it: the beginning of a word weighs more than its ending.
fn trigrams(text: &str) -> BTreeSet<[char; 3]> {
    let folded = text.to_lowercase().replace('ё', "е");
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let padded = words.map(|word| [' ', ' '].into_iter().chain(word.chars()).chain([' ']).collect::<Vec<char>>());
    padded.flat_map(|word| word.windows(3).map(|three| [three[0], three[1], three[2]]).collect::<Vec<_>>()).collect()
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
