//! One row of the table, prepared for matching: what it is called by, its colours, numbers and makers.

use std::collections::{BTreeSet, HashMap};

use domain::catalog::Product;

use super::colours::{Colour, colour};
use super::index::{CatalogIndex, WordId};
use super::sizes::{is_letter_size, size_key, sizes};
use super::words::{self, Word};
use crate::numbers::fold::{fold, is_letter_or_digit};

/// One product, prepared.
#[derive(Debug, Default)]
pub(crate) struct Goods {
    /// What it is called by: the nouns and names of the title, not what it is for.
    pub(crate) names: Vec<WordId>,
    /// What the seller says buyers call it besides.
    pub(crate) aliases: Vec<WordId>,
    /// All other words of the title and the attributes.
    pub(crate) others: Vec<WordId>,
    pub(crate) colours: BTreeSet<Colour>,
    /// Numbers and letter sizes of the title and of the attributes; spans of sizes are written out.
    pub(crate) numbers: BTreeSet<String>,
    /// Listed makers and models among its words.
    pub(crate) brands: BTreeSet<String>,
    /// «13 Pro Max», where the title names one model: another than the 13.
    pub(crate) model: Option<Model>,
    /// There is a number in the title: it tells the model.
    pub(crate) has_model_number: bool,
    /// There is a size column.
    pub(crate) has_size: bool,
    /// A column lists several colours or sizes: they are counted together.
    pub(crate) has_variants: bool,
}

/// A model's number, and the words behind it that make it another model: pro, max, ultra.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) number: String,
    pub(crate) modifiers: BTreeSet<String>,
}

/// Prepares rows, and teaches the index their words.
#[derive(Debug)]
pub(super) struct Shelving<'a> {
    index: &'a mut CatalogIndex,
    /// Stemming is the dear part, and a table says the same words over and over.
    known: HashMap<String, Word>,
}

impl<'a> Shelving<'a> {
    pub(super) fn into(index: &'a mut CatalogIndex) -> Self {
        Self { index, known: HashMap::new() }
    }

    /// Prepare one row.
    pub(super) fn prepare(&mut self, product: &Product) -> Goods {
        let mut goods = self.prepare_title(&product.title.value);
        for (header, cell) in &product.attributes {
            self.add_attribute(&mut goods, &fold(header), &fold(&cell.value));
        }
        if let Some(called) = &product.also_called {
            self.add_aliases(&mut goods, &fold(&called.value));
        }
        goods
    }

    /// The column «Синонимы»: words that name the thing, and numbers that need not be told.
    fn add_aliases(&mut self, goods: &mut Goods, called: &str) {
        for word in self.words(called) {
            if word.key.contains(|c: char| c.is_ascii_digit()) {
                goods.numbers.insert(word.key.clone());
            } else if word.text.chars().count() > 1 && !is_purpose(&word.text) {
                if word.is_listed_brand() {
                    goods.brands.insert(word.key.clone());
                }
                let id = self.index.learn(&word);
                goods.aliases.push(id);
            }
        }
    }

    /// As [`Self::prepare`], where the title is all there is.
    pub(super) fn prepare_title(&mut self, title: &str) -> Goods {
        let mut goods = Goods::default();
        let title = fold(title);
        let mut purpose = false;
        let mut after_number = false;
        let mut models: Vec<Model> = Vec::new();
        for word in self.words(&title) {
            let follows_number = std::mem::replace(&mut after_number, word.is_number());
            if follows_number && !word.is_brand() && !word.is_number() && word.text.chars().count() > 3 {
                self.index.counted.insert(word.key.clone());
            }
            if is_purpose(&word.text) {
                purpose = true;
            } else if let Some(colour) = colour(&word.text) {
                goods.colours.insert(colour);
            } else if word.key.contains(|c: char| c.is_ascii_digit()) {
                goods.has_model_number = true;
                goods.numbers.insert(word.key.clone());
                models.push(Model { number: word.key.clone(), ..Model::default() });
                // «самсунг 23» is an S23, «резина на 15» an R15.
                goods.numbers.extend(word.key.strip_prefix(|c: char| c.is_ascii_lowercase()).map(str::to_owned));
                goods.others.push(self.index.learn(&word));
            } else if is_letter_size(&word.text) {
                goods.numbers.insert(size_key(&word.text));
            } else if word.text.chars().count() > 1 {
                if word.is_listed_brand() {
                    goods.brands.insert(word.key.clone());
                }
                if let Some(model) = models.last_mut().filter(|_| is_modifier(&word.key)) {
                    model.modifiers.insert(word.key.clone());
                }
                let names_it = !purpose && !word.is_adjective();
                let id = self.index.learn(&word);
                if names_it { goods.names.push(id) } else { goods.others.push(id) }
            }
        }
        let twice = |model: &Model| models.iter().filter(|other| other.number == model.number).count() > 1;
        if !models.iter().any(twice) {
            goods.model = models.into_iter().find(|model| !model.modifiers.is_empty());
        }
        goods
    }

    fn add_attribute(&mut self, goods: &mut Goods, header: &str, value: &str) {
        let is_size = header.starts_with("размер") || header.starts_with("size") || header.starts_with("рост");
        if is_size && !value.is_empty() {
            let sizes = sizes(value);
            goods.has_size = true;
            goods.has_variants |=
                sizes.len() > 1 && sizes.iter().all(|size| is_letter_size(size) || size.parse::<u32>().is_ok());
            goods.numbers.extend(sizes);
        }
        let is_colour = header.starts_with("цвет") || header.starts_with("colo");
        let mut of_column = BTreeSet::new();
        for word in self.words(value) {
            if let Some(colour) = colour(&word.text) {
                if is_colour || goods.colours.is_empty() {
                    goods.colours.insert(colour);
                }
                of_column.insert(colour);
            } else if word.key.contains(|c: char| c.is_ascii_digit()) {
                goods.numbers.insert(word.key.clone());
            } else if word.text.chars().count() > 1 {
                if word.is_listed_brand() {
                    goods.brands.insert(word.key.clone());
                }
                let id = self.index.learn(&word);
                goods.others.push(id);
            }
        }
        goods.has_variants |= is_colour && of_column.len() > 1;
    }

    fn words(&mut self, text: &str) -> Vec<Word> {
        let mut out = Vec::new();
        let text = text.replace(words::APOSTROPHES, "");
        for piece in text.split(|c| !is_letter_or_digit(c)).filter(|piece| !piece.is_empty()) {
            if let Some(word) = self.known.get(piece) {
                out.push(word.clone());
                continue;
            }
            let words = words::words_of_folded(piece);
            if let [word] = words.as_slice() {
                self.known.insert(piece.to_owned(), word.clone());
            }
            out.extend(words);
        }
        out
    }
}

/// Words that make another model of a model.
fn is_modifier(brand: &str) -> bool {
    matches!(brand, "pro" | "max" | "plus" | "mini" | "ultra" | "lite")
}

/// Words after which a title says what the thing is for.
pub(crate) fn is_purpose(word: &str) -> bool {
    matches!(word, "для" | "под" | "к" | "на" | "от" | "for")
}
