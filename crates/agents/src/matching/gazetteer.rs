//! The places of Russia that parcels go to, and the foreign ones that sellers are asked about, in every case
//! form: `data/gazetteer.tsv`. It knows nothing of the seller's table.
//!
//! Forms are made by the endings of each name, not found by stemming: a stem of Ростов is «рост», and that is
//! a height.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::numbers::fold::{fold, is_letter};
use crate::numbers::tables::rows;

/// What kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A town.
    City,
    /// A region: область, край, республика.
    Region,
    /// A part of the country: Сибирь, Урал.
    Zone,
    /// Russia as a whole.
    Russia,
    /// A foreign town.
    CityAbroad,
    /// Another country, or «за границу».
    Abroad,
}

/// A place of the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// Its name, as it is said.
    pub name: &'static str,
    /// The region or country it lies in; empty for a zone.
    pub region: &'static str,
    /// The zone it lies in; «-» where «остальная Россия» does not cover it, «снг» for some countries.
    pub zone: &'static str,
}

impl Place {
    /// Russia as a whole.
    pub const RUSSIA: Place = Place { kind: PlaceKind::Russia, name: "Россия", region: "", zone: "" };
    /// Any other country.
    pub const ANYWHERE_ABROAD: Place =
        Place { kind: PlaceKind::Abroad, name: "другая страна", region: "", zone: "" };

    /// Whether it lies in Russia.
    pub fn is_domestic(self) -> bool {
        !matches!(self.kind, PlaceKind::Abroad | PlaceKind::CityAbroad)
    }

    /// Whether `self` lies within `other`.
    pub fn lies_in(self, other: Place) -> bool {
        match other.kind {
            PlaceKind::Region => self.is_domestic() && self.region == other.region && self.kind == PlaceKind::City,
            PlaceKind::Zone => self.zone == other.zone && matches!(self.kind, PlaceKind::City | PlaceKind::Region),
            PlaceKind::Russia => self.is_domestic() && self.kind != PlaceKind::Russia,
            PlaceKind::Abroad => self.kind == PlaceKind::CityAbroad && self.region == other.region,
            PlaceKind::City | PlaceKind::CityAbroad => false,
        }
    }
}

/// One name of a place: the forms of each of its words.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) place: Place,
    words: Vec<Vec<String>>,
    /// The name is an everyday word too.
    pub(super) everyday: bool,
    /// The name is first of all another place's: «Владик».
    pub(super) second: bool,
}

/// All names, by the forms of their first words.
#[derive(Debug, Default)]
pub(super) struct Gazetteer {
    names: Vec<Name>,
    by_form: HashMap<String, Vec<u32>>,
    /// Long forms by their first letter, in which a slip is seen through.
    long: HashMap<char, Vec<(String, u32)>>,
}

pub(super) fn gazetteer() -> &'static Gazetteer {
    static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::embedded);
    &GAZETTEER
}

impl Gazetteer {
    fn embedded() -> Self {
        let mut gazetteer = Self::default();
        for [kind, name, region, zone, others] in rows(include_str!("../../data/gazetteer.tsv")) {
            let kind = match kind {
                "city" => PlaceKind::City,
                "region" => PlaceKind::Region,
                "zone" => PlaceKind::Zone,
                "country" => PlaceKind::Abroad,
                _ => PlaceKind::CityAbroad,
            };
            let everyday = name.ends_with('*');
            let name = name.trim_end_matches('*');
            let place = Place { kind, name, region, zone };
            gazetteer.add(place, name, everyday);
            for other in others.split(", ").filter(|other| !other.is_empty()) {
                gazetteer.add(place, other, everyday);
            }
        }
        for name in ["россия", "рф", "российская федерация"] {
            gazetteer.add(Place::RUSSIA, name, false);
        }
        for name in
            ["заграница", "границу", "границей", "рубеж", "рубежом", "зарубежье", "другая страна", "другие страны"]
        {
            gazetteer.add(Place::ANYWHERE_ABROAD, name, false);
        }
        gazetteer.add(Place { name: "СНГ", zone: "снг", ..Place::ANYWHERE_ABROAD }, "снг", false);
        gazetteer
    }

    fn add(&mut self, place: Place, name: &str, everyday: bool) {
        let second = name.ends_with('?');
        let name = name.trim_end_matches('?');
        let words: Vec<Vec<String>> = fold(name)
            .split([' ', '-'])
            .filter(|word| !word.is_empty())
            .map(|word| forms_in(word, place.kind))
            .collect();
        let id = self.names.len() as u32;
        let Some(first) = words.first() else { return };
        for form in first {
            self.by_form.entry(form.clone()).or_default().push(id);
            if form.chars().count() >= 6 && !everyday {
                let letter = form.chars().next().unwrap_or(' ');
                self.long.entry(letter).or_default().push((form.clone(), id));
            }
        }
        self.names.push(Name { place, words, everyday, second });
    }

    /// The names that `words` begin with, the longest first, and how many words each takes.
    pub(super) fn at(&self, words: &[&str]) -> Vec<(&Name, usize)> {
        let Some(first) = words.first() else { return Vec::new() };
        let ids = self.by_form.get(*first).map(Vec::as_slice).unwrap_or_default();
        let mut found: Vec<(&Name, usize)> = ids
            .iter()
            .map(|id| &self.names[*id as usize])
            .filter(|name| name.begins(words))
            .map(|name| (name, name.words.len()))
            .collect();
        found.sort_by_key(|(_, len)| std::cmp::Reverse(*len));
        found
    }

    /// Whether some name has `word` in it, in some form.
    pub(super) fn has_word(&self, word: &str) -> bool {
        self.by_form.contains_key(word)
            || self.names.iter().any(|name| name.words.iter().any(|forms| forms.iter().any(|form| form == word)))
    }

    /// The one-word name that `word` misspells; names of two words by their first.
    pub(super) fn misspelt(&self, word: &str) -> Option<&Name> {
        let letters = word.chars().count();
        if letters < 6 {
            return None;
        }
        let slips = if letters >= 9 { 2 } else { 1 };
        let candidates = self.long.get(&word.chars().next()?)?;
        candidates
            .iter()
            .filter(|(form, id)| {
                form.chars().count().abs_diff(letters) <= slips && self.names[*id as usize].words.len() == 1
            })
            .filter_map(|(form, id)| {
                let distance = strsim::osa_distance(form, word);
                (distance <= slips).then_some((distance, id))
            })
            .min_by_key(|(distance, id)| (*distance, self.names[**id as usize].place.kind))
            .map(|(_, id)| &self.names[*id as usize])
    }
}

impl Name {
    fn begins(&self, words: &[&str]) -> bool {
        words.len() >= self.words.len()
            && self.words.iter().zip(words).all(|(forms, word)| forms.iter().any(|form| form == word))
    }
}

fn forms_in(word: &str, kind: PlaceKind) -> Vec<String> {
    let mut forms = forms(word);
    if kind == PlaceKind::Region && word.starts_with("област") {
        forms.push("обл".to_owned());
    }
    forms
}

/// The case forms of one word of a name, by its ending.
pub(super) fn forms(word: &str) -> Vec<String> {
    const ENDINGS: [(&str, &[&str]); 17] = [
        ("ий", &["его", "ему", "им", "ем", "ого", "ому", "ом"]),
        ("ый", &["ого", "ому", "ым", "ом"]),
        ("ой", &["ого", "ому", "ым", "ом"]),
        ("ая", &["ой", "ую", "ою"]),
        ("яя", &["ей", "юю"]),
        ("ое", &["ого", "ому", "ым", "ом"]),
        ("ее", &["его", "ему", "им", "ем"]),
        ("ые", &["ых", "ым", "ыми"]),
        ("ие", &["их", "им", "ими", "ия", "ию", "ии", "ием"]),
        ("ия", &["ии", "ию", "ией"]),
        ("а", &["ы", "и", "е", "у", "ой", ""]),
        ("я", &["и", "е", "ю", "ей"]),
        ("ь", &["и", "ью", "я", "ю", "ем", "е"]),
        ("й", &["я", "ю", "ем", "е"]),
        ("о", &["а", "у", "ом", "е"]),
        ("ы", &["", "ам", "ах", "ами", "ов"]),
        ("и", &["", "ам", "ах", "ами", "ей"]),
    ];
    let mut all = vec![word.to_owned()];
    if word.chars().count() <= 2 {
        return all;
    }
    match ENDINGS.iter().find_map(|(ending, others)| word.strip_suffix(ending).map(|stem| (stem, *others))) {
        Some((stem, others)) => {
            all.extend(others.iter().map(|other| format!("{stem}{other}")).filter(|form| form.chars().count() > 2));
            if let Some(short) = word.strip_suffix("ки") {
                all.push(format!("{short}ок"));
            }
        }
        None if word.ends_with(|c: char| is_letter(c) && !"еуюэ".contains(c)) => {
            all.extend(["а", "у", "ом", "ым", "е"].map(|ending| format!("{word}{ending}")));
        }
        None => {}
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gazetteer_has_every_large_city_once_per_region() {
        let table = include_str!("../../data/gazetteer.tsv");
        let mut cities: Vec<(&str, &str)> =
            rows::<5>(table).filter(|row| row[0] == "city").map(|row| (row[1], row[2])).collect();
        let all = cities.len();
        cities.sort_unstable();
        cities.dedup();
        assert_eq!(cities.len(), all, "a city stands twice");
        assert!(all >= 170, "{all}");
        assert_eq!(rows::<5>(table).count(), table.lines().filter(|line| !line.starts_with('#')).count());
    }

    #[test]
    fn names_are_known_in_their_case_forms() {
        for (name, form) in [
            ("москва", "москву"),
            ("казань", "казани"),
            ("химки", "химках"),
            ("химки", "химок"),
            ("чебоксары", "чебоксарах"),
            ("грозный", "грозном"),
            ("нижний", "нижнем"),
            ("ростов", "ростове"),
            ("россия", "россии"),
            ("ярославль", "ярославля"),
            ("иваново", "иванове"),
            ("луки", "луках"),
            ("великие", "великих"),
            ("московская", "московской"),
            ("уфа", "уфе"),
        ] {
            assert!(forms(name).iter().any(|known| known == form), "{name} {form}");
        }
        assert!(!forms("ростов").iter().any(|form| form == "рост"));
    }
}
