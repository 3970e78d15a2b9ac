//! Many ways to ask for a thing of one messy shop, and to say where to, each with what it must be taken for. The
//! ways are data.

use std::collections::BTreeSet;

use domain::catalog::{CatalogSnapshot, Cell, CellRef, DeliveryRow, Product, Stock};
use domain::money::Money;

use super::{Before, NOTHING, PlaceAsked, Served, delivery, found_in, place_asked, row_for};

#[test]
fn buyers_are_understood_in_many_ways_of_asking_for_a_thing() {
    let catalog = shop();
    let lines = include_str!("product_phrasings.tsv").lines().filter(|line| !line.starts_with('#'));
    let asked: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    assert!(asked.len() >= 150, "{}", asked.len());
    let wrong: Vec<String> = asked
        .iter()
        .filter_map(|row| {
            let (text, expected) = (row[0], row[1]);
            let found = found_in(&catalog, text, Before { entity: row.get(2).copied(), ..NOTHING });
            (!is(&found, expected)).then(|| format!("«{text}»: expected {expected}, found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), asked.len(), wrong.join("\n"));
}

/// Whether what was found is what was expected; the order of a choice is not part of it.
fn is(found: &str, expected: &str) -> bool {
    let set = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    match expected {
        "no" => found.starts_with('~') || matches!(found, "unknown" | "unconfirmed" | "-"),
        "? …" => found.starts_with('?') || found == "too many",
        choice if choice.starts_with('?') => set(found) == set(choice),
        one => found == one,
    }
}

/// The shop of `goods.tsv`.
pub(super) fn shop() -> CatalogSnapshot {
    let lines = include_str!("goods.tsv").lines().filter(|line| !line.starts_with('#'));
    CatalogSnapshot {
        version: "a messy shop".into(),
        read_at_ms: 0,
        products: lines.enumerate().map(|(at, line)| product(at + 1, line)).collect(),
        delivery: Vec::new(),
        shop: Vec::new(),
        faq: Vec::new(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

fn product(row: usize, line: &str) -> Product {
    let mut cells = line.split('\t');
    let mut next = || cells.next().unwrap_or_default().to_owned();
    let (sku, title, stock) = (next(), next(), next());
    let cell = |value: String, column| Cell::new(value, CellRef::at("Товары", column, row));
    let mut columns: Vec<(String, Cell<String>)> = line
        .split('\t')
        .skip(3)
        .filter_map(|column| column.split_once('='))
        .map(|(header, value)| (header.to_owned(), cell(value.to_owned(), 5)))
        .collect();
    let also_called = columns.iter().position(|(header, _)| header == "Синонимы").map(|at| columns.remove(at).1);
    Product {
        sku,
        title: cell(title, 1),
        price: Some(Cell::new(Money::roubles(1000), CellRef::at("Товары", 2, row))),
        stock: Cell::new(Stock::Count(stock.parse().unwrap()), CellRef::at("Товары", 3, row)),
        floor: None,
        step: None,
        attributes: columns,
        item: None,
        also_called,
        terms: Default::default(),
    }
}

#[test]
fn buyers_are_understood_in_many_ways_of_saying_where_to() {
    let rows: Vec<DeliveryRow> = delivery(&ZONES);
    let lines = include_str!("place_phrasings.tsv").lines().filter(|line| !line.starts_with('#'));
    let asked: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once('\t')).collect();
    assert!(asked.len() >= 150, "{}", asked.len());
    let wrong: Vec<String> = asked
        .iter()
        .filter_map(|(text, expected)| {
            let (found, place) = served(text, &rows);
            (found != *expected).then(|| format!("«{text}»: expected {expected}, found {found} ({place})"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), asked.len(), wrong.join("\n"));
}

const ZONES: [&str; 12] = [
    "Москва",
    "МО",
    "Санкт-Петербург",
    "Новосибирск",
    "Краснодарский край",
    "Сибирь",
    "Урал",
    "Дальний Восток",
    "Владивосток",
    "остальная Россия",
    "Беларусь",
    "Самовывоз",
];

/// What `text` asks for, by the row that serves it, and the place as it was read.
fn served(text: &str, rows: &[DeliveryRow]) -> (String, String) {
    let asked = place_asked(text, rows);
    let found = match &asked {
        PlaceAsked::To(place) => match row_for(*place, rows, &[]) {
            Served::Row(at) => (at + 1).to_string(),
            Served::LeftOut | Served::Nobody => "no".to_owned(),
        },
        PlaceAsked::Listed(at) => (at + 1).to_string(),
        PlaceAsked::Several(_) => "several".to_owned(),
        PlaceAsked::Pickup => "fetch".to_owned(),
        PlaceAsked::Nowhere => "-".to_owned(),
    };
    (found, format!("{asked:?}"))
}
