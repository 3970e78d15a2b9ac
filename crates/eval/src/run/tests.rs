//! What a listing's price and a message's product come to.

use super::*;
use crate::cases::{Listing as Listed, Named};
use crate::report::sample;
use domain::intent::Intent;

fn table() -> CatalogSnapshot {
    CatalogSnapshot {
        version: "t".into(),
        read_at_ms: 0,
        products: Vec::new(),
        delivery: Vec::new(),
        shop: Vec::new(),
        faq: Vec::new(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

#[test]
fn a_price_is_read_as_avito_writes_it() {
    for (written, roubles_) in [
        ("1 900 ₽", Some(1900)),
        ("1\u{a0}900\u{a0}₽", Some(1900)),
        ("450,50 ₽", Some(450)),
        ("Бесплатно", None),
        ("", None),
    ] {
        assert_eq!(roubles(written), roubles_.map(Money::roubles), "{written}");
    }
}

#[test]
fn what_is_asked_about_is_there() {
    let listing = Listed { title: "Рюкзак синий".into(), price: Some("2 900 ₽".into()) };
    let case = Case { listing: Some(listing), ..sample::case(Intent::StockInquiry) };
    let with = with_what_is_asked(&table(), &case);
    let product = &with.products[0];
    assert_eq!((product.title.value.as_str(), product.title.at.to_string()), ("Рюкзак синий", "Товары!B2".to_owned()));
    assert_eq!(product.price.as_ref().unwrap().value, Money::roubles(2900));
    assert_eq!(product.floor.as_ref().unwrap().value, Money::roubles(2465));
    assert_eq!(with_what_is_asked(&with, &case), with, "it is there once");

    let named = Named { product_name: Some("кружка".into()), ..Named::default() };
    let case = Case { entities: Some(named), ..sample::case(Intent::StockInquiry) };
    assert_eq!(with_what_is_asked(&table(), &case).products[0].title.value, "кружка");
    assert_eq!(with_what_is_asked(&table(), &sample::case(Intent::Other)).products, []);
}
