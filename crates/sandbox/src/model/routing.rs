//! What the buyer wants, by rules: the phrases of the message, its questions, and the lines before it.
//!
//! An honest model: what it has no rule for it calls `other`, with a confidence between 0.3 and 0.5.

use super::amount::{self, Amount};
use super::clause::{self, Clause};
use super::cue::{self, Hit};
use super::past::{Line, Past};
use super::place::{self, Found, Place};
use super::product::{self, Kind, Thing};
use super::sense::{Intent, Sense};
use super::text::{self, Word};

/// What the rules made of a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Routed {
    pub(super) intent: Intent,
    pub(super) confidence: f64,
    pub(super) product: Option<String>,
    pub(super) location: Option<String>,
    pub(super) desired_price: Option<f64>,
    pub(super) quantity: Option<f64>,
    pub(super) second: Option<Intent>,
    pub(super) wants_human: bool,
    pub(super) ready_to_buy: bool,
    pub(super) unclear_reference: bool,
    pub(super) too_complex: bool,
    /// What it took the message for besides.
    pub(super) rival: Option<Intent>,
}

/// Reads a message after the lines before it.
pub(super) fn route(buyer: &str, history: &[Line]) -> Routed {
    let read = Read::new(buyer);
    let past = Past::new(history);
    let mut routed = read.plain().unwrap_or_else(|| read.in_context(&past));
    read.add_things(&mut routed, &past);
    read.add_flags(&mut routed);
    routed
}

/// A message, taken apart.
pub(super) struct Read {
    pub(super) words: Vec<Word>,
    hits: Vec<Hit>,
    pub(super) places: Vec<Place>,
    amounts: Vec<Amount>,
    clauses: Vec<Clause>,
    asks: bool,
}

impl Read {
    pub(super) fn new(text: &str) -> Self {
        let words = text::words(text);
        let hits = cue::find(&words);
        let amounts = amount::find(&words);
        let covered = |at: usize| hits.iter().any(|hit| hit.places.contains(&at));
        let places = place::find(&words, covered);
        let leads_away = |at: usize| places.iter().any(|place| place.how == Found::After && place.start == at);
        let clauses = clause::split(&words, &hits, leads_away);
        let asks = words.iter().any(|word| word.gap == text::Gap::Question);
        Self { words, hits, places, amounts, clauses, asks }
    }

    /// What the message says by itself, if it says anything.
    pub(super) fn plain(&self) -> Option<Routed> {
        if let Some(complaint) = self.hit(|sense| sense == Sense::Complaint).filter(|_| !self.excused()) {
            let sure = if complaint.weight >= 4.0 { 0.97 } else { 0.93 };
            return Some(Routed::new(Intent::Complaint, sure));
        }
        let matters: Vec<&Clause> = self.clauses.iter().filter(|clause| !clause.sense.is_courtesy()).collect();
        let Some(first) = matters.first() else { return self.without_question() };
        let mut routed = Routed::new(first.sense.intent(), sureness(first));
        let others = || matters.iter().filter(|clause| clause.sense.intent() != routed.intent);
        (routed.second, routed.rival) = (others().map(|clause| clause.sense.intent()).next(), self.rival(first));
        routed.too_complex = requests(&matters) > 2;
        Some(routed)
    }

    /// «Царапин нет?», «не сломана?»: a question about the goods with the words of a complaint.
    fn excused(&self) -> bool {
        let about_goods = self.hits.iter().any(|hit| hit.sense == Sense::Terms && hit.weight >= 3.8);
        about_goods
            && self.hits.iter().filter(|hit| hit.sense == Sense::Complaint).all(|hit| hit.weight < 4.0)
            && self.asks
    }

    /// A sign, or politeness, and nothing asked.
    fn without_question(&self) -> Option<Routed> {
        for (sense, sure) in [
            (Sense::Human, 0.95),
            (Sense::Reference, 0.6),
            (Sense::Decline, 0.85),
            (Sense::Buy, 0.95),
            (Sense::Greeting, 0.98),
            (Sense::Thanks, 0.97),
            (Sense::Ping, 0.85),
            (Sense::Ack, 0.88),
        ] {
            let alone = !sense.is_courtesy() || self.says_nothing_else();
            if alone && self.hit(|found| found == sense).is_some() {
                let offers = sense == Sense::Buy && self.price().is_some();
                let intent = if offers { Intent::Price } else { Intent::Other };
                return Some(Routed::new(intent, sure));
            }
        }
        None
    }

    /// Whether the words besides the phrases name nothing.
    fn says_nothing_else(&self) -> bool {
        self.places.is_empty()
            && self.thing(0, self.words.len()).is_none()
            && self.hit(|s| s == Sense::HowMuch).is_none()
    }

    /// What the message means after the lines before it.
    pub(super) fn in_context(&self, past: &Past) -> Routed {
        let thing = self.thing(0, self.words.len());
        let how_much = self.hit(|sense| sense == Sense::HowMuch).is_some();
        let elliptic = self.words.len() <= 5;
        let kind = thing.as_ref().map(|thing| thing.kind);
        let names_nothing = matches!(kind, None | Some(Kind::Guess));
        if how_much && elliptic {
            return match past.topic {
                Some(Intent::Delivery) => Routed::new(Intent::Delivery, 0.86),
                Some(_) => Routed::new(Intent::Price, 0.9),
                None if kind == Some(Kind::Known) => Routed::new(Intent::Price, 0.9),
                None => Routed::new(Intent::Price, 0.72),
            };
        }
        if !self.places.is_empty() && thing.is_none() && elliptic {
            let sure = if past.asked_where {
                0.94
            } else if self.asks {
                0.87
            } else {
                0.82
            };
            return Routed::new(Intent::Delivery, sure);
        }
        if self.price().is_some() && elliptic && names_nothing {
            let money = self.amounts.iter().any(Amount::is_money);
            let sure = if past.topic == Some(Intent::Price) {
                0.88
            } else if money {
                0.84
            } else {
                0.6
            };
            return Routed::new(Intent::Price, sure);
        }
        if self.hit(|sense| sense == Sense::Would).is_some() {
            return match (self.price(), kind) {
                (Some(_), _) => Routed::new(Intent::Price, 0.86),
                (None, Some(Kind::Known)) => Routed::new(Intent::Stock, 0.86),
                (None, _) => Routed::new(Intent::Other, 0.82),
            };
        }
        let leads_on = self.asks || self.words.first().is_some_and(|word| word.plain == "а");
        match kind {
            Some(Kind::Known | Kind::Property) if elliptic && leads_on => self.same_of_another(past),
            Some(Kind::Known | Kind::Property) if elliptic => {
                Routed { rival: Some(Intent::Other), ..Routed::new(Intent::Stock, 0.62) }
            }
            _ if elliptic && past.topic == Some(Intent::Stock) && self.has_size() => Routed::new(Intent::Stock, 0.83),
            _ => self.unknown(),
        }
    }

    /// «А синяя?» asks of another thing what was asked of the last one.
    fn same_of_another(&self, past: &Past) -> Routed {
        match past.topic {
            Some(Intent::Price) => Routed { rival: Some(Intent::Stock), ..Routed::new(Intent::Price, 0.83) },
            Some(Intent::Stock) => Routed::new(Intent::Stock, 0.92),
            _ => Routed { rival: Some(Intent::Price), ..Routed::new(Intent::Stock, 0.86) },
        }
    }

    fn has_size(&self) -> bool {
        self.amounts.iter().any(|amount| !amount.is_price(&self.words))
    }

    /// No rule: the longer the message, the likelier it is about something.
    fn unknown(&self) -> Routed {
        let words = self.words.len().min(10) as f64;
        let sure = if words == 0.0 { 0.3 } else { 0.32 + words * 0.015 };
        Routed { rival: Some(Intent::Stock), ..Routed::new(Intent::Other, sure) }
    }

    fn add_things(&self, routed: &mut Routed, past: &Past) {
        let asks_for = |intent| routed.intent == intent || routed.second == Some(intent);
        let place = self.places.iter().find(|place| place.how == Found::After);
        let bare = self.places.first().filter(|_| asks_for(Intent::Delivery));
        routed.location = place.or(bare).map(|place| place.name.clone());
        if routed.location.is_none() && routed.intent == Intent::Delivery && self.hit(|s| s == Sense::HowMuch).is_some()
        {
            routed.location.clone_from(&past.location);
        }
        if asks_for(Intent::Price) || self.hit(|s| matches!(s, Sense::Buy | Sense::Would)).is_some() {
            routed.desired_price = self.price();
        }
        routed.quantity = self.counts().first().copied();
        routed.product = self.product(past);
    }

    /// The thing of the first question that names one. A word nobody knows is a thing only where things are asked for.
    fn product(&self, past: &Past) -> Option<String> {
        let asked = self.clauses.iter().filter(|clause| clause.sense.intent() != Intent::Other);
        let asked = asked.filter_map(|clause| Some((clause.sense.intent(), self.thing(clause.start, clause.end)?)));
        let thing = asked
            .filter(|(intent, thing)| *intent == Intent::Stock || thing.kind != Kind::Guess)
            .map(|(_, thing)| thing)
            .next()
            .or_else(|| self.thing(0, self.words.len()).filter(|thing| thing.kind != Kind::Guess))?;
        match (thing.kind, past.noun.as_deref()) {
            (Kind::Property, Some(noun)) => Some(format!("{} {noun}", thing.name)),
            _ => Some(thing.name),
        }
    }

    fn add_flags(&self, routed: &mut Routed) {
        let says = |sense: Sense| self.hit(|found| found == sense).is_some();
        let asks = self.clauses.iter().any(|clause| !clause.sense.is_courtesy());
        routed.wants_human = says(Sense::Human);
        routed.unclear_reference = says(Sense::Reference) && routed.intent != Intent::Complaint;
        let buys = says(Sense::Buy) || (says(Sense::Would) && !asks && !self.asks);
        let (places, counts) = (self.distinct_places(), self.counts());
        let share = self.amounts.iter().any(|amount| amount.is_percent(&self.words));
        let sums = share || routed.desired_price.is_some() || self.hit(|sense| sense == Sense::Price).is_some();
        let many = counts.iter().any(|count| *count >= 2.0);
        // «За 2000 беру» and «минус 10% и забираю» are offers, not deals.
        routed.ready_to_buy = buys && routed.desired_price.is_none() && !share && !says(Sense::Decline);
        routed.too_complex |= places > 1 || counts.len() > 1 || (many && places > 0 && sums);
    }

    fn hit(&self, fits: impl Fn(Sense) -> bool) -> Option<&Hit> {
        self.hits.iter().filter(|hit| fits(hit.sense)).max_by(|a, b| a.weight.total_cmp(&b.weight))
    }

    fn price(&self) -> Option<f64> {
        let named = self.amounts.iter().rfind(|amount| amount.is_price(&self.words));
        named.map(|amount| amount.value)
    }

    fn counts(&self) -> Vec<f64> {
        self.amounts.iter().filter(|amount| amount.is_count(&self.words)).map(|amount| amount.value).collect()
    }

    fn distinct_places(&self) -> usize {
        let mut names: Vec<&str> = self.places.iter().map(|place| place.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }

    fn rival(&self, clause: &Clause) -> Option<Intent> {
        let others = self.hits.iter().filter(|hit| hit.start() >= clause.start && hit.end() <= clause.end);
        others.map(|hit| hit.sense.intent()).find(|intent| *intent != clause.sense.intent())
    }

    pub(super) fn thing(&self, from: usize, to: usize) -> Option<Thing> {
        let taken = |at: usize| {
            self.hits.iter().any(|hit| hit.places.contains(&at))
                || self.places.iter().any(|place| (place.start..place.end).contains(&at))
                || self.amounts.iter().any(|amount| {
                    (amount.start..amount.end).contains(&at)
                        && (amount.is_price(&self.words)
                            || amount.is_count(&self.words)
                            || amount.is_percent(&self.words))
                })
        };
        product::find(&self.words, from, to, taken)
    }
}

impl Routed {
    fn new(intent: Intent, confidence: f64) -> Self {
        Self {
            intent,
            confidence,
            product: None,
            location: None,
            desired_price: None,
            quantity: None,
            second: None,
            wants_human: false,
            ready_to_buy: false,
            unclear_reference: false,
            too_complex: false,
            rival: None,
        }
    }
}

/// How sure a question's weight makes us, less what else it could ask.
fn sureness(clause: &Clause) -> f64 {
    let alone = match clause.weight {
        weight if weight >= 3.0 => 0.97,
        weight if weight >= 2.5 => 0.94,
        weight if weight >= 2.0 => 0.91,
        _ => 0.82,
    };
    alone - 0.06 * f64::from(clause.rival / clause.weight)
}

/// How many different things are asked for. Two questions about the shop are two.
fn requests(clauses: &[&Clause]) -> usize {
    let mut kinds: Vec<(Intent, Option<Sense>)> = Vec::new();
    for clause in clauses {
        let intent = clause.sense.intent();
        let kind = (intent, (intent == Intent::Other).then_some(clause.sense));
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.len()
}
