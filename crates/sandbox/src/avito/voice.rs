//! Where voice messages can be heard.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State as Shared};
use serde_json::{Value, json};

use super::caller::Caller;
use super::message::Content;
use super::query::{Pairs, values};
use super::refusal::Refusal;
use super::state::State;

/// `GET /messenger/v1/accounts/{user}/getVoiceFiles?voice_ids=`: an address for each recording there is in a chat of
/// this account.
pub(super) async fn links(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Query(query): Query<Pairs>,
) -> Result<Json<Value>, Refusal> {
    let wanted = values(&query, "voice_ids");
    if wanted.is_empty() {
        return Err(Refusal::field("voice_ids", "must not be empty"));
    }
    let links = state.look(|world| {
        let chats = world.chats().filter(|chat| chat.account == caller.account);
        let voices = chats.flat_map(|chat| &chat.messages).filter(|message| message.content == Content::Voice);
        let ids = voices.map(|message| format!("voice-{}", message.id)).filter(|id| wanted.contains(&id.as_str()));
        ids.map(|id| (id.clone(), json!(format!("https://voice.avito.ru/{id}.mp4?expires=3600")))).collect::<Vec<_>>()
    });
    Ok(Json(json!({"voices_urls": links.into_iter().collect::<serde_json::Map<_, _>>()})))
}
