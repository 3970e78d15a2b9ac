//! An answer and its reasons, for a program.

use agents::{Outcome, checks};
use serde_json::{Value, json};

use super::answer::Asked;
use super::shop::Shop;

/// Everything about one turn.
pub(super) fn of(shop: &Shop, asked: &Asked) -> Value {
    let trace = &asked.answer.trace;
    let (ending, reply, card, draft) = match &asked.answer.outcome {
        Outcome::Reply { text, then } => ("reply", Some(text.as_str()), *then, None),
        Outcome::Escalate { reason, holding, draft } => {
            ("escalate", Some(holding.as_str()), Some(*reason), draft.as_deref())
        }
        Outcome::Silent(_) => ("silent", None, None, None),
    };
    let silent = if let Outcome::Silent(reason) = &asked.answer.outcome { Some(*reason) } else { None };
    let steps = trace.steps_ms.iter().map(|(step, ms)| (step.clone(), json!(ms)));
    let table = ("table".to_owned(), json!(asked.table.as_millis() as u64));
    let total = ("total".to_owned(), json!(asked.total.as_millis() as u64));
    json!({
        "seller": shop.seller().id,
        "model": shop.model(),
        "question": asked.question,
        "routing": trace.routing,
        "decisions": trace.decisions,
        // What goes out has passed them all; `refused` tells what did not.
        "checks": reply.map(|_| checks::names().map(|name| (name.to_owned(), json!("passed"))).collect::<serde_json::Map<_, _>>()),
        "refused": trace.refusals,
        "ending": ending,
        "reply": reply,
        "worded_by": trace.wording,
        "card": card,
        "draft": draft,
        "silent": silent,
        "notes": trace.notes,
        "steps_ms": std::iter::once(table).chain(steps).chain([total]).collect::<serde_json::Map<_, _>>(),
        "usage": trace.usage,
        "sent": false,
    })
}
