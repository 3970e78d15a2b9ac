//! What every call must pass before its handler runs: the faults that are due, the bearer, the right account.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::endpoint::Endpoint;
use super::fault::{Fault, Point};
use super::refusal::Refusal;
use super::state::State;
use super::world::{Bearer, Paywall};

/// A caller with a good token, on its own account's path.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// The account the token speaks for.
    pub(super) account: u64,
    /// The chat in the path; empty where the path has none.
    pub(super) chat: String,
    /// The message in the path; empty where the path has none.
    pub(super) message: String,
}

impl FromRequestParts<Arc<State>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Refusal> {
        let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
        let endpoint = Endpoint::of(&parts.method, &path);
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Refusal::not_found("path"))?;
        let param = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
        let chat = param("chat").unwrap_or_default();
        let token = bearer(&parts.headers);

        play(state, endpoint, &chat, token).await?;
        let account = state.look(|world| admit(world.bearer(token.unwrap_or_default()), token))?;
        if param("user").is_some_and(|user| user != account.to_string()) {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "the token belongs to another account"));
        }
        let unpaid = state.look(|world| world.account(account).is_some_and(|found| found.paywall == Paywall::Unpaid));
        if unpaid && endpoint.is_paid() {
            return Err(Refusal::paywall());
        }
        Ok(Self { account, chat, message: param("message").unwrap_or_default() })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn admit(found: Bearer, token: Option<&str>) -> Result<u64, Refusal> {
    match found {
        Bearer::Of(account) => Ok(account),
        Bearer::Expired => Err(Refusal::new(StatusCode::FORBIDDEN, "access token has expired")),
        Bearer::Unknown if token.is_some() => Err(Refusal::new(StatusCode::FORBIDDEN, "invalid access token")),
        Bearer::Unknown => Err(Refusal::new(StatusCode::UNAUTHORIZED, "no access token")),
    }
}

/// Plays the fault that is due on this call, before anything is done.
pub(super) async fn play(state: &State, endpoint: Endpoint, chat: &str, token: Option<&str>) -> Result<(), Refusal> {
    let chat = Some(chat).filter(|chat| !chat.is_empty());
    let Some(fault) = state.change(|world| world.draw(Point::Call(endpoint), chat)) else { return Ok(()) };
    let expire = |status| {
        state.change(|world| world.revoke(token.unwrap_or_default()));
        Err(Refusal::new(status, "access token has expired"))
    };
    match fault {
        Fault::ExpiredToken403 => expire(StatusCode::FORBIDDEN),
        Fault::ExpiredToken401 => expire(StatusCode::UNAUTHORIZED),
        Fault::Paywall => Err(Refusal::paywall()),
        Fault::TooManyRequests { retry_after_s } => Err(Refusal::too_many(retry_after_s)),
        Fault::ErrorBeforeAccepting { status } => Err(Refusal::broken(status)),
        Fault::CutBeforeAccepting => Err(Refusal::Cut),
        Fault::SlowHistory { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(())
        }
        _ => Ok(()),
    }
}
