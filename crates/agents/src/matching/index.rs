//! The goods of one read of the table, prepared for matching: words, colours, numbers, and how rare each word is.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use domain::catalog::{CatalogSnapshot, Product};

use super::colours::{Colour, colour};
use super::left_out::left_out;
use super::words::{self, Word, is_derived, latin, likeness, sound, without_fleeting_vowel};
use crate::numbers::fold::{fold, is_cyrillic};

/// A word of the table, by its place in [`CatalogIndex::vocabulary`].
pub(crate) type WordId = u32;

/// The prepared goods, in the order of the table; behind them the rows that were left out, by their titles.
#[derive(Debug, Default)]
pub(crate) struct CatalogIndex {
    pub(crate) goods: Vec<Goods>,
    vocabulary: Vec<Known>,
    by_key: HashMap<String, WordId>,
    by_first: HashMap<char, Vec<WordId>>,
    /// By their keys without a fleeting vowel: чехол and чехл are one word.
    by_core: HashMap<String, Vec<WordId>>,
    /// By how they sound, in whichever letters.
    by_sound: HashMap<String, Vec<WordId>>,
    /// Nouns that a number counts in some title: «4 ящика».
    counted: HashSet<String>,
    /// All models and sizes.
    numbers: HashSet<String>,
    /// Some product has the size S, M or the like.
    pub(crate) has_letter_sizes: bool,
}

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

enum Row<'a> {
    Product(&'a Product),
    LeftOut(&'a str),
}

#[derive(Debug)]
struct Known {
    key: String,
    /// The goods it stands in, by their places.
    goods: Vec<u32>,
}

impl CatalogIndex {
    /// Prepare all goods of `catalog`.
    pub(crate) fn new(catalog: &CatalogSnapshot) -> Self {
        let mut index = Self::default();
        let mut cache = HashMap::new();
        let left_out = left_out(catalog, catalog.products.iter().map(|product| &product.title.at));
        let all = catalog.products.iter().map(Row::Product).chain(left_out.into_iter().map(Row::LeftOut));
        for row in all {
            let goods = match row {
                Row::Product(product) => index.prepare(product, &mut cache),
                Row::LeftOut(title) => index.prepare_title(title, &mut cache),
            };
            let mut ids: Vec<WordId> = goods.names.iter().chain(&goods.aliases).chain(&goods.others).copied().collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                index.vocabulary[id as usize].goods.push(index.goods.len() as u32);
            }
            index.has_letter_sizes |= goods.numbers.iter().any(|number| is_letter_size(number));
            index.numbers.extend(goods.numbers.iter().cloned());
            index.goods.push(goods);
        }
        index
    }

    /// The goods that one of `words` stands in, each once, in the order of the table.
    pub(crate) fn goods_with(&self, words: impl Iterator<Item = WordId>) -> Vec<usize> {
        let mut goods: Vec<usize> =
            words.flat_map(|id| &self.vocabulary[id as usize].goods).map(|at| *at as usize).collect();
        goods.sort_unstable();
        goods.dedup();
        goods
    }

    /// Whether `number` is a model or a size of the table.
    pub(crate) fn knows_number(&self, number: &str) -> bool {
        self.numbers.contains(number)
    }

    /// How much a word tells: the rarer, the more.
    pub(crate) fn weight(&self, id: WordId) -> f64 {
        let all = self.goods.len() as f64;
        (1.0 + all / self.vocabulary[id as usize].goods.len().max(1) as f64).ln()
    }

    /// The weight of a word that the table does not know.
    pub(crate) fn unknown_weight(&self) -> f64 {
        (1.0 + self.goods.len() as f64).ln()
    }

    /// The words of the table that `word` may mean, best first, each with its likeness.
    pub(crate) fn lookup(&self, word: &Word) -> Vec<(WordId, f64)> {
        if let Some(id) = self.by_key.get(&word.key) {
            let forms = self.by_core.get(&without_fleeting_vowel(&word.key)).into_iter().flatten();
            return [(*id, 1.0)]
                .into_iter()
                .chain(forms.filter(|form| *form != id).map(|form| (*form, 0.97)))
                .collect();
        }
        if word.is_number() || word.key.contains(|c: char| c.is_ascii_digit()) {
            return Vec::new();
        }
        let mut found = self.alike(&word.key);
        if found.is_empty() && word.text.chars().count() > 3 {
            found = self.sounding(word);
        }
        if found.is_empty() && word.key.chars().all(is_cyrillic) && word.key.chars().count() > 3 {
            found = self.alike(&latin(&word.key));
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.truncate(4);
        found
    }

    fn sounding(&self, word: &Word) -> Vec<(WordId, f64)> {
        let ids = [&word.text, &word.key].into_iter().find_map(|written| self.by_sound.get(&sound(written)));
        ids.into_iter().flatten().map(|id| (*id, 0.95)).collect()
    }

    /// Whether `word`, in some form, is what products of the table are called by.
    pub(crate) fn names_products(&self, word: &Word) -> bool {
        self.lookup(word).iter().any(|(id, alike)| {
            *alike >= 0.97
                && self.vocabulary[*id as usize]
                    .goods
                    .iter()
                    .any(|at| self.goods[*at as usize].names.first() == Some(id))
        })
    }

    /// Whether a number before `noun` tells one product from another: «4 ящика», «1000 деталей».
    pub(crate) fn counts(&self, noun: &Word) -> bool {
        self.counted.contains(&noun.key)
    }

    /// The words of the table that come from the same word: кожаная, кожа.
    pub(crate) fn derived(&self, word: &Word) -> Vec<WordId> {
        self.first_letter(&word.key).filter(|id| is_derived(&word.key, &self.vocabulary[*id as usize].key)).collect()
    }

    fn alike(&self, key: &str) -> Vec<(WordId, f64)> {
        let likeness = |id: WordId| (id, likeness(key, &self.vocabulary[id as usize].key));
        self.first_letter(key).map(likeness).filter(|(_, alike)| *alike >= 0.85).collect()
    }

    fn first_letter(&self, key: &str) -> impl Iterator<Item = WordId> {
        key.chars().next().and_then(|first| self.by_first.get(&first)).into_iter().flatten().copied()
    }

    fn learn(&mut self, word: &Word) -> WordId {
        if let Some(id) = self.by_key.get(&word.key) {
            return *id;
        }
        let id = self.vocabulary.len() as WordId;
        self.vocabulary.push(Known { key: word.key.clone(), goods: Vec::new() });
        self.by_key.insert(word.key.clone(), id);
        if let Some(first) = word.key.chars().next() {
            self.by_first.entry(first).or_default().push(id);
        }
        if word.key.chars().count() > 3 && !word.is_number() {
            self.by_core.entry(without_fleeting_vowel(&word.key)).or_default().push(id);
        }
        if word.text.chars().count() > 3 {
            self.by_sound.entry(sound(&word.text)).or_default().push(id);
        }
        id
    }

    fn prepare(&mut self, product: &Product, cache: &mut HashMap<String, Word>) -> Goods {
        let mut goods = self.prepare_title(&product.title.value, cache);
        for (header, cell) in &product.attributes {
            self.add_attribute(&mut goods, &fold(header), &fold(&cell.value), cache);
        }
        if let Some(called) = &product.also_called {
            self.add_aliases(&mut goods, &fold(&called.value), cache);
        }
        goods
    }

    /// The column «Синонимы»: words that name the thing, and numbers that need not be told.
    fn add_aliases(&mut self, goods: &mut Goods, called: &str, cache: &mut HashMap<String, Word>) {
        for word in cached_words(called, cache) {
            if word.key.contains(|c: char| c.is_ascii_digit()) {
                goods.numbers.insert(word.key.clone());
            } else if word.text.chars().count() > 1 && !is_purpose(&word.text) {
                if word.is_listed_brand() {
                    goods.brands.insert(word.key.clone());
                }
                let id = self.learn(&word);
                goods.aliases.push(id);
            }
        }
    }

    fn prepare_title(&mut self, title: &str, cache: &mut HashMap<String, Word>) -> Goods {
        let mut goods = Goods::default();
        let title = fold(title);
        let mut purpose = false;
        let mut after_number = false;
        let mut models: Vec<Model> = Vec::new();
        for word in cached_words(&title, cache) {
            let follows_number = std::mem::replace(&mut after_number, word.is_number());
            if follows_number && !word.is_brand() && !word.is_number() && word.text.chars().count() > 3 {
                self.counted.insert(word.key.clone());
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
                goods.others.push(self.learn(&word));
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
                let id = self.learn(&word);
                if names_it { goods.names.push(id) } else { goods.others.push(id) }
            }
        }
        let twice = |model: &Model| models.iter().filter(|other| other.number == model.number).count() > 1;
        if !models.iter().any(twice) {
            goods.model = models.into_iter().find(|model| !model.modifiers.is_empty());
        }
        goods
    }

    fn add_attribute(&mut self, goods: &mut Goods, header: &str, value: &str, cache: &mut HashMap<String, Word>) {
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
        for word in cached_words(value, cache) {
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
                let id = self.learn(&word);
                goods.others.push(id);
            }
        }
        goods.has_variants |= is_colour && of_column.len() > 1;
    }
}

/// Stemming is the dear part, and a table says the same words over and over.
fn cached_words(text: &str, cache: &mut HashMap<String, Word>) -> Vec<Word> {
    let mut out = Vec::new();
    let text = text.replace(words::APOSTROPHES, "");
    for piece in text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        if let Some(word) = cache.get(piece) {
            out.push(word.clone());
            continue;
        }
        let words = words::words_of_folded(piece);
        if let [word] = words.as_slice() {
            cache.insert(piece.to_owned(), word.clone());
        }
        out.extend(words);
    }
    out
}

/// Words that make another model of a model.
fn is_modifier(brand: &str) -> bool {
    matches!(brand, "pro" | "max" | "plus" | "mini" | "ultra" | "lite")
}

/// Words after which a title says what the thing is for.
pub(crate) fn is_purpose(word: &str) -> bool {
    matches!(word, "для" | "под" | "к" | "на" | "от" | "for")
}

/// A Cyrillic letter that is a size where it can be nothing else.
pub(crate) fn is_russian_letter_size(word: &str) -> bool {
    matches!(word, "м" | "л")
}

/// `s`, `xl`, `2xl`: as they stand in a title or a question.
pub(crate) fn is_letter_size(word: &str) -> bool {
    matches!(word, "xs" | "s" | "m" | "l" | "xl" | "xxl" | "xxxl" | "хс" | "хл" | "ххл" | "хxл")
}

/// One spelling for a letter size.
pub(crate) fn size_key(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'х' => 'x',
            'с' => 's',
            'л' => 'l',
            'м' => 'm',
            c => c,
        })
        .collect()
}

/// The sizes of a cell: «41, 42», «40-44», «M/L». In «20 л» the letter is a unit.
fn sizes(value: &str) -> Vec<String> {
    let mut sizes = Vec::new();
    let mut after_number = false;
    for piece in value.split([',', ';', '/', ' ']).filter(|piece| !piece.is_empty()) {
        let is_unit = std::mem::replace(&mut after_number, piece.starts_with(|c: char| c.is_ascii_digit()))
            && is_russian_letter_size(piece);
        let span =
            piece.split_once('-').and_then(|(from, to)| Some((from.parse::<u32>().ok()?, to.parse::<u32>().ok()?)));
        match span {
            Some((from, to)) if from < to && to - from <= 40 => sizes.extend((from..=to).map(|size| size.to_string())),
            _ if is_unit => {}
            _ => sizes.push(size_key(piece)),
        }
    }
    sizes
}

/// Indexes by the fingerprints of their tables, the last used last.
type Memo = Vec<(u64, Arc<CatalogIndex>)>;

/// The index of `catalog`, prepared once per read of the table and kept for the next turns.
pub(crate) fn index_of(catalog: &CatalogSnapshot) -> Arc<CatalogIndex> {
    // A memo of a pure function: equal tables, equal indexes. A worker serves a handful of sellers at a time.
    const KEPT: usize = 16;
    static MEMO: LazyLock<Mutex<Memo>> = LazyLock::new(Mutex::default);
    let key = fingerprint(catalog);
    let find = |kept: &mut Memo| {
        let at = kept.iter().position(|(known, _)| *known == key)?;
        let entry = kept.remove(at);
        let index = Arc::clone(&entry.1);
        kept.push(entry);
        Some(index)
    };
    if let Some(index) = find(&mut MEMO.lock().unwrap_or_else(PoisonError::into_inner)) {
        return index;
    }
    let index = Arc::new(CatalogIndex::new(catalog));
    let mut kept = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push((key, Arc::clone(&index)));
    let surplus = kept.len().saturating_sub(KEPT);
    kept.drain(..surplus);
    index
}

/// The version names the content already; a sample of the rows guards against a version that does not.
fn fingerprint(catalog: &CatalogSnapshot) -> u64 {
    let mut hasher = DefaultHasher::new();
    catalog.version.hash(&mut hasher);
    (catalog.products.len(), catalog.problems.len()).hash(&mut hasher);
    let stride = catalog.products.len() / 128 + 1;
    for product in catalog.products.iter().step_by(stride) {
        (&product.sku, &product.title.value).hash(&mut hasher);
        for (header, cell) in &product.attributes {
            (header, &cell.value).hash(&mut hasher);
        }
    }
    hasher.finish()
}
