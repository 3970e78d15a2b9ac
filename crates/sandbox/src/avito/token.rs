//! `POST /token`: client credentials for an access token.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::{Form, Json};
use serde_json::{Value, json};

use super::caller;
use super::endpoint::Endpoint;
use super::refusal::Refusal;
use super::state::State;

pub(super) async fn issue(
    Shared(state): Shared<Arc<State>>,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Result<Json<Value>, Refusal> {
    caller::play(&state, Endpoint::Token, "", None).await?;
    let Form(form) = form.map_err(|_| Refusal::field("body", "a form is expected"))?;
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    if field("grant_type") != "client_credentials" {
        return Err(Refusal::field("grant_type", "client_credentials is expected"));
    }
    let (client_id, client_secret) = (field("client_id"), field("client_secret"));
    let ttl = state.config.token_ttl;
    let token = state.change(|world| {
        let holder = world.accounts.iter().map(|state| &state.account);
        let mut holder =
            holder.filter(|account| account.client_id == client_id && account.client_secret == client_secret);
        let account = holder.next().map(|account| account.user_id)?;
        Some(world.issue_token(account, ttl))
    });
    let token = token.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "invalid client credentials"))?;
    Ok(Json(json!({"access_token": token, "expires_in": ttl.as_secs(), "token_type": "Bearer"})))
}
