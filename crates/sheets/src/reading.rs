//! From the cells of a spreadsheet to a snapshot: pure, tolerant, and never a guess. A row with a cell that
//! cannot be read is left out and named; the rest of the sheet serves.
//!
//! A row that somebody hid is left out and named too: nobody but the seller knows whether it is still sold. What only
//! a filter hides is read: a filter is a way to look at a table.
//!
//! Not here: how the cells were got ([`crate::google`]).

mod cells;
mod delivery;
mod faq;
pub(crate) mod headers;
mod headings;
pub(crate) mod place;
mod products;
mod row;
mod shop;
mod table;
mod values;

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use domain::catalog::{CatalogSnapshot, CellRef, Prepared, SheetProblem};
use serde_json::Value;
use sha2::{Digest, Sha256};

use cells::Cells;
use headers::Kind;
use row::Row;
use table::Table;

/// The most rows of one tab that are read: more is a database, not a small seller's sheet.
const ROWS_MAX: usize = 20_000;

/// One tab as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tab {
    /// Its name.
    pub title: String,
    /// Its cells from A1 on, as the API gives them: rows may be shorter than others, and empty.
    pub rows: Vec<Vec<Value>>,
    /// What is merged and hidden.
    pub layout: Layout,
}

/// What a tab has beside its values. Rows and columns are counted from 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The cells that are one.
    pub merges: Vec<Merge>,
    /// The rows that somebody hid by hand.
    pub hidden_rows: BTreeSet<usize>,
    /// The columns that somebody hid.
    pub hidden_columns: BTreeSet<usize>,
}

/// Cells that are one, of which only the first has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its rows.
    pub rows: Range<usize>,
    /// Its columns.
    pub columns: Range<usize>,
}

impl Tab {
    /// A tab in which nothing is merged or hidden.
    pub fn new(title: impl Into<String>, rows: Vec<Vec<Value>>) -> Self {
        Self { title: title.into(), rows, layout: Layout::default() }
    }
}

/// Reads the tabs of one spreadsheet, as they were at `read_at_ms` (milliseconds since 1970).
pub fn read(tabs: &[Tab], read_at_ms: i64) -> CatalogSnapshot {
    let mut found = Found::default();
    for tab in tabs {
        found.read_tab(tab);
    }
    if !tabs.iter().any(|tab| headers::kind_of_tab(&tab.title) == Some(Kind::Delivery)) && found.delivery.is_empty() {
        found.problems.push(missing_tab("Доставка", "на вопросы о доставке будет отвечать человек"));
    }
    found.into_snapshot(read_at_ms)
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Found {
    products: products::Products,
    delivery: Vec<domain::catalog::DeliveryRow>,
    shop: Vec<domain::catalog::ShopFact>,
    faq: Vec<domain::catalog::FaqRow>,
    problems: Vec<SheetProblem>,
    /// The rows that somebody hid.
    hidden: Vec<SheetProblem>,
}

impl Found {
    fn read_tab(&mut self, tab: &Tab) {
        if tab.rows.len() > ROWS_MAX {
            let what = format!("В листе больше {ROWS_MAX} строк: строки с этой и ниже не прочитаны");
            self.problems.push(SheetProblem { at: CellRef::at(&tab.title, 0, ROWS_MAX), what, about: None });
        }
        let cells = Cells::new(&tab.rows[..tab.rows.len().min(ROWS_MAX)], &tab.layout.merges);
        for table in &table::find(tab, &cells, &mut self.problems) {
            for index in table.rows.clone() {
                let row = Row::new(&tab.title, table, index, &cells);
                if row.is_blank() {
                    continue;
                }
                match row.is_remark() {
                    false if tab.layout.hidden_rows.contains(&index) => self.hidden.push(hidden(table.kind, &row)),
                    _ => self.read_row(table, &row),
                }
            }
        }
    }

    fn read_row(&mut self, table: &Table, row: &Row<'_>) {
        let read = match table.kind {
            Kind::Goods => products::read(row).map(|product| self.products.extend(product)),
            Kind::Delivery => delivery::read(row).map(|place| self.delivery.extend(place)),
            Kind::Shop => shop::read(row).map(|fact| self.shop.extend(fact)),
            Kind::Faq => faq::read(row).map(|answer| self.faq.extend(answer)),
        };
        self.problems.extend(read.err().unwrap_or_default());
    }

    fn into_snapshot(mut self, read_at_ms: i64) -> CatalogSnapshot {
        let products = self.products.without_duplicates(&mut self.problems);
        // A hidden row does not stand in the way of one that is there to be seen.
        let titles = products.iter().map(|product| &product.title).chain(self.delivery.iter().map(|row| &row.place));
        let seen: HashSet<String> = titles.map(|cell| headers::words(&cell.value)).collect();
        for mut row in self.hidden {
            row.about = row.about.filter(|about| !seen.contains(&headers::words(about)));
            self.problems.push(row);
        }
        let (delivery, shop, faq, problems) = (self.delivery, self.shop, self.faq, self.problems);
        let version = version(&(&products, &delivery, &shop, &faq, &problems));
        CatalogSnapshot { version, read_at_ms, products, delivery, shop, faq, problems, prepared: Prepared::default() }
    }
}

fn hidden(kind: Kind, row: &Row<'_>) -> SheetProblem {
    let column = kind.signs().0;
    let about = row.cell(column).and_then(|(value, _)| values::text::plain(value));
    let what = "Строка скрыта, и мы её не читаем: покажите её, если она ещё нужна, или удалите".to_owned();
    SheetProblem { at: row.at_column(column), what, about }
}

pub(crate) fn missing_tab(tab: &str, therefore: &str) -> SheetProblem {
    let what = format!("Нет листа «{tab}» с понятными заголовками: {therefore}");
    SheetProblem { at: CellRef::at(tab, 0, 0), what, about: None }
}

/// 128 bits of SHA-256 over what was read: equal content, equal version, on every machine.
fn version<T: serde::Serialize>(content: &T) -> String {
    let text = serde_json::to_vec(content).expect("the catalog is plain structs with text keys");
    Sha256::digest(text)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
