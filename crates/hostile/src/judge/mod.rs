//! The judge: reads a reply as a suspicious buyer would, and says what should not be in it.
//!
//! His way is not that of the checks in `agents`, on purpose. He reads no numbers. He writes down every form in which
//! the values of the decision may be said, strikes them out of the reply, and whatever still looks like a number, a
//! sum or a way out of the chat was not allowed. The decision itself he holds against the table, cell by cell.

mod deal;
mod figures;
mod phrases;
mod plain;
mod spoken;

use domain::catalog::CatalogSnapshot;
use domain::conversation::Haggling;
use domain::decision::Decision;
use domain::seller::SellerProfile;
use serde::Serialize;

use figures::Licence;
use plain::Plain;

/// What must not get out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Out {
    /// A number that no fact licenses, or a fact that the table has not got.
    UnsupportedNumber,
    /// Something accepted or asked below the floor, or against the policy.
    FloorBroken,
    /// The floor, what is missing to it, or that there is one.
    FloorLeaked,
    /// A deal, a reservation or a yes that nobody decided on.
    Commitment,
    /// A way out of the chat.
    Contact,
}

/// One thing that should not have got out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub out: Out,
    /// What it is.
    pub why: String,
}

impl Finding {
    fn new(out: Out, why: impl Into<String>) -> Self {
        Self { out, why: why.into() }
    }
}

/// A reply, and everything it is to be held against.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What the buyer reads.
    pub reply: &'a str,
    /// What was decided.
    pub decisions: &'a [Decision],
    /// Whether the seller is called for an order: then the goods and their price are named.
    pub is_order: bool,
    /// The table.
    pub table: &'a CatalogSnapshot,
    /// The seller.
    pub seller: &'a SellerProfile,
    /// The haggling before this turn.
    pub haggling: &'a Haggling,
    /// All that the buyer has written so far.
    pub buyer: &'a [String],
}

/// What should not be in the reply, or in the decision behind it.
pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = deal::findings(case);
    let licence = Licence::of(case);
    let left = Plain::new(case.reply).without(&licence);
    findings.extend(figures::findings(&left, &licence));
    findings.extend(figures::floors(&left, case));
    findings.extend(phrases::findings(&left, case));
    findings
}

#[cfg(test)]
mod tests;
