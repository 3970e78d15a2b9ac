//! Cues: phrases that tell what a buyer means, and how they are found in his words.
//!
//! A phrase is words with a space between. `слов*` is any word that begins so, `а/б` one of the two, `#` a number
//! of a hundred or more, `~` up to two words of any kind. Words nobody has written a rule for may differ from a
//! rule's by a letter, if they are long enough: people write on phones. The phrases are data, in
//! [`super::table`].

use std::collections::BTreeSet;
use std::sync::LazyLock;

use strsim::osa_distance;

use super::sense::Sense;
use super::table;
use super::table::goods::GOODS;
use super::text::Word;

/// One line of the table: what the phrases mean, how much that counts, and the phrases.
pub(super) type Cue = (Sense, f32, &'static [&'static str]);

/// A phrase found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    pub(super) sense: Sense,
    pub(super) weight: f32,
    /// The words that are the phrase's, by their places, in order; not those it skips.
    pub(super) places: Vec<usize>,
}

impl Hit {
    pub(super) fn start(&self) -> usize {
        self.places.first().copied().unwrap_or(0)
    }

    pub(super) fn end(&self) -> usize {
        self.places.last().map_or(0, |last| last + 1)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start() < other.end() && other.start() < self.end()
    }
}

/// A word this short must be right.
const FUZZY_FROM: usize = 5;

/// All phrases found, of those that cover one another only the longest, of equals the weightiest.
pub(super) fn find(words: &[Word]) -> Vec<Hit> {
    let known: Vec<bool> = words.iter().map(is_known).collect();
    let mut hits = Vec::new();
    for phrase in PHRASES.iter() {
        let reader = Reader { words, known: &known, parts: &phrase.parts };
        let found = (0..words.len()).filter_map(|start| reader.read(start, 0));
        hits.extend(found.map(|places| Hit { sense: phrase.sense, weight: phrase.weight, places }));
    }
    hits.sort_by(|a, b| b.places.len().cmp(&a.places.len()).then(b.weight.total_cmp(&a.weight)));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        if !kept.iter().any(|longer| hit.overlaps(longer)) {
            kept.push(hit);
        }
    }
    kept.sort_by_key(Hit::start);
    kept
}

/// One phrase of the table, cut into its words.
struct Phrase {
    sense: Sense,
    weight: f32,
    parts: Vec<&'static str>,
}

/// The table is read for every message: cutting it up anew each time took most of the time.
static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let phrase = |(sense, weight, phrases): &'static Cue| {
        phrases.iter().map(|phrase| Phrase { sense: *sense, weight: *weight, parts: phrase.split(' ').collect() })
    };
    table::cues().flat_map(phrase).collect()
});

/// Whether the word is right as it is: some phrase has it, or it names a thing.
pub(super) fn is_known(word: &Word) -> bool {
    static PARTS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
        let parts = PHRASES.iter().flat_map(|phrase| &phrase.parts).flat_map(|part| part.split('/'));
        parts.filter(|part| !matches!(*part, "~" | "#")).collect()
    });
    PARTS.iter().any(|part| exactly(word, part)) || GOODS.iter().any(|(stem, _)| word.plain.starts_with(stem))
}

struct Reader<'a> {
    words: &'a [Word],
    known: &'a [bool],
    parts: &'a [&'a str],
}

impl Reader<'_> {
    /// The places of the phrase's words if its parts from `part` on stand at `at`.
    fn read(&self, at: usize, part: usize) -> Option<Vec<usize>> {
        let Some(wanted) = self.parts.get(part) else { return Some(Vec::new()) };
        if *wanted == "~" {
            return (0..=2).find_map(|skipped| {
                let between = self.words.get(at..at + skipped)?;
                let crosses = between.iter().any(|word| word.gap.ends_sentence());
                if crosses { None } else { self.read(at + skipped, part + 1) }
            });
        }
        let word = self.words.get(at)?;
        let fits = if *wanted == "#" { word.number.is_some_and(|n| n >= 100.0) } else { self.fits(at, word, wanted) };
        // A phrase does not reach over the end of a sentence.
        let is_last = part + 1 == self.parts.len();
        if !fits || (word.gap.ends_sentence() && !is_last) {
            return None;
        }
        let mut places = self.read(at + 1, part + 1)?;
        places.insert(0, at);
        Some(places)
    }

    fn fits(&self, at: usize, word: &Word, wanted: &str) -> bool {
        wanted.split('/').any(|part| exactly(word, part) || (!self.known[at] && nearly(word, part)))
    }
}

fn exactly(word: &Word, part: &str) -> bool {
    match part.strip_suffix('*') {
        Some(beginning) => word.plain.starts_with(beginning),
        None => word.plain == part,
    }
}

/// A letter wrong, missing, doubled, or two changed about; never the first one.
fn nearly(word: &Word, part: &str) -> bool {
    let (wanted, is_beginning) = part.strip_suffix('*').map_or((part, false), |beginning| (beginning, true));
    // The first letter is asked first: it settles nearly every case, and cheaply.
    if word.plain.chars().next() != wanted.chars().next() || word.number.is_some() {
        return false;
    }
    let length = wanted.chars().count();
    if length < FUZZY_FROM {
        return false;
    }
    let near = |text: &str| osa_distance(text, wanted) <= 1;
    if !is_beginning {
        return near(&word.plain);
    }
    (length - 1..=length + 1).any(|taken| {
        let beginning: String = word.plain.chars().take(taken).collect();
        near(&beginning)
    })
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::model::sense::Sense;
    use crate::model::text::words;

    #[test]
    fn phrases_are_found_with_slips_of_the_finger() {
        for (text, sense) in [
            ("в наличии", Some(Sense::Stock)),
            ("в налиичии", Some(Sense::Stock)),
            ("в налчии?", Some(Sense::Stock)),
            ("наличными можно", Some(Sense::Payment)),
            ("доствка", Some(Sense::Delivery)),
            ("скиндка", Some(Sense::Price)),
            ("о чём мы говорили", Some(Sense::Reference)),
            ("обмен", Some(Sense::Terms)),
            ("обманщики", Some(Sense::Complaint)),
            ("абракадабра", None),
        ] {
            let found = find(&words(text));
            assert_eq!(found.first().map(|hit| hit.sense), sense, "{text}: {found:?}");
        }
    }
}
