//! Where to: the places of a message, and the row of the delivery tab that serves one.

use domain::catalog::DeliveryRow;

pub use super::gazetteer::{Place, PlaceKind};
use super::gazetteer::{forms, gazetteer};
use super::phrase::tokens;
use super::talk;
use super::words::words_of_folded;
use crate::numbers::fold::{fold, is_letter_or_digit};

/// Where a message wants a thing to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceAsked {
    /// To this place.
    To(Place),
    /// To a place that only the table knows, by its row.
    Listed(usize),
    /// To several, or to one name that several places have.
    Several(Vec<Place>),
    /// The buyer would fetch it.
    Pickup,
    /// It does not say.
    Nowhere,
}

/// The place that `text` asks about; `rows` may name places that the gazetteer does not have.
pub fn place_asked(text: &str, rows: &[DeliveryRow]) -> PlaceAsked {
    let folded = fold(text);
    let words = plain_words(&folded);
    let said = tokens(&folded);
    // A parcel is fetched at a carrier's point too: that is delivery.
    if talk::says("pickup", &said) && !talk::says("point", &said) {
        return PlaceAsked::Pickup;
    }
    if let Some(row) = listed(&words, rows) {
        return PlaceAsked::Listed(row);
    }
    let places = settled(&places_in(&words, Reading::Message));
    match places.as_slice() {
        [] => PlaceAsked::Nowhere,
        [one] => PlaceAsked::To(*one),
        _ => PlaceAsked::Several(places),
    }
}

/// The places meant: of one name's places those that lie in another place of the text («Железногорск, Курская
/// область»), else those that the name stands for first; and no place within which another one is named.
fn settled(found: &[Vec<Named>]) -> Vec<Place> {
    let others = |at: usize| {
        let before_and_after = found[..at].iter().chain(&found[at + 1..]);
        before_and_after.flatten().map(|named| named.place).collect::<Vec<_>>()
    };
    let mut places: Vec<Place> = Vec::new();
    for (at, names) in found.iter().enumerate() {
        let others = others(at);
        let within = |named: &&Named| others.iter().any(|other| named.place.lies_in(*other));
        let mut meant: Vec<&Named> = names.iter().filter(within).collect();
        if meant.is_empty() {
            meant = names.iter().filter(|named| !named.second).collect();
        }
        for named in meant {
            if !places.contains(&named.place) {
                places.push(named.place);
            }
        }
    }
    let all = places.clone();
    places.retain(|place| !all.iter().any(|other| other != place && other.lies_in(*place)));
    places
}

/// Every place that a text names for certain: no everyday words without «в» or «до», no slips of the pen.
pub fn places_named(text: &str) -> Vec<Place> {
    let found = places_in(&plain_words(&fold(text)), Reading::Reply);
    found.into_iter().flatten().filter(|named| !named.second).map(|named| named.place).collect()
}

/// Who serves a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// This row.
    Row(usize),
    /// A row that was left out because something in it is wrong.
    LeftOut,
    /// None.
    Nobody,
}

/// The row that serves `place`: the city's own, its region's, its zone's, then the rest of the country.
/// `left_out` are the places of rows that could not be read: a more general row does not speak for them.
pub fn row_for(place: Place, rows: &[DeliveryRow], left_out: &[&str]) -> Served {
    let cells = rows.iter().map(|row| row.place.value.as_str()).chain(left_out.iter().copied());
    let covered: Vec<Covered> = cells.map(Covered::by).collect();
    let ranks: [fn(Place, &Place) -> bool; 5] = [
        |place, row| place == *row,
        |place, row| row.kind == PlaceKind::Region && place.lies_in(*row),
        |place, row| row.kind == PlaceKind::Zone && place.zone != "-" && place.lies_in(*row),
        |place, row| match row.kind {
            PlaceKind::Russia => place.is_domestic() && place.zone != "-",
            PlaceKind::Abroad => place.lies_in(*row),
            _ => false,
        },
        |place, row| {
            let general = row.kind == PlaceKind::Abroad && row.region.is_empty();
            general && !place.is_domestic() && (row.zone.is_empty() || row.zone == place.zone)
        },
    ];
    let serves = |fits: &fn(Place, &Place) -> bool| {
        covered.iter().position(|covered| covered.places.iter().any(|row| fits(place, row)) && !covered.excludes(place))
    };
    match ranks.iter().find_map(serves) {
        Some(at) if at < rows.len() => Served::Row(at),
        Some(_) => Served::LeftOut,
        None => Served::Nobody,
    }
}

/// The row of those who fetch it themselves.
pub fn pickup_row(rows: &[DeliveryRow]) -> Option<usize> {
    rows.iter().position(|row| fold(&row.place.value).contains("самовывоз"))
}

/// Whether a row of the table lies within `place`: then one sum for all of it would be a guess.
pub fn is_split(place: Place, rows: &[DeliveryRow]) -> bool {
    rows.iter().flat_map(|row| Covered::by(&row.place.value).places).any(|row| row != place && row.lies_in(place))
}

/// Whether `word` by itself names a place.
pub(super) fn is_place(word: &str) -> bool {
    let gazetteer = gazetteer();
    gazetteer.at(&[word]).iter().any(|(name, _)| !name.everyday) || gazetteer.misspelt(word).is_some()
}

/// Whether `word` stands in some place's name: «нижний», «новгород», «осетия».
pub(super) fn begins_a_name(word: &str) -> bool {
    gazetteer().has_word(word)
}

/// What a cell of the place column covers: «Москва и МО», «Вся Россия, кроме Крыма».
struct Covered {
    places: Vec<Place>,
    except: Vec<Place>,
}

impl Covered {
    fn by(cell: &str) -> Self {
        let folded = fold(cell);
        let (all, except) = folded.split_once("кроме").unwrap_or((&folded, ""));
        let places = |text: &str| {
            let found = places_in(&plain_words(text), Reading::Cell).into_iter().flatten();
            found.filter(|named| !named.second).map(|named| named.place).collect::<Vec<_>>()
        };
        let mut places_of = places(all);
        let rest =
            ["остальн", "други", "прочи", "регион", "вся стран", "по стране"].iter().any(|mark| all.contains(mark));
        if rest && places_of.is_empty() {
            places_of.push(Place::RUSSIA);
        }
        Self { places: places_of, except: places(except) }
    }

    fn excludes(&self, place: Place) -> bool {
        self.except.iter().any(|except| *except == place || place.lies_in(*except))
    }
}

/// Whether a text is read as a buyer's message, as our reply, or as the seller's cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Everyday words need a preposition; «из Москвы» is no destination; slips are seen through.
    Message,
    /// As a message, but letter by letter, and the origin counts too.
    Reply,
    Cell,
}

/// A place by a name of its own, or by one that is first of all another's.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Named {
    place: Place,
    second: bool,
}

/// The places that words name, each with the others of that name.
fn places_in(words: &[&str], reading: Reading) -> Vec<Vec<Named>> {
    let gazetteer = gazetteer();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let before = at.checked_sub(1).map(|before| words[before]);
        let led =
            matches!(before, Some("в" | "во" | "до" | "на" | "г" | "гор" | "город" | "городе" | "по" | "к" | "ко"));
        // «почтой России» is a carrier.
        let post = before.is_some_and(|before| before.starts_with("почт")) && words[at].starts_with("росси");
        let origin = reading == Reading::Message && matches!(before, Some("из" | "от")) || post;
        let allowed = |everyday: bool| {
            reading == Reading::Cell || led || !everyday || reading == Reading::Message && is_alone(words, at)
        };
        let names = gazetteer.at(&words[at..]);
        let longest = names.iter().filter(|(name, _)| allowed(name.everyday)).map(|(_, len)| *len).max();
        let slip =
            || (reading == Reading::Message && !is_talk(words[at])).then(|| gazetteer.misspelt(words[at])).flatten();
        if let Some(len) = longest {
            let places = names
                .iter()
                .filter(|(name, taken)| *taken == len && allowed(name.everyday))
                .map(|(name, _)| Named { place: name.place, second: name.second });
            if !origin {
                found.push(most_likely(places.collect(), reading));
            }
            at += len;
        } else {
            if let Some(name) = slip().filter(|_| !origin) {
                found.push(vec![Named { place: name.place, second: false }]);
            }
            at += 1;
        }
    }
    found
}

/// «Орёл?» and «Орёл доставка»: an everyday word that is nearly the whole message is a place.
fn is_alone(words: &[&str], at: usize) -> bool {
    let asks = |word: &str| {
        matches!(word, "сколько" | "доставка" | "доставите" | "отправите" | "отправка" | "доставку" | "можно")
    };
    words.len() == 1 || words.len() == 2 && asks(words[1 - at])
}

/// Москва is the city before it is the region of that name; in the seller's cell it is both, and Зеленоград lies
/// in it.
fn most_likely(mut places: Vec<Named>, reading: Reading) -> Vec<Named> {
    let federal = |named: &&Named| named.place.kind == PlaceKind::City && named.place.name == named.place.region;
    if let Some(city) = places.iter().find(federal).filter(|_| reading != Reading::Cell) {
        return vec![*city];
    }
    places.dedup();
    places
}

fn is_talk(word: &str) -> bool {
    super::words::Word::new(word).is_noise()
}

/// The words of a folded text, model names and all, as they are written.
fn plain_words(folded: &str) -> Vec<&str> {
    folded.split(|c: char| !is_letter_or_digit(c)).filter(|word| !word.is_empty()).collect()
}

/// The row whose place is not in the gazetteer, but stands in the text in some case form.
fn listed(words: &[&str], rows: &[DeliveryRow]) -> Option<usize> {
    rows.iter().position(|row| {
        let cell = fold(&row.place.value);
        if Covered::by(&row.place.value).places.is_empty() && !cell.contains("самовывоз") {
            let names: Vec<Vec<String>> = words_of_folded(&cell)
                .iter()
                .filter(|word| word.text.len() > 4)
                .map(|word| forms(&word.text))
                .collect();
            return !names.is_empty()
                && words
                    .windows(names.len())
                    .any(|window| names.iter().zip(window).all(|(forms, word)| forms.iter().any(|form| form == word)));
        }
        false
    })
}
