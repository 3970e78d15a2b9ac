//! From the cells of a spreadsheet to a snapshot: pure, tolerant, and never a guess. A row with a cell that
//! cannot be read is left out and named; the rest of the sheet serves.
//!
//! Not here: how the cells were got ([`crate::google`]).

mod delivery;
mod faq;
pub(crate) mod headers;
mod products;
mod row;
mod shop;
mod table;
mod values;

use domain::catalog::{CatalogSnapshot, CellRef, SheetProblem};
use serde_json::Value;
use sha2::{Digest, Sha256};

use headers::Kind;
use row::Row;
use table::Table;

/// The most rows of one tab that are read: more is a database, not a small seller's sheet.
const ROWS_MAX: usize = 20_000;

/// One tab as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// Its name.
    pub title: String,
    /// Its cells from A1 on, as the API gives them: rows may be shorter than others, and empty.
    pub rows: Vec<Vec<Value>>,
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
}

impl Found {
    fn read_tab(&mut self, tab: &Tab) {
        if tab.rows.len() > ROWS_MAX {
            let what = format!("В листе больше {ROWS_MAX} строк: строки с этой и ниже не прочитаны");
            self.problems.push(SheetProblem { at: CellRef::at(&tab.title, 0, ROWS_MAX), what, about: None });
        }
        let rows = &tab.rows[..tab.rows.len().min(ROWS_MAX)];
        let tables = table::find(&tab.title, rows, headers::kind_of_tab(&tab.title), &mut self.problems);
        for table in &tables {
            for index in table.rows.clone() {
                let row = Row::new(&tab.title, table, index, &rows[index]);
                if !row.is_blank() {
                    self.read_row(table, &row);
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
        let (delivery, shop, faq, problems) = (self.delivery, self.shop, self.faq, self.problems);
        let version = version(&(&products, &delivery, &shop, &faq, &problems));
        CatalogSnapshot { version, read_at_ms, products, delivery, shop, faq, problems }
    }
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
