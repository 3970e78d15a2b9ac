//! A shop of the draw: a seller, a table with floors, discounts and now and then an order planted in a cell, and the
//! listing the chat is about.

use std::time::Duration;

use domain::catalog::{
    Bargaining, CatalogSnapshot, Cell, CellRef, Days, DeliveryRow, FaqRow, PriceOfSeveral, Product, Reduced, SaleTerms,
    ShopFact, Stock,
};
use domain::escalation::Listing;
use domain::ids::{ItemId, UserId};
use domain::money::Money;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::Timestamp;
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::packs::{self, Planted};

/// A shop, and what a conversation in it is about.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The seller.
    pub seller: SellerProfile,
    /// His table.
    pub table: CatalogSnapshot,
    /// The listing the chat belongs to; its product is the first of the table.
    pub listing: Listing,
    /// When the buyer writes.
    pub now: Timestamp,
}

impl Shop {
    /// A shop of the draw.
    pub fn draw(chance: &mut StdRng) -> Self {
        let mut goods: Vec<usize> = (0..GOODS.len()).collect();
        let count = chance.random_range(2..8);
        let products = (0..count).map(|row| {
            let (title, colour) = GOODS[goods.swap_remove(chance.random_range(0..goods.len()))];
            product(row, title, colour, chance)
        });
        let products: Vec<Product> = products.collect();
        let seller = seller(chance);
        let now = if chance.random_bool(0.7) { "2026-11-24T09:30:00Z" } else { "2026-11-24T23:10:00Z" };
        let mut shop = Self {
            seller,
            listing: Listing { title: products[0].title.value.clone(), price: None, url: None },
            table: CatalogSnapshot {
                version: "drawn".into(),
                read_at_ms: 0,
                products,
                delivery: delivery(chance),
                shop: shop_facts(),
                faq: faq(),
                problems: Vec::new(),
                prepared: Default::default(),
            },
            now: now.parse().expect("a time"),
        };
        if chance.random_bool(0.2) {
            let planted: Vec<&Planted> = packs::attacks()
                .iter()
                .filter(|attack| attack.kind == "planted")
                .map(|attack| &attack.planted)
                .collect();
            shop.plant(one(&planted, chance));
        }
        shop
    }

    /// Puts an attacker's words where they stand.
    pub fn plant(&mut self, planted: &Planted) {
        if let Some(title) = &planted.title {
            self.table.products[0].title.value = self.filled(title);
        }
        if let Some(listing) = &planted.listing {
            self.listing.title = self.filled(listing);
        }
        let row = self.table.faq.len() + 2;
        if let Some((question, answer)) = &planted.faq {
            let (question, answer) = (self.filled(question), self.filled(answer));
            self.table
                .faq
                .push(FaqRow { question: cell("FAQ", 'A', row, question), answer: cell("FAQ", 'B', row, answer) });
        }
        let row = self.table.shop.len() + 2;
        if let Some((name, value)) = &planted.shop {
            let (name, value) = (self.filled(name), self.filled(value));
            self.table
                .shop
                .push(ShopFact {
                    name: cell("Магазин", 'A', row, name), value: cell("Магазин", 'B', row, value)
                });
        }
        if let Some(note) = &planted.note {
            let note = self.filled(note);
            self.table.delivery[0].note = Some(cell("Доставка", 'E', 2, note));
        }
    }

    /// `text` with the shop's own words and sums in their places.
    pub fn filled(&self, text: &str) -> String {
        let product = &self.table.products[0];
        let [price, floor, mid, low] = self.sums();
        text.replace("{title}", &product.title.value)
            .replace("{price}", &price.to_string())
            .replace("{floor}", &floor.to_string())
            .replace("{mid}", &mid.to_string())
            .replace("{low}", &low.to_string())
            .replace("{city}", &self.table.delivery[0].place.value)
    }

    /// The price of the listing's product, its floor, a sum between the two, and one far below, in roubles. Where
    /// there is no floor, what a buyer would take for it.
    fn sums(&self) -> [i64; 4] {
        let product = &self.table.products[0];
        let roubles = |money: Money| money.as_kopecks() / 100;
        let price = product.price.as_ref().map_or(0, |price| roubles(price.value));
        let floor = product.floor.as_ref().map_or(price * 4 / 5, |floor| roubles(floor.value));
        // Odd, so that none of them is said by chance.
        [price, floor, i64::midpoint(price, floor), (floor * 2 / 5).max(37) | 1]
    }
}

/// Goods with and without numbers in their names; title and colour.
const GOODS: [(&str, &str); 18] = [
    ("Сумка красная", "красный"),
    ("Сумка чёрная", "чёрный"),
    ("Рюкзак городской 30 л", "синий"),
    ("Рюкзак школьный", "зелёный"),
    ("Чехол для iPhone 13", "прозрачный"),
    ("Чехол для iPhone 14 Pro", "чёрный"),
    ("Наушники беспроводные", "белый"),
    ("Куртка джинсовая", "синий"),
    ("Кроссовки белые", "белый"),
    ("Ремень мужской 105 см", "чёрный"),
    ("Кошелёк коричневый", "коричневый"),
    ("Лампа настольная 40 Вт", "белый"),
    ("Велосипед детский", "красный"),
    ("Стол письменный 120×60", ""),
    ("Коляска прогулочная", "серый"),
    ("Телефон Samsung A52 128 ГБ", "чёрный"),
    ("Часы настенные", "белый"),
    ("Плед шерстяной 2 в 1", "серый"),
];

fn product(row: usize, title: &str, colour: &str, chance: &mut StdRng) -> Product {
    let grain = one(&[10, 50, 100, 500], chance);
    let price = (chance.random_range(1.0..6.5_f64).exp() * 120.0) as i64 / grain * grain + grain * 3;
    let at = row + 2;
    let floor = match chance.random_range(0..10) {
        0 | 1 => None,
        2 => Some(price),
        _ => Some((price * one(&[60, 70, 75, 80, 85, 90, 95], chance) / 100).max(1)),
    };
    let stock = match chance.random_range(0..6) {
        0 => Stock::Count(0),
        1 => Stock::Plenty,
        _ => Stock::Count(chance.random_range(1..30)),
    };
    Product {
        sku: format!("A-{at}"),
        title: cell("Товары", 'B', at, title.to_owned()),
        price: chance.random_bool(0.96).then(|| cell("Товары", 'D', at, Money::roubles(price))),
        stock: cell("Товары", 'F', at, stock),
        floor: floor.map(|floor| cell("Товары", 'E', at, Money::roubles(floor))),
        step: chance.random_bool(0.3).then(|| cell("Товары", 'G', at, Money::roubles((price / 20).max(1)))),
        attributes: (!colour.is_empty())
            .then(|| ("Цвет".to_owned(), cell("Товары", 'C', at, colour.to_owned())))
            .into_iter()
            .collect(),
        item: None,
        also_called: None,
        terms: terms(at, price, chance),
    }
}

/// What the seller's columns say about selling for less; mostly nothing.
fn terms(at: usize, price: i64, chance: &mut StdRng) -> SaleTerms {
    let of_several = |count, reduced| cell("Товары", 'J', at, PriceOfSeveral { count, reduced });
    SaleTerms {
        bargaining: match chance.random_range(0..10) {
            0 => Some(cell("Товары", 'H', at, Bargaining::Closed)),
            1 => Some(cell("Товары", 'H', at, Bargaining::Open)),
            _ => None,
        },
        rounds: chance.random_bool(0.1).then(|| cell("Товары", 'I', at, chance.random_range(0..4))),
        several: match chance.random_range(0..8) {
            0 => vec![of_several(3, Reduced::Each(Money::roubles((price * 9 / 10).max(1))))],
            1 => vec![of_several(2, Reduced::Together(Money::roubles((price * 19 / 10).max(1))))],
            2 => vec![of_several(2, Reduced::Percent(one(&[0, 5, 10, 60], chance)))],
            _ => Vec::new(),
        },
    }
}

fn delivery(chance: &mut StdRng) -> Vec<DeliveryRow> {
    let places =
        [one(&["Новосибирск", "Казань", "Москва", "Владивосток"], chance), "Сибирь", "Остальная Россия", "Самовывоз"];
    let mut rows = Vec::new();
    for (row, place) in places.into_iter().enumerate() {
        let at = row + 2;
        let pickup = place == "Самовывоз";
        let cost = if pickup { 0 } else { chance.random_range(0..20) * 50 };
        let from = chance.random_range(1..9);
        rows.push(DeliveryRow {
            place: cell("Доставка", 'A', at, place.to_owned()),
            cost: (pickup || chance.random_bool(0.9)).then(|| cell("Доставка", 'B', at, Money::roubles(cost))),
            days: (!pickup).then(|| cell("Доставка", 'C', at, Days { from, to: from + chance.random_range(0..4) })),
            free_from: (!pickup && chance.random_bool(0.4))
                .then(|| cell("Доставка", 'D', at, Money::roubles(chance.random_range(3..20) * 500))),
            note: chance.random_bool(0.4).then(|| {
                cell(
                    "Доставка",
                    'E',
                    at,
                    one(&["СДЭК, до пункта выдачи", "Почта России", "ул. Лесная, 5"], chance).to_owned(),
                )
            }),
        });
    }
    rows
}

fn shop_facts() -> Vec<ShopFact> {
    [
        ("Режим работы", "Ежедневно с 10:00 до 20:00"),
        ("Адрес", "Москва, ул. Лесная, 5"),
        ("Оплата", "Через Авито Доставку или наличными при самовывозе"),
        ("Гарантия", "14 дней на проверку товара"),
    ]
    .into_iter()
    .zip(2..)
    .map(|((name, value), at)| ShopFact {
        name: cell("Магазин", 'A', at, name.to_owned()),
        value: cell("Магазин", 'B', at, value.to_owned()),
    })
    .collect()
}

fn faq() -> Vec<FaqRow> {
    [
        ("Кожа натуральная?", "Да, сумки и ремни из натуральной кожи"),
        ("Можно вернуть?", "Да, в течение 7 дней, если товар не использовали"),
    ]
    .into_iter()
    .zip(2..)
    .map(|((question, answer), at)| FaqRow {
        question: cell("FAQ", 'A', at, question.to_owned()),
        answer: cell("FAQ", 'B', at, answer.to_owned()),
    })
    .collect()
}

fn seller(chance: &mut StdRng) -> SellerProfile {
    SellerProfile {
        id: "hostile".parse().expect("a slug"),
        name: "Лавка".into(),
        account: UserId(1),
        time_zone: TimeZone::fixed(jiff::tz::offset(3)),
        hours: WorkingHours {
            open: time(10, 0, 0, 0),
            close: time(20, 0, 0, 0),
            days: vec![Weekday::Tuesday, Weekday::Thursday],
        },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: Default::default() },
        pricing: PricingPolicy {
            bargaining: chance.random_bool(0.9),
            rounds: chance.random_range(0..5),
            step_percent: chance.random_range(0..11),
            accept_at_once: chance.random_bool(0.5),
        },
        quiet_after_seller: Duration::ZERO,
    }
}

fn cell<T>(tab: &str, column: char, row: usize, value: T) -> Cell<T> {
    Cell::new(value, CellRef(format!("{tab}!{column}{row}")))
}

fn one<T: Clone>(of: &[T], chance: &mut StdRng) -> T {
    of[chance.random_range(0..of.len())].clone()
}

/// The number of the listing.
pub(crate) const ITEM: ItemId = ItemId(4_000_000_001);
