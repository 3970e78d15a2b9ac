//! How long deciding and checking take, without any model: a table of 5 000 products, eight questions in turn.
//!
//! The only measure without a program of its own and without Redis: what it times is pure and runs in a worker's
//! thread. A machine that does other things as well shows in the longest; `nice -n -15` keeps them away.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use agents::checks::{CheckContext, HandingOver, review};
use agents::finding::{Finding, Question};
use agents::specialists::for_intent;
use domain::catalog::{CatalogSnapshot, Cell, CellRef, Product, Stock};
use domain::conversation::Conversation;
use domain::ids::UserId;
use domain::intent::{ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::money::Money;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::samples::Latencies;

pub(crate) const NAME: &str = "decide";

const PRODUCTS: usize = 5000;

const QUESTIONS: [(Intent, &str); 8] = [
    (Intent::StockInquiry, "Здравствуйте! Красная сумка 120 ещё в наличии?"),
    (Intent::StockInquiry, "есть синий рюзкак?"),
    (Intent::StockInquiry, "чехол на айфон 13 про есть?"),
    (Intent::PriceNegotiation, "сколько стоит куртка 77?"),
    (Intent::PriceNegotiation, "За полторы тысячи сумку красную 120 отдадите?"),
    (Intent::DeliveryQuestion, "Отправите во Владик?"),
    (Intent::Other, "а кожа точно натуральная? можно примерить перед покупкой?"),
    (Intent::StockInquiry, "подскажите пожалуйста, а вот эти кросовки белые 42 размера еще остались у вас в наличии?"),
];

/// Measures it.
///
/// # Errors
/// When nothing was measured.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let turns = context.pick(8000, 800);
    let took = tokio::task::spawn_blocking(move || decide_and_check(turns)).await?;
    let of = |what: &str| format!("{what}, of {} turns over {PRODUCTS} products", took.len());
    Ok(vec![
        Figure::once(NAME, of("median"), took.ms(0.5), "ms"),
        Figure::once(NAME, of("p99"), took.ms(0.99), "ms").gate(Gate::AtMost(1.0)),
        Figure::once(NAME, of("longest"), took.longest_ms(), "ms"),
    ])
}

fn decide_and_check(turns: usize) -> Latencies {
    let (seller, catalog, memory) = (seller(), catalog(), Conversation::default());
    let floors: Vec<Money> =
        catalog.products.iter().filter_map(|product| Some(product.floor.as_ref()?.value)).collect();
    let mut took = Latencies::new();
    // The first of each kind prepares the table's index, which lasts as long as the table.
    for turn in 0..turns + QUESTIONS.len() {
        let (intent, text) = QUESTIONS[turn % QUESTIONS.len()];
        let routing = routing(intent);
        let question = Question {
            seller: &seller,
            conversation: &memory,
            routing: &routing,
            text,
            listing: None,
            listing_item: None,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let started = Instant::now();
        let finding = for_intent(intent).map(|specialist| specialist(&question, &catalog));
        let decisions: Vec<_> = finding.iter().filter_map(Finding::decision).cloned().collect();
        let context = CheckContext {
            floors: &floors,
            licensed: &[],
            buyer_text: text,
            max_text_chars: 1000,
            handing_over: HandingOver::No,
        };
        let reviewed =
            review("Да, «Сумка красная 120» есть в наличии, 3 500 ₽. Доставка 500 ₽, 5–7 дней.", &decisions, &context);
        let elapsed = started.elapsed();
        std::hint::black_box(reviewed).ok();
        if turn >= QUESTIONS.len() {
            took.add(elapsed);
        }
    }
    took
}

fn routing(intent: Intent) -> Routing {
    Routing {
        intent,
        confidence: 1.0,
        confidence_from: ConfidenceSource::Rule,
        call: None,
        second_intent: None,
        entities: Entities::default(),
        flags: Flags::default(),
    }
}

fn catalog() -> CatalogSnapshot {
    const KINDS: [&str; 10] = [
        "Сумка",
        "Рюкзак",
        "Куртка джинсовая",
        "Чехол для iPhone",
        "Кроссовки",
        "Наушники",
        "Кошелёк кожаный",
        "Смартфон Xiaomi Redmi",
        "Платье летнее",
        "Зарядка USB-C",
    ];
    const COLOURS: [&str; 7] = ["красная", "синяя", "чёрная", "белые", "зелёная", "серый", "бежевый"];
    let cell = |value: String| Cell::new(value, CellRef("Товары!A2".into()));
    let products = (0..PRODUCTS)
        .map(|at| Product {
            sku: format!("SKU-{at}"),
            title: cell(format!("{} {} {}", KINDS[at % 10], COLOURS[at % 7], at / 7)),
            price: Some(Cell::new(Money::roubles(3500), CellRef("Товары!C2".into()))),
            stock: Cell::new(Stock::Count((at % 5) as u32), CellRef("Товары!D2".into())),
            floor: Some(Cell::new(Money::roubles(3000), CellRef("Товары!E2".into()))),
            step: None,
            attributes: vec![
                ("Цвет".into(), cell(COLOURS[at % 7].into())),
                ("Материал".into(), cell(format!("состав{}", at % 900))),
            ],
            item: None,
            also_called: None,
            terms: Default::default(),
        })
        .collect();
    CatalogSnapshot {
        version: "bench".into(),
        read_at_ms: 0,
        products,
        delivery: Vec::new(),
        shop: Vec::new(),
        faq: Vec::new(),
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

fn seller() -> SellerProfile {
    SellerProfile {
        id: "bench".parse().expect("a slug"),
        name: "bench".into(),
        account: UserId(1),
        time_zone: TimeZone::UTC,
        hours: WorkingHours { open: time(9, 0, 0, 0), close: time(21, 0, 0, 0), days: vec![Weekday::Monday] },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: BTreeMap::new() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: false },
        quiet_after_seller: Duration::ZERO,
    }
}
