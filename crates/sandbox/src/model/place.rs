//! The places a message names.

use super::table::places::{BEFORE, ENDINGS, NOT_PLACES, PLACES, REGIONS};
use super::text::{self, Word};

/// A place found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// In the nominative where that was managed.
    pub(super) name: String,
    /// The words it takes, the preposition too.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) how: Found,
}

/// What made it a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A name of the table or a capital, after a preposition that leads somewhere.
    After,
    /// Just the name.
    Bare,
}

/// All places, in order.
pub(super) fn find(words: &[Word], is_taken: impl Fn(usize) -> bool) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let place =
            if is_taken(at) { None } else { after_preposition(words, at, &is_taken).or_else(|| bare(words, at)) };
        at = place.as_ref().map_or(at + 1, |place| place.end);
        places.extend(place);
    }
    places
}

fn after_preposition(words: &[Word], at: usize, is_taken: &impl Fn(usize) -> bool) -> Option<Place> {
    let preposition = words.get(at).filter(|word| BEFORE.contains(&word.plain.as_str()))?;
    let whole = words.get(at + 1).is_some_and(|word| matches!(word.plain.as_str(), "всей" | "всю"));
    let at_name = if whole { at + 2 } else { at + 1 };
    let word = words.get(at_name).filter(|_| preposition.gap == text::Gap::Space && !is_taken(at_name))?;
    let found = region(words, at_name)
        .or_else(|| known(words, at_name))
        .or_else(|| unknown(word, &preposition.plain).map(|name| (name, at_name + 1)));
    found.map(|(name, end)| Place { name, start: at, end, how: Found::After })
}

fn bare(words: &[Word], at: usize) -> Option<Place> {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    // «Вы из Москвы?» asks where we are; «я из Москвы» says where to send.
    let from = before.is_some_and(|word| word.plain == "из");
    let of_us = from && at.checked_sub(2).and_then(|at| words.get(at)).is_some_and(|word| word.plain == "вы");
    let (name, end) = region(words, at).or_else(|| known(words, at)).filter(|_| !of_us)?;
    Some(Place { name, start: at, end, how: if from { Found::After } else { Found::Bare } })
}

/// A place of the table.
fn known(words: &[Word], at: usize) -> Option<(String, usize)> {
    PLACES.iter().find_map(|(stems, name)| {
        let stems: Vec<&str> = stems.split(' ').collect();
        let end = at + stems.len();
        let fits = words
            .get(at..end)?
            .iter()
            .zip(&stems)
            .all(|(word, stem)| word.plain.strip_prefix(stem).is_some_and(|ending| ENDINGS.contains(&ending)));
        // Some names are also beginnings of plain words: only with a capital, or by themselves.
        let sure = name.chars().count() > 4 || words.len() <= 3 || words[at].is_capital();
        (fits && (sure || at > 0 && BEFORE.contains(&words[at - 1].plain.as_str()))).then(|| ((*name).to_owned(), end))
    })
}

/// «Московскую область», «Краснодарского края».
fn region(words: &[Word], at: usize) -> Option<(String, usize)> {
    let (adjective, noun) = (words.get(at)?, words.get(at + 1)?);
    let (_, kind) = REGIONS.iter().find(|(form, _)| *form == noun.plain)?;
    let endings = ["скую", "ской", "ская", "скому", "ского", "ском", "ский"];
    let stem = endings.iter().find_map(|ending| adjective.plain.strip_suffix(ending))?;
    let ending = if *kind == "область" { "ская" } else { "ский" };
    Some((format!("{}{ending} {kind}", capital(stem)), at + 2))
}

/// Any capitalised Russian word: the best that can be done for a place nobody has written down.
fn unknown(word: &Word, preposition: &str) -> Option<String> {
    let letters = word.plain.chars().count();
    let russian = word.plain.chars().all(|c| matches!(c, 'а'..='я' | '-'));
    let looks = word.is_capital() && letters >= 4 && preposition != "по";
    let english = matches!(preposition, "to" | "in") && word.plain.is_ascii();
    let excluded = NOT_PLACES.iter().any(|known| word.plain.starts_with(known)) || super::cue::is_known(word);
    if !looks || excluded || !(russian || english) {
        return None;
    }
    Some(if english { word.typed.clone() } else { nominative(&word.typed, preposition) })
}

/// A guess: «в Самару» -> Самара, «до Ростова» -> Ростов, «в Пензе» stays as it is typed.
fn nominative(typed: &str, preposition: &str) -> String {
    let plain = text::plain(typed);
    let cut = |count: usize| typed.chars().take(typed.chars().count() - count).collect::<String>();
    let to = matches!(preposition, "в" | "во" | "на");
    match plain.as_str() {
        word if to && word.ends_with("ию") => cut(1) + "я",
        word if to && word.ends_with('у') => cut(1) + "а",
        word if word.ends_with("ске") || word.ends_with("граде") || word.ends_with("бурге") => cut(1),
        word if preposition == "до" && (word.ends_with("ска") || word.ends_with("ва") || word.ends_with("да")) => {
            cut(1)
        }
        word if preposition == "до" && word.ends_with('ы') => cut(1) + "а",
        _ => typed.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Found, find};
    use crate::model::text::words;

    #[test]
    fn places_come_in_the_nominative() {
        for (text, expected) in [
            ("отправите в Новосибирск", "Новосибирск"),
            ("доставка в москву", "Москва"),
            ("в Питер можно?", "Питер"),
            ("в Сибирь", "Сибирь"),
            ("во Владивосток", "Владивосток"),
            ("до Екб", "Екб"),
            ("в Нижний Новгород", "Нижний Новгород"),
            ("в Московскую область", "Московская область"),
            ("в краснодарский край", "Краснодарский край"),
            ("до Кызыла далеко?", "Кызыла"),
            ("в Елабугу", "Елабуга"),
            ("до Норильска", "Норильск"),
            ("по всей России", "Россия"),
            ("я из Казани", "Казань"),
            ("to Moscow", "Moscow"),
            ("to London", "London"),
            ("в Казань и Омск", "Казань, Омск"),
            ("вы из Москвы", ""),
            ("на Авито", ""),
            ("на айфон 13", ""),
            ("в наличии", ""),
            ("тулуп есть, читать умею", ""),
        ] {
            let found: Vec<String> = find(&words(text), |_| false).into_iter().map(|place| place.name).collect();
            assert_eq!(found.join(", "), expected, "{text}");
        }
        assert_eq!(find(&words("Москва"), |_| false)[0].how, Found::Bare);
    }
}
