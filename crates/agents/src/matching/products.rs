//! Which product a message is about: named in it, last talked about, or the one of the listing.

use domain::catalog::{CatalogSnapshot, Cell, Product};

use super::asked::Asked;
use super::colours::colour;
use super::index::index_of;
use super::places::{self, PlaceAsked, place_asked};
use super::shelf::Shelf;
use super::sizes::is_letter_size;
use super::words;
use crate::finding::Question;
use crate::numbers::fold::fold;

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
    let Some(at) = shelf.index.place_of(&product.sku, catalog) else { return Vec::new() };
    let mut near = shelf.same_kind(at);
    near.retain(|other| catalog.products[*other].stock.value.is_available());
    near.into_iter().take(2).map(|other| &catalog.products[other]).collect()
}

/// The products of the same kind as `product`, itself among them, those in stock first.
pub fn kind_of<'a>(product: &Product, catalog: &'a CatalogSnapshot) -> Vec<&'a Product> {
    let shelf = Shelf::of(catalog);
    let Some(at) = shelf.index.place_of(&product.sku, catalog) else { return Vec::new() };
    let mut all = vec![at];
    all.extend(shelf.same_kind(at));
    shelf.in_stock_first(&mut all);
    all.into_iter().map(|other| &catalog.products[other]).collect()
}

/// Whether the product's row stands for several colours or sizes at once.
pub fn has_variants(product: &Product, catalog: &CatalogSnapshot) -> bool {
    let index = index_of(catalog);
    index.place_of(&product.sku, catalog).is_some_and(|at| index.goods[at].has_variants)
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
