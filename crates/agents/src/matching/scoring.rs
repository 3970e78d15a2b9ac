//! How well a product is what a message asks for. Which of them is meant, it does not choose.

use super::asked::Asked;
use super::goods::{Goods, Model};
use super::index::{CatalogIndex, WordId};

/// What a thing's name counts that stands in another column than the title.
const ASIDE: f64 = 0.85;

/// How well a product is what was asked for.
pub(super) struct Scored {
    pub(super) at: usize,
    /// How much of what was asked it is, and how much of it was asked.
    pub(super) score: f64,
    /// How much of what was asked it is: what tells products apart.
    pub(super) told: f64,
    pub(super) fit: Fit,
}

/// Whether a product has the colour and the numbers that were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Fits,
    Unconfirmed,
    Differs,
}

impl CatalogIndex {
    /// Every product of which a name was named, with its score; those that are only meant for the named thing
    /// do not count, unless that is how it was asked.
    pub(super) fn score(&self, asked: &Asked) -> Vec<Scored> {
        let mut all = Vec::new();
        for at in self.goods_with(asked.names.iter().flat_map(|name| name.ids.iter().map(|(id, _)| *id))) {
            let goods = &self.goods[at];
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
            all.push(Scored { at, score: 0.85 * told / of + 0.15 * covered, told: told / of, fit: asked.fit(goods) });
        }
        all
    }

    /// How much of the product's own name was told.
    fn title_share(&self, asked: &Asked, goods: &Goods) -> f64 {
        let told = |id: &u32| asked.names.iter().any(|name| name.ids.iter().any(|(known, _)| known == id));
        let weight = |ids: &[u32]| ids.iter().map(|id| self.weight(*id)).sum::<f64>();
        let all = weight(&goods.names);
        if all == 0.0 {
            0.0
        } else {
            goods.names.iter().filter(|id| told(id)).map(|id| self.weight(*id)).sum::<f64>() / all
        }
    }
}

impl Asked {
    /// Whether the product has the colours, numbers and makers that were named.
    pub(super) fn fit(&self, goods: &Goods) -> Fit {
        let mut fit = Fit::Fits;
        if !self.colours.is_empty() {
            if goods.colours.is_empty() {
                fit = Fit::Unconfirmed;
            } else if goods.colours.is_disjoint(&self.colours) {
                return Fit::Differs;
            }
        }
        for number in &self.numbers {
            if !goods.numbers.contains(number) {
                if goods.has_model_number || goods.has_size {
                    return Fit::Differs;
                }
                fit = Fit::Unconfirmed;
            }
        }
        // «айфон 13» is no 13 Pro.
        let is_other = |model: &Model| self.numbers.contains(&model.number) && !model.modifiers.is_subset(&self.brands);
        if goods.model.as_ref().is_some_and(is_other) {
            return Fit::Differs;
        }
        for brand in &self.brands {
            if !goods.brands.contains(brand) {
                if !goods.brands.is_empty() {
                    return Fit::Differs;
                }
                fit = Fit::Unconfirmed;
            }
        }
        fit
    }

    /// Whether the product is what it must be or be for: «женская», «на солярис».
    pub(super) fn quality(&self, goods: &Goods) -> Fit {
        let is = |id: &WordId| goods.names.contains(id) || goods.aliases.contains(id) || goods.others.contains(id);
        if self.qualities.iter().all(|ids| ids.iter().any(is)) { Fit::Fits } else { Fit::Unconfirmed }
    }

    /// Another thing was named too, and the table has it: «сумка и кошелёк».
    pub(super) fn misses_a_thing(&self, goods: &Goods) -> bool {
        let has = |id: &WordId| goods.names.contains(id) || goods.aliases.contains(id) || goods.others.contains(id);
        self.names.iter().any(|name| !name.soft && !name.ids.is_empty() && !name.ids.iter().any(|(id, _)| has(id)))
    }
}
