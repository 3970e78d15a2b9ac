//! What a message asks for, in the table's words: names, colours, numbers. It chooses nothing.

use std::collections::BTreeSet;

use domain::money::Money;

use super::colours::{Colour, colour};
use super::goods::is_purpose;
use super::index::{CatalogIndex, WordId};
use super::phrase::tokens;
use super::places;
use super::sizes::{is_letter_size, is_russian_letter_size, size_key};
use super::talk;
use super::words::{self, Word, likeness};
use crate::numbers::fold::fold;
use crate::numbers::{self, Amount, Unit, Value};

/// The things, colours and numbers a message names.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) names: Vec<Name>,
    pub(super) colours: BTreeSet<Colour>,
    /// Model numbers and sizes.
    pub(super) numbers: Vec<String>,
    /// Makers and models that are listed as such.
    pub(super) brands: BTreeSet<String>,
    /// What it must be or be for, beside its name: «женская», «на солярис». The table's words each may mean.
    pub(super) qualities: Vec<Vec<WordId>>,
    /// «поменьше», «подешевле»: no column tells.
    pub(super) compared: bool,
    /// How many of the names the table does not know.
    pub(super) unknown: usize,
    /// How many of the listed makers and models: beside a thing they say of which make it is.
    pub(super) unknown_brands: usize,
    /// Nothing of what is named is known, and something surely is named.
    pub(super) names_unknown: bool,
    /// «другого цвета», «ещё какие»: not the one that was talked about.
    pub(super) another: bool,
}

/// One word that names a thing.
#[derive(Debug)]
pub(super) struct Name {
    /// The table's words it may mean, with their likeness.
    pub(super) ids: Vec<(WordId, f64)>,
    pub(super) weight: f64,
    /// An adjective or what the thing is for: it adds to a name, and is none.
    pub(super) soft: bool,
    /// It stands behind «для», «на», «под»: «на 13 айфон».
    pub(super) for_it: bool,
}

impl Asked {
    /// Read a message. `entity` is what the router took for the product's name; it counts only as far as its
    /// words stand in the message.
    pub(super) fn read(text: &str, entity: Option<&str>, index: &CatalogIndex) -> Self {
        let folded = without_counts(&fold(text), index);
        let words = words::words_of_folded(&folded);
        let entity: Vec<Word> = entity.map(words::words).unwrap_or_default();
        let in_entity = |word: &Word| entity.iter().any(|named| likeness(&named.key, &word.key) >= 0.85);
        let supported = words.iter().any(|word| in_entity(word) && !word.is_noise());
        let compared = talk::says("compared", &tokens(&folded));
        let mut asked = Self { another: names_another(&words), compared, ..Self::default() };
        let mut behind = Behind::default();
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at + 1);
            let before = at.checked_sub(1).map(|before| &words[before]);
            let denied = before.is_some_and(|before| before.text == "не");
            // «14 про» is a model, «скажите про сумку» is not.
            let model_word = word.text == "про" && before.is_some_and(|before| before.is_number() || before.is_brand());
            if let Some(colour) = colour(&word.text) {
                if !denied {
                    asked.colours.insert(colour);
                }
            } else if word.key.contains(|c: char| c.is_ascii_digit()) {
                if !denied {
                    asked.add_number(word, next, index);
                }
            } else if is_size(word, before, index) {
                asked.numbers.push(size_key(&word.text));
            } else if !model_word && (word.is_noise() || word.text.chars().count() < 2) {
                behind.pass(&word.text);
            } else {
                let router = match (supported, in_entity(word)) {
                    (false, _) => RouterNames::Nothing,
                    (true, true) => RouterNames::ThisWord,
                    (true, false) => RouterNames::OtherWords,
                };
                let beside = [before, next].into_iter().flatten().any(names_something);
                let behind_it = next.is_some_and(|next| is_cue(&next.text) && next.text != "стоит");
                let behind_now = Behind { cue: behind.cue || behind_it, ..behind };
                asked.add_quality(word, beside, behind, router, index);
                asked.add_name(word, router, behind_now, index);
                // «на киа рио»: the model is what it is for as well.
                let goes_on = behind.purpose && word.is_brand() && next.is_some_and(Word::is_brand);
                behind = Behind { purpose: goes_on, cue: false };
            }
        }
        asked.settle();
        asked
    }

    /// Whether a colour, a number, a size, a maker is named.
    pub(super) fn attributes(&self) -> bool {
        !self.colours.is_empty() || !self.numbers.is_empty() || !self.brands.is_empty()
    }

    fn add_number(&mut self, word: &Word, next: Option<&Word>, index: &CatalogIndex) {
        // «30 л» and «128 гб» are told by the number alone.
        let is_long = word.is_number() && word.key.len() > 4 && !index.knows_number(&word.key);
        // «2 красные сумки» are two of them; «8 айфон» is a model.
        let counts = next.is_some_and(|next| {
            let few = word.key.parse::<u32>().is_ok_and(|number| number < 10);
            let thing = colour(&next.text).is_some()
                || next.is_adjective()
                || !next.is_noise() && !next.is_brand() && !next.is_number();
            few && thing && next.text.chars().count() > 3 && !index.counts(next)
                || matches!(next.text.as_str(), "раз" | "раза" | "человек")
        });
        if !is_long && !counts && !self.numbers.contains(&word.key) {
            self.numbers.push(word.key.clone());
        }
    }

    /// «женская» beside a thing, «на солярис» behind one: what is asked for must be so.
    fn add_quality(&mut self, word: &Word, beside: bool, behind: Behind, router: RouterNames, index: &CatalogIndex) {
        let is_quality = if behind.purpose {
            router != RouterNames::OtherWords && !places::is_place(&word.text)
        } else {
            word.is_adjective() && beside
        };
        if is_quality {
            let mut ids: Vec<WordId> = index.lookup(word).into_iter().map(|(id, _)| id).collect();
            ids.extend(index.derived(word));
            self.qualities.push(ids);
        }
    }

    fn add_name(&mut self, word: &Word, router: RouterNames, behind: Behind, index: &CatalogIndex) {
        // The router may leave a thing out («3 чехла на айфон 13»: «айфон 13»): a word that names products stays.
        if router == RouterNames::OtherWords && !index.names_products(word) {
            return;
        }
        if word.is_listed_brand() {
            self.brands.insert(word.key.clone());
        }
        let mut ids = index.lookup(word);
        let soft = word.is_adjective() || behind.purpose;
        if soft && ids.is_empty() {
            ids = index.derived(word).into_iter().map(|id| (id, 0.9)).collect();
        }
        if ids.is_empty() {
            // A place, or a word of the talk that no list has, is not a thing's name by itself.
            let surely = (router == RouterNames::ThisWord || behind.cue) && !soft && !places::is_place(&word.text);
            if surely && word.is_listed_brand() {
                self.unknown_brands += 1;
            } else if surely {
                self.unknown += 1;
                self.names.push(Name { ids, weight: index.unknown_weight(), soft: false, for_it: false });
            }
            return;
        }
        let weight = ids.iter().map(|(id, _)| index.weight(*id)).fold(0.0, f64::max);
        let weight = if soft { weight * 0.3 } else { weight };
        self.names.push(Name { ids, weight, soft, for_it: behind.purpose });
    }

    fn settle(&mut self) {
        let known = self.names.iter().any(|name| !name.ids.is_empty() && (!name.soft || name.for_it));
        self.names_unknown = self.unknown + self.unknown_brands > 0 && !known;
        if !known {
            self.names.clear();
        }
    }
}

/// Whether a word is a letter size where it stands: «с» alone is «with», «м» behind a number a metre.
fn is_size(word: &Word, before: Option<&Word>, index: &CatalogIndex) -> bool {
    let behind_size = before.is_some_and(|before| before.text.starts_with("размер"));
    if is_letter_size(&word.text) {
        return word.text.len() > 1 || behind_size || word.text.is_ascii() && index.has_letter_sizes;
    }
    is_russian_letter_size(&word.text) && index.has_letter_sizes && !before.is_some_and(Word::is_number)
}

/// A word that is no mere talk: a thing, a colour, a model.
fn names_something(word: &Word) -> bool {
    !word.is_noise() && word.text.chars().count() > 2 && !word.is_number()
}

/// What the router says of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RouterNames {
    /// It named no product that stands in the message.
    Nothing,
    ThisWord,
    OtherWords,
}

/// What stands before a word, the talk aside.
#[derive(Debug, Clone, Copy, Default)]
struct Behind {
    /// «для», «на»: the word says what a thing is for.
    purpose: bool,
    /// «есть», «ищу»: the word names a thing.
    cue: bool,
}

impl Behind {
    fn pass(&mut self, talk: &str) {
        self.cue = is_cue(talk) || self.cue && !is_verb_of_talk(talk);
        self.purpose = is_purpose(talk) || self.purpose && !is_cue(talk);
    }
}

/// The folded text with counts, sums, days and times taken out: «2 штуки» is no model 2.
fn without_counts(folded: &str, index: &CatalogIndex) -> String {
    let mut out = folded.to_owned();
    for number in numbers::read_folded(folded).iter().rev() {
        let told = match &number.value {
            Value::Bare(_) | Value::Ordinal(_) | Value::Size { unit: Unit::Size | Unit::Measure(_), .. } => false,
            // «цена 13 айфона»: the word before makes it a sum, and it may be a model all the same.
            &Value::Price(money) if number.told_by == numbers::ToldBy::Unit => {
                // «42р» is a size where the table has one.
                let whole = Amount::of_money(money).as_whole().filter(|whole| *whole < 70);
                !whole.is_some_and(|whole| index.knows_number(&whole.to_string()))
            }
            &Value::Price(money) => money >= Money::roubles(100),
            // «айфон 13 за 300»: thirteen of them, if the table has no 13.
            Value::Quantity(count) => {
                number.told_by == numbers::ToldBy::Unit || !index.knows_number(&count.to_string())
            }
            _ => true,
        };
        if told {
            out.replace_range(number.span.clone(), " ");
        }
    }
    out
}

/// Words behind which a thing is named.
fn is_cue(word: &str) -> bool {
    const CUES: [&str; 22] = [
        "есть",
        "продаете",
        "продаешь",
        "продаются",
        "продается",
        "нужен",
        "нужна",
        "нужно",
        "нужны",
        "ищу",
        "ищем",
        "интересует",
        "интересуют",
        "имеется",
        "имеются",
        "почем",
        "стоит",
        "хочу",
        "купить",
        "куплю",
        "наличии",
        "заказать",
    ];
    CUES.contains(&word)
}

fn is_verb_of_talk(word: &str) -> bool {
    matches!(
        word,
        "подскажите"
            | "подскажи"
            | "скажите"
            | "скажи"
            | "и"
            | "или"
            | "доставка"
            | "доставки"
            | "скидка"
            | "скидки"
            | "возможность"
            | "торг"
    )
}

/// Whether a message asks for other colours, sizes or models than the one talked about.
pub fn asks_for_another(text: &str) -> bool {
    names_another(&words::words(text))
}

fn names_another(words: &[Word]) -> bool {
    let is = |word: &Word, beginnings: &[&str]| beginnings.iter().any(|beginning| word.text.starts_with(beginning));
    let other = words.iter().any(|word| is(word, &["друг", "ина", "ины", "остальн", "какие", "каких", "какого"]));
    other && words.iter().any(|word| is(word, &["цвет", "расцветк", "размер", "модел", "вариант"]))
}
