//! Tables: a buyer's words, and the product or the place they mean.

mod phrasings;

use domain::catalog::{CatalogSnapshot, Cell, CellRef, DeliveryRow, Product, SheetProblem, Stock};
use domain::conversation::Conversation;
use domain::escalation::Listing;
use domain::ids::ItemId;
use domain::intent::{ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::money::Money;

use super::places::{PlaceKind, is_split, pickup_row};
use super::*;
use crate::finding::Question;

fn product(sku: &str, title: &str, colour: &str, size: &str, count: u32) -> Product {
    let cell = |value: &str| Cell::new(value.to_owned(), CellRef("Товары!A2".into()));
    let columns = [("Цвет", colour), ("Размер", size)];
    Product {
        sku: sku.into(),
        title: cell(title),
        price: Some(Cell::new(Money::roubles(1000), CellRef("Товары!C2".into()))),
        stock: Cell::new(Stock::Count(count), CellRef("Товары!D2".into())),
        floor: None,
        step: None,
        attributes: columns
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| ((*name).to_owned(), cell(value)))
            .collect(),
        item: (sku == "SUM-RED").then(|| Cell::new(ItemId(77), CellRef("Товары!E2".into()))),
        also_called: None,
        terms: Default::default(),
    }
}

fn catalog() -> CatalogSnapshot {
    let products = vec![
        product("SUM-RED", "Сумка красная", "красный", "", 4),
        product("SUM-BLU", "Сумка синяя", "синий", "", 0),
        product("RUK-RED", "Рюкзак красный", "красный", "20 л", 1),
        product("RUK-BLK", "Рюкзак чёрный", "чёрный", "25 л", 1),
        product("KOS-BRN", "Кошелёк", "", "", 3),
        product("REM-105", "Ремень мужской", "чёрный", "105 см", 2),
        product("REM-115", "Ремень мужской", "чёрный", "115 см", 2),
        product("CHE-13", "Чехол для iPhone 13", "прозрачный", "", 5),
        product("CHE-14", "Чехол для iPhone 14", "чёрный", "", 5),
        product("CHE-14P", "Чехол для iPhone 14 Pro", "синий", "", 5),
        product("KRO-41", "Кроссовки белые", "белый", "41", 1),
        product("KRO-42", "Кроссовки белые", "белый", "42", 1),
        product("KUR-M", "Куртка джинсовая", "синий", "M", 1),
        product("AIR", "Apple AirPods Pro", "белый", "", 2),
        product("XIA", "Смартфон Xiaomi Redmi Note 12 128 ГБ", "чёрный", "", 2),
        product("SAM", "Samsung Galaxy A52", "", "", 2),
        product("ZAR", "Зарядка USB-C 20 Вт", "белый", "", 9),
        product("AKB", "Аккумулятор для ноутбука Asus", "", "", 1),
        product("DRE", "Платье летнее", "зелёный", "42-48", 1),
    ];
    CatalogSnapshot {
        version: "matching".into(),
        read_at_ms: 0,
        products,
        delivery: Vec::new(),
        shop: Vec::new(),
        faq: Vec::new(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

/// What was talked about before.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    last: Option<&'static str>,
    item: Option<ItemId>,
    listing: Option<&'static str>,
    entity: Option<&'static str>,
}

const NOTHING: Before = Before { last: None, item: None, listing: None, entity: None };

fn found(text: &str, before: Before) -> String {
    found_in(&catalog(), text, before)
}

fn found_in(catalog: &CatalogSnapshot, text: &str, before: Before) -> String {
    let seller = crate::specialists::sample::seller();
    let conversation = Conversation { last_product: before.last.map(str::to_owned), ..Default::default() };
    let routing = Routing {
        intent: Intent::StockInquiry,
        confidence: 1.0,
        confidence_from: ConfidenceSource::Rule,
        call: None,
        second_intent: None,
        entities: Entities { product_name: before.entity.map(str::to_owned), ..Default::default() },
        flags: Flags::default(),
    };
    let listing = before.listing.map(|title| Listing { title: title.to_owned(), price: None, url: None });
    let question = Question {
        seller: &seller,
        conversation: &conversation,
        routing: &routing,
        text,
        listing: listing.as_ref(),
        listing_item: before.item,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let skus =
        |products: Vec<&Product>| products.iter().map(|product| product.sku.clone()).collect::<Vec<_>>().join(" ");
    match find(&question, catalog) {
        Found::One(product) => product.sku.clone(),
        Found::Several(products) => format!("? {}", skus(products)),
        Found::Near(products) => format!("~ {}", skus(products)),
        Found::Unconfirmed => "unconfirmed".into(),
        Found::LeftOut => "left out".into(),
        Found::TooMany => "too many".into(),
        Found::Unknown => "unknown".into(),
        Found::NotNamed => "-".into(),
    }
}

#[track_caller]
fn check(rows: &[(&str, Before, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, before, expected)| {
            let found = found(text, *before);
            (found != *expected).then(|| format!("«{text}» {before:?}: expected {expected}, found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_named_product_is_found_in_any_form() {
    check(&[
        ("Красная сумка есть в наличии?", NOTHING, "SUM-RED"),
        ("сумку красную не продали еще?", NOTHING, "SUM-RED"),
        ("СУМКА КРАСНАЯ???", NOTHING, "SUM-RED"),
        ("красненькая сумочка еще есть?", NOTHING, "SUM-RED"),
        ("Здравствуйте, синяя сумка есть?", NOTHING, "SUM-BLU"),
        ("есть кошелёк?", NOTHING, "KOS-BRN"),
        ("кошелька не осталось?", NOTHING, "KOS-BRN"),
        ("портмоне есть?", NOTHING, "KOS-BRN"),
        ("красный рюзкак есть?", NOTHING, "RUK-RED"),
        ("чехол на айфон 13 есть?", NOTHING, "CHE-13"),
        ("чехла для iphone 13 нет?", NOTHING, "CHE-13"),
        ("чехлы на 13 айфон есть?", NOTHING, "CHE-13"),
        ("чехол айфон 14 про", NOTHING, "CHE-14P"),
        ("чехол iPhone14pro", NOTHING, "CHE-14P"),
        ("кроссовки 42 есть?", NOTHING, "KRO-42"),
        ("кроссы 42 размера остались?", NOTHING, "KRO-42"),
        ("джинсовая куртка есть?", NOTHING, "KUR-M"),
        ("эйрподсы есть?", NOTHING, "AIR"),
        ("аирподс про в наличии?", NOTHING, "AIR"),
        ("редми ноут 12 есть?", NOTHING, "XIA"),
        ("ксиоми есть?", NOTHING, "XIA"),
        ("самсунг а52 ещё продаёте?", NOTHING, "SAM"),
        ("Galaxy A52 128?", NOTHING, "~ SAM"),
        ("батарея для ноутбука асус есть?", NOTHING, "AKB"),
        ("ремень 115 есть?", NOTHING, "REM-115"),
        ("платье 44 размера есть?", NOTHING, "DRE"),
        ("зарядник есть?", NOTHING, "ZAR"),
        ("2 красные сумки есть?", NOTHING, "SUM-RED"),
        ("Есть красный рюкзак и отправите в Сибирь?", NOTHING, "RUK-RED"),
        ("is the red bag still available?", NOTHING, "SUM-RED"),
    ]);
}

#[test]
fn what_is_not_there_is_not_taken_for_what_is() {
    let named = |entity| Before { entity: Some(entity), ..NOTHING };
    check(&[
        ("есть синий рюкзак?", NOTHING, "~ RUK-RED RUK-BLK"),
        ("есть чехол на айфон 15?", NOTHING, "~ CHE-13 CHE-14 CHE-14P"),
        ("кроссовки 45 есть?", NOTHING, "~ KRO-41 KRO-42"),
        ("самсунг а53 есть?", NOTHING, "~ SAM"),
        ("кошелёк синий есть?", NOTHING, "unconfirmed"),
        ("велосипед есть?", named("велосипед"), "unknown"),
        ("есть велосипед?", NOTHING, "unknown"),
        ("чемодан кожаный есть?", named("чемодан"), "unknown"),
        ("айфон 13 есть?", named("айфон 13"), "unknown"),
        ("джинсы есть?", named("джинсы"), "unknown"),
        ("сушка для белья есть?", named("сушка для белья"), "unknown"),
        ("есть велик?", Before { last: Some("SUM-RED"), entity: Some("велосипед"), ..NOTHING }, "unknown"),
    ]);
}

#[test]
fn what_fits_several_is_asked_about() {
    check(&[
        ("сумка есть?", NOTHING, "? SUM-RED SUM-BLU"),
        ("ремень есть?", NOTHING, "? REM-105 REM-115"),
        ("кроссовки белые есть?", NOTHING, "? KRO-41 KRO-42"),
        ("чехол есть?", NOTHING, "? CHE-13 CHE-14 CHE-14P"),
        ("сумка или рюкзак красные есть?", NOTHING, "? SUM-RED RUK-RED"),
    ]);
}

#[test]
fn the_message_goes_before_the_talk_and_the_talk_before_the_listing() {
    let red = Before { last: Some("SUM-RED"), ..NOTHING };
    let listed = Before { item: Some(ItemId(77)), ..NOTHING };
    let titled = Before { listing: Some("Рюкзак красный городской"), ..NOTHING };
    check(&[
        ("А синяя?", red, "SUM-BLU"),
        ("а синяя есть?", Before { entity: Some("синяя сумка"), ..red }, "SUM-BLU"),
        ("а зелёная?", red, "~ SUM-RED SUM-BLU"),
        ("Сколько стоит?", red, "SUM-RED"),
        ("сумка точно есть?", red, "SUM-RED"),
        ("а чёрный рюкзак?", red, "RUK-BLK"),
        ("Здравствуйте, ещё актуально?", red, "SUM-RED"),
        ("Добрый день! Ещё в продаже?", listed, "SUM-RED"),
        ("а синяя?", listed, "SUM-BLU"),
        ("В наличии?", titled, "RUK-RED"),
        ("рюкзак чёрный есть?", listed, "RUK-BLK"),
        ("сумка есть?", Before { last: Some("RUK-RED"), item: Some(ItemId(77)), ..NOTHING }, "? SUM-RED SUM-BLU"),
        ("В наличии?", Before { listing: Some("Продаю гараж"), ..NOTHING }, "-"),
        ("В наличии?", NOTHING, "-"),
        ("2 штуки есть?", red, "SUM-RED"),
        ("42 есть?", Before { last: Some("KRO-41"), ..NOTHING }, "KRO-42"),
        ("какие цвета ещё есть?", red, "SUM-RED"),
    ]);
}

#[test]
fn near_alternatives_are_of_the_same_kind_and_in_stock() {
    let catalog = catalog();
    let of = |sku: &str| catalog.products.iter().find(|product| product.sku == sku).unwrap();
    let skus =
        |products: Vec<&Product>| products.iter().map(|product| product.sku.as_str()).collect::<Vec<_>>().join(" ");
    assert_eq!(skus(alternatives(of("SUM-BLU"), &catalog)), "SUM-RED");
    assert_eq!(skus(alternatives(of("SUM-RED"), &catalog)), "", "the blue one is out of stock");
    assert_eq!(skus(alternatives(of("CHE-13"), &catalog)), "CHE-14 CHE-14P");
    assert_eq!(display_title(of("KRO-42"), &catalog).0, "Кроссовки белые, размер 42");
    assert_eq!(display_title(of("REM-115"), &catalog).0, "Ремень мужской, 115 см");
    assert_eq!(display_title(of("SUM-RED"), &catalog).0, "Сумка красная");
}

fn delivery(places: &[&str]) -> Vec<DeliveryRow> {
    let row = |(at, place): (usize, &&str)| DeliveryRow {
        place: Cell::new((*place).to_owned(), CellRef::at("Доставка", 0, at + 1)),
        cost: None,
        days: None,
        free_from: None,
        note: None,
    };
    places.iter().enumerate().map(row).collect()
}

const ROWS: [&str; 9] = [
    "Москва и МО",
    "Санкт-Петербург",
    "Новосибирск",
    "Сибирь",
    "Владивосток",
    "Остальная Россия, кроме Дагестана",
    "Самовывоз",
    "Беларусь",
    "Малые Вяземы",
];

#[test]
fn a_place_is_served_by_its_nearest_row() {
    let rows = delivery(&ROWS);
    for (text, row) in [
        ("Доставите в Новосибирск?", "Новосибирск"),
        ("в новосиб отправите", "Новосибирск"),
        ("до Нска сколько?", "Новосибирск"),
        ("до нск сколько?", "Новосибирск"),
        ("Доставка в Бердск?", "Сибирь"),
        ("а в Бердск Новосибирской области?", "Сибирь"),
        ("отправите в Питер?", "Санкт-Петербург"),
        ("в Санкт-Петербурге есть доставка?", "Санкт-Петербург"),
        ("спб", "Санкт-Петербург"),
        ("в Москву", "Москва"),
        ("мск доставка", "Москва"),
        ("в Химки?", "Москва"),
        ("по московской области", "Москва"),
        ("подмосковье доставляете?", "Москва"),
        ("Отправите в Сибирь?", "Сибирь"),
        ("в Красноярский край", "Сибирь"),
        ("в красноярск", "Сибирь"),
        ("Отправите во Владивосток?", "Владивосток"),
        ("во Владик доставите?", "Владивосток"),
        ("в Хабаровск", "Остальная"),
        ("до Екб", "Остальная"),
        ("в Нижний", "Остальная"),
        ("в Нижний Тагил", "Остальная"),
        ("в Екатиринбург", "Остальная"),
        ("в Новосебирск", "Новосибирск"),
        ("в Ростов-на-Дону", "Остальная"),
        ("Татарстан?", "Остальная"),
        ("в Набережные Челны", "Остальная"),
        ("по россии отправляете?", "Остальная"),
        ("в Минск", "Беларусь"),
        ("в Беларусь отправите?", "Беларусь"),
        ("в Малые Вяземы", "Малые Вяземы"),
        ("из Москвы в Казань отправите?", "Остальная"),
    ] {
        let found = match place_asked(text, &rows) {
            PlaceAsked::To(place) => match row_for(place, &rows, &[]) {
                Served::Row(at) => Some(rows[at].place.value.clone()),
                Served::LeftOut | Served::Nobody => None,
            },
            PlaceAsked::Listed(at) => Some(rows[at].place.value.clone()),
            PlaceAsked::Several(_) | PlaceAsked::Pickup | PlaceAsked::Nowhere => None,
        };
        assert!(found.as_deref().is_some_and(|found| found.starts_with(row)), "{text}: {found:?}");
    }
}

#[test]
fn what_no_row_serves_is_served_by_none() {
    let rows = delivery(&ROWS);
    for text in ["в Махачкалу", "в Симферополь", "в Донецк", "в Алматы", "в Казахстан", "в Германию", "за границу"]
    {
        let PlaceAsked::To(place) = place_asked(text, &rows) else { panic!("{text}: no place") };
        assert_eq!(row_for(place, &rows, &[]), Served::Nobody, "{text}");
    }
}

#[test]
fn a_row_that_was_left_out_is_not_spoken_for_by_another() {
    let rows = delivery(&ROWS);
    let served = |text: &str, left_out: &[&str]| {
        let PlaceAsked::To(place) = place_asked(text, &rows) else { panic!("{text}: no place") };
        row_for(place, &rows, left_out)
    };
    assert_eq!(served("в Томск", &["Томск"]), Served::LeftOut);
    assert_eq!(served("в Омск", &["Томск"]), Served::Row(3));
    assert_eq!(served("в Новосибирск", &["Новосибирская область"]), Served::Row(2));
    let mut catalog = catalog();
    let about = |title: &str| SheetProblem {
        at: CellRef("Товары!C9".into()),
        what: "нет цены".into(),
        about: Some(title.into()),
    };
    catalog.problems = vec![about("Сумка зелёная"), about("Чемодан"), about("Чемодан")];
    for (text, expected) in
        [("зелёная сумка есть?", "left out"), ("чемодан есть?", "left out"), ("красная сумка есть?", "SUM-RED")]
    {
        assert_eq!(found_in(&catalog, text, NOTHING), expected, "{text}");
    }
}

#[test]
fn a_message_may_name_no_place_or_several_or_come_for_it() {
    let rows = delivery(&ROWS);
    let asked = |text: &str| place_asked(text, &rows);
    for text in ["Доставка есть?", "сколько стоит доставка", "какой рост?", "есть серый?", "есть сумка с орлом?"]
    {
        assert_eq!(asked(text), PlaceAsked::Nowhere, "{text}");
    }
    for text in ["самовывоз есть?", "Сам могу забрать?", "можно подъехать посмотреть?", "где забрать?"]
    {
        assert_eq!(asked(text), PlaceAsked::Pickup, "{text}");
    }
    for text in ["в Казань или Самару?", "в Железногорск"] {
        assert!(matches!(asked(text), PlaceAsked::Several(_)), "{text}: {:?}", asked(text));
    }
    assert_eq!(pickup_row(&rows), Some(6));
    let PlaceAsked::To(russia) = asked("по всей России?") else { panic!("no place") };
    assert_eq!(russia.kind, PlaceKind::Russia);
    assert!(is_split(russia, &rows));
}
