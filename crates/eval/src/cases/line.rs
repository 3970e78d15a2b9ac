//! One line, read field by field, so that what is wrong can be said in the words of the file.

use domain::escalation::EscalationReason;
use domain::intent::Intent;
use serde_json::{Map, Value};

use super::{Case, Expect, IntentMap, Listing, Named, Said, intent_names};

/// What is wrong, and what would be right.
type Misfit = (String, String);

/// The reasons that a file may name: those a message alone can give.
const REASONS: [EscalationReason; 12] = [
    EscalationReason::Complaint,
    EscalationReason::WantsHuman,
    EscalationReason::Order,
    EscalationReason::LowConfidence,
    EscalationReason::UnclearReference,
    EscalationReason::TooComplex,
    EscalationReason::StillUnclear,
    EscalationReason::NotInTable,
    EscalationReason::TableIncomplete,
    EscalationReason::NotText,
    EscalationReason::MissedCall,
    EscalationReason::ChecksRefused,
];

pub(super) fn read(line: &str, place: &str, map: &IntentMap) -> Result<Case, Misfit> {
    let fields = match serde_json::from_str(line) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(("is no JSON object".into(), "one object a line: {\"text\": …, \"intent\": …}".into())),
        Err(error) => return Err((format!("is no JSON: {error}"), format!("look at column {}", error.column()))),
    };
    let text = text(&fields, "text", "the buyer's words")?;
    let intent = intent(&fields, "intent", map)?;
    let intent = intent.ok_or_else(|| ("has no \"intent\"".to_owned(), format!("one of {}", intent_names())))?;
    Ok(Case {
        id: optional_text(&fields, "id")?.unwrap_or_else(|| place.to_owned()),
        text,
        before: before(&fields)?,
        listing: listing(&fields)?,
        intent,
        second_intent: self::intent(&fields, "second_intent", map)?.filter(|second| *second != intent),
        entities: entities(&fields)?,
        expect: expect(&fields, intent)?,
        why: why(&fields)?,
        smoke: fields.get("smoke").and_then(Value::as_bool).unwrap_or(false),
        tags: tags(&fields),
    })
}

fn text(fields: &Map<String, Value>, name: &str, is: &str) -> Result<String, Misfit> {
    let found = optional_text(fields, name)?;
    let text = found.ok_or_else(|| (format!("has no \"{name}\""), format!("\"{name}\" is {is}")))?;
    if text.trim().is_empty() {
        return Err((format!("its \"{name}\" is empty"), format!("\"{name}\" is {is}")));
    }
    Ok(text)
}

fn optional_text(fields: &Map<String, Value>, name: &str) -> Result<Option<String>, Misfit> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(other) => Err((format!("its \"{name}\" is {other}"), "write a text in quotes, or null".into())),
    }
}

fn intent(fields: &Map<String, Value>, name: &str, map: &IntentMap) -> Result<Option<Intent>, Misfit> {
    let Some(theirs) = optional_text(fields, name)?.filter(|theirs| !theirs.is_empty()) else { return Ok(None) };
    let unknown = || {
        let what = format!("its \"{name}\" is \"{theirs}\", which is none of ours");
        (what, format!("--map {theirs}=other, or another of {}", intent_names()))
    };
    map.find(&theirs).map(Some).ok_or_else(unknown)
}

fn before(fields: &Map<String, Value>) -> Result<Vec<Said>, Misfit> {
    let misfit = |line: &Value| {
        let what = format!("in its \"before\" stands {line}");
        (what, "each line is {\"buyer\": \"…\"} or {\"shop\": \"…\"}".to_owned())
    };
    let lines = match fields.get("before") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(lines)) => lines,
        Some(other) => return Err(misfit(other)),
    };
    let said = |line: &Value| {
        let text = |who: &str| line.get(who).and_then(Value::as_str).map(str::to_owned);
        let shop = || text("shop").or_else(|| text("seller")).map(Said::Shop);
        text("buyer").map(Said::Buyer).or_else(shop).ok_or_else(|| misfit(line))
    };
    lines.iter().map(said).collect()
}

fn listing(fields: &Map<String, Value>) -> Result<Option<Listing>, Misfit> {
    match fields.get("listing") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(title)) => Ok(Some(Listing { title: title.clone(), price: None })),
        Some(Value::Object(listing)) => Ok(Some(Listing {
            title: text(listing, "title", "the listing's")?,
            price: optional_text(listing, "price")?,
        })),
        Some(other) => {
            Err((format!("its \"listing\" is {other}"), "{\"title\": \"…\", \"price\": \"…\"} or null".into()))
        }
    }
}

fn entities(fields: &Map<String, Value>) -> Result<Option<Named>, Misfit> {
    let named = match fields.get("entities") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(named)) => named,
        Some(other) => return Err((format!("its \"entities\" is {other}"), "an object, or leave it out".into())),
    };
    let number = |name: &str| match named.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| {
            (format!("its \"entities.{name}\" is {value}"), "write a number without quotes, or null".to_owned())
        }),
    };
    Ok(Some(Named {
        product_name: optional_text(named, "product_name")?,
        location: optional_text(named, "location")?,
        desired_price: number("desired_price")?,
        quantity: number("quantity")?,
    }))
}

fn expect(fields: &Map<String, Value>, intent: Intent) -> Result<Expect, Misfit> {
    match optional_text(fields, "expect")? {
        None if intent == Intent::Complaint => Ok(Expect::Escalate),
        None => Ok(Expect::Either),
        Some(name) => {
            let found = Expect::ALL.iter().find(|(known, _)| *known == name).map(|(_, expect)| *expect);
            let names = Expect::ALL.map(|(name, _)| name).join(", ");
            found.ok_or_else(|| (format!("its \"expect\" is \"{name}\""), format!("one of {names}")))
        }
    }
}

fn why(fields: &Map<String, Value>) -> Result<Option<String>, Misfit> {
    let Some(name) = optional_text(fields, "why")? else { return Ok(None) };
    let names = REASONS.map(EscalationReason::name);
    if names.contains(&name.as_str()) {
        return Ok(Some(name));
    }
    Err((format!("its \"why\" is \"{name}\""), format!("one of {}, or null", names.join(", "))))
}

fn tags(fields: &Map<String, Value>) -> Vec<String> {
    let tags = fields.get("tags").and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(Value::as_str).map(str::to_owned).collect()
}
