//! The goods of one read of the table, prepared for matching: words, colours, numbers, and how rare each word is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::catalog::{CatalogSnapshot, Product};

use super::goods::{Goods, Shelving};
use super::left_out::left_out;
use super::sizes::is_letter_size;
use super::words::{Word, is_derived, latin, likeness, sound, without_fleeting_vowel};
use crate::numbers::fold::is_cyrillic;

/// The index of `catalog`: prepared once per read of the table, and kept as long as that.
pub(crate) fn index_of(catalog: &CatalogSnapshot) -> Arc<CatalogIndex> {
    catalog.prepared.get_or_make(|| CatalogIndex::new(catalog))
}

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
    pub(super) counted: HashSet<String>,
    /// All models and sizes.
    numbers: HashSet<String>,
    /// Some product has the size S, M or the like.
    pub(crate) has_letter_sizes: bool,
    /// The places of the products, by their article numbers.
    by_sku: Vec<u32>,
    /// The titles that several products share, and whose they are.
    shared_titles: HashMap<String, Vec<u32>>,
}

#[derive(Debug)]
struct Known {
    key: String,
    /// The goods it stands in, by their places.
    goods: Vec<u32>,
    /// How much it tells: the rarer, the more.
    weight: f64,
}

impl CatalogIndex {
    /// Prepare all goods of `catalog`.
    fn new(catalog: &CatalogSnapshot) -> Self {
        let mut index = Self::default();
        let mut shelving = Shelving::into(&mut index);
        let left_out = left_out(catalog, catalog.products.iter().map(|product| &product.title.at));
        let products = catalog.products.iter().map(|product| shelving.prepare(product));
        let mut goods: Vec<Goods> = products.collect();
        goods.extend(left_out.into_iter().map(|title| shelving.prepare_title(title)));
        for goods in goods {
            index.put(goods);
        }
        let all = index.goods.len() as f64;
        for known in &mut index.vocabulary {
            known.weight = (1.0 + all / known.goods.len().max(1) as f64).ln();
        }
        index.by_sku = by_sku(&catalog.products);
        index.shared_titles = shared_titles(&catalog.products);
        index
    }

    fn put(&mut self, goods: Goods) {
        let mut ids: Vec<WordId> = goods.names.iter().chain(&goods.aliases).chain(&goods.others).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            self.vocabulary[id as usize].goods.push(self.goods.len() as u32);
        }
        self.has_letter_sizes |= goods.numbers.iter().any(|number| is_letter_size(number));
        self.numbers.extend(goods.numbers.iter().cloned());
        self.goods.push(goods);
    }

    /// Where the product of the article number `sku` stands in `catalog`, the first of them if there are several.
    pub(crate) fn place_of(&self, sku: &str, catalog: &CatalogSnapshot) -> Option<usize> {
        let sku_at = |at: &u32| catalog.products[*at as usize].sku.as_str();
        let first = self.by_sku.partition_point(|at| sku_at(at) < sku);
        self.by_sku.get(first).filter(|at| sku_at(at) == sku).map(|at| *at as usize)
    }

    /// The places of the products that are called `title`, if there are several.
    pub(crate) fn that_share(&self, title: &str) -> &[u32] {
        self.shared_titles.get(title).map_or(&[], Vec::as_slice)
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
        self.vocabulary[id as usize].weight
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

    /// The word's place in the vocabulary, new if it was not known.
    pub(super) fn learn(&mut self, word: &Word) -> WordId {
        if let Some(id) = self.by_key.get(&word.key) {
            return *id;
        }
        let id = self.vocabulary.len() as WordId;
        self.vocabulary.push(Known { key: word.key.clone(), goods: Vec::new(), weight: 0.0 });
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
}

fn by_sku(products: &[Product]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..products.len() as u32).collect();
    places.sort_by(|a, b| products[*a as usize].sku.cmp(&products[*b as usize].sku));
    places
}

fn shared_titles(products: &[Product]) -> HashMap<String, Vec<u32>> {
    let mut places: HashMap<&str, Vec<u32>> = HashMap::new();
    for (at, product) in products.iter().enumerate() {
        places.entry(product.title.value.trim()).or_default().push(at as u32);
    }
    places.into_iter().filter(|(_, at)| at.len() > 1).map(|(title, at)| (title.to_owned(), at)).collect()
}
