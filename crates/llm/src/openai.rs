//! A model behind an OpenAI-compatible endpoint: Gemini, OpenAI, `YandexGPT`, a llama.cpp or Ollama server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_openai::Client;
use async_openai::error::OpenAIError;
use futures::future::BoxFuture;
use metrics::{counter, histogram};
use runtime::http::{self, HttpOptions};
use settings::model::{LlmProtocol, LlmSettings, ModelSettings};
use tokio::time::timeout;

use crate::connections::Connections;
use crate::endpoint::{Address, InvalidKey, Refused, SendOnce};
use crate::error::ModelError;
use crate::wire::{self, Completion, Once};
use crate::{ChatAnswer, ChatModel, ChatRequest};

/// No connection in this time: the endpoint is down, and a retry elsewhere in the turn is still possible.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// The longest any call may last. Each has its own, shorter deadline; this one only catches a forgotten one. A local
/// model on a busy machine reads a long prompt for minutes the first time.
const CALL_AT_MOST: Duration = Duration::from_secs(600);

const HTTP: HttpOptions =
    HttpOptions { connect_timeout: CONNECT_WITHIN, timeout: CALL_AT_MOST, user_agent: http::USER_AGENT };

/// An endpoint: its connections, and one limit for all models behind it.
#[derive(Clone)]
pub struct Endpoint(Arc<Connections>);

impl Endpoint {
    /// The endpoint that `settings` name. It may be down: each call finds that out for itself.
    ///
    /// # Errors
    /// When the key cannot be sent.
    pub fn new(settings: &LlmSettings) -> Result<Self, InvalidKey> {
        let address = Address::new(settings.base_url.as_str(), settings.api_key.as_ref())?;
        let connect = || {
            let http = match settings.protocol {
                LlmProtocol::Negotiated => http::client(HTTP),
                LlmProtocol::Http2 => http::http2_client(HTTP),
            };
            Client::build(http.clone(), address.clone()).with_http_service(SendOnce(http))
        };
        Ok(Self(Arc::new(Connections::new(settings.max_concurrent, settings.calls_per_connection, connect))))
    }

    /// One of its models.
    pub fn model(&self, settings: &ModelSettings) -> OpenAiModel {
        OpenAiModel { endpoint: self.clone(), settings: settings.clone() }
    }
}

/// One model of an [`Endpoint`].
#[derive(Clone)]
pub struct OpenAiModel {
    endpoint: Endpoint,
    settings: ModelSettings,
}

impl OpenAiModel {
    /// A model with an endpoint of its own. Two models that should share one limit come from one [`Endpoint`].
    ///
    /// # Errors
    /// When the key cannot be sent.
    pub fn new(llm: &LlmSettings, model: &ModelSettings) -> Result<Self, InvalidKey> {
        Ok(Endpoint::new(llm)?.model(model))
    }

    async fn complete(&self, request: ChatRequest) -> Result<ChatAnswer, ModelError> {
        let started = Instant::now();
        let (within, asked) = (request.within, request.schema.name);
        let answer = match timeout(within, self.call(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(ModelError::Late { within }),
        };
        let outcome = answer.as_ref().map_or_else(ModelError::name, |_| "answered");
        counter!("llm_calls_total", "asked" => asked, "outcome" => outcome).increment(1);
        histogram!("llm_call_seconds", "asked" => asked).record(started.elapsed().as_secs_f64());
        answer
    }

    async fn call(&self, request: ChatRequest) -> Result<ChatAnswer, ModelError> {
        let place = self.endpoint.0.place().await;
        let asked = request.schema.name;
        let body = Once::new(wire::body(&self.settings, &request));
        // Prompts are long and models slow: what is on the wire need not be in memory three times meanwhile.
        drop(request);
        let completion: Completion = place.client().chat().create_byot(body).await.map_err(what_to_do)?;
        count_tokens(asked, &completion);
        completion.into_answer(&self.settings.model)
    }
}

impl ChatModel for OpenAiModel {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'_, Result<ChatAnswer, ModelError>> {
        Box::pin(self.complete(request))
    }

    fn shows_probabilities(&self) -> bool {
        self.settings.logprobs
    }
}

fn count_tokens(asked: &'static str, completion: &Completion) {
    let usage = completion.usage();
    for (kind, tokens) in
        [("prompt", usage.prompt_tokens), ("cached", usage.cached_tokens), ("completion", usage.completion_tokens)]
    {
        counter!("llm_tokens_total", "asked" => asked, "kind" => kind).increment(tokens);
    }
}

/// Which of our errors a client's error is. A whole body that is no completion under a 200 is not a cut one
/// (that is the transport's error) but another server's: it will be the same again.
fn what_to_do(error: OpenAIError) -> ModelError {
    match error {
        OpenAIError::Boxed(boxed) => match boxed.downcast::<Refused>() {
            Ok(refused) => by_status(&refused),
            Err(other) => ModelError::retry(other.to_string()),
        },
        OpenAIError::Reqwest(error) if error.is_builder() => ModelError::fail(chain(&error)),
        OpenAIError::Reqwest(error) => ModelError::retry(chain(&error)),
        OpenAIError::JSONDeserialize(error, _) => {
            ModelError::fail(format!("it is no chat completion ({error}); look at llm.base_url"))
        }
        other => ModelError::fail(other.to_string()),
    }
}

/// 408, 409, 429 and the server's own errors pass; the rest stays until somebody changes a setting.
fn by_status(refused: &Refused) -> ModelError {
    let why = refused.to_string();
    match refused.status.as_u16() {
        408 | 409 | 425 | 429 | 500.. => ModelError::Retry { after: refused.retry_after, why },
        401 | 403 => ModelError::fail(format!("{why}; look at llm.api_key")),
        404 => ModelError::fail(format!("{why}; look at llm.base_url and the model's name")),
        _ => ModelError::fail(why),
    }
}

/// `reqwest` says "error sending request" and keeps the reason underneath. Its address is ours, not a secret.
fn chain(error: &reqwest::Error) -> String {
    let mut told = error.to_string();
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        told = format!("{told}: {cause}");
        below = cause.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;

    #[test]
    fn a_status_says_whether_another_try_may_do() {
        for (status, outcome) in [
            (400, "fail"),
            (401, "fail"),
            (403, "fail"),
            (404, "fail"),
            (422, "fail"),
            (408, "retry"),
            (429, "retry"),
            (500, "retry"),
            (502, "retry"),
            (503, "retry"),
            (529, "retry"),
        ] {
            let refused =
                Refused { status: StatusCode::from_u16(status).unwrap(), retry_after: None, said: String::new() };
            assert_eq!(by_status(&refused).name(), outcome, "{status}");
        }
    }
}
