//! One chat completion with a JSON schema, from any OpenAI-compatible endpoint.
//!
//! [`ChatModel`] is what the agents ask; [`OpenAiModel`] answers over the wire, once: no hidden retries, a
//! deadline on every call, and an error that says whether to try again. Not here: prompts, and what an answer
//! means.

mod connections;
mod endpoint;
mod error;
mod openai;
mod wire;

use std::time::Duration;

use domain::record::Usage;
use futures::future::BoxFuture;
use serde_json::Value;

pub use crate::endpoint::InvalidKey;
pub use crate::error::ModelError;
pub use crate::openai::{Endpoint, OpenAiModel};
/// The settings this room is built from, for whoever builds it.
pub use settings::model::{LlmProtocol, LlmSettings, ModelSettings, SchemaMode};

/// Something that completes a chat.
pub trait ChatModel: Send + Sync {
    /// One completion. The error says retry, fail or late; nothing is retried in here.
    fn chat(&self, request: ChatRequest) -> BoxFuture<'_, Result<ChatAnswer, ModelError>>;

    /// Whether an answer comes with the probabilities of its tokens. Then the model need not be asked how sure it is.
    fn shows_probabilities(&self) -> bool;
}

/// What is asked of a model.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    /// The instructions. Keep them the same from call to call: providers cache the common beginning.
    pub system: String,
    /// The turn.
    pub user: String,
    /// The shape of the answer.
    pub schema: Schema,
    /// How long it may take, waiting for a free place included.
    pub within: Duration,
}

/// The shape of an answer.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Its name, on the wire and in metrics.
    pub name: &'static str,
    /// A JSON schema in the strict subset: every property required, no others allowed. A model fills the
    /// properties in the order in which they stand here.
    pub schema: Value,
}

/// What a model answered.
#[derive(Debug, Clone)]
pub struct ChatAnswer {
    /// The answer, parsed: always an object.
    pub json: Value,
    /// The answer as it came.
    pub text: String,
    /// What it cost.
    pub usage: Usage,
    /// The tokens it is made of, where the endpoint tells their probabilities.
    pub tokens: Option<Vec<TokenProb>>,
    /// Which model answered, in the endpoint's words.
    pub model: String,
}

/// A token, and what else could have stood in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenProb {
    /// The token.
    pub token: String,
    /// The natural logarithm of its probability.
    pub logprob: f64,
    /// The likeliest tokens of this place with theirs, `token` mostly among them.
    pub top: Vec<(String, f64)>,
}
