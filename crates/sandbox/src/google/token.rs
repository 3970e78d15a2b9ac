//! `POST /token`: a signed assertion of a service account for a bearer token.
//!
//! The assertion's shape is checked as Google does, its signature is not: there is no register of keys here.

use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Form, State};
use axum::response::Response;
use axum::routing::post;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::call::answer;
use super::world::{Grant, World};
use crate::server::Wire;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The longest an assertion may be good for, in seconds.
const LONGEST_S: i64 = 3600;

/// RFC 7515 wants no padding; the client libraries send it all the same, and Google takes both.
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn router() -> Router<Arc<World>> {
    Router::new().route("/token", post(token))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    assertion: String,
}

async fn token(
    State(world): State<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Form(asked): Form<Asked>,
) -> Response {
    let claims = check(&asked, world.clock.now_s());
    let about = claims.iter().flat_map(|claims| [claims.iss.clone(), claims.scope.clone()]).collect();
    let ttl = world.token_ttl;
    answer(&world, &wire, "token", about, move |state, now_ms| {
        let claims = claims?;
        let token = format!("ya29.sandbox-{:032x}", rand::random::<u128>());
        let expires_ms = now_ms.saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX));
        state.grant(token.clone(), Grant { email: claims.iss, scope: claims.scope, expires_ms });
        Ok(json!({"access_token": token, "expires_in": ttl.as_secs(), "token_type": "Bearer"}))
    })
    .await
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    #[serde(default)]
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// The claims, if the request is one that Google would look at.
fn check(asked: &Asked, now_s: i64) -> Result<Claims, Refusal> {
    if asked.grant_type != GRANT_TYPE {
        return Err(Refusal::oauth("unsupported_grant_type", format!("Invalid grant_type: {}", asked.grant_type)));
    }
    let invalid = |why: &str| Refusal::oauth("invalid_grant", format!("Invalid JWT: {why}"));
    let parts: Vec<&str> = asked.assertion.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err(invalid("it must consist of three parts"));
    };
    let header: Header = decode(header).ok_or_else(|| invalid("its header is not base64url JSON"))?;
    let claims: Claims = decode(claims).ok_or_else(|| invalid("iss, aud, iat and exp are required"))?;
    if header.alg != "RS256" {
        return Err(invalid("it must be signed with RS256"));
    }
    // The shortest RSA signature that any key Google ever handed out can make: 1024 bits.
    if URL_SAFE.decode(signature).is_ok_and(|bytes| bytes.len() >= 128) {
        check_times(&claims, now_s).map_err(invalid)?;
    } else {
        return Err(Refusal::oauth("invalid_grant", "Invalid JWT Signature."));
    }
    if claims.scope.is_empty() {
        return Err(Refusal::oauth("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
    }
    if claims.iss.is_empty() || claims.aud.is_empty() {
        return Err(invalid("iss and aud must not be empty"));
    }
    Ok(claims)
}

fn check_times(claims: &Claims, now_s: i64) -> Result<(), &'static str> {
    // A minute's difference between two machines' clocks is forgiven.
    const SKEW_S: i64 = 60;
    let lasts = claims.exp - claims.iat;
    if lasts <= 0 || lasts > LONGEST_S {
        return Err(
            "Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
        );
    }
    if claims.iat > now_s + SKEW_S || claims.exp < now_s - SKEW_S {
        return Err(
            "Token is not in a reasonable timeframe. Check your iat and exp values and use a clock with skew to account for clock differences between systems.",
        );
    }
    Ok(())
}

fn decode<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    let bytes = URL_SAFE.decode(part).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    serde_json::from_value(value).ok()
}
