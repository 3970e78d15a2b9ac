//! getUpdates: what the bot has not been told yet, waited for if need be.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

use super::params::Params;
use super::refusal::Refusal;
use super::world::{State, World};

/// The most updates at once, also when more are asked for.
const MOST: usize = 100;

/// The longest wait, as in Telegram.
const LONGEST_WAIT: Duration = Duration::from_secs(50);

/// Forgets what `offset` confirms, and gives the rest as soon as there is any.
pub(super) async fn get_updates(world: &World, params: &Params) -> Result<Value, Refusal> {
    let offset = params.integer("offset").unwrap_or(0);
    let limit = params.integer("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).clamp(1, MOST);
    let wait = params.integer("timeout").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
    let allowed: Vec<String> =
        params.structure("allowed_updates").and_then(|kinds| serde_json::from_value(kinds).ok()).unwrap_or_default();
    let mine = world.state.change(|state| {
        confirm(state, offset, &allowed);
        state.polls += 1;
        state.polls
    });
    let found = |state: &State| {
        if state.polls != mine {
            return Some(Err(taken_over()));
        }
        let updates: Vec<Value> = state.updates.iter().take(limit).map(super::world::Update::json).collect();
        (!updates.is_empty()).then(|| Ok(Value::Array(updates)))
    };
    let wait = Duration::from_secs(wait).min(LONGEST_WAIT);
    world.state.until(wait, found).await.unwrap_or_else(|| Ok(Value::Array(Vec::new())))
}

fn confirm(state: &mut State, offset: i64, allowed: &[String]) {
    if offset < 0 {
        let kept = usize::try_from(-offset).unwrap_or(usize::MAX);
        let old = state.updates.len().saturating_sub(kept);
        state.updates.drain(..old);
    }
    state.updates.retain(|update| {
        i64::from(update.id) >= offset && (allowed.is_empty() || allowed.iter().any(|kind| kind == update.kind))
    });
}

fn taken_over() -> Refusal {
    Refusal::new(
        StatusCode::CONFLICT,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
}
