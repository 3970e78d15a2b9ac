//! Any words as places: the first line is the buyer's, the others are the places of a delivery table.
#![no_main]

use agents::matching::{self, PlaceAsked, Served};
use domain::catalog::{Cell, CellRef, DeliveryRow};
use libfuzzer_sys::fuzz_target;

/// What always stands in the table.
const TABLE: [&str; 6] =
    ["Москва", "Московская область", "Сибирь", "Самовывоз", "Россия, кроме Калининграда", "остальная Россия"];

fuzz_target!(|input: &str| {
    let mut lines = input.lines();
    let text = lines.next().unwrap_or_default();
    let rows: Vec<DeliveryRow> = TABLE.into_iter().chain(lines.take(20)).map(row).collect();
    let asked = matching::place_asked(text, &rows);
    assert_eq!(asked, matching::place_asked(text, &rows), "the same words name the same place");
    let named = matching::places_named(text);
    let places = match &asked {
        PlaceAsked::To(place) => vec![*place],
        PlaceAsked::Several(places) => places.clone(),
        PlaceAsked::Listed(at) => {
            assert!(*at < rows.len(), "row {at} of {}", rows.len());
            Vec::new()
        }
        PlaceAsked::Pickup | PlaceAsked::Nowhere => Vec::new(),
    };
    for place in places.into_iter().chain(named) {
        if let Served::Row(at) = matching::row_for(place, &rows, &["Крым"]) {
            assert!(at < rows.len(), "row {at} of {}", rows.len());
        }
        matching::is_split(place, &rows);
    }
    matching::pickup_row(&rows);
});

fn row(place: &str) -> DeliveryRow {
    DeliveryRow {
        place: Cell::new(place.to_owned(), CellRef("Доставка!A2".to_owned())),
        cost: None,
        days: None,
        free_from: None,
        note: None,
    }
}
