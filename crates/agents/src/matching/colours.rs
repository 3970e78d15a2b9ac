//! Colours by name, in any form: красная, красную, красненький, темно-синий, black.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::is_adjective_ending;
use crate::numbers::tables::rows;

/// A colour of `data/colours.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Colour(u8);

/// The colour that a folded word names.
pub(crate) fn colour(word: &str) -> Option<Colour> {
    let table = table();
    if let Some(colour) = table.whole.get(word) {
        return Some(*colour);
    }
    let (cut, _) = word.char_indices().rev().nth(3).unwrap_or((0, ' '));
    // Endings are one to three letters; the stem is what stands before.
    word[cut..].char_indices().map(|(at, _)| cut + at).find_map(|at| {
        let (stem, ending) = word.split_at(at);
        let stem = stem.strip_suffix("еньк").or_else(|| stem.strip_suffix("оньк")).unwrap_or(stem);
        table.stems.get(stem).copied().filter(|_| is_adjective_ending(ending))
    })
}

#[derive(Debug, Default)]
struct Table {
    stems: HashMap<&'static str, Colour>,
    whole: HashMap<&'static str, Colour>,
}

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let mut table = Table::default();
        for (index, [name, stems, words]) in (0..).zip(rows(include_str!("../../data/colours.tsv"))) {
            table.stems.extend(stems.split(' ').map(|stem| (stem, Colour(index))));
            table.whole.extend(
                words.split(' ').chain([name]).filter(|word| !word.is_empty()).map(|word| (word, Colour(index))),
            );
        }
        table
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_known_in_any_form_and_other_words_are_none() {
        let red = colour("красный");
        assert!(red.is_some());
        for word in ["красная", "красную", "красненькая", "красным", "red", "красного"]
        {
            assert_eq!(colour(word), red, "{word}");
        }
        for word in ["белье", "серия", "серьги", "алло", "синица", "сумка", "золотце", "черника", "белка"]
        {
            assert_eq!(colour(word), None, "{word}");
        }
        assert_eq!(colour("хаки"), colour("болотного"));
    }
}
