//! One webhook, from its first byte to our answer.
//!
//! Not here: the proofs (`gates`), the reading of the body ([`avito::webhook`]), the queue (`intake`).

use std::sync::Arc;
use std::time::Instant;

use avito::webhook::{Event, Inbound, parse};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, PathRejection};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::HeaderMap;
use domain::message::Message;

use crate::ending::Ending;
use crate::gates::RawBody;
use crate::state::{Gateway, Rules};

/// `POST /webhook/avito`.
pub(crate) async fn at_the_open_door(State(gateway): State<Arc<Gateway>>, request: Request) -> Ending {
    answer(&gateway, None, request).await
}

/// `POST /webhook/avito/{token}`. A token that is not even text is a wrong one.
pub(crate) async fn at_a_secret_door(
    State(gateway): State<Arc<Gateway>>,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> Ending {
    let token = token.map(|Path(token)| token).unwrap_or_default();
    answer(&gateway, Some(token), request).await
}

/// Avito waits two seconds, so there is an answer before, whatever hangs: the body, Redis, we.
async fn answer(gateway: &Arc<Gateway>, token: Option<String>, request: Request) -> Ending {
    let began = Instant::now();
    let received = tokio::time::timeout(gateway.answer_within, receive(gateway, token.as_deref(), request)).await;
    let ending = match received {
        Ok(Ok(ending) | Err(ending)) => ending,
        Err(_) => Ending::Late,
    };
    ending.tell(began.elapsed());
    ending
}

/// The way of a webhook. An early end is an `Err`, whether it is a good end or a bad one.
async fn receive(gateway: &Arc<Gateway>, token: Option<&str>, request: Request) -> Result<Ending, Ending> {
    let received_ms = gateway.clock.now_ms();
    let headers = request.headers().clone();

    let raw = whole_body(request).await?;
    let message = verify(&gateway.rules.load(), raw, &headers, token, received_ms)?;
    Ok(gateway.take_in(message).await)
}

/// Between the body and the queue nothing waits, so one reading of the settings decides all of it.
fn verify(
    rules: &Rules,
    raw: RawBody,
    headers: &HeaderMap,
    token: Option<&str>,
    received_ms: i64,
) -> Result<Message, Ending> {
    let verified = rules.gates.admit(raw, headers, token)?;
    let event = parse(verified.bytes()).map_err(|_| Ending::NotJson)?;
    let inbound = message_in(event)?;
    let seller = rules.sellers.owner(&inbound, verified.named())?;
    let side = inbound.side();
    Ok(inbound.into_message(seller, side, received_ms))
}

async fn whole_body(request: Request) -> Result<RawBody, Ending> {
    match Bytes::from_request(request, &()).await {
        Ok(bytes) => Ok(RawBody(bytes)),
        Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) => Err(Ending::TooLarge),
        Err(_) => Err(Ending::CutOff),
    }
}

/// The message somebody wrote; everything else ends here.
fn message_in(event: Event) -> Result<Inbound, Ending> {
    match event {
        Event::Message(inbound) => Ok(inbound),
        Event::Probe => Err(Ending::Probe),
        Event::SystemNote => Err(Ending::SystemNote),
        Event::Paywall => Err(Ending::Paywall),
        Event::Unknown { what } => Err(Ending::Unknown(what)),
    }
}
