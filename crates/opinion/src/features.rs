//! What a message is told apart by: its words by their stems, alone and in twos, pieces of words, and what stands
//! around it. Each is hashed into one of [`BUCKETS`] and counts the more the rarer it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::Shown;

/// How many different features there are.
pub(crate) const BUCKETS: usize = 1 << 17;
/// The shortest and the longest piece of a word.
const PIECES: std::ops::RangeInclusive<usize> = 2..=4;
/// How many characters of a text are read. Avito's own limit is 1000; what a burst adds changes no opinion.
const READ_CHARS: usize = 600;
/// A text at least this long needs nothing from before to be understood.
const SPEAKS_FOR_ITSELF: usize = 40;

/// A feature and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feature {
    pub(crate) bucket: usize,
    pub(crate) value: f32,
}

/// How rare each feature is among the messages learned from.
#[derive(Debug)]
pub(crate) struct Rarity(Vec<f32>);

impl Rarity {
    pub(crate) fn of<'a>(messages: impl Iterator<Item = Shown<'a>>) -> Self {
        let mut seen = vec![0_u32; BUCKETS];
        let mut all = 0_u32;
        for message in messages {
            all += 1;
            counted(message).into_keys().for_each(|bucket| seen[bucket] += 1);
        }
        let rarity = |seen: u32| ((1.0 + all as f32) / (1.0 + seen as f32)).ln() + 1.0;
        Self(seen.into_iter().map(rarity).collect())
    }

    /// The features of a message, together of length one.
    pub(crate) fn features(&self, shown: Shown<'_>) -> Vec<Feature> {
        let weighed = |(bucket, count): (usize, f32)| Feature { bucket, value: (1.0 + count.ln()) * self.0[bucket] };
        let mut features: Vec<Feature> = counted(shown).into_iter().map(weighed).collect();
        // Sums of floats depend on their order, and so would opinions.
        features.sort_unstable_by_key(|feature| feature.bucket);
        let length = features.iter().map(|feature| feature.value * feature.value).sum::<f32>().sqrt();
        features.iter_mut().for_each(|feature| feature.value /= length);
        features
    }
}

/// How often each feature is in a message.
fn counted(shown: Shown<'_>) -> HashMap<usize, f32> {
    let mut counts = HashMap::new();
    let mut count = |kind: Kind, feature: &str| *counts.entry(bucket(kind, feature)).or_insert(0.0) += 1.0;
    let text = folded(shown.text);
    let stems = stems(&text);
    each_word(&stems, |word| count(Kind::Word, word));
    each_piece(&text, |piece| count(Kind::Piece, piece));
    for around in [
        format!("words {}", f64::from(stems.len() as u32 + 1).log2().mul_add(1.5, 0.0).min(7.0) as u32),
        format!("questions {}", shown.text.matches('?').count().min(3)),
        format!("commas {}", shown.text.matches(',').count().min(3)),
        format!("numbers {}", stems.iter().filter(|stem| stem.starts_with('0')).count().min(4)),
        format!("short {}, listing {}, before {}", stems.len() <= 4, shown.listing, shown.before.is_some()),
    ] {
        count(Kind::Around, &around);
    }
    if text.chars().count() < SPEAKS_FOR_ITSELF {
        for (kind, said) in [(Kind::Before, shown.before), (Kind::Answered, shown.answered)] {
            let said = self::stems(&folded(said.unwrap_or_default()));
            each_word(&said, |word| count(kind, word));
        }
    }
    counts
}

/// Where a feature comes from: the same word counts otherwise in another place.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Word,
    Piece,
    Around,
    Before,
    Answered,
}

/// FNV-1a, its upper half folded into the lower.
fn bucket(kind: Kind, feature: &str) -> usize {
    let start = 0x811c_9dc5_u32 ^ (kind as u32 + 1);
    let hash = feature.bytes().fold(start, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as usize % BUCKETS
}

/// In small letters, every number a zero.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    for c in text.chars().take(READ_CHARS).flat_map(char::to_lowercase) {
        match c {
            'ё' => folded.push('е'),
            c if c.is_numeric() => {
                if !folded.ends_with('0') {
                    folded.push('0');
                }
            }
            c => folded.push(c),
        }
    }
    folded
}

fn stems(text: &str) -> Vec<String> {
    static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Russian));
    let mut stems: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            stems.push(STEMMER.stem(&word).into_owned());
            word.clear();
        }
        if matches!(c, '?' | '!') {
            stems.push(c.to_string());
        }
    }
    stems
}

/// Each word, each two neighbours and each two with one between them.
fn each_word(stems: &[String], mut each: impl FnMut(&str)) {
    let end = String::from("|");
    let framed: Vec<&String> = [&end].into_iter().chain(stems).chain([&end]).collect();
    stems.iter().for_each(|stem| each(stem));
    framed.windows(2).for_each(|pair| each(&format!("{} {}", pair[0], pair[1])));
    framed.windows(3).for_each(|three| each(&format!("{} _ {}", three[0], three[2])));
}

/// Each piece of each word, its ends marked.
fn each_piece(text: &str, mut each: impl FnMut(&str)) {
    for word in text.split_whitespace() {
        let framed: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
        for length in PIECES {
            framed.windows(length).for_each(|piece| each(&piece.iter().collect::<String>()));
        }
    }
}
