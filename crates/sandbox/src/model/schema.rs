//! The answer in the shape the request's schema asks for: its fields, in its order, of its types.

use serde_json::{Map, Value, json};

use super::routing::Routed;

/// The routing as the schema wants it. A field the rules know nothing of gets the emptiest value its type allows.
pub(super) fn routing(routed: &Routed, schema: &Value) -> Value {
    let Some(fields) = schema.get("properties").and_then(Value::as_object) else { return all(routed) };
    let known = all(routed);
    let field = |(name, shape): (&String, &Value)| (name.clone(), fitted(known.get(name), shape));
    Value::Object(fields.iter().map(field).collect::<Map<_, _>>())
}

/// Everything the rules know, by the fields' names.
fn all(routed: &Routed) -> Value {
    json!({
        "intent": routed.intent.name(),
        "flag": flag(routed),
        "second_intent": routed.second.map(super::sense::Intent::name),
        "named": named(routed),
        "confidence": (routed.confidence * 100.0).round() / 100.0,
    })
}

/// What calls for the owner, the gravest first. Who takes it may call for a human as well: it is an order.
fn flag(routed: &Routed) -> &'static str {
    [
        (routed.wants_human && !routed.ready_to_buy, "wants_human"),
        (routed.unclear_reference, "unclear_reference"),
        (routed.too_complex, "too_complex"),
        (routed.ready_to_buy, "ready_to_buy"),
    ]
    .into_iter()
    .find_map(|(holds, name)| holds.then_some(name))
    .unwrap_or("none")
}

fn named(routed: &Routed) -> Vec<Value> {
    [
        routed.product.as_ref().map(|product| json!({ "product": product })),
        routed.location.as_ref().map(|location| json!({ "location": location })),
        routed.desired_price.map(|price| json!({ "desired_price": number(price) })),
        routed.quantity.map(|count| json!({ "quantity": number(count) })),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 1000 rather than 1000.0.
fn number(value: f64) -> Value {
    let whole = value.fract() == 0.0 && value.abs() < 9e15;
    if whole { json!(value as i64) } else { json!(value) }
}

fn fitted(value: Option<&Value>, shape: &Value) -> Value {
    let allows = |kind: &str| match shape.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => kind == "null",
    };
    match value {
        Some(Value::Number(number)) if allows("integer") && !allows("number") => {
            number.as_f64().map_or(Value::Null, |number| json!(number.round() as i64))
        }
        Some(value) if !value.is_null() || allows("null") => value.clone(),
        _ if allows("null") => Value::Null,
        _ if allows("boolean") => json!(false),
        _ if allows("integer") || allows("number") => json!(0),
        _ if allows("array") => json!([]),
        _ if allows("object") => json!({}),
        _ => json!(""),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::routing;
    use crate::model::routing::route;

    #[test]
    fn the_answer_has_the_schemas_fields_and_no_others() {
        let schema = json!({"type": "object", "properties": {
            "intent": {"type": "string"},
            "flag": {"type": "string"},
            "named": {"type": "array"},
            "confidence": {"type": "integer"},
            "mood": {"type": ["string", "null"]},
            "hurry": {"type": "boolean"},
        }});
        let answer = routing(&route("За 2,5к отдадите?", &[]), &schema);
        assert_eq!(
            answer,
            json!({
                "intent": "price_negotiation", "flag": "none", "named": [{"desired_price": 2500}], "confidence": 1,
                "mood": null, "hurry": false,
            })
        );
    }
}
