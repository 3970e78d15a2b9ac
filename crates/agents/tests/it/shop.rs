//! A small shop with a model of its own on loopback, and a buyer who talks to it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agents::{Answer, Assistant, Budget, Library, Outcome, TableUnreadable, Turn};
use domain::catalog::{CatalogSnapshot, Cell, CellRef, Days, DeliveryRow, FaqRow, Product, ShopFact, Stock};
use domain::conversation::Conversation;
use domain::escalation::{EscalationReason, Listing};
use domain::ids::{ItemId, UserId};
use domain::intent::Seconding;
use domain::message::{Content, Message, Side};
use domain::money::Money;
use domain::record::SilentReason;
use domain::seller::{PricingPolicy, SellerProfile, Thresholds, WorkingHours};
use jiff::Timestamp;
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use llm::{ChatModel, Endpoint, LlmProtocol, LlmSettings, ModelSettings, SchemaMode};
use sandbox::model::{Model, ModelConfig};

/// A Tuesday, ten in the morning in Moscow.
pub(crate) const DAY: &str = "2026-11-24T07:00:00Z";
/// Three at night.
pub(crate) const NIGHT: &str = "2026-11-24T00:00:00Z";
/// More than any call on loopback takes, also on a busy machine.
pub(crate) const PLENTY: Duration = Duration::from_secs(60);

pub(crate) struct Shop {
    pub(crate) model: Model,
    pub(crate) seller: SellerProfile,
    assistant: Assistant,
    table: Option<CatalogSnapshot>,
}

impl Shop {
    /// A shop whose model words the answers too.
    pub(crate) async fn open() -> Self {
        Self::with(Budget { route_within: PLENTY, word_until: PLENTY, turn_budget: PLENTY }).await
    }

    pub(crate) async fn with(budget: Budget) -> Self {
        let model = Model::start(ModelConfig::default()).await.expect("loopback has a free port");
        let role = ModelSettings {
            model: "sandbox-rules".into(),
            max_tokens: 300,
            temperature: 0.0,
            logprobs: true,
            schema: SchemaMode::Strict,
        };
        let settings = LlmSettings {
            base_url: model.base_url().parse().expect("the sandbox tells its URL"),
            api_key: None,
            router: role.clone(),
            router_bias: Default::default(),
            seconding: Default::default(),
            wording: role,
            max_concurrent: 8,
            protocol: LlmProtocol::Negotiated,
            calls_per_connection: 100,
        };
        let endpoint = Endpoint::new(&settings).expect("there is no key to refuse");
        let router: Arc<dyn ChatModel> = Arc::new(endpoint.model(&settings.router));
        let wording: Arc<dyn ChatModel> = Arc::new(endpoint.model(&settings.wording));
        let library = Library::embedded().expect("the embedded files are whole");
        let assistant = Assistant::new(router, Some(wording), library, budget, 1000);
        Self { model, seller: seller(), assistant, table: Some(table()) }
    }

    /// The same with a second opinion that is trusted so far.
    pub(crate) fn seconded(self, trust: Seconding) -> Self {
        Self { assistant: self.assistant.seconded(trust), ..self }
    }

    /// Google is down, and no copy is young enough.
    pub(crate) fn lose_the_table(&mut self) {
        self.table = None;
    }

    /// A buyer opens a chat about the red bag.
    pub(crate) fn buyer(&self) -> Chat<'_> {
        Chat { shop: self, memory: Conversation::default(), now: DAY.parse().expect("a time"), messages: 0 }
    }
}

pub(crate) struct Chat<'a> {
    shop: &'a Shop,
    pub(crate) memory: Conversation,
    now: Timestamp,
    messages: usize,
}

impl Chat<'_> {
    pub(crate) fn at(mut self, time: &str) -> Self {
        self.now = time.parse().expect("a time");
        self
    }

    /// The buyer writes, and the shop answers.
    pub(crate) async fn says(&mut self, text: &str) -> Answer {
        self.sends(&[Content::Text { text: text.into() }]).await
    }

    /// The buyer sends several messages, and the shop answers them together.
    pub(crate) async fn sends(&mut self, contents: &[Content]) -> Answer {
        let messages: Vec<Message> = contents.iter().map(|content| self.message(content)).collect();
        let listing = Listing {
            title: "Сумка красная кожаная".into(), price: Some("3 500 ₽".into()), url: None
        };
        let turn = Turn {
            seller: &self.shop.seller,
            conversation: &self.memory,
            messages: &messages,
            listing: Some(&listing),
            now: self.now,
            started: Instant::now(),
        };
        let table = self.shop.table.as_ref().ok_or_else(|| TableUnreadable { why: "Google is down".into() });
        let routed = self.shop.assistant.route(&turn).await;
        let answer = self.shop.assistant.answer(&turn, routed, table).await;
        self.memory = answer.memory.clone();
        answer
    }

    fn message(&mut self, content: &Content) -> Message {
        self.messages += 1;
        Message {
            id: format!("m-{}", self.messages).parse().expect("an id"),
            conversation: "demo:u2i-1".parse().expect("an id"),
            side: Side::Buyer,
            author: UserId(7),
            created_s: self.now.as_second(),
            received_ms: self.now.as_millisecond(),
            item: Some(ItemId(3_363_700_001)),
            content: content.clone(),
        }
    }
}

/// How a turn ended, in one word of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Replied,
    RepliedThen(EscalationReason),
    Escalated(EscalationReason),
    Silent(SilentReason),
}

pub(crate) fn ended(answer: &Answer) -> Ended {
    match &answer.outcome {
        Outcome::Reply { then: None, .. } => Ended::Replied,
        Outcome::Reply { then: Some(reason), .. } => Ended::RepliedThen(*reason),
        Outcome::Escalate { reason, .. } => Ended::Escalated(*reason),
        Outcome::Silent(why) => Ended::Silent(*why),
    }
}

/// What the buyer reads, with plain spaces; empty if nothing.
pub(crate) fn said(answer: &Answer) -> String {
    let text = match &answer.outcome {
        Outcome::Reply { text, .. } | Outcome::Escalate { holding: text, .. } => text.as_str(),
        Outcome::Silent(_) => "",
    };
    text.replace('\u{a0}', " ")
}

/// The verdicts, joined.
pub(crate) fn verdicts(answer: &Answer) -> String {
    answer.trace.decisions.iter().map(|decision| decision.verdict.name()).collect::<Vec<_>>().join("+")
}

fn seller() -> SellerProfile {
    SellerProfile {
        id: "demo".parse().expect("a slug"),
        name: "Лавка на Лесной".into(),
        account: UserId(353_200_000),
        time_zone: TimeZone::get("Europe/Moscow").expect("the bundled zones have Moscow"),
        hours: WorkingHours { open: time(9, 0, 0, 0), close: time(21, 0, 0, 0), days: vec![Weekday::Tuesday] },
        thresholds: Thresholds { default: 0.8, human: 0.5, by_intent: Default::default() },
        pricing: PricingPolicy { bargaining: true, rounds: 2, step_percent: 5, accept_at_once: true },
        quiet_after_seller: Duration::from_secs(3600),
    }
}

fn table() -> CatalogSnapshot {
    CatalogSnapshot {
        version: "1".into(),
        read_at_ms: 0,
        products: vec![
            product(2, "SUM-RED", "Сумка красная", "красный", (3500, 3000), 4),
            product(3, "SUM-BLU", "Сумка синяя", "синий", (3500, 3000), 0),
            product(4, "SUM-BLK", "Сумка чёрная", "чёрный", (3700, 3200), 2),
            product(5, "RUK-BLU", "Рюкзак синий", "синий", (2900, 2500), 5),
        ],
        delivery: vec![
            delivery(2, "Новосибирск", 500, (5, 7)),
            delivery(3, "Сибирь", 600, (6, 9)),
            delivery(4, "Владивосток", 900, (10, 14)),
            delivery(5, "Остальная Россия", 700, (7, 12)),
        ],
        shop: vec![ShopFact {
            name: at("Магазин", 'A', 2, "Режим работы".into()),
            value: at("Магазин", 'B', 2, "Ежедневно с 9:00 до 21:00 по Москве".into()),
        }],
        faq: vec![FaqRow {
            question: at("FAQ", 'A', 2, "Кожа натуральная?".into()),
            answer: at("FAQ", 'B', 2, "Да, сумки из натуральной кожи".into()),
        }],
        problems: Vec::new(),
        prepared: Default::default(),
    }
}

fn at<T>(tab: &str, column: char, row: usize, value: T) -> Cell<T> {
    Cell::new(value, CellRef(format!("{tab}!{column}{row}")))
}

fn product(row: usize, sku: &str, title: &str, colour: &str, (price, floor): (i64, i64), count: u32) -> Product {
    Product {
        sku: sku.into(),
        title: at("Товары", 'B', row, title.into()),
        price: Some(at("Товары", 'G', row, Money::roubles(price))),
        stock: at("Товары", 'I', row, Stock::Count(count)),
        floor: Some(at("Товары", 'H', row, Money::roubles(floor))),
        step: None,
        attributes: vec![("Цвет".into(), at("Товары", 'D', row, colour.into()))],
        item: Some(at("Товары", 'J', row, ItemId(3_363_700_000 + row as u64 - 1))),
        also_called: None,
        terms: Default::default(),
    }
}

fn delivery(row: usize, place: &str, cost: i64, (from, to): (u32, u32)) -> DeliveryRow {
    DeliveryRow {
        place: at("Доставка", 'A', row, place.into()),
        cost: Some(at("Доставка", 'B', row, Money::roubles(cost))),
        days: Some(at("Доставка", 'C', row, Days { from, to })),
        free_from: None,
        note: None,
    }
}
