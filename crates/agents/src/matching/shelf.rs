//! The table as a message looks through it: by name, by what was talked about, by colour and number.

use std::sync::Arc;

use domain::catalog::{CatalogSnapshot, Product};

use super::asked::Asked;
use super::index::{CatalogIndex, index_of};
use super::products::Found;
use super::scoring::{Fit, Scored};
use crate::finding::Question;

/// Below this share of what was named, a product is not what was named.
const ENOUGH: f64 = 0.55;
/// Two products nearer to each other than this are not told apart by their words.
const MARGIN: f64 = 0.08;
/// A listing's title must be told nearly whole.
const LISTING_ENOUGH: f64 = 0.75;

/// A table, and its index.
pub(super) struct Shelf<'a> {
    catalog: &'a CatalogSnapshot,
    pub(super) index: Arc<CatalogIndex>,
}

/// What was talked about before: products, by their places in the table.
pub(super) struct Context {
    products: Vec<usize>,
}

impl<'a> Shelf<'a> {
    pub(super) fn of(catalog: &'a CatalogSnapshot) -> Self {
        Self { catalog, index: index_of(catalog) }
    }

    /// The last product talked about; else the listing's, by its number, else by its title.
    pub(super) fn context(&self, question: &Question<'_>) -> Context {
        let products = &self.catalog.products;
        if let Some(sku) = &question.conversation.last_product
            && let Some(at) = self.index.place_of(sku, self.catalog)
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
        let mut scored = self.index.score(&asked);
        scored.retain(|scored| {
            scored.at < self.catalog.products.len() && scored.fit == Fit::Fits && scored.score >= LISTING_ENOUGH
        });
        let best = scored.iter().map(|scored| scored.score).fold(0.0, f64::max);
        scored.retain(|scored| scored.score >= best - MARGIN);
        if scored.len() > 3 { Vec::new() } else { scored.into_iter().map(|scored| scored.at).collect() }
    }

    /// No thing is named: it is about what was talked about, perhaps in another colour or size.
    pub(super) fn by_context(&self, asked: &Asked, context: &Context) -> Found<'a> {
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
        let kept = |at: &usize| asked.fit(&self.index.goods[*at]);
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
        let fitting: Vec<usize> = goods.filter(|(_, goods)| asked.fit(goods) == Fit::Fits).map(|(at, _)| at).collect();
        match fitting.len() {
            0 => Found::NotNamed,
            1..=3 => self.several(fitting),
            _ => Found::NotNamed,
        }
    }

    pub(super) fn by_name(&self, asked: &Asked, context: &Context) -> Found<'a> {
        let mut scored = self.index.score(asked);
        let misses_a_thing = |scored: &Scored| asked.misses_a_thing(&self.index.goods[scored.at]);
        if scored.iter().any(|scored| !misses_a_thing(scored)) {
            scored.retain(|scored| !misses_a_thing(scored));
        }
        let best = scored.iter().map(|scored| scored.score).fold(0.0, f64::max);
        if best < ENOUGH || scored.iter().filter(|scored| scored.score >= best).all(misses_a_thing) {
            return self.partly(asked, scored);
        }
        // Among products of which nothing told sets one apart, its colour or number may.
        scored.retain(|scored| scored.score >= ENOUGH.max(best - 3.0 * MARGIN));
        scored.iter_mut().for_each(|scored| scored.fit = scored.fit.max(asked.quality(&self.index.goods[scored.at])));
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

    /// The products of one kind that are as asked; else those of which it is not known; else the nearest.
    fn sorted_by_fit(&self, asked: &Asked, kind: Vec<usize>) -> Found<'a> {
        let of = |fit: Fit| -> Vec<usize> {
            kind.iter().copied().filter(|at| asked.fit(&self.index.goods[*at]) == fit).collect()
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

    pub(super) fn in_stock_first(&self, at: &mut [usize]) {
        at.sort_by_key(|at| !self.catalog.products[*at].stock.value.is_available());
    }

    /// Other products of the same first name, the most alike first.
    pub(super) fn same_kind(&self, at: usize) -> Vec<usize> {
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
