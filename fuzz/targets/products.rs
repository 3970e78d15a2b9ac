//! Any words over any table: the first line is the buyer's, the others are titles with their attributes.
#![no_main]

use agents::finding::Question;
use agents::matching::{self, Found};
use domain::catalog::{CatalogSnapshot, Cell, CellRef, Product, SaleTerms, Stock};
use domain::conversation::Conversation;
use domain::intent::{ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::money::Money;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use libfuzzer_sys::fuzz_target;

/// What always stands in the table, so that short inputs find something.
const SHELF: [&str; 6] = [
    "Рюкзак городской 30 л|синий",
    "Рюкзак городской 30 л|чёрный",
    "iPhone 13 Pro 128 ГБ|",
    "Чехол для iPhone 13|красный",
    "Кроссовки Nike белые|42-44",
    "Куртка джинсовая|S, M, XL",
];

fuzz_target!(|input: &str| {
    let mut lines = input.lines();
    let text = lines.next().unwrap_or_default();
    let titles: Vec<&str> = SHELF.into_iter().chain(lines.take(20)).collect();
    let catalog = catalog(&titles);
    let (seller, memory, routing) = (seller(), memory(&titles), routing(text));
    let question = Question {
        seller: &seller,
        conversation: &memory,
        routing: &routing,
        text,
        listing: None,
        listing_item: None,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let found = matching::find(&question, &catalog);
    assert_eq!(found, matching::find(&question, &catalog), "the same words find the same");
    match found {
        Found::One(product) => {
            let near = matching::alternatives(product, &catalog);
            assert!(near.len() <= 2 && near.iter().all(|other| other.sku != product.sku));
            matching::display_title(product, &catalog);
        }
        Found::Several(products) => assert!((2..=3).contains(&products.len()), "{products:?}"),
        _ => {}
    }
    matching::names_a_product(&question, &catalog);
});

fn catalog(titles: &[&str]) -> CatalogSnapshot {
    let cell = |value: &str, row: usize| Cell::new(value.to_owned(), CellRef(format!("Товары!A{row}")));
    let products = titles.iter().enumerate().map(|(row, line)| {
        let (title, attribute) = line.split_once('|').unwrap_or((line, ""));
        let header = if attribute.contains(|c: char| c.is_ascii_digit() || c == ',') { "Размер" } else { "Цвет" };
        Product {
            sku: format!("A{row}"),
            title: cell(title, row),
            price: Some(Cell::new(Money::roubles(3500), CellRef(format!("Товары!C{row}")))),
            stock: Cell::new(Stock::Count((row % 3) as u32), CellRef(format!("Товары!D{row}"))),
            floor: None,
            step: None,
            attributes: vec![(header.to_owned(), cell(attribute, row))],
            item: None,
            also_called: None,
            terms: SaleTerms::default(),
        }
    });
    CatalogSnapshot {
        version: titles.join("\n"),
        read_at_ms: 0,
        products: products.collect(),
        delivery: Vec::new(),
        shop: Vec::new(),
        faq: Vec::new(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

fn memory(titles: &[&str]) -> Conversation {
    Conversation { last_product: Some(format!("A{}", titles.len() / 2)), ..Conversation::default() }
}

/// The buyer's first word, as a router might have picked it out.
fn routing(text: &str) -> Routing {
    let product_name = text.split_whitespace().next().map(str::to_owned);
    Routing {
        intent: Intent::StockInquiry,
        confidence: 1.0,
        confidence_from: ConfidenceSource::Rule,
        second_intent: None,
        entities: Entities { product_name, ..Entities::default() },
        flags: Flags::default(),
    }
}

fn seller() -> SellerProfile {
    use jiff::civil::{Weekday, time};
    SellerProfile {
        id: "fuzz".parse().expect("a slug"),
        name: "fuzz".to_owned(),
        account: domain::ids::UserId(1),
        time_zone: jiff::tz::TimeZone::UTC,
        hours: WorkingHours { open: time(9, 0, 0, 0), close: time(21, 0, 0, 0), days: vec![Weekday::Monday] },
        thresholds: Thresholds { default: 0.8, by_intent: Default::default() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: false },
        quiet_after_seller: std::time::Duration::ZERO,
    }
}
