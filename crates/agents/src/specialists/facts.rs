//! Facts with their cells, as every specialist hands them out.

use domain::catalog::{CatalogSnapshot, Cell, CellRef, Product};
use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::intent::Intent;
use domain::money::Money;

use crate::matching;

/// A decision about no product, with no facts yet.
pub(super) fn decision(intent: Intent, verdict: Verdict) -> Decision {
    Decision { intent, verdict, product: None, facts: Vec::new() }
}

/// A decision about `product`, named by its title.
pub(super) fn about(intent: Intent, verdict: Verdict, product: &Product, catalog: &CatalogSnapshot) -> Decision {
    Decision { intent, verdict, product: Some(product.sku.clone()), facts: vec![title(product, catalog)] }
}

pub(super) fn fact(name: &str, value: FactValue, source: Source) -> Fact {
    Fact { name: name.to_owned(), value, source }
}

pub(super) fn money(name: &str, cell: &Cell<Money>) -> Fact {
    fact(name, FactValue::Money(cell.value), Source::Cell(cell.at.clone()))
}

pub(super) fn text(name: &str, cell: &Cell<String>) -> Fact {
    fact(name, FactValue::Text(cell.value.trim().to_owned()), Source::Cell(cell.at.clone()))
}

/// What `product` is called; where others share its title, with what sets it apart.
pub(super) fn title(product: &Product, catalog: &CatalogSnapshot) -> Fact {
    let (title, cells) = matching::display_title(product, catalog);
    fact("title", FactValue::Text(title), computed(cells))
}

/// A list of titles to choose from; `None` where there are none.
pub(super) fn alternatives(products: &[&Product], catalog: &CatalogSnapshot) -> Option<Fact> {
    if products.is_empty() {
        return None;
    }
    let (titles, cells): (Vec<String>, Vec<Vec<CellRef>>) =
        products.iter().map(|product| matching::display_title(product, catalog)).unzip();
    let list = titles.iter().map(|title| format!("«{title}»")).collect::<Vec<_>>().join(", ");
    Some(fact("alternatives", FactValue::Text(list), Source::Computed(cells.concat())))
}

/// One cell is where a value was read; several are what it was made of.
fn computed(mut cells: Vec<CellRef>) -> Source {
    if cells.len() == 1 { Source::Cell(cells.remove(0)) } else { Source::Computed(cells) }
}
