//! The shape of the router's answer, both ways: as a JSON schema for the model, and read back.
//!
//! The intent stands first, because a model fills the fields in their order and the intent's token is the one
//! whose probability we read. Reading is tolerant: not every endpoint keeps to a schema.

use domain::intent::{Entities, Flags, Intent};
use domain::money::Money;
use serde_json::{Map, Value, json};

/// Longer than any product's name or city's: what is longer is a model run wild.
const NAME_CHARS: usize = 120;

/// The schema.
pub(super) fn routing() -> Value {
    let intents: Vec<&str> = Intent::ALL.iter().map(|intent| intent.name()).collect();
    let second: Vec<Value> = intents.iter().map(|name| json!(name)).chain([Value::Null]).collect();
    let properties = json!({
        "intent": { "type": "string", "enum": intents },
        "confidence": { "type": "number" },
        "product_name": { "type": ["string", "null"] },
        "location": { "type": ["string", "null"] },
        "desired_price": { "type": ["number", "null"] },
        "quantity": { "type": ["integer", "null"] },
        "second_intent": { "type": ["string", "null"], "enum": second },
        "wants_human": { "type": "boolean" },
        "ready_to_buy": { "type": "boolean" },
        "unclear_reference": { "type": "boolean" },
        "too_complex": { "type": "boolean" },
    });
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What the model states.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) intent: Intent,
    pub(super) confidence: f64,
    pub(super) second_intent: Option<Intent>,
    pub(super) entities: Entities,
    pub(super) flags: Flags,
}

impl Stated {
    /// Reads an answer, or says what is wrong with it. Only the intent must be there.
    pub(super) fn read(answer: &Value) -> Result<Self, String> {
        let intent = intent(&answer["intent"]).ok_or_else(|| format!("its intent is {}", answer["intent"]))?;
        let flag = |name: &str| answer[name].as_bool().unwrap_or(false);
        Ok(Self {
            intent,
            // Nothing said is nothing known: a human decides.
            confidence: number(&answer["confidence"]).unwrap_or(0.0),
            second_intent: self::intent(&answer["second_intent"]),
            entities: Entities {
                product_name: name(&answer["product_name"]),
                location: name(&answer["location"]),
                desired_price: number(&answer["desired_price"])
                    .filter(|price| *price > 0.0)
                    .and_then(Money::from_roubles),
                quantity: number(&answer["quantity"]).filter(|count| (1.0..1e6).contains(count)).map(|n| n as u32),
            },
            flags: Flags {
                wants_human: flag("wants_human"),
                ready_to_buy: flag("ready_to_buy"),
                unclear_reference: flag("unclear_reference"),
                too_complex: flag("too_complex"),
            },
        })
    }
}

fn intent(value: &Value) -> Option<Intent> {
    let name = value.as_str()?;
    Intent::ALL.into_iter().find(|intent| intent.name() == name)
}

/// A number, also where the model wrote it as a string.
fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

/// A name, unless it is one of the ways to say there is none.
fn name(value: &Value) -> Option<String> {
    let name = value.as_str()?.trim();
    let is_none = name.is_empty() || ["null", "none", "нет"].contains(&name.to_lowercase().as_str());
    (!is_none && name.chars().count() <= NAME_CHARS).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_strict_and_asks_for_the_intent_first() {
        let schema = routing();
        let fields: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(fields[0], "intent");
        assert_eq!(json!(fields), schema["required"]);
        assert_eq!(schema["additionalProperties"], false);
        assert!(schema.to_string().starts_with(r#"{"type":"object","properties":{"intent""#), "{schema}");
    }

    #[test]
    fn loose_values_are_read_and_senseless_ones_dropped() {
        let stated = Stated::read(&json!({
            "intent": "price_negotiation", "confidence": "0.9", "desired_price": "1500", "quantity": 2.0,
            "product_name": "null", "second_intent": "nonsense", "ready_to_buy": true,
        }))
        .unwrap();
        assert_eq!(stated.confidence, 0.9);
        assert_eq!(stated.entities.desired_price, Some(Money::roubles(1500)));
        assert_eq!(stated.entities.quantity, Some(2));
        assert_eq!((stated.entities.product_name, stated.second_intent), (None, None));
        assert!(stated.flags.ready_to_buy && !stated.flags.wants_human);
        for senseless in [json!(-5), json!(0), json!("много"), json!(1e300)] {
            let stated = Stated::read(&json!({ "intent": "other", "desired_price": senseless })).unwrap();
            assert_eq!(stated.entities.desired_price, None, "{senseless}");
        }
    }
}
