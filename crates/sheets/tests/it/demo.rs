//! The demo seller's spreadsheet.

use sheets::Tab;

#[derive(serde::Deserialize)]
struct Sheet {
    tab: Vec<DemoTab>,
}

#[derive(serde::Deserialize)]
struct DemoTab {
    name: String,
    rows: Vec<Vec<serde_json::Value>>,
}

pub(crate) fn tabs() -> Vec<Tab> {
    let sheet: Sheet = toml::from_str(include_str!("../../../sandbox/data/sheet.toml")).unwrap();
    sheet.tab.into_iter().map(|tab| Tab::new(tab.name, tab.rows)).collect()
}

#[test]
fn the_demo_sheet_is_read_whole_and_without_a_problem() {
    let tabs = tabs();
    let snapshot = sheets::read(&tabs, 7);
    assert_eq!(snapshot.problems, []);
    assert_eq!(snapshot.read_at_ms, 7);
    let rows: Vec<usize> = tabs.iter().map(|tab| tab.rows.len() - 1).collect();
    assert_eq!(rows, [snapshot.products.len(), snapshot.delivery.len(), snapshot.shop.len(), snapshot.faq.len()]);

    let red = &snapshot.products[0];
    assert_eq!((&*red.sku, &*red.title.value), ("SUM-RED", "Сумка красная"));
    assert_eq!(red.price.as_ref().unwrap().at.to_string(), "Товары!G2");
    assert_eq!(red.floor.as_ref().unwrap().at.to_string(), "Товары!H2");
    assert_eq!(red.attribute("цвет").unwrap().value, "красный");
}

#[test]
fn equal_content_has_an_equal_version_whenever_it_is_read() {
    let version = |tabs: &[Tab], at| sheets::read(tabs, at).version;
    let mut changed = tabs();
    changed[0].rows[1][6] = 3600.into();
    assert_eq!(version(&tabs(), 1), version(&tabs(), 2));
    assert_ne!(version(&tabs(), 1), version(&changed, 1));
}
