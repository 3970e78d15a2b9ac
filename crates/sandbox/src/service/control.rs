//! What the control APIs of the fakes have in common: their place, their bodies, their short answers.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::watched::Watched;

/// How long a reading of the state waits for news.
const NEWS_WITHIN: Duration = Duration::from_secs(25);

/// Puts the routes under `/sandbox`. A page of any origin may use them.
pub(crate) fn control(routes: Router) -> Router {
    Router::new().nest("/sandbox", routes.layer(map_response(open_to_pages)))
}

async fn open_to_pages(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// `?since=`: wait until the state is newer than this version.
#[derive(Deserialize)]
pub(crate) struct Since {
    since: Option<u64>,
}

impl Since {
    pub(crate) async fn wait<T>(&self, state: &Watched<T>) {
        if let Some(version) = self.since {
            state.news(version, NEWS_WITHIN).await;
        }
    }
}

/// A JSON body whatever its content type says: so that a page needs no leave from the browser to send one.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let parsed = serde_json::from_slice(&bytes);
        parsed.map(Asked).map_err(|error| mistake(StatusCode::BAD_REQUEST, &error.to_string()))
    }
}

pub(crate) fn done() -> Response {
    Json(json!({"ok": true})).into_response()
}

pub(crate) fn mistake(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}
