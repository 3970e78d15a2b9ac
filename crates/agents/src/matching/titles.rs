//! What a product is called towards a buyer.

use std::collections::BTreeSet;

use domain::catalog::{CatalogSnapshot, CellRef, Product};

use super::index::index_of;

/// A product's title; where others share it, with what sets it apart: «Кроссовки белые, 42».
pub fn display_title(product: &Product, catalog: &CatalogSnapshot) -> (String, Vec<CellRef>) {
    let mut title = product.title.value.trim().to_owned();
    let mut cells = vec![product.title.at.clone()];
    let index = index_of(catalog);
    let others = index.that_share(&title).iter().map(|at| &catalog.products[*at as usize]);
    let twins: Vec<&Product> = others.filter(|other| other.sku != product.sku).collect();
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
