//! A message goes through the router, or through the whole decision, and is looked at.
//!
//! The router suite asks the model about every message, also those that a rule settles without one in earnest:
//! it is the model that is measured. The decision suite goes the way of a worker's turn.

use std::time::{Duration, Instant};

use agents::{Answer, Assistant, Outcome, Routed, Turn};
use domain::catalog::{CatalogSnapshot, Cell, CellRef, Product, SaleTerms, Stock};
use domain::conversation::{Conversation, Line};
use domain::escalation::{EscalationReason, Listing};
use domain::ids::{ConversationId, UserId};
use domain::intent::Routing;
use domain::message::{Content, Message, Side};
use domain::money::Money;
use domain::seller::SellerProfile;
use futures::future::BoxFuture;
use futures::{StreamExt, stream};
use jiff::Timestamp;

use crate::cases::{Case, Said};
use crate::haggling;
use crate::observation::{Ending, Observation, Read};
use crate::tape::timed;

/// How much of a message's way is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As far as the router.
    Router,
    /// To the end: table, decision, wording, checks.
    Decision,
}

/// Where messages are tried: an assistant and the shop it answers for.
pub struct Bench {
    /// Who answers.
    pub assistant: Assistant,
    /// For whom.
    pub seller: SellerProfile,
    /// From which table. What a message is about is added to it, so that there is something to answer.
    pub table: CatalogSnapshot,
    /// When the buyers write.
    pub now: Timestamp,
    /// How much of the way is gone.
    pub way: Way,
}

impl Bench {
    /// Tries `cases`, so many at once, and hands out each observation when it is there.
    pub async fn observe(&self, cases: &[&Case], at_once: usize, mut seen: impl FnMut(Observation)) {
        let tries: Vec<BoxFuture<'_, Observation>> = cases.iter().map(|case| self.one(case)).collect();
        let mut tries = stream::iter(tries).buffer_unordered(at_once.max(1));
        while let Some(observation) = tries.next().await {
            seen(observation);
        }
    }

    /// Tries one.
    pub fn one<'a>(&'a self, case: &'a Case) -> BoxFuture<'a, Observation> {
        Box::pin(async move {
            let stage = Stage::of(self, case);
            let memory = stage.memory().await;
            let turn = stage.turn(&memory, &stage.messages);
            let (mut observation, took) = match self.way {
                Way::Router => timed(stage.route(&turn)).await,
                Way::Decision => timed(stage.decide(&turn)).await,
            };
            observation.took_ms = took.as_millis() as u64;
            observation.rule = self.assistant.read_by_rules(&turn, &stage.table).map(|routing| routing.intent);
            observation
        })
    }
}

/// Everything one message is tried with.
struct Stage<'a> {
    bench: &'a Bench,
    case: &'a Case,
    messages: Vec<Message>,
    listing: Option<Listing>,
    table: CatalogSnapshot,
}

impl<'a> Stage<'a> {
    fn of(bench: &'a Bench, case: &'a Case) -> Self {
        let listing = case.listing.as_ref();
        let listing =
            listing.map(|listing| Listing { title: listing.title.clone(), price: listing.price.clone(), url: None });
        let messages = vec![message(bench, "asked", &case.text)];
        Self { bench, case, messages, listing, table: with_what_is_asked(&bench.table, case) }
    }

    fn turn<'t>(&'t self, conversation: &'t Conversation, messages: &'t [Message]) -> Turn<'t> {
        Turn {
            seller: &self.bench.seller,
            conversation,
            messages,
            listing: self.listing.as_ref(),
            now: self.bench.now,
            started: Instant::now(),
        }
    }

    /// What is remembered of the lines before. The buyer's are read by the plain rules, which cost nothing, so that the
    /// product and the city talked about are known; then the lines themselves stand as the file has them.
    async fn memory(&self) -> Conversation {
        let mut memory = Conversation::default();
        for said in &self.case.before {
            if let Said::Buyer(text) = said {
                memory = self.remembered(&memory, text).await;
            }
        }
        let at_ms = self.bench.now.as_millisecond();
        memory.lines.clear();
        for said in &self.case.before {
            let (side, text) = match said {
                Said::Buyer(text) => (Side::Buyer, text),
                Said::Shop(text) => (Side::Account, text),
            };
            memory.push_line(Line { side, text: text.clone(), at_ms });
        }
        memory
    }

    async fn remembered(&self, before: &Conversation, text: &str) -> Conversation {
        let messages = [message(self.bench, "before", text)];
        let turn = self.turn(before, &messages);
        // As if the model were down: the rules read, the templates word.
        self.bench.assistant.answer(&turn, haggling::not_asked(), Ok(&self.table)).await.memory
    }

    async fn route(&self, turn: &Turn<'_>) -> Observation {
        let routed = patiently(|| self.bench.assistant.read_by_model(turn)).await;
        let called = self.called(turn, &routed);
        let ending = if called.is_some() { Ending::Called } else { Ending::Answered };
        Observation { ending, called: called.map(|reason| reason.name().to_owned()), ..self.observed(&routed) }
    }

    /// Why a human would be called once the message is read, whatever the table says.
    fn called(&self, turn: &Turn<'_>, routed: &Routed) -> Option<EscalationReason> {
        let assistant = &self.bench.assistant;
        match routed {
            Routed::Read(reading) => {
                assistant.calls_for_human(turn, &reading.routing).or_else(|| order(&reading.routing))
            }
            Routed::Down(_) | Routed::NotAsked => match assistant.read_by_rules(turn, &self.table) {
                Some(routing) => assistant.calls_for_human(turn, &routing),
                None => Some(EscalationReason::ModelDown),
            },
        }
    }

    async fn decide(&self, turn: &Turn<'_>) -> Observation {
        let assistant = &self.bench.assistant;
        let routed = patiently(|| assistant.route(turn)).await;
        let observed = self.observed(&routed);
        let Answer { outcome, trace, .. } = assistant.answer(turn, routed, Ok(&self.table)).await;
        let (ending, called, said) = match outcome {
            Outcome::Reply { text, then: None } => (Ending::Answered, None, Some(text)),
            Outcome::Reply { text, then: Some(reason) } => (Ending::Called, Some(reason), Some(text)),
            Outcome::Escalate { reason, holding, .. } => (Ending::Called, Some(reason), Some(holding)),
            Outcome::Silent(_) => (Ending::Silent, None, None),
        };
        Observation {
            ending,
            called: called.map(|reason| reason.name().to_owned()),
            said: said.map(|text| text.as_str().to_owned()),
            verdicts: trace.decisions.iter().map(|decision| decision.verdict.name().to_owned()).collect(),
            usage: trace.usage,
            ..observed
        }
    }

    fn observed(&self, routed: &Routed) -> Observation {
        let mut observation = Observation {
            id: self.case.id.clone(),
            read: None,
            failed: None,
            rule: None,
            ending: Ending::Answered,
            called: None,
            said: None,
            verdicts: Vec::new(),
            took_ms: 0,
            usage: Default::default(),
        };
        match routed {
            Routed::Read(reading) => {
                let (routing, signals) = (&reading.routing, reading.signals);
                observation.usage = reading.usage;
                observation.read = Some(Read {
                    intent: routing.intent,
                    second_intent: routing.second_intent,
                    confidence: routing.confidence,
                    confidence_from: routing.confidence_from,
                    stated: signals.stated,
                    mass: signals.mass,
                    margin: signals.margin,
                    shown: signals.shown,
                    call: routing.call,
                    entities: routing.entities.clone(),
                    flags: routing.flags,
                });
            }
            Routed::Down(failure) => observation.failed = Some(failure.why.clone()),
            Routed::NotAsked => {}
        }
        observation
    }
}

/// A provider that asks for a moment's peace says nothing about the model's answers, so it is asked again, a few times.
async fn patiently<'a>(ask: impl Fn() -> BoxFuture<'a, Routed>) -> Routed {
    const TRIES: u32 = 4;
    const LONGEST: Duration = Duration::from_secs(30);
    for wait in (1..TRIES).map(|tried| Duration::from_secs(1 << tried)) {
        match ask().await {
            Routed::Down(failure) if failure.may_pass => {
                tokio::time::sleep(failure.retry_after.unwrap_or(wait).min(LONGEST)).await;
            }
            routed => return routed,
        }
    }
    ask().await
}

/// A buyer who takes it and names no price is an order; with a price it depends on the table.
fn order(routing: &Routing) -> Option<EscalationReason> {
    (routing.flags.ready_to_buy && routing.entities.desired_price.is_none()).then_some(EscalationReason::Order)
}

pub(crate) fn message(bench: &Bench, id: &str, text: &str) -> Message {
    Message {
        id: id.parse().expect("a word is an id"),
        conversation: ConversationId {
            seller: bench.seller.id.clone(),
            chat: "evaluated".parse().expect("a word is an id"),
        },
        side: Side::Buyer,
        author: UserId(0),
        created_s: bench.now.as_second(),
        received_ms: bench.now.as_millisecond(),
        item: None,
        content: Content::Text { text: text.to_owned() },
    }
}

/// The shop's table with one row more: the listing the chat belongs to or, without one, the product that the message
/// names. A few are there, at the listing's price, with some room to bargain.
fn with_what_is_asked(table: &CatalogSnapshot, case: &Case) -> CatalogSnapshot {
    /// Without a listing's price.
    const PRICE: Money = Money::roubles(2000);
    const FLOOR_PERCENT: i64 = 85;
    let named = case.entities.as_ref().and_then(|named| named.product_name.as_ref());
    let Some(title) = case.listing.as_ref().map(|listing| &listing.title).or(named) else { return table.clone() };
    if table.products.iter().any(|product| product.title.value.to_lowercase() == title.to_lowercase()) {
        return table.clone();
    }
    let price = case.listing.as_ref().and_then(|listing| roubles(listing.price.as_deref()?)).unwrap_or(PRICE);
    let mut table = table.clone();
    let row = table.products.len() + 1;
    let at = |column| CellRef::at("Товары", column, row);
    table.products.push(Product {
        sku: "ASKED".to_owned(),
        title: Cell::new(title.clone(), at(1)),
        price: Some(Cell::new(price, at(6))),
        stock: Cell::new(Stock::Count(5), at(8)),
        floor: Some(Cell::new(whole(price.percent(FLOOR_PERCENT)), at(7))),
        step: None,
        attributes: Vec::new(),
        item: None,
        also_called: None,
        terms: SaleTerms::default(),
    });
    table
}

/// `1 900 ₽`, as Avito writes it.
fn roubles(price: &str) -> Option<Money> {
    let whole = price.split([',', '.']).next()?;
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|roubles| (1..1_000_000_000).contains(roubles)).map(Money::roubles)
}

fn whole(money: Money) -> Money {
    Money::roubles(money.as_kopecks() / 100)
}

#[cfg(test)]
mod tests;
