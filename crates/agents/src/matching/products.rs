//! Which product a message is about: named in it, last talked about, or the one of the listing.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::catalog::{CatalogSnapshot, Cell, Product};

use super::asked::Asked;
use super::colours::colour;
use super::index::{CatalogIndex, Goods, Model, WordId, index_of, is_letter_size};
use super::places::{self, PlaceAsked, place_asked};
use super::words;
use crate::finding::Question;
use crate::numbers::fold::fold;

/// Below this share of what was named, a product is not what was named.
const ENOUGH: f64 = 0.55;
/// Two products nearer to each other than this are not told apart by their words.
const MARGIN: f64 = 0.08;
/// What a thing's name counts that stands in another column than the title.
const ASIDE: f64 = 0.85;
/// A listing's title must be told nearly whole.
const LISTING_ENOUGH: f64 = 0.75;

/// What a message is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<'a> {
    /// This one.
    One(&'a Product),
    /// One of these, at most three of them, those in stock first.
    Several(Vec<&'a Product>),
    /// A kind of thing we have, but none that is known to be as asked: its colour or size stands nowhere.
    Unconfirmed,
    /// A kind of thing we have, but none of them as asked: the nearest, those in stock first.
    Near(Vec<&'a Product>),
    /// Several things in one breath, and too many of each to choose from.
    TooMany,
    /// A row that was left out because something in it is wrong.
    LeftOut,
    /// A thing the table knows nothing of.
    Unknown,
    /// Nothing is named, and nothing was talked about.
    NotNamed,
}

/// The product that the buyer's words, the conversation and the listing point at.
pub fn find<'a>(question: &Question<'_>, catalog: &'a CatalogSnapshot) -> Found<'a> {
    find_in(question.text, question, catalog)
}

/// As [`find`], for a part of the buyer's words: without the sum he offers, say.
pub fn find_in<'a>(text: &str, question: &Question<'_>, catalog: &'a CatalogSnapshot) -> Found<'a> {
    let shelf = Shelf::of(catalog);
    let context = shelf.context(question);
    let asked = Asked::read(text, question.routing.entities.product_name.as_deref(), &shelf.index);
    if asked.names.is_empty() {
        return shelf.by_context(&asked, &context);
    }
    shelf.by_name(&asked, &context)
}

/// Whether the message itself names a thing, a colour or a size.
pub fn names_a_product(question: &Question<'_>, catalog: &CatalogSnapshot) -> bool {
    let shelf = Shelf::of(catalog);
    let asked = Asked::read(question.text, question.routing.entities.product_name.as_deref(), &shelf.index);
    asked.attributes() || !asked.names.is_empty()
}

/// Whether the message itself names a thing that the table knows.
pub fn names_a_thing(question: &Question<'_>, catalog: &CatalogSnapshot) -> bool {
    let shelf = Shelf::of(catalog);
    let asked = Asked::read(question.text, question.routing.entities.product_name.as_deref(), &shelf.index);
    asked.names.iter().any(|name| !name.soft && !name.ids.is_empty())
}

/// Whether a number that stands before `rest` counts things of the table: «3 белые кружки», but not «13 айфон» or
/// «4 ящика» of a chest of drawers.
pub fn counts_things(count: u32, rest: &str, catalog: &CatalogSnapshot) -> bool {
    let index = index_of(catalog);
    let words = words::words_of_folded(rest);
    let is_model = |word: &words::Word| count >= 10 && index.knows_number(&count.to_string()) || word.is_brand();
    let mut things = words.iter().skip_while(|word| colour(&word.text).is_some() || word.is_adjective());
    things.next().is_some_and(|word| {
        !word.is_noise()
            && !word.is_number()
            && !is_model(word)
            && !index.counts(word)
            && !index.lookup(word).is_empty()
    })
}

/// Whether a folded word is talk, a number, a colour, a place, or a word of the table.
pub fn is_understood(word: &str, question: &Question<'_>, catalog: &CatalogSnapshot) -> bool {
    let index = index_of(catalog);
    let place = || {
        places::is_place(word)
            || !matches!(place_asked(question.text, &[]), PlaceAsked::Nowhere) && places::begins_a_name(word)
    };
    words::words_of_folded(word).iter().all(|word| {
        word.is_noise()
            || word.is_number()
            || colour(&word.text).is_some()
            || is_letter_size(&word.text)
            || !index.lookup(word).is_empty()
            || !index.derived(word).is_empty()
    }) || place()
}

/// Up to two products in stock that are like `product`: the same kind in another colour or size.
pub fn alternatives<'a>(product: &Product, catalog: &'a CatalogSnapshot) -> Vec<&'a Product> {
    let shelf = Shelf::of(catalog);
    let Some(at) = catalog.products.iter().position(|other| other.sku == product.sku) else { return Vec::new() };
    let mut near = shelf.same_kind(at);
    near.retain(|other| catalog.products[*other].stock.value.is_available());
    near.into_iter().take(2).map(|other| &catalog.products[other]).collect()
}

/// The products of the same kind as `product`, itself among them, those in stock first.
pub fn kind_of<'a>(product: &Product, catalog: &'a CatalogSnapshot) -> Vec<&'a Product> {
    let shelf = Shelf::of(catalog);
    let Some(at) = catalog.products.iter().position(|other| other.sku == product.sku) else { return Vec::new() };
    let mut all = vec![at];
    all.extend(shelf.same_kind(at));
    shelf.in_stock_first(&mut all);
    all.into_iter().map(|other| &catalog.products[other]).collect()
}

/// Whether the product's row stands for several colours or sizes at once.
pub fn has_variants(product: &Product, catalog: &CatalogSnapshot) -> bool {
    let at = catalog.products.iter().position(|other| other.sku == product.sku);
    at.is_some_and(|at| index_of(catalog).goods[at].has_variants)
}

/// Whether the message is about one of the colours or sizes that the product's row counts together.
pub fn is_one_of_several(product: &Product, question: &Question<'_>, catalog: &CatalogSnapshot) -> bool {
    let asked = Asked::read(question.text, question.routing.entities.product_name.as_deref(), &index_of(catalog));
    has_variants(product, catalog) && (!asked.colours.is_empty() || !asked.numbers.is_empty())
}

/// The column that tells the colours or sizes that `text` asks for, where the row has several of them.
pub fn variants<'a>(
    product: &'a Product,
    text: &str,
    catalog: &CatalogSnapshot,
) -> Option<(&'a str, &'a Cell<String>)> {
    let text = fold(text);
    let headers: &[&str] = if text.contains("размер") {
        &["размер", "size", "рост"]
    } else {
        &["цвет", "расцвет", "colo"]
    };
    let is_it = |header: &str| headers.iter().any(|beginning| fold(header).starts_with(beginning));
    let (header, cell) = product.attributes.iter().find(|(header, _)| is_it(header))?;
    has_variants(product, catalog).then_some((header.as_str(), cell))
}

/// Whether `number` stands in a title or an attribute of the table: a model, a size.
pub fn knows_number(number: &str, catalog: &CatalogSnapshot) -> bool {
    index_of(catalog).knows_number(number)
}

struct Shelf<'a> {
    catalog: &'a CatalogSnapshot,
    index: Arc<CatalogIndex>,
}

/// What was talked about before: products, by their places in the table.
struct Context {
    products: Vec<usize>,
}

/// How well a product is what was asked for.
struct Scored {
    at: usize,
    /// How much of what was asked it is, and how much of it was asked.
    score: f64,
    /// How much of what was asked it is: what tells products apart.
    told: f64,
    fit: Fit,
}

/// Whether a product has the colour and the numbers that were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Fits,
    Unconfirmed,
    Differs,
}

impl<'a> Shelf<'a> {
    fn of(catalog: &'a CatalogSnapshot) -> Self {
        Self { catalog, index: index_of(catalog) }
    }

    /// The last product talked about; else the listing's, by its number, else by its title.
    fn context(&self, question: &Question<'_>) -> Context {
        let products = &self.catalog.products;
        if let Some(sku) = &question.conversation.last_product
            && let Some(at) = products.iter().position(|product| product.sku == *sku)
        {
            return Context { products: vec![at] };
        }
        if let Some(item) = question.listing_item {
            let listed = |product: &Product| product.item.as_ref().is_some_and(|cell| cell.value == item);
            let found: Vec<usize> = (0..products.len()).filter(|at| listed(&products[*at])).collect();
            if !found.is_empty() {
                return Context { products: found };
            }
        }
        Context { products: question.listing.map(|listing| self.by_title(&listing.title)).unwrap_or_default() }
    }

    fn by_title(&self, title: &str) -> Vec<usize> {
        let asked = Asked::read(title, None, &self.index);
        let mut scored = self.score(&asked);
        scored.retain(|scored| {
            scored.at < self.catalog.products.len() && scored.fit == Fit::Fits && scored.score >= LISTING_ENOUGH
        });
        let best = scored.iter().map(|scored| scored.score).fold(0.0, f64::max);
        scored.retain(|scored| scored.score >= best - MARGIN);
        if scored.len() > 3 { Vec::new() } else { scored.into_iter().map(|scored| scored.at).collect() }
    }

    /// No thing is named: it is about what was talked about, perhaps in another colour or size.
    fn by_context(&self, asked: &Asked, context: &Context) -> Found<'a> {
        if asked.names_unknown {
            return Found::Unknown;
        }
        if asked.compared {
            return Found::Unconfirmed;
        }
        let Some(&first) = context.products.first() else {
            return if asked.attributes() { self.by_attributes(asked) } else { Found::NotNamed };
        };
        if !asked.attributes() {
            return self.several(context.products.clone());
        }
        let kept = |at: &usize| self.fit(asked, &self.index.goods[*at]);
        let exact: Vec<usize> = context.products.iter().copied().filter(|at| kept(at) == Fit::Fits).collect();
        if !exact.is_empty() && !asked.another {
            return self.several(exact);
        }
        let mut kind = context.products.clone();
        kind.extend(self.same_kind(first).into_iter().filter(|at| !context.products.contains(at)));
        self.sorted_by_fit(asked, kind)
    }

    /// «Есть красная?», and nothing was talked about: whatever is red, if it is few.
    fn by_attributes(&self, asked: &Asked) -> Found<'a> {
        let goods = self.index.goods.iter().enumerate();
        let fitting: Vec<usize> =
            goods.filter(|(_, goods)| self.fit(asked, goods) == Fit::Fits).map(|(at, _)| at).collect();
        match fitting.len() {
            0 => Found::NotNamed,
            1..=3 => self.several(fitting),
            _ => Found::NotNamed,
        }
    }

    fn by_name(&self, asked: &Asked, context: &Context) -> Found<'a> {
        let mut scored = self.score(asked);
        if scored.iter().any(|scored| !self.misses_a_thing(asked, scored.at)) {
            scored.retain(|scored| !self.misses_a_thing(asked, scored.at));
        }
        let best = scored.iter().map(|scored| scored.score).fold(0.0, f64::max);
        if best < ENOUGH
            || scored.iter().filter(|scored| scored.score >= best).all(|scored| self.misses_a_thing(asked, scored.at))
        {
            return self.partly(asked, scored);
        }
        // Among products of which nothing told sets one apart, its colour or number may.
        scored.retain(|scored| scored.score >= ENOUGH.max(best - 3.0 * MARGIN));
        scored
            .iter_mut()
            .for_each(|scored| scored.fit = scored.fit.max(self.quality(asked, &self.index.goods[scored.at])));
        let fitting: Vec<&Scored> = scored.iter().filter(|scored| scored.fit == Fit::Fits).collect();
        if fitting.is_empty() {
            if scored.iter().any(|scored| scored.fit == Fit::Unconfirmed) {
                return self.unconfirmed(&scored);
            }
            let kind = scored.iter().map(|scored| scored.at).collect();
            return self.sorted_by_fit(asked, kind);
        }
        let best = fitting.iter().map(|scored| scored.told).fold(0.0, f64::max);
        let nearest = fitting.iter().filter(|scored| scored.told >= best - MARGIN).map(|scored| scored.at);
        let mut candidates = self.plainest(asked, nearest.collect());
        let talked_about: Vec<usize> = candidates.iter().copied().filter(|at| context.products.contains(at)).collect();
        if !talked_about.is_empty() && candidates.len() > 1 && !asked.another {
            candidates = talked_about;
        }
        self.several(candidates)
    }

    /// What was asked may or may not be one of these; a row that was left out may be the very one.
    fn unconfirmed(&self, scored: &[Scored]) -> Found<'a> {
        let left_out =
            scored.iter().any(|scored| scored.fit == Fit::Unconfirmed && scored.at >= self.catalog.products.len());
        if left_out { Found::LeftOut } else { Found::Unconfirmed }
    }

    /// «айфон 13», where there is a 13 and a 13 Pro, is the 13.
    fn plainest(&self, asked: &Asked, candidates: Vec<usize>) -> Vec<usize> {
        let surplus = |at: &usize| match &self.index.goods[*at].model {
            Some(model) if !asked.numbers.is_empty() || !asked.brands.is_empty() => {
                model.modifiers.difference(&asked.brands).count()
            }
            _ => 0,
        };
        let least = candidates.iter().map(surplus).min().unwrap_or(0);
        candidates.into_iter().filter(|at| surplus(at) == least).collect()
    }

    /// Whether the product is what it must be or be for: «женская», «на солярис».
    fn quality(&self, asked: &Asked, goods: &Goods) -> Fit {
        let is = |id: &WordId| goods.names.contains(id) || goods.aliases.contains(id) || goods.others.contains(id);
        if asked.qualities.iter().all(|ids| ids.iter().any(is)) { Fit::Fits } else { Fit::Unconfirmed }
    }

    /// Another thing was named too, and the table has it: «сумка и кошелёк».
    fn misses_a_thing(&self, asked: &Asked, at: usize) -> bool {
        let goods = &self.index.goods[at];
        let has = |id: &u32| goods.names.contains(id) || goods.aliases.contains(id) || goods.others.contains(id);
        asked.names.iter().any(|name| !name.soft && !name.ids.is_empty() && !name.ids.iter().any(|(id, _)| has(id)))
    }

    /// Less than the whole of what was named: two things in one breath, or a thing we do not have.
    fn partly(&self, asked: &Asked, mut scored: Vec<Scored>) -> Found<'a> {
        scored.retain(|scored| scored.fit != Fit::Differs);
        if asked.unknown > 0 || scored.is_empty() {
            return Found::Unknown;
        }
        if scored.len() > 3 {
            return Found::TooMany;
        }
        self.several(scored.into_iter().map(|scored| scored.at).collect())
    }

    /// Every product of which a name was named, with its score; those that are only meant for the named thing
    /// do not count, unless that is how it was asked.
    fn score(&self, asked: &Asked) -> Vec<Scored> {
        let mut all = Vec::new();
        for at in self.index.goods_with(asked.names.iter().flat_map(|name| name.ids.iter().map(|(id, _)| *id))) {
            let goods = &self.index.goods[at];
            let (mut told, mut of, mut identity) = (0.0, 0.0, false);
            for name in &asked.names {
                of += name.weight;
                let best = |ids: &[u32]| {
                    name.ids.iter().filter(|(id, _)| ids.contains(id)).map(|(_, alike)| *alike).fold(0.0, f64::max)
                };
                let (named, other) = (best(&goods.names).max(best(&goods.aliases)), best(&goods.others));
                identity |= named > 0.0 && !name.soft || other > 0.0 && name.for_it;
                // «Чехлы» in the category of a glass does not make it a case.
                let other = if name.soft { other } else { ASIDE * other };
                told += name.weight * named.max(other);
            }
            if !identity || of == 0.0 {
                continue;
            }
            let covered = self.title_share(asked, goods);
            all.push(Scored {
                at,
                score: 0.85 * told / of + 0.15 * covered,
                told: told / of,
                fit: self.fit(asked, goods),
            });
        }
        all
    }

    /// How much of the product's own name was told.
    fn title_share(&self, asked: &Asked, goods: &Goods) -> f64 {
        let told = |id: &u32| asked.names.iter().any(|name| name.ids.iter().any(|(known, _)| known == id));
        let weight = |ids: &[u32]| ids.iter().map(|id| self.index.weight(*id)).sum::<f64>();
        let all = weight(&goods.names);
        if all == 0.0 {
            0.0
        } else {
            goods.names.iter().filter(|id| told(id)).map(|id| self.index.weight(*id)).sum::<f64>() / all
        }
    }

    fn fit(&self, asked: &Asked, goods: &Goods) -> Fit {
        let mut fit = Fit::Fits;
        if !asked.colours.is_empty() {
            if goods.colours.is_empty() {
                fit = Fit::Unconfirmed;
            } else if goods.colours.is_disjoint(&asked.colours) {
                return Fit::Differs;
            }
        }
        for number in &asked.numbers {
            if !goods.numbers.contains(number) {
                if goods.has_model_number || goods.has_size {
                    return Fit::Differs;
                }
                fit = Fit::Unconfirmed;
            }
        }
        // «айфон 13» is no 13 Pro.
        let is_other =
            |model: &Model| asked.numbers.contains(&model.number) && !model.modifiers.is_subset(&asked.brands);
        if goods.model.as_ref().is_some_and(is_other) {
            return Fit::Differs;
        }
        for brand in &asked.brands {
            if !goods.brands.contains(brand) {
                if !goods.brands.is_empty() {
                    return Fit::Differs;
                }
                fit = Fit::Unconfirmed;
            }
        }
        fit
    }

    /// The products of one kind that are as asked; else those of which it is not known; else the nearest.
    fn sorted_by_fit(&self, asked: &Asked, kind: Vec<usize>) -> Found<'a> {
        let of = |fit: Fit| -> Vec<usize> {
            kind.iter().copied().filter(|at| self.fit(asked, &self.index.goods[*at]) == fit).collect()
        };
        let fitting = of(Fit::Fits);
        if !fitting.is_empty() {
            return self.several(fitting);
        }
        if !of(Fit::Unconfirmed).is_empty() {
            return Found::Unconfirmed;
        }
        let mut near = kind;
        near.retain(|at| *at < self.catalog.products.len());
        self.in_stock_first(&mut near);
        Found::Near(near.into_iter().map(|at| &self.catalog.products[at]).collect())
    }

    /// One, or up to three to choose from.
    fn several(&self, mut at: Vec<usize>) -> Found<'a> {
        let all = at.len();
        at.retain(|at| *at < self.catalog.products.len());
        if at.len() < all && at.len() < 2 {
            return Found::LeftOut;
        }
        self.in_stock_first(&mut at);
        match at.as_slice() {
            [] => Found::NotNamed,
            [one] => Found::One(&self.catalog.products[*one]),
            _ => Found::Several(at.into_iter().take(3).map(|at| &self.catalog.products[at]).collect()),
        }
    }

    fn in_stock_first(&self, at: &mut [usize]) {
        at.sort_by_key(|at| !self.catalog.products[*at].stock.value.is_available());
    }

    /// Other products of the same first name, the most alike first.
    fn same_kind(&self, at: usize) -> Vec<usize> {
        let goods = &self.index.goods[at];
        let mut near: Vec<(usize, f64)> = Vec::new();
        for other in self.index.goods_with(goods.names.first().copied().into_iter()) {
            let Some(candidate) = self.index.goods[..self.catalog.products.len()].get(other).filter(|_| other != at)
            else {
                continue;
            };
            let weight = |ids: &[u32], of: &[u32]| {
                ids.iter().filter(|id| of.contains(id)).map(|id| self.index.weight(*id)).sum::<f64>()
            };
            if goods.names.first().is_some_and(|head| candidate.names.contains(head)) {
                let shared = weight(&goods.names, &candidate.names) + 0.3 * weight(&goods.others, &candidate.others);
                near.push((other, shared));
            }
        }
        near.sort_by(|a, b| b.1.total_cmp(&a.1));
        near.into_iter().map(|(other, _)| other).collect()
    }
}

/// A product's title; where others share it, with what sets it apart: «Кроссовки белые, 42».
pub fn display_title(product: &Product, catalog: &CatalogSnapshot) -> (String, Vec<domain::catalog::CellRef>) {
    let mut title = product.title.value.trim().to_owned();
    let mut cells = vec![product.title.at.clone()];
    let twins: Vec<&Product> =
        catalog.products.iter().filter(|other| other.sku != product.sku && other.title.value.trim() == title).collect();
    if twins.is_empty() {
        return (title, cells);
    }
    let mut told = BTreeSet::new();
    for (header, cell) in &product.attributes {
        let value = cell.value.trim();
        let differs = twins
            .iter()
            .any(|twin| twin.attribute(&header.to_lowercase()).is_none_or(|other| other.value.trim() != value));
        if differs && !value.is_empty() && told.insert(value.to_owned()) && told.len() <= 2 {
            let is_size = header.to_lowercase().starts_with("размер") && value.chars().all(|c| c.is_ascii_digit());
            title.push_str(if is_size { ", размер " } else { ", " });
            title.push_str(value);
            cells.push(cell.at.clone());
        }
    }
    (title, cells)
}
