//! `POST /v1/chat/completions` and `GET /v1/models`, with the faults ordered for them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::request::Request;
use super::routing::{Routed, route};
use super::world::{Call, Job, World};
use super::{Fault, hostile, logprobs, prompt, schema, wording};
use crate::server::Wire;

/// What a request for anything else is answered with.
const INTRODUCTION: &str = "Я учебная модель: разбираю сообщения покупателей по правилам и больше ничего не умею. \
    I am a small rule-based model for the sandbox.";

pub(super) fn router(world: Arc<World>) -> Router {
    // With and without the version: a base URL ends in /v1/ or not.
    Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/chat/completions", post(complete))
        .route("/v1/models", get(models))
        .route("/models", get(models))
        .with_state(world)
}

async fn models(Shared(world): Shared<Arc<World>>, headers: HeaderMap) -> Response {
    match check_key(&world, &headers) {
        Ok(()) => {
            let model = json!({"id": world.name, "object": "model", "created": 1_700_000_000, "owned_by": "sandbox"});
            Json(json!({"object": "list", "data": [model]})).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn complete(
    Shared(world): Shared<Arc<World>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = match check_key(&world, &headers).and_then(|()| Request::read(&body).map_err(Refusal::bad)) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    let job = request.job();
    let fault = world.orders.take(job.name());
    let slow = match fault {
        Some(Fault::Slow { ms }) => Duration::from_millis(ms),
        _ => Duration::ZERO,
    };
    let wait = world.state.read(|state| state.latency(job)).saturating_add(slow);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let refusal = fault.as_ref().and_then(|fault| instead(fault, &request));
    let answer = if refusal.is_none() { Some(Answer::to(&world, &request, job, fault.as_ref())) } else { None };
    note(&world, &request, job, answer.as_ref(), refusal.as_ref());
    if let Some(Fault::Cut) = fault {
        wire.cut();
    }
    match (refusal, answer) {
        (Some(refusal), _) => refusal.into_response(),
        (None, Some(answer)) => Json(answer.body(&world, &request)).into_response(),
        (None, None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn note(world: &World, request: &Request, job: Job, answer: Option<&Answer>, refusal: Option<&Refusal>) {
    let call = Call {
        job,
        model: request.model.clone(),
        before: request.before(),
        user: request.user(),
        answer: answer.map(|answer| answer.content.clone()),
        status: refusal.map_or(200, |refusal| refusal.status.as_u16()),
        at_ms: world.clock.now_ms(),
    };
    world.state.change(|state| state.seen.note(call));
}

/// What the model says.
struct Answer {
    content: String,
    routed: Option<Routed>,
    finish: &'static str,
    /// What a hostile model is up to with it.
    aim: Option<&'static str>,
    /// Whether it keeps its probabilities to itself.
    mute: bool,
}

impl Answer {
    fn to(world: &World, request: &Request, job: Job, fault: Option<&Fault>) -> Self {
        if let Some(hostile::Drawn { content, routed, aim }) =
            world.hostility.and_then(|hostility| hostile::answer(hostility, request, job))
        {
            return Self { content, routed, finish: "stop", aim: Some(aim), mute: false }.spoilt(fault);
        }
        let user = request.user();
        let (content, routed) = match job {
            Job::Routing => {
                let buyer = prompt::section(&user, "buyer").unwrap_or(&user);
                let routed = route(buyer, &prompt::history(&user));
                (schema::routing(&routed, request.schema()).to_string(), Some(routed))
            }
            Job::Wording => (json!({"text": wording::word(&user, world.repeats.as_deref())}).to_string(), None),
            Job::Plain => (INTRODUCTION.to_owned(), None),
        };
        Self { content, routed, finish: "stop", aim: None, mute: false }.spoilt(fault)
    }

    fn spoilt(self, fault: Option<&Fault>) -> Self {
        let with = |content: String, finish| Self { content, routed: None, finish, aim: None, mute: false };
        match fault {
            Some(Fault::BrokenJson) => {
                let half = self.content.chars().count() / 2;
                with(self.content.chars().take(half).collect(), "length")
            }
            Some(Fault::Empty) => with(String::new(), "stop"),
            Some(Fault::WrongSchema) => with(json!({"category": "inquiry", "reply": 42}).to_string(), "stop"),
            Some(Fault::Chatty) => with(format!("Конечно! Вот ответ:\n```json\n{}\n```", self.content), "stop"),
            Some(Fault::NoLogprobs) => Self { mute: true, ..self },
            _ => self,
        }
    }

    fn body(&self, world: &World, request: &Request) -> Value {
        // A token is about four characters of English, and of Russian about three: near enough for the books.
        let tokens = |chars: usize| chars.div_ceil(4);
        let (asked, answered) = (tokens(request.chars()), tokens(self.content.chars().count()));
        let alternatives = request.alternatives().filter(|_| !self.mute);
        let logprobs = alternatives.map(|top| logprobs::of(&self.content, self.routed.as_ref(), top));
        json!({
            "id": format!("chatcmpl-{:032x}", rand::random::<u128>()),
            "object": "chat.completion",
            "created": world.clock.now_s(),
            "model": self.aim.map_or_else(|| world.name.clone(), |aim| format!("{}/{aim}", world.name)),
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": self.content, "refusal": null},
                "logprobs": logprobs,
                "finish_reason": self.finish,
            }],
            "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
            "system_fingerprint": null,
        })
    }
}

/// The answer that the fault puts in place of the model's own.
fn instead(fault: &Fault, request: &Request) -> Option<Refusal> {
    match fault {
        Fault::NoSchemas if request.has_schema() => {
            Some(Refusal::bad("'response_format' of type 'json_schema' is not supported with this model".to_owned()))
        }
        Fault::LogprobsRefused if request.alternatives().is_some() => {
            Some(Refusal::bad("'logprobs' is not supported with this model".to_owned()))
        }
        Fault::TooManyRequests { retry_after_s } => Some(Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            kind: "rate_limit_exceeded",
            message: "Rate limit reached for requests".to_owned(),
            retry_after_s: *retry_after_s,
        }),
        Fault::ServerError => Some(Refusal {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: "server_error",
            message: "The server had an error while processing your request.".to_owned(),
            retry_after_s: None,
        }),
        _ => None,
    }
}

/// A refusal in the shape of the OpenAI API.
struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
    retry_after_s: Option<u64>,
}

impl Refusal {
    fn bad(message: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "invalid_request_error", message, retry_after_s: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = json!({"message": self.message, "type": self.kind, "param": null, "code": self.kind});
        let mut response = (self.status, Json(json!({"error": error}))).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn check_key(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(key) = &world.api_key else { return Ok(()) };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) == Some(key) {
        return Ok(());
    }
    Err(Refusal {
        status: StatusCode::UNAUTHORIZED,
        kind: "invalid_api_key",
        message: "Incorrect API key provided.".to_owned(),
        retry_after_s: None,
    })
}
