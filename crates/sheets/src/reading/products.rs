//! The goods tab: one row, one product.

use std::collections::HashMap;

use domain::catalog::{Cell, CellRef, Product, SaleTerms, SheetProblem, Stock};
use domain::money::Money;

use super::headers::{Column, words};
use super::row::{Problems, Row};
use super::values::price::Price;
use super::values::{listing, price, quantity, terms, text};

/// A lowest price under this part of the price is a lost digit.
const FLOOR_PART: i64 = 5;

/// The product of a row; `None` if the row is a heading or a remark.
pub(crate) fn read(row: &Row<'_>) -> Result<Option<(Product, CellRef)>, Vec<SheetProblem>> {
    if row.is_remark() {
        return Ok(None);
    }
    let title = row.cell(Column::Title).and_then(|(value, _)| text::plain(value));
    let about = title.or_else(|| row.cell(Column::Sku).and_then(|(value, _)| text::plain(value)));
    let mut problems = Problems::of(row, about);
    problems.demand_own(row, Column::Sku, "Артикул");

    let title = problems.read(row, Column::Title, text::text);
    let stock = problems.read(row, Column::Stock, quantity::stock);
    let asked = problems.read(row, Column::Price, price::price);
    let floor = problems.read(row, Column::Floor, price::floor);
    let step = problems.read(row, Column::Step, price::step);
    let item = problems.read(row, Column::Item, listing::listing);
    let sku = problems.read(row, Column::Sku, text::text);
    let also_called = problems.read(row, Column::AlsoCalled, text::text);
    let terms = terms(row, &mut problems);
    let mut attributes = attributes(row, &mut problems);

    if row.cell(Column::Title).is_none() {
        problems.add(row.at_column(Column::Title), "Нет названия: впишите его");
    }
    if matches!(stock, Some(Cell { value: Stock::Count(1..), .. })) {
        problems.demand_own(row, Column::Stock, "Остаток");
    }
    if row.cell(Column::Stock).is_none() {
        problems.add(row.at_column(Column::Stock), "Остаток пуст: напишите число, «много» или «нет»");
    }
    let price = asked.and_then(|cell| exact(cell, &mut attributes));
    check_floor(price.as_ref(), floor.as_ref(), step.as_ref(), &mut problems);

    let title = title.unwrap_or_else(|| Cell::new(String::new(), row.at_column(Column::Title)));
    let stock = stock.unwrap_or_else(|| Cell::new(Stock::Count(0), row.at_column(Column::Stock)));
    let (sku, named_at) = match sku {
        Some(sku) => (sku.value, sku.at),
        None => (title.at.to_string(), title.at.clone()),
    };
    let item = item.and_then(|cell| cell.value.map(|item| Cell::new(item, cell.at)));
    let product = Product { sku, title, price, stock, floor, step, attributes, item, also_called, terms };
    problems.or(Some((product, named_at)))
}

/// What the row says about selling for less.
fn terms(row: &Row<'_>, problems: &mut Problems) -> SaleTerms {
    let several = problems.read(row, Column::Several, terms::several);
    SaleTerms {
        bargaining: problems.read(row, Column::Bargaining, |value| Ok(terms::bargaining(value))),
        rounds: problems.read(row, Column::Rounds, terms::rounds),
        several: several.map_or_else(Vec::new, |cell| {
            cell.value.into_iter().map(|line| Cell::new(line, cell.at.clone())).collect()
        }),
    }
}

/// The further facts of the row.
fn attributes(row: &Row<'_>, problems: &mut Problems) -> Vec<(String, Cell<String>)> {
    row.attributes()
        .filter_map(|(header, value, at)| Some((header.to_owned(), problems.read_cell(value, at, text::text)?)))
        .collect()
}

/// The price, if it is an amount. «от 1500» is kept as a fact in the seller's words: true, but not a price to
/// strike a deal at.
fn exact(cell: Cell<Price>, attributes: &mut Vec<(String, Cell<String>)>) -> Option<Cell<Money>> {
    match cell.value {
        Price::Exact(money) => Some(Cell::new(money, cell.at)),
        Price::OnRequest => None,
        Price::Open(words) => {
            attributes.push(("Цена".to_owned(), Cell::new(words, cell.at)));
            None
        }
    }
}

fn check_floor(
    price: Option<&Cell<Money>>,
    floor: Option<&Cell<Money>>,
    step: Option<&Cell<Money>>,
    problems: &mut Problems,
) {
    let Some(price) = price else { return };
    if let Some(floor) = floor {
        if floor.value > price.value {
            problems.add(floor.at.clone(), "Минимальная цена больше цены: поправьте одну из них");
        } else if floor.value.times(FLOOR_PART as u32).is_some_and(|five| five < price.value) {
            let what = "Минимальная цена в пять с лишним раз меньше цены: не потерялась ли цифра?";
            problems.add(floor.at.clone(), what);
        }
    }
    if let Some(step) = step.filter(|step| step.value >= price.value) {
        problems.add(step.at.clone(), "Шаг торга не меньше цены: впишите, на сколько рублей уступать за раз");
    }
}

/// The products of all tables, each with the cell that names it.
#[derive(Debug, Default)]
pub(crate) struct Products(Vec<(Product, CellRef)>);

impl Extend<(Product, CellRef)> for Products {
    fn extend<I: IntoIterator<Item = (Product, CellRef)>>(&mut self, products: I) {
        self.0.extend(products);
    }
}

impl Products {
    /// The products whose article number is theirs alone. Which of two would be the right one, nobody but the
    /// seller knows: both are left out.
    pub(crate) fn without_duplicates(self, problems: &mut Vec<SheetProblem>) -> Vec<Product> {
        let mut places: HashMap<String, Vec<CellRef>> = HashMap::new();
        for (product, at) in &self.0 {
            places.entry(key(product)).or_default().push(at.clone());
        }
        let mut alone = Vec::with_capacity(self.0.len());
        for (product, at) in self.0 {
            match places[&key(&product)].iter().find(|other| **other != at) {
                None => alone.push(product),
                Some(other) => {
                    let what =
                        format!("Артикул «{}» стоит и в {other}: он должен быть у каждого товара свой", product.sku);
                    problems.push(SheetProblem { at, what, about: Some(product.title.value) });
                }
            }
        }
        alone
    }
}

/// Article numbers are compared as people read them; a cell's name stands for itself.
fn key(product: &Product) -> String {
    if product.sku == product.title.at.0 { product.sku.clone() } else { words(&product.sku) }
}
