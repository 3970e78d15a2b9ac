//! The shape of the router's answer, both ways: as a JSON schema for the model, and read back.
//!
//! The intent stands first and the flag second, because a model fills the fields in their order and these are the
//! tokens whose probability we read. Reading is tolerant: not every endpoint keeps to a schema.

use domain::intent::{Entities, Flag, Intent};
use domain::money::Money;
use serde_json::{Map, Value, json};

use super::confidence::Masses;
use super::pool;

/// Longer than any product's name or city's: what is longer is a model run wild.
const NAME_CHARS: usize = 120;

/// The field of the intent.
pub(super) const INTENT_KEY: &str = "intent";

/// The field of what calls for the owner himself.
pub(super) const FLAG_KEY: &str = "flag";

/// What is said that we have no name for calls somebody, too.
fn flag(value: &Value) -> Flag {
    match value.as_str().map(str::trim) {
        None | Some("") => Flag::None,
        Some(said) => Flag::ALL.into_iter().find(|flag| flag.name() == said).unwrap_or(Flag::TooComplex),
    }
}

/// The schema. What is named is a list, because most messages name little and each null costs a model's time. So does
/// how sure the model says it is, which is asked only where nothing better tells.
pub(super) fn routing(with_confidence: bool) -> Value {
    let intents: Vec<&str> = Intent::ALL.iter().map(|intent| intent.name()).collect();
    let second: Vec<Value> = intents.iter().map(|name| json!(name)).chain([Value::Null]).collect();
    let mut properties = json!({
        INTENT_KEY: { "type": "string", "enum": intents },
        FLAG_KEY: { "type": "string", "enum": Flag::ALL.map(Flag::name) },
        "second_intent": { "type": ["string", "null"], "enum": second },
        "named": { "type": "array", "items": { "anyOf": [
            strict(&json!({ "product": { "type": "string" } })),
            strict(&json!({ "location": { "type": "string" } })),
            strict(&json!({ "desired_price": { "type": "number" } })),
            strict(&json!({ "quantity": { "type": "integer" } })),
        ] } },
    });
    if with_confidence {
        properties["confidence"] = json!({ "type": "number" });
    }
    strict(&properties)
}

/// An object of just these fields.
fn strict(properties: &Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What the model states.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) intent: Intent,
    pub(super) confidence: Option<f64>,
    pub(super) second_intent: Option<Intent>,
    pub(super) entities: Entities,
    pub(super) flag: Flag,
}

impl Stated {
    /// Reads an answer, or says what is wrong with it. Only the intent must be there.
    pub(super) fn read(answer: &Value) -> Result<Self, String> {
        let intent = intent(&answer[INTENT_KEY]).ok_or_else(|| format!("its intent is {}", answer[INTENT_KEY]))?;
        Ok(Self {
            intent,
            confidence: number(&answer["confidence"]),
            second_intent: self::intent(&answer["second_intent"]),
            entities: entities(&answer["named"]),
            flag: flag(&answer[FLAG_KEY]),
        })
    }

    /// How likely each intent is by what it states alone; nothing stated is nothing known.
    pub(super) fn masses(&self) -> Masses {
        pool::as_stated(self.intent, self.second_intent, self.confidence.unwrap_or(0.0))
    }
}

/// Of several products or places the first: which one is meant is found out later, from the words themselves.
fn entities(named: &Value) -> Entities {
    let things = named.as_array().map_or(std::slice::from_ref(named), Vec::as_slice);
    let first = |key: &str| things.iter().map(|thing| &thing[key]).find(|value| !value.is_null());
    let sum = first("desired_price").and_then(number).filter(|price| *price > 0.0);
    let count = first("quantity").and_then(number).filter(|count| (1.0..1e6).contains(count));
    Entities {
        product_name: first("product").and_then(name),
        location: first("location").and_then(name),
        desired_price: sum.and_then(Money::from_roubles),
        quantity: count.map(|count| count as u32),
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
        let schema = routing(true);
        let fields: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(fields[..2], [INTENT_KEY, FLAG_KEY]);
        assert_eq!(json!(fields), schema["required"]);
        assert_eq!(schema["additionalProperties"], false);
        assert!(schema.to_string().starts_with(r#"{"type":"object","properties":{"intent""#), "{schema}");
        for one in schema["properties"]["named"]["items"]["anyOf"].as_array().unwrap() {
            assert_eq!((one["required"].as_array().unwrap().len(), &one["additionalProperties"]), (1, &json!(false)));
        }
        assert_eq!(fields.last().unwrap().as_str(), "confidence");
        assert!(!routing(false).to_string().contains("confidence"), "what the probabilities tell is not asked");
    }

    #[test]
    fn loose_values_are_read_and_senseless_ones_dropped() {
        let stated = Stated::read(&json!({
            "intent": "price_negotiation", "confidence": "0.9", "flag": " ready_to_buy", "second_intent": "nonsense",
            "named": [{ "desired_price": "1500" }, { "quantity": 2.0 }, { "product": "null" }, { "location": " " }],
        }))
        .unwrap();
        assert_eq!(stated.confidence, Some(0.9));
        assert_eq!(stated.entities.desired_price, Some(Money::roubles(1500)));
        assert_eq!(stated.entities.quantity, Some(2));
        assert_eq!((stated.entities.product_name, stated.entities.location, stated.second_intent), (None, None, None));
        assert_eq!(stated.flag, Flag::ReadyToBuy);
        for senseless in [json!(-5), json!(0), json!("много"), json!(1e300)] {
            let stated =
                Stated::read(&json!({ "intent": "other", "named": [{ "desired_price": senseless }] })).unwrap();
            assert_eq!(stated.entities.desired_price, None, "{senseless}");
        }
    }

    #[test]
    fn of_several_products_the_first_is_taken_and_one_object_will_do() {
        for named in [
            json!([{ "product": "сумка" }, { "product": "рюкзак" }, { "location": "Омск" }]),
            json!({ "product": "сумка", "location": "Омск" }),
        ] {
            let entities = entities(&named);
            assert_eq!((entities.product_name.as_deref(), entities.location.as_deref()), (Some("сумка"), Some("Омск")));
        }
        assert_eq!(entities(&json!("сумка")), Entities::default());
    }

    #[test]
    fn a_flag_that_is_none_of_ours_calls_somebody_all_the_same() {
        for (said, flag) in [
            (json!(null), Flag::None),
            (json!("none"), Flag::None),
            (json!("too_complex"), Flag::TooComplex),
            (json!("angry"), Flag::TooComplex),
        ] {
            assert_eq!(super::flag(&said), flag, "{said}");
        }
    }
}
