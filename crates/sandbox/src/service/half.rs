//! An answer that breaks off in the middle of its body.
//!
//! Not here: no answer at all ([`crate::server::Wire::cut`]), or nobody there ([`super::Service::down`]).

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::stream;

/// The status line, the headers, half of `whole`, and then nothing.
pub(crate) fn half(whole: &str) -> Response {
    let bytes = Bytes::copy_from_slice(&whole.as_bytes()[..whole.len() / 2]);
    let pieces = stream::unfold(Some(Ok(bytes)), |next: Option<io::Result<Bytes>>| async move {
        let piece = next?;
        if piece.is_err() {
            // Gives hyper the turn in which it sends what it has.
            tokio::task::yield_now().await;
        }
        let after = piece.is_ok().then(|| Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut by order")));
        Some((piece, after))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, whole.len().into());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    response
}
