//! A shop for the tests: its table, its policy, and a question put to a specialist.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::catalog::{
    Bargaining, CatalogSnapshot, Cell, CellRef, Days, DeliveryRow, FaqRow, PriceOfSeveral, Product, Reduced, SaleTerms,
    ShopFact, Stock,
};
use domain::conversation::Conversation;
use domain::escalation::Listing;
use domain::ids::{ItemId, UserId};
use domain::intent::{ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::money::Money;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;

use crate::finding::{Finding, Question};

pub(crate) fn seller() -> SellerProfile {
    SellerProfile {
        id: "demo".parse().unwrap(),
        name: "Лавка".into(),
        account: UserId(1),
        time_zone: TimeZone::UTC,
        hours: WorkingHours { open: time(9, 0, 0, 0), close: time(21, 0, 0, 0), days: vec![Weekday::Monday] },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: false },
        quiet_after_seller: Duration::from_secs(3600),
    }
}

/// What surrounds a question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scene {
    pub(crate) memory: Conversation,
    pub(crate) entities: Entities,
    pub(crate) item: Option<ItemId>,
}

impl Scene {
    pub(crate) fn after(sku: &str) -> Self {
        Self { memory: Conversation { last_product: Some(sku.into()), ..Default::default() }, ..Self::default() }
    }

    pub(crate) fn naming(product: &str) -> Self {
        Self { entities: Entities { product_name: Some(product.into()), ..Default::default() }, ..Self::default() }
    }

    /// Put `text` to the specialist of `intent`.
    pub(crate) fn ask(&self, intent: Intent, text: &str, catalog: &CatalogSnapshot) -> Finding {
        self.question(intent, text, |question| super::for_intent(intent).unwrap()(question, catalog))
    }

    /// Make a question of `text`.
    pub(crate) fn question<T>(&self, intent: Intent, text: &str, put: impl FnOnce(&Question<'_>) -> T) -> T {
        let seller = seller();
        let routing = Routing {
            intent,
            confidence: 1.0,
            confidence_from: ConfidenceSource::Rule,
            call: None,
            second_intent: None,
            entities: self.entities.clone(),
            flags: Flags::default(),
        };
        put(&Question {
            seller: &seller,
            conversation: &self.memory,
            routing: &routing,
            text,
            listing: None::<&Listing>,
            listing_item: self.item,
            now: jiff::Timestamp::UNIX_EPOCH,
        })
    }
}

/// A finding on one line: the verdict, then the facts.
pub(crate) fn told(finding: &Finding) -> String {
    match finding {
        Finding::Unsure(reason) => format!("unsure {}", reason.name()),
        Finding::Decided(decided) => {
            let facts = decided.decision.facts.iter().map(|fact| format!(" {}={}", fact.name, fact.value));
            let line = decided.decision.verdict.name().to_owned() + &facts.collect::<String>();
            line.replace('\u{a0}', " ")
        }
    }
}

/// Article, title, colour, size, material, price, floor (0: none), stock.
type GoodsRow = (&'static str, &'static str, &'static str, &'static str, &'static str, i64, i64, &'static str);
/// Place, cost, days, free from, note.
type DeliveryLine = (&'static str, Option<i64>, Option<(u32, u32)>, Option<i64>, &'static str);

const GOODS: [GoodsRow; 23] = [
    ("SUM-RED", "Сумка красная", "красный", "", "кожа", 3500, 3000, "4"),
    ("SUM-BLU", "Сумка синяя", "синий", "", "кожа", 3500, 3000, "0"),
    ("SUM-BLK", "Сумка чёрная", "чёрный", "", "кожа", 3700, 3200, "2"),
    ("RUK-BLU", "Рюкзак синий", "синий", "20 л", "нейлон", 2900, 2500, "5"),
    ("RUK-BLK", "Рюкзак чёрный", "чёрный", "25 л", "нейлон", 3200, 2800, "3"),
    ("RUK-RED", "Рюкзак красный", "красный", "20 л", "нейлон", 2900, 2500, "0"),
    ("KOS-BRN", "Кошелёк коричневый", "коричневый", "", "кожа", 1490, 1200, "12"),
    ("KOS-BLK", "Кошелёк чёрный", "чёрный", "", "кожа", 1490, 1200, "7"),
    ("REM-105", "Ремень мужской", "чёрный", "105 см", "кожа", 1200, 950, "9"),
    ("REM-115", "Ремень мужской", "чёрный", "115 см", "кожа", 1200, 950, "1"),
    ("CHE-13", "Чехол для iPhone 13", "прозрачный", "", "силикон", 590, 500, "25"),
    ("CHE-14", "Чехол для iPhone 14", "чёрный", "", "силикон", 690, 590, "14"),
    ("CHE-14P", "Чехол для iPhone 14 Pro", "синий", "", "силикон", 790, 690, "0"),
    ("STK-13", "Защитное стекло для iPhone 13", "", "", "стекло", 450, 0, "много"),
    ("KRO-41", "Кроссовки белые", "белый", "41", "текстиль", 4990, 4500, "1"),
    ("KRO-42", "Кроссовки белые", "белый", "42", "текстиль", 4990, 4500, "2"),
    ("KRO-43", "Кроссовки белые", "белый", "43", "текстиль", 4990, 4500, "0"),
    ("KUR-M", "Куртка джинсовая", "синий", "M", "деним", 5200, 4600, "1"),
    ("SHA-GRY", "Шапка вязаная серая", "серый", "", "шерсть", 890, 0, "6"),
    ("NAU-BT", "Наушники беспроводные", "белый", "", "", 2490, 2100, "8"),
    ("FUT", "Футболка оверсайз", "белый, чёрный", "S, M, L", "хлопок", 1100, 900, "3"),
    ("KRU", "Кружка белая", "", "", "фарфор", 500, 430, "50"),
    ("ZAR-20W", "Зарядка USB-C 20 Вт", "белый", "", "", 0, 0, "10"),
];

const DELIVERY: [DeliveryLine; 8] = [
    ("Москва", Some(300), Some((2, 3)), Some(5000), "СДЭК"),
    ("Санкт-Петербург", Some(350), Some((3, 4)), Some(5000), "СДЭК"),
    ("Новосибирск", Some(500), Some((5, 7)), None, "СДЭК"),
    ("Сибирь", Some(600), Some((6, 9)), None, ""),
    ("Владивосток", Some(900), Some((10, 14)), None, "Почта России"),
    ("Остальная Россия", Some(700), Some((7, 12)), None, ""),
    ("Норильск", None, None, None, ""),
    ("Самовывоз", Some(0), None, None, "Москва, ул. Лесная, 5"),
];

const SHOP: [(&str, &str); 5] = [
    ("Режим работы", "Ежедневно с 9:00 до 21:00 по Москве"),
    ("Адрес", "Москва, ул. Лесная, 5"),
    ("Оплата", "Картой или наличными при самовывозе"),
    ("Гарантия", "14 дней на проверку товара"),
    ("Возврат", "Принимаем обратно в течение 7 дней"),
];

const FAQ: [(&str, &str); 5] = [
    ("Кожа натуральная?", "Да, сумки и ремни из натуральной кожи"),
    ("Можно примерить?", "Да, при самовывозе можно примерить"),
    ("Есть ли чек?", "Да, к каждой покупке прилагаем чек"),
    ("Упакуете как подарок?", "Да, подарочная упаковка бесплатная"),
    ("Товар новый?", "Да, все товары новые, с бирками"),
];

fn cell<T>(value: T, tab: &str, column: usize, row: usize) -> Cell<T> {
    Cell::new(value, CellRef::at(tab, column, row))
}

fn words(value: &str, tab: &str, column: usize, row: usize) -> Cell<String> {
    cell(value.to_owned(), tab, column, row)
}

/// No haggling over cups, but two for 900, from three on a tenth less, and from ten on too much less.
fn cup_terms(row: usize) -> SaleTerms {
    let line = |count, reduced| cell(PriceOfSeveral { count, reduced }, "Товары", 11, row);
    SaleTerms {
        bargaining: Some(cell(Bargaining::Closed, "Товары", 10, row)),
        rounds: None,
        several: vec![
            line(2, Reduced::Together(Money::roubles(900))),
            line(3, Reduced::Percent(10)),
            line(10, Reduced::Percent(20)),
        ],
    }
}

pub(crate) fn catalog() -> CatalogSnapshot {
    let product = |(at, goods): (usize, &GoodsRow)| {
        let (sku, title, colour, size, material, price, floor, stock) = *goods;
        let row = at + 1;
        let columns = [("Цвет", colour, 3), ("Размер", size, 4), ("Материал", material, 5)];
        Product {
            sku: sku.to_owned(),
            title: words(title, "Товары", 1, row),
            price: (price > 0).then(|| cell(Money::roubles(price), "Товары", 6, row)),
            stock: cell(stock.parse().map_or(Stock::Plenty, Stock::Count), "Товары", 8, row),
            floor: (floor > 0).then(|| cell(Money::roubles(floor), "Товары", 7, row)),
            step: None,
            attributes: columns
                .into_iter()
                .filter(|(_, value, _)| !value.is_empty())
                .map(|(name, value, column)| (name.to_owned(), words(value, "Товары", column, row)))
                .collect(),
            item: (sku == "SUM-RED").then(|| cell(ItemId(77), "Товары", 9, row)),
            also_called: None,
            terms: if sku == "KRU" { cup_terms(row) } else { SaleTerms::default() },
        }
    };
    let delivery = |(at, row): (usize, &DeliveryLine)| DeliveryRow {
        place: words(row.0, "Доставка", 0, at + 1),
        cost: row.1.map(|cost| cell(Money::roubles(cost), "Доставка", 1, at + 1)),
        days: row.2.map(|(from, to)| cell(Days { from, to }, "Доставка", 2, at + 1)),
        free_from: row.3.map(|sum| cell(Money::roubles(sum), "Доставка", 3, at + 1)),
        note: (!row.4.is_empty()).then(|| words(row.4, "Доставка", 4, at + 1)),
    };
    CatalogSnapshot {
        version: "specialists".into(),
        read_at_ms: 0,
        products: GOODS.iter().enumerate().map(product).collect(),
        delivery: DELIVERY.iter().enumerate().map(delivery).collect(),
        shop: SHOP
            .iter()
            .enumerate()
            .map(|(at, (name, value))| ShopFact {
                name: words(name, "Магазин", 0, at + 1),
                value: words(value, "Магазин", 1, at + 1),
            })
            .collect(),
        faq: FAQ
            .iter()
            .enumerate()
            .map(|(at, (question, answer))| FaqRow {
                question: words(question, "FAQ", 0, at + 1),
                answer: words(answer, "FAQ", 1, at + 1),
            })
            .collect(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}
