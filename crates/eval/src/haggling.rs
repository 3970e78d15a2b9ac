//! Haggles whose right answers are sums: one buyer, one product, offers one after the other.
//!
//! No model is asked: what is decided about an offer is computed from the table and the buyer's words, and it is that
//! which is tried, down to the text that would go out.

use std::fmt;
use std::time::Duration;

use agents::outcome::ModelFailure;
use agents::{Outcome, Reading, Routed, Signals, Turn};
use domain::catalog::{CatalogSnapshot, Cell, CellRef, Product, SaleTerms, Stock};
use domain::conversation::Conversation;
use domain::decision::{FactValue, Verdict};
use domain::escalation::Listing;
use domain::intent::{ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::money::Money;
use domain::seller::PricingPolicy;
use serde::Deserialize;

use crate::cases::{BadLine, BadLines};
use crate::run::{Bench, message};

/// One haggle.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Its name.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The product and its terms.
    pub row: Row,
    /// What the buyer says, one after the other.
    pub offers: Vec<String>,
    /// What must come of each.
    pub expect: Vec<Expected>,
}

/// The row of the table that is haggled about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The product.
    pub title: String,
    /// What it costs, in roubles.
    pub price: i64,
    /// The least that is taken; without one there is no bargaining.
    pub floor: Option<i64>,
    /// By how much a counter-offer gives way; without one by five percent.
    pub step: Option<i64>,
    /// How many counter-offers there are.
    pub rounds: u32,
    /// Whether an offer at the floor is taken at once.
    pub accept_at_once: bool,
}

/// What must come of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Accept, counter, refuse.
    pub decision: Stance,
    /// The sum that is then asked or taken is not below this, in roubles.
    pub min: i64,
    /// And not above this.
    pub max: i64,
}

/// What can be done about an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// A deal.
    Accept,
    /// Not for that, but for this.
    Counter,
    /// The price stands.
    Refuse,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Which.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Everything that went otherwise than it should.
    pub wrong: Vec<String>,
}

/// Reads the scripts of the file `name`.
///
/// # Errors
/// Every line that is none.
pub fn read(name: &str, text: &str) -> Result<Vec<Script>, BadLines> {
    let mut scripts = Vec::new();
    let mut bad = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let fix = "look at haggling.jsonl: id, title, row, offers, expect".to_owned();
        let place = format!("{name}:{number}");
        match serde_json::from_str::<Script>(line) {
            Ok(script) if script.offers.len() == script.expect.len() => scripts.push(script),
            Ok(script) => bad.push(BadLine {
                place,
                what: format!("has {} offers and {} expectations", script.offers.len(), script.expect.len()),
                fix,
            }),
            Err(error) => bad.push(BadLine { place, what: format!("is no script: {error}"), fix }),
        }
    }
    if bad.is_empty() { Ok(scripts) } else { Err(BadLines(bad)) }
}

/// Plays a script.
pub async fn play(bench: &Bench, script: &Script) -> Played {
    let mut wrong = Vec::new();
    let (table, listing) = (table(&bench.table, &script.row), listing(&script.row));
    let row = &script.row;
    let mut seller = bench.seller.clone();
    let step_percent = seller.pricing.step_percent;
    seller.pricing =
        PricingPolicy { bargaining: true, rounds: row.rounds, step_percent, accept_at_once: row.accept_at_once };
    let mut memory = Conversation::default();
    for (number, (offer, expected)) in (1..).zip(script.offers.iter().zip(&script.expect)) {
        let messages = [message(bench, &format!("offer-{number}"), offer)];
        let turn = Turn {
            seller: &seller,
            conversation: &memory,
            messages: &messages,
            listing: Some(&listing),
            now: bench.now,
            started: std::time::Instant::now(),
        };
        let answer = bench.assistant.answer(&turn, as_an_offer(), Ok(&table)).await;
        let found = Found::of(&answer.outcome, &answer.trace.decisions);
        if !found.is(expected) {
            wrong.push(format!("offer {number} «{offer}»: {found}, should be {expected}"));
        }
        if let Some(leak) = row.floor.and_then(|floor| found.undercuts(floor)) {
            wrong.push(format!("offer {number} «{offer}»: {leak} is below the floor"));
        }
        memory = answer.memory;
    }
    Played { id: script.id.clone(), title: script.title.clone(), wrong }
}

/// The message read as what it is, by nobody.
fn as_an_offer() -> Routed {
    Routed::Read(Reading {
        routing: Routing {
            intent: Intent::PriceNegotiation,
            confidence: 1.0,
            confidence_from: ConfidenceSource::Rule,
            call: None,
            second_intent: None,
            entities: Entities::default(),
            flags: Flags::default(),
        },
        usage: Default::default(),
        took: Duration::ZERO,
        signals: Signals::default(),
    })
}

/// A failure that stands for a model nobody asked: the rules read, the templates word.
pub(crate) fn not_asked() -> Routed {
    Routed::Down(ModelFailure { why: "not asked".to_owned(), may_pass: false, retry_after: None, took: Duration::ZERO })
}

fn table(base: &CatalogSnapshot, row: &Row) -> CatalogSnapshot {
    let at = |column| CellRef::at("Товары", column, 1);
    let money = |roubles, column| Cell::new(Money::roubles(roubles), at(column));
    let product = Product {
        sku: "HAGGLED".to_owned(),
        title: Cell::new(row.title.clone(), at(1)),
        price: Some(money(row.price, 6)),
        stock: Cell::new(Stock::Count(9), at(8)),
        floor: row.floor.map(|floor| money(floor, 7)),
        step: row.step.map(|step| money(step, 9)),
        attributes: Vec::new(),
        item: None,
        also_called: None,
        terms: SaleTerms::default(),
    };
    CatalogSnapshot { products: vec![product], ..base.clone() }
}

fn listing(row: &Row) -> Listing {
    Listing { title: row.title.clone(), price: None, url: None }
}

/// What was done about an offer.
struct Found {
    verdict: Option<Verdict>,
    /// The sum that is asked or taken, in roubles.
    sum: Option<i64>,
    /// Why there is no verdict.
    instead: String,
}

impl Found {
    fn of(outcome: &Outcome, decisions: &[domain::decision::Decision]) -> Self {
        let decision = decisions.first();
        let sum = decision.and_then(|decision| {
            let named = ["offer", "counter", "price"].into_iter().find_map(|name| decision.fact(name))?;
            match named.value {
                FactValue::Money(money) => Some(money.as_kopecks() / 100),
                _ => None,
            }
        });
        let instead = match outcome {
            Outcome::Escalate { reason, .. } => format!("a human is called ({})", reason.name()),
            Outcome::Silent(why) => format!("silence ({})", why.name()),
            Outcome::Reply { .. } => String::new(),
        };
        Self { verdict: decision.map(|decision| decision.verdict), sum, instead }
    }

    fn is(&self, expected: &Expected) -> bool {
        let stance = match self.verdict {
            Some(Verdict::AcceptOffer) => Stance::Accept,
            Some(Verdict::CounterOffer) => Stance::Counter,
            Some(Verdict::RefuseOffer) => Stance::Refuse,
            _ => return false,
        };
        let within = self.sum.is_some_and(|sum| (expected.min..=expected.max).contains(&sum));
        self.instead.is_empty() && stance == expected.decision && within
    }

    fn undercuts(&self, floor: i64) -> Option<String> {
        self.sum.filter(|sum| *sum < floor).map(|sum| format!("{sum} ₽"))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.verdict, self.instead.as_str()) {
            (Some(verdict), "") => {
                write!(f, "{} at {}", verdict.name(), self.sum.map_or("no sum".into(), |sum| sum.to_string()))
            }
            (_, instead) => f.write_str(instead),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stance = match self.decision {
            Stance::Accept => "accept",
            Stance::Counter => "counter",
            Stance::Refuse => "refuse",
        };
        if self.min == self.max {
            return write!(f, "{stance} at {}", self.min);
        }
        write!(f, "{stance} at {} to {}", self.min, self.max)
    }
}
