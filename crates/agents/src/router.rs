//! What the buyer wants: one question to the model, and its answer made sure of.
//!
//! The model only classifies. What it says of products, places and prices is a buyer's word, looked up later;
//! how sure it is we measure ourselves where we can ([`confidence`]). Not here: what follows from it.

mod confidence;
mod pool;
mod schema;
mod second;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::catalog::CatalogSnapshot;
use domain::escalation::EscalationReason;
use domain::intent::{Bias, ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::seller::SellerProfile;
use llm::{ChatAnswer, ChatModel, ChatRequest, ModelError, Schema};
use minijinja::{Value, context};

use self::confidence::Masses;
use self::pool::Second;
use self::schema::Stated;
pub(crate) use self::second::Seconded;
use crate::library::Library;
use crate::outcome::{ModelFailure, Reading, Routed, Signals};
use crate::quoted::{self, HISTORY_LINES};
use crate::rules;
use crate::turn::{Turn, Words};

/// The router and its model.
pub(crate) struct Router {
    pub(crate) model: Arc<dyn ChatModel>,
    pub(crate) within: Duration,
    pub(crate) bias: Bias,
    pub(crate) second: Option<Seconded>,
}

impl Router {
    /// Asks the model what the buyer wants with `words`.
    pub(crate) async fn ask(&self, library: &Library, turn: &Turn<'_>, words: &Words) -> Routed {
        let started = Instant::now();
        let asked = self.request(library, turn, words);
        let answered = match asked {
            Ok(request) => self.model.chat(request).await,
            Err(error) => Err(ModelError::Fail { why: format!("router.md: {error}") }),
        };
        let second = self.second.as_ref().and_then(|second| second.counting(turn, words));
        let read = answered.and_then(|answer| Ok((routing(&answer, &self.bias, second)?, answer.usage)));
        let took = started.elapsed();
        match read {
            Ok(((routing, signals), usage)) => Routed::Read(Reading { routing, usage, took, signals }),
            Err(error) => Routed::Down(ModelFailure::new(&error, took)),
        }
    }

    /// What the second opinion makes of a turn that is so plain to it that the model need not be asked.
    pub(crate) fn spared(&self, turn: &Turn<'_>, words: &Words) -> Option<Routing> {
        self.second.as_ref()?.spares_the_model(turn, words)
    }

    /// What the second opinion makes of a turn whose model is down, if it may stand in.
    pub(crate) fn stood_in_for(&self, turn: &Turn<'_>, words: &Words) -> Option<Routing> {
        self.second.as_ref()?.stands_in(turn, words)
    }

    fn request(&self, library: &Library, turn: &Turn<'_>, words: &Words) -> Result<ChatRequest, minijinja::Error> {
        let rendered = library.router(turn.chat(), shown(turn, words))?;
        Ok(ChatRequest {
            system: rendered.system,
            user: rendered.user,
            schema: Schema { name: "routing", schema: schema::routing(!self.model.shows_probabilities()) },
            within: self.within,
        })
    }
}

/// The turn as the router's prompt shows it. A point on the map stays out: it is an address.
fn shown(turn: &Turn<'_>, words: &Words) -> Value {
    context!(
        history => quoted::history(&turn.conversation.lines, HISTORY_LINES),
        listing => turn.listing.map(|listing| quoted::line(&listing.title)).unwrap_or_default(),
        buyer => quoted::text(&words.text),
    )
}

/// What a model's answer says, in our words. Where it shows how likely it holds each intent, its leaning is taken out,
/// and where a second opinion counts the two are pooled: then another may be the likeliest than the one it wrote. But a
/// complaint stays one: a human should rather read it for nothing.
fn routing(answer: &ChatAnswer, bias: &Bias, second: Option<Second>) -> Result<(Routing, Signals), ModelError> {
    let stated = Stated::read(&answer.json).map_err(|why| ModelError::Fail { why })?;
    let tokens = answer.tokens.as_deref().unwrap_or_default();
    let shown = Masses::of(tokens);
    let straight = shown.map(|shown| shown.without(bias));
    let held = match second {
        Some(second) => Some(second.intents(&straight.unwrap_or_else(|| stated.masses()))),
        None => straight,
    };
    let may_turn = (*bias != Bias::default() || second.is_some()) && stated.intent != Intent::Complaint;
    let (intent, second_intent) = match held.filter(|_| may_turn) {
        Some(held) => turned_to(held.likeliest(), &stated),
        None => (stated.intent, stated.second_intent),
    };
    let second_intent = second_intent.filter(|second| *second != intent);
    let signals = Signals {
        stated: stated.confidence,
        mass: straight.map(|masses| masses.sure(intent, second_intent)),
        margin: straight.map(|masses| masses.margin(intent, second_intent)),
        shown: shown.map(|masses| masses.0),
    };
    let confidence_from = if shown.is_some() { ConfidenceSource::Logprobs } else { ConfidenceSource::Stated };
    // Nothing said is nothing known: a human decides.
    let confidence = match held.filter(|_| shown.is_some() || stated.confidence.is_some()) {
        Some(held) => held.sure(intent, second_intent),
        None => stated.confidence.unwrap_or(0.0),
    };
    let call = straight.and_then(|masses| confidence::of_a_call(tokens, &masses, stated.flag));
    let routing = Routing {
        intent,
        confidence: confidence.clamp(0.0, 1.0),
        confidence_from,
        call: second.map_or(call, |second| Some(second.call(call))),
        second_intent,
        entities: stated.entities,
        flags: stated.flag.into(),
    };
    Ok((routing, signals))
}

/// `likeliest` as the first question. If it was written as the second one, the two change places.
fn turned_to(likeliest: Intent, stated: &Stated) -> (Intent, Option<Intent>) {
    let second = if stated.second_intent == Some(likeliest) { Some(stated.intent) } else { stated.second_intent };
    (likeliest, second)
}

/// The routing of a turn that no model has read: a bare point on the map, a greeting, or a question so plain that
/// every word of it is understood.
pub(crate) fn by_rule(words: &Words, turn: &Turn<'_>, table: Option<&CatalogSnapshot>) -> Option<Routing> {
    let (intent, second_intent) = match &words.place {
        Some(_) if words.text.is_empty() => (Intent::DeliveryQuestion, None),
        _ if rules::is_mere_courtesy(&words.text) => (Intent::Other, None),
        _ => plain(words, turn, table?)?,
    };
    Some(Routing { intent, second_intent, ..unread(words) })
}

fn plain(words: &Words, turn: &Turn<'_>, table: &CatalogSnapshot) -> Option<(Intent, Option<Intent>)> {
    let (routing, text) = (unread(words), words.with_place());
    let plain = rules::plain::read(&turn.question(&routing, &text), table)?;
    Some((plain.intent, plain.second))
}

/// A routing that says nothing yet.
fn unread(words: &Words) -> Routing {
    Routing {
        intent: Intent::Other,
        confidence: 1.0,
        confidence_from: ConfidenceSource::Rule,
        call: None,
        second_intent: None,
        entities: Entities { location: words.place.clone(), ..Entities::default() },
        flags: Flags::default(),
    }
}

/// Whether there is something in `words` that no plain rule settles.
pub(crate) fn needs_a_model(words: &Words) -> bool {
    !words.text.is_empty() && rules::calls_for_human(&words.text).is_none()
}

/// Why a human is to be called for a turn that was read, before anybody looks into the table.
pub(crate) fn calls_for_human(routing: &Routing, words: &Words, seller: &SellerProfile) -> Option<EscalationReason> {
    // Who takes it gets a human after the table was looked at: the card says what he takes.
    let Flags { wants_human, unclear_reference, too_complex, ready_to_buy: _ } = routing.flags;
    let wants = |intent| routing.intent == intent || routing.second_intent == Some(intent);
    let points_elsewhere = words.place.is_some() && !wants(Intent::DeliveryQuestion);
    // The order is the card's: the gravest reason is told.
    [
        (wants(Intent::Complaint), EscalationReason::Complaint),
        (wants_human, EscalationReason::WantsHuman),
        (points_elsewhere, EscalationReason::NotText),
        (unclear_reference, EscalationReason::UnclearReference),
        (too_complex, EscalationReason::TooComplex),
        // The model has not seen its end, and what it has not seen would count as answered.
        (words.text.chars().count() > quoted::TEXT_CHARS, EscalationReason::TooComplex),
        (routing.confidence < seller.thresholds.of(routing.intent), EscalationReason::LowConfidence),
        (routing.call.is_some_and(|call| call >= seller.thresholds.human), EscalationReason::LowConfidence),
    ]
    .into_iter()
    .find_map(|(holds, reason)| holds.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use llm::TokenProb;
    use serde_json::json;

    fn answer(json: serde_json::Value) -> ChatAnswer {
        ChatAnswer { text: json.to_string(), json, usage: Default::default(), tokens: None, model: "m".into() }
    }

    fn read(intent: Intent, confidence: f64, flags: Flags) -> Routing {
        let confidence_from = ConfidenceSource::Stated;
        let (second_intent, entities) = (None, Entities::default());
        Routing { intent, confidence, confidence_from, call: None, second_intent, entities, flags }
    }

    #[test]
    fn a_stated_confidence_is_kept_within_bounds_and_a_doubled_intent_dropped() {
        let (routing, signals) = routing(
            &answer(json!({
                "intent": "stock_inquiry", "flag": "none", "second_intent": "stock_inquiry",
                "named": [{ "product": " красная сумка " }, { "location": "" }], "confidence": 7,
            })),
            &Bias::default(),
            None,
        )
        .unwrap();
        assert_eq!((routing.confidence, routing.confidence_from), (1.0, ConfidenceSource::Stated));
        assert_eq!(signals, Signals { stated: Some(7.0), ..Signals::default() }, "as it was said");
        assert_eq!(routing.call, None, "no probabilities");
        assert_eq!(routing.second_intent, None);
        assert_eq!(routing.entities.product_name.as_deref(), Some("красная сумка"));
        assert_eq!(routing.entities.location, None);
    }

    #[test]
    fn a_human_is_called_where_one_is_likely_to_be_needed() {
        let likely = |call| Routing { call: Some(call), ..read(Intent::Other, 0.95, Flags::default()) };
        let words = Words { text: "Как договаривались?".into(), place: None };
        let mut seller = sample::seller();
        seller.thresholds.human = 0.4;
        for (call, reason) in [(0.39, None), (0.4, Some(EscalationReason::LowConfidence))] {
            assert_eq!(calls_for_human(&likely(call), &words, &seller), reason, "{call}");
        }
    }

    #[test]
    fn without_its_leaning_the_model_may_mean_another_intent() {
        let probability = |text: &str, top: &[(&str, f64)]| TokenProb {
            token: text.to_owned(),
            logprob: 0.0,
            top: top.iter().map(|(text, share)| ((*text).to_owned(), share.ln())).collect(),
        };
        let tokens = vec![
            probability("{\"intent\":\"", &[]),
            probability("delivery", &[("delivery", 0.6), ("stock", 0.3), ("com", 0.1)]),
            probability("_question\",\"flag\":\"", &[]),
            probability("none", &[("none", 1.0)]),
        ];
        let read = |second: Option<&str>, bias: &[(Intent, f64)]| {
            let said = json!({ "intent": "delivery_question", "flag": "none", "second_intent": second, "named": [] });
            let answer = ChatAnswer { tokens: Some(tokens.clone()), ..answer(said) };
            let (routing, signals) = routing(&answer, &Bias(bias.iter().copied().collect()), None).unwrap();
            assert!((signals.shown.unwrap()[1] - 0.6).abs() < 1e-9, "what it shows stays as it was: {signals:?}");
            (routing.intent, routing.second_intent, (routing.confidence * 100.0).round())
        };
        let (stock, delivery) = (Intent::StockInquiry, Intent::DeliveryQuestion);
        assert_eq!(read(None, &[]), (delivery, None, 60.0));
        assert_eq!(read(None, &[(delivery, 6.0_f64.ln())]), (stock, None, 60.0));
        assert_eq!(read(Some("stock_inquiry"), &[(delivery, 6.0_f64.ln())]), (stock, Some(delivery), 80.0));
        assert_eq!(read(Some("other"), &[(delivery, 0.1)]).0, delivery, "a little is not enough");
    }

    #[test]
    fn a_complaint_stays_one_however_the_model_leans() {
        let probability = |text: &str, top: &[(&str, f64)]| TokenProb {
            token: text.to_owned(),
            logprob: 0.0,
            top: top.iter().map(|(text, share)| ((*text).to_owned(), share.ln())).collect(),
        };
        let tokens =
            vec![probability("{\"intent\":\"", &[]), probability("complaint", &[("complaint", 0.5), ("other", 0.5)])];
        let said = answer(json!({ "intent": "complaint", "flag": "none", "second_intent": null, "named": [] }));
        let bias = Bias([(Intent::Complaint, 5.0)].into());
        let (routing, _) = routing(&ChatAnswer { tokens: Some(tokens), ..said }, &bias, None).unwrap();
        assert_eq!(routing.intent, Intent::Complaint);
    }

    #[test]
    fn a_second_opinion_may_turn_what_a_model_only_states_but_no_complaint() {
        let second = |intents, call| Some(Second { opinion: opinion::Opinion { intents, call }, weight: 0.6 });
        let price = [0.02, 0.02, 0.92, 0.02, 0.02];
        let read = |intent: &str, second| {
            let said =
                json!({ "intent": intent, "flag": "none", "second_intent": null, "named": [], "confidence": 1.0 });
            routing(&answer(said), &Bias::default(), second).unwrap().0
        };
        let agreed = read("price_negotiation", second(price, 0.01));
        assert_eq!((agreed.intent, agreed.confidence_from), (Intent::PriceNegotiation, ConfidenceSource::Stated));
        assert!(agreed.confidence > 0.9 && agreed.call.unwrap() < 0.05, "{agreed:?}");
        let parted = read("stock_inquiry", second(price, 0.9));
        assert_eq!(parted.intent, Intent::PriceNegotiation);
        assert!(parted.confidence < 0.8, "where they part a human decides: {parted:?}");
        assert_eq!(read("complaint", second(price, 0.01)).intent, Intent::Complaint);
        assert_eq!(read("stock_inquiry", None).confidence, 1.0, "without one all is as it was");
    }

    #[test]
    fn an_intent_that_is_none_is_a_failure() {
        let error =
            routing(&answer(json!({ "intent": "small_talk", "confidence": 1 })), &Bias::default(), None).unwrap_err();
        assert!(matches!(error, ModelError::Fail { .. }), "{error}");
    }

    #[test]
    fn flags_and_doubt_call_a_human_the_gravest_first() {
        let none = Flags::default();
        let human = Flags { wants_human: true, unclear_reference: true, ..none };
        for (routing, reason) in [
            (read(Intent::StockInquiry, 0.8, none), None),
            (read(Intent::StockInquiry, 0.79, none), Some(EscalationReason::LowConfidence)),
            (read(Intent::Complaint, 0.1, human), Some(EscalationReason::Complaint)),
            (read(Intent::Other, 0.1, human), Some(EscalationReason::WantsHuman)),
            (
                read(Intent::Other, 1.0, Flags { unclear_reference: true, ..none }),
                Some(EscalationReason::UnclearReference),
            ),
            (read(Intent::Other, 1.0, Flags { too_complex: true, ..none }), Some(EscalationReason::TooComplex)),
            (read(Intent::Other, 1.0, Flags { ready_to_buy: true, ..none }), None),
        ] {
            let words = Words { text: "Есть?".into(), place: None };
            assert_eq!(calls_for_human(&routing, &words, &sample::seller()), reason, "{routing:?}");
        }
    }

    #[test]
    fn a_burst_that_the_model_has_not_seen_to_its_end_is_a_humans() {
        let routing = read(Intent::StockInquiry, 1.0, Flags::default());
        for (chars, reason) in [(1500, None), (1501, Some(EscalationReason::TooComplex))] {
            let words = Words { text: "ы".repeat(chars), place: None };
            assert_eq!(calls_for_human(&routing, &words, &sample::seller()), reason, "{chars}");
        }
    }
}
