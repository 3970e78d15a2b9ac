//! The seller's table as the agents see it: typed values, each with the cell it was read from.

mod prepared;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::ItemId;
use crate::money::Money;

pub use prepared::Prepared;

/// Where a value stands: `Товары!D7`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CellRef(pub String);

impl CellRef {
    /// The cell in `tab` at a column and row, both counted from 0 as in the API's arrays.
    pub fn at(tab: &str, column: usize, row: usize) -> Self {
        Self(format!("{tab}!{}{}", column_letters(column), row + 1))
    }
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.iter().rev().map(|&b| char::from(b)).collect()
}

/// A value and the cell it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell<T> {
    /// The typed value.
    pub value: T,
    /// Where it stands.
    pub at: CellRef,
}

impl<T> Cell<T> {
    /// `value`, read at `at`.
    pub fn new(value: T, at: CellRef) -> Self {
        Self { value, at }
    }
}

/// One read of a seller's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogSnapshot {
    /// A hash of what was read: equal content, equal version.
    pub version: String,
    /// When it was read, in milliseconds since 1970.
    pub read_at_ms: i64,
    /// The goods.
    pub products: Vec<Product>,
    /// Where to, for how much, in how many days.
    pub delivery: Vec<DeliveryRow>,
    /// Hours, address, payment and the like: name and value.
    pub shop: Vec<ShopFact>,
    /// Questions and answers in the seller's words.
    pub faq: Vec<FaqRow>,
    /// Rows that were left out, and why.
    pub problems: Vec<SheetProblem>,
    /// What was worked out of it.
    #[serde(skip)]
    pub prepared: Prepared,
}

impl CatalogSnapshot {
    /// Takes over what was worked out of `earlier`, where that was a read of the same content.
    pub fn prepared_as(mut self, earlier: &Self) -> Self {
        if self.version == earlier.version {
            self.prepared = earlier.prepared.shared();
        }
        self
    }
}

/// One row of the goods tab. A colour or size in its own row is its own product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// The seller's article number; where the table has none, the row's cell.
    pub sku: String,
    /// What it is called.
    pub title: Cell<String>,
    /// The asking price. A row without one is known to be there, but its price is a human's to tell.
    pub price: Option<Cell<Money>>,
    /// How many are there.
    pub stock: Cell<Stock>,
    /// The lowest price the seller takes. Never told. `None`: no bargaining.
    pub floor: Option<Cell<Money>>,
    /// By how much one counter-offer may give way.
    pub step: Option<Cell<Money>>,
    /// Colour, size, material and other columns: header and value.
    pub attributes: Vec<(String, Cell<String>)>,
    /// The Avito listing it is sold under.
    pub item: Option<Cell<ItemId>>,
    /// What else buyers call it, in the seller's words. Only for finding it: never told.
    #[serde(default)]
    pub also_called: Option<Cell<String>>,
    /// What the seller says about selling it for less.
    #[serde(default)]
    pub terms: SaleTerms,
}

impl Product {
    /// The value of an attribute column, by its header in lower case.
    pub fn attribute(&self, header: &str) -> Option<&Cell<String>> {
        self.attributes.iter().find(|(name, _)| name.to_lowercase() == header).map(|(_, cell)| cell)
    }
}

/// What a product's own columns say about selling for less, beside its floor and its step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaleTerms {
    /// The column «Торг». `None`: the shop's policy holds. Where the shop does not bargain at all, nor does this.
    pub bargaining: Option<Cell<Bargaining>>,
    /// How many counter-offers one buyer gets for it. `None`: as many as the shop's policy says.
    pub rounds: Option<Cell<u32>>,
    /// What several of it cost, the smallest number first. Empty: nothing is said about several.
    pub several: Vec<Cell<PriceOfSeveral>>,
}

/// Whether a product is bargained about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bargaining {
    /// It is, down to its floor.
    Open,
    /// It is not, whatever its floor.
    Closed,
    /// On terms in words («только при самовывозе»): a human's to judge.
    InWords,
}

/// What several of a product cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceOfSeveral {
    /// From how many on; for [`Reduced::Together`], exactly so many.
    pub count: u32,
    /// How it is reduced.
    pub reduced: Reduced,
}

/// How the price of several is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "by", rename_all = "snake_case")]
pub enum Reduced {
    /// «от 3 шт по 3000»: each costs so much.
    Each(Money),
    /// «2 шт — 5000»: all of them cost so much.
    Together(Money),
    /// «от 3 шт 10 %»: so many percent less. 0 means 0.
    Percent(u32),
}

impl PriceOfSeveral {
    /// What `count` cost at `price` each, if this line speaks of so many.
    pub fn total(self, price: Money, count: u32) -> Option<Money> {
        match self.reduced {
            Reduced::Together(money) => (count == self.count).then_some(money),
            _ if count < self.count => None,
            Reduced::Each(money) => money.times(count),
            Reduced::Percent(percent) => {
                let all = price.times(count)?;
                Some(all - all.percent(i64::from(percent)))
            }
        }
    }
}

/// How many of a product are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stock {
    /// Counted.
    Count(u32),
    /// The seller says there are enough («много», «есть»).
    Plenty,
}

impl Stock {
    /// Whether at least one can be sold.
    pub fn is_available(self) -> bool {
        self != Self::Count(0)
    }
}

/// One row of the delivery tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// A city, a region, a zone («Сибирь», «остальная Россия») or «Самовывоз».
    pub place: Cell<String>,
    /// What it costs; zero is free. `None` where the seller does not serve the place.
    pub cost: Option<Cell<Money>>,
    /// How many days it takes, from and to.
    pub days: Option<Cell<Days>>,
    /// Free from this order sum on.
    pub free_from: Option<Cell<Money>>,
    /// The carrier or a remark.
    pub note: Option<Cell<String>>,
}

/// A span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// At the least.
    pub from: u32,
    /// At the most.
    pub to: u32,
}

impl fmt::Display for Days {
    /// `5–7`, or `5` where both ends are the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}–{}", self.from, self.to) }
    }
}

/// One line of the shop tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopFact {
    /// What it is: «Режим работы», «Адрес», «Оплата».
    pub name: Cell<String>,
    /// What it says.
    pub value: Cell<String>,
}

/// One line of the FAQ tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaqRow {
    /// The question as buyers ask it.
    pub question: Cell<String>,
    /// The answer in the seller's words.
    pub answer: Cell<String>,
}

/// A cell that could not be read; its row is left out, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetProblem {
    /// Where.
    pub at: CellRef,
    /// What is wrong and what would be right, in Russian: the seller reads it.
    pub what: String,
    /// What the row left out was about: a product's title, a place, a question. A buyer who asks about it is
    /// not told that there is none, nor what a more general row says.
    #[serde(default)]
    pub about: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_the_sheet_names_them() {
        for (column, row, name) in
            [(0, 0, "A1"), (3, 6, "D7"), (25, 1, "Z2"), (26, 1, "AA2"), (701, 0, "ZZ1"), (702, 0, "AAA1")]
        {
            assert_eq!(CellRef::at("Товары", column, row).to_string(), format!("Товары!{name}"));
        }
    }
}
