//! What the buyer wants: one question to the model, and its answer made sure of.
//!
//! The model only classifies. What it says of products, places and prices is a buyer's word, looked up later;
//! how sure it is we measure ourselves where we can ([`confidence`]). Not here: what follows from it.

mod confidence;
mod schema;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::catalog::CatalogSnapshot;
use domain::escalation::EscalationReason;
use domain::intent::{ConfidenceSource, Entities, Flags, Intent, Routing};
use domain::seller::SellerProfile;
use llm::{ChatAnswer, ChatModel, ChatRequest, ModelError, Schema};
use minijinja::{Value, context};

use crate::library::Library;
use crate::outcome::{ModelFailure, Reading, Routed, Signals};
use crate::quoted::{self, HISTORY_LINES};
use crate::rules;
use crate::turn::{Turn, Words};

/// The router and its model.
pub(crate) struct Router {
    pub(crate) model: Arc<dyn ChatModel>,
    pub(crate) within: Duration,
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
        let read = answered.and_then(|answer| Ok((routing(&answer)?, answer.usage)));
        let took = started.elapsed();
        match read {
            Ok(((routing, signals), usage)) => Routed::Read(Reading { routing, usage, took, signals }),
            Err(error) => Routed::Down(ModelFailure::new(&error, took)),
        }
    }

    fn request(&self, library: &Library, turn: &Turn<'_>, words: &Words) -> Result<ChatRequest, minijinja::Error> {
        let rendered = library.router(turn.chat(), shown(turn, words))?;
        Ok(ChatRequest {
            system: rendered.system,
            user: rendered.user,
            schema: Schema { name: "routing", schema: schema::routing() },
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

/// What a model's answer says, in our words.
fn routing(answer: &ChatAnswer) -> Result<(Routing, Signals), ModelError> {
    let stated = schema::Stated::read(&answer.json).map_err(|why| ModelError::Fail { why })?;
    let tokens = answer.tokens.as_deref();
    let measured = tokens.and_then(|tokens| confidence::of_intents(tokens, stated.intent, stated.second_intent));
    let signals = Signals {
        stated: Some(stated.confidence),
        mass: measured,
        margin: tokens.and_then(|tokens| confidence::margin(tokens, stated.intent, stated.second_intent)),
    };
    let (confidence, confidence_from) = match measured {
        Some(mass) => (mass, ConfidenceSource::Logprobs),
        None => (stated.confidence, ConfidenceSource::Stated),
    };
    let routing = Routing {
        intent: stated.intent,
        confidence: confidence.clamp(0.0, 1.0),
        confidence_from,
        second_intent: stated.second_intent.filter(|second| *second != stated.intent),
        entities: stated.entities,
        flags: stated.flags,
    };
    Ok((routing, signals))
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
    let Flags { wants_human, unclear_reference, too_complex, ready_to_buy } = routing.flags;
    let wants = |intent| routing.intent == intent || routing.second_intent == Some(intent);
    let points_elsewhere = words.place.is_some() && !wants(Intent::DeliveryQuestion);
    // The order is the card's: the gravest reason is told.
    [
        (wants(Intent::Complaint), EscalationReason::Complaint),
        // Who takes it gets a human anyway, and the card should say that it is an order. A plain wish for a
        // human was found by the rules before.
        (wants_human && !ready_to_buy, EscalationReason::WantsHuman),
        (points_elsewhere, EscalationReason::NotText),
        (unclear_reference, EscalationReason::UnclearReference),
        (too_complex, EscalationReason::TooComplex),
        // The model has not seen its end, and what it has not seen would count as answered.
        (words.text.chars().count() > quoted::TEXT_CHARS, EscalationReason::TooComplex),
        (routing.confidence < seller.thresholds.of(routing.intent), EscalationReason::LowConfidence),
    ]
    .into_iter()
    .find_map(|(holds, reason)| holds.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use serde_json::json;

    fn answer(json: serde_json::Value) -> ChatAnswer {
        ChatAnswer { text: json.to_string(), json, usage: Default::default(), tokens: None, model: "m".into() }
    }

    fn read(intent: Intent, confidence: f64, flags: Flags) -> Routing {
        let confidence_from = ConfidenceSource::Stated;
        Routing { intent, confidence, confidence_from, second_intent: None, entities: Entities::default(), flags }
    }

    #[test]
    fn a_stated_confidence_is_kept_within_bounds_and_a_doubled_intent_dropped() {
        let (routing, signals) = routing(&answer(json!({
            "intent": "stock_inquiry", "confidence": 7, "product_name": " красная сумка ", "location": "",
            "desired_price": null, "quantity": null, "second_intent": "stock_inquiry", "wants_human": false,
            "ready_to_buy": false, "unclear_reference": false, "too_complex": false,
        })))
        .unwrap();
        assert_eq!((routing.confidence, routing.confidence_from), (1.0, ConfidenceSource::Stated));
        assert_eq!(signals, Signals { stated: Some(7.0), mass: None, margin: None }, "as it was said");
        assert_eq!(routing.second_intent, None);
        assert_eq!(routing.entities.product_name.as_deref(), Some("красная сумка"));
        assert_eq!(routing.entities.location, None);
    }

    #[test]
    fn an_intent_that_is_none_is_a_failure() {
        let error = routing(&answer(json!({ "intent": "small_talk", "confidence": 1 }))).unwrap_err();
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
