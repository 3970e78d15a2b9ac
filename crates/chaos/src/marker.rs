//! The word by which a message is known again in whatever is said about it.

use std::fmt;

/// No Russian word begins so: жи and ши are written with и.
pub(crate) const BEGINNING: &str = "Жы";

/// What a marker is made of, two digits a syllable. Nothing it can give is a number, a place or a thing.
const CONSONANTS: [char; 20] =
    ['б', 'в', 'г', 'д', 'з', 'к', 'л', 'м', 'н', 'п', 'р', 'с', 'т', 'ф', 'х', 'ц', 'ч', 'ш', 'щ', 'ж'];
const VOWELS: [char; 5] = ['а', 'о', 'у', 'э', 'ю'];
const SYLLABLES: u32 = 3;

/// One message's word, unlike any other's of the run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Marker(String);

impl Marker {
    /// The word of the message with this number, of which there are a million.
    pub fn of(number: u32) -> Self {
        let mut word = BEGINNING.to_owned();
        for place in (0..SYLLABLES).rev() {
            let digits = (number / 100_u32.pow(place) % 100) as usize;
            word.push(CONSONANTS[digits / VOWELS.len()]);
            word.push(VOWELS[digits % VOWELS.len()]);
        }
        Self(word)
    }

    /// The markers in a text, in order.
    pub fn all_in(text: &str) -> Vec<Self> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(BEGINNING));
        words.map(|word| Self(word.to_owned())).collect()
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_has_its_own_word_and_is_found_again_by_it() {
        let numbers = [0, 1, 99, 100, 10_000, 999_999];
        let markers: BTreeSet<Marker> = numbers.map(Marker::of).into();
        assert_eq!(markers.len(), numbers.len());
        let (one, other) = (Marker::of(7), Marker::of(123_456));
        assert_eq!(Marker::all_in(&format!("{other}, доставите? {one}.\n")), [other, one]);
        assert_eq!(Marker::all_in("Да, отправляем: Омск."), []);
    }
}
