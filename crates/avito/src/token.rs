//! The access token of one account: got with its key pair, kept until shortly before it ends, replaced once
//! when Avito refuses it.
//!
//! One asker at a time: whoever comes while a token is being fetched waits for that one. Not here: sharing a
//! token between processes. Avito lets several tokens of one key pair live side by side.

use std::time::{Duration, Instant};

use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::error::AvitoError;
use crate::json::{number, text, words};
use crate::reply::exchange;

const CALL: &str = "token";

/// How long a token lasts where Avito does not say; it says 24 hours.
const LIFE_UNLESS_TOLD: Duration = Duration::from_secs(3600);

/// A token is replaced this long before its end, so that it does not end on the way.
const MARGIN: Duration = Duration::from_secs(300);

/// A token that Avito gave.
#[derive(Clone)]
pub(crate) struct Token {
    secret: SecretString,
    /// Counts up with each token, to tell a refused one from its successor.
    number: u64,
}

/// Where the tokens of one account come from.
pub(crate) struct Tokens {
    http: Client,
    url: Url,
    client_id: String,
    client_secret: SecretString,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<(Token, Instant)>,
    count: u64,
}

impl Token {
    /// For the `Authorization: Bearer` header.
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }
}

impl Tokens {
    pub(crate) fn new(http: Client, url: Url, client_id: String, client_secret: SecretString) -> Self {
        Self { http, url, client_id, client_secret, held: Mutex::default() }
    }

    /// A token that should be good.
    pub(crate) async fn current(&self, deadline: Instant) -> Result<Token, AvitoError> {
        let mut held = in_time(deadline, self.held.lock()).await?;
        match &held.token {
            Some((token, until)) if Instant::now() < *until => Ok(token.clone()),
            _ => self.fetch(&mut held, deadline).await,
        }
    }

    /// A token in place of one that Avito refused. Many calls may find the same token refused at the same
    /// time: the first fetches, the others take what it got.
    pub(crate) async fn instead_of(&self, refused: &Token, deadline: Instant) -> Result<Token, AvitoError> {
        let mut held = in_time(deadline, self.held.lock()).await?;
        match &held.token {
            Some((token, _)) if token.number != refused.number => Ok(token.clone()),
            _ => self.fetch(&mut held, deadline).await,
        }
    }

    async fn fetch(&self, held: &mut Held, deadline: Instant) -> Result<Token, AvitoError> {
        held.token = None;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let request = self.http.post(self.url.clone()).form(&form);
        let reply = exchange(&self.http, CALL, request, deadline).await.map_err(|lost| lost.into_error(CALL))?;
        let (secret, life) = given(&reply.into_json(CALL).map_err(about_the_key_pair)?)?;

        held.count += 1;
        let token = Token { secret, number: held.count };
        held.token = Some((token.clone(), Instant::now() + usable(life)));
        Ok(token)
    }
}

/// Waiting for another asker has the same deadline as asking.
async fn in_time<T>(deadline: Instant, waiting: impl Future<Output = T>) -> Result<T, AvitoError> {
    tokio::time::timeout_at(deadline.into(), waiting).await.map_err(|_| AvitoError::Unavailable {
        call: CALL,
        why: "another call is still waiting for the token".to_owned(),
    })
}

/// Whatever Avito dislikes about this call (400 and 401 were both seen) can only be the key pair.
fn about_the_key_pair(error: AvitoError) -> AvitoError {
    match error {
        AvitoError::Rejected { call, why, .. } => AvitoError::Unauthorized { call, why },
        other => other,
    }
}

/// A wrong key pair was also seen as a 200 that holds an error.
fn given(answer: &Value) -> Result<(SecretString, Duration), AvitoError> {
    if let Some(secret) = words(answer, "access_token") {
        let life = number(answer, "expires_in").map_or(LIFE_UNLESS_TOLD, Duration::from_secs);
        return Ok((secret.into(), life));
    }
    Err(match text(answer, "error") {
        Some(_) => AvitoError::Unauthorized { call: CALL, why: crate::error::words_of(answer.to_string().as_bytes()) },
        None => AvitoError::Unreadable { call: CALL, why: "no access_token in it".to_owned() },
    })
}

/// For how long a token is used that lasts `life`.
fn usable(life: Duration) -> Duration {
    life.saturating_sub(MARGIN.min(life / 10))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_given_up_shortly_before_its_end() {
        for (life, expected) in [(86_400, 86_100), (3_000, 2_700), (100, 90), (0, 0)] {
            assert_eq!(usable(Duration::from_secs(life)), Duration::from_secs(expected), "{life}");
        }
    }

    #[test]
    fn a_token_is_read_with_and_without_its_life() {
        for (answer, life) in [
            (json!({"access_token": "t", "expires_in": 86400, "token_type": "Bearer"}), 86_400),
            (json!({"access_token": "t", "expires_in": "60"}), 60),
            (json!({"access_token": "t"}), 3600),
        ] {
            let (secret, given_life) = given(&answer).unwrap();
            assert_eq!((secret.expose_secret(), given_life), ("t", Duration::from_secs(life)), "{answer}");
        }
        let refused = given(&json!({"error": "invalid_client", "error_description": "unknown client"}));
        let why = "unknown client".to_owned();
        assert_eq!(refused.map(|_| ()), Err(AvitoError::Unauthorized { call: CALL, why }));
        for answer in [json!({}), json!({"access_token": ""}), json!([])] {
            assert!(matches!(given(&answer), Err(AvitoError::Unreadable { .. })), "{answer}");
        }
    }
}
