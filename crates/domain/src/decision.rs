//! What the specialists decide, and the facts it rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::{CellRef, Days};
use crate::intent::Intent;
use crate::money::Money;

/// One question answered: the verdict, and every value that may be said with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Which question it answers.
    pub intent: Intent,
    /// What the answer is.
    pub verdict: Verdict,
    /// The product it is about, by article number.
    pub product: Option<String>,
    /// The values that may be said, each with its source. A number that is not among them is not said.
    pub facts: Vec<Fact>,
}

impl Decision {
    /// The fact called `name`.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.name == name)
    }
}

/// The answer itself. Its name is the key of the reply template and of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is there.
    InStock,
    /// There is none left; near alternatives may follow.
    OutOfStock,
    /// We do not sell such a thing.
    NotSold,
    /// Several fit: which one?
    AskWhichProduct,
    /// We send there, for so much, in so many days.
    Delivers,
    /// We do not send there.
    DoesNotDeliver,
    /// Where to?
    AskWhichCity,
    /// Come and fetch it.
    Pickup,
    /// What it costs.
    TellPrice,
    /// The buyer's price is taken: a deal.
    AcceptOffer,
    /// Not for that, but for this.
    CounterOffer,
    /// The price stands.
    RefuseOffer,
    /// Good day.
    Greet,
    /// You are welcome.
    Thank,
    /// A fact of the shop: hours, address, payment.
    TellShopFact,
    /// An answer from the FAQ tab, in the seller's own words.
    TellFaq,
}

impl Verdict {
    /// All of them: each has its templates.
    pub const ALL: [Verdict; 16] = [
        Self::InStock,
        Self::OutOfStock,
        Self::NotSold,
        Self::AskWhichProduct,
        Self::Delivers,
        Self::DoesNotDeliver,
        Self::AskWhichCity,
        Self::Pickup,
        Self::TellPrice,
        Self::AcceptOffer,
        Self::CounterOffer,
        Self::RefuseOffer,
        Self::Greet,
        Self::Thank,
        Self::TellShopFact,
        Self::TellFaq,
    ];

    /// The name in templates, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::OutOfStock => "out_of_stock",
            Self::NotSold => "not_sold",
            Self::AskWhichProduct => "ask_which_product",
            Self::Delivers => "delivers",
            Self::DoesNotDeliver => "does_not_deliver",
            Self::AskWhichCity => "ask_which_city",
            Self::Pickup => "pickup",
            Self::TellPrice => "tell_price",
            Self::AcceptOffer => "accept_offer",
            Self::CounterOffer => "counter_offer",
            Self::RefuseOffer => "refuse_offer",
            Self::Greet => "greet",
            Self::Thank => "thank",
            Self::TellShopFact => "tell_shop_fact",
            Self::TellFaq => "tell_faq",
        }
    }
}

/// One value that may be said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, as templates name it: `price`, `city`, `days`.
    pub name: String,
    /// The value.
    pub value: FactValue,
    /// Where it comes from.
    pub source: Source,
}

/// A typed value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum FactValue {
    /// A sum of money.
    Money(Money),
    /// A count of things.
    Quantity(u32),
    /// A span of days.
    Days(Days),
    /// A share in percent.
    Percent(u32),
    /// Words of the seller's table: a title, a city, an address. Numbers within them may be repeated.
    Text(String),
}

impl fmt::Display for FactValue {
    /// As it is said to a buyer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(money) => money.fmt(f),
            Self::Quantity(count) => count.fmt(f),
            Self::Days(days) => days.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}\u{a0}%"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", content = "of", rename_all = "snake_case")]
pub enum Source {
    /// Read in a cell.
    Cell(CellRef),
    /// Computed by our code from these cells.
    Computed(Vec<CellRef>),
    /// Said by the buyer and found in the table or the gazetteer: a city, an accepted offer.
    Buyer,
    /// Set in the seller's file.
    Setting,
}
