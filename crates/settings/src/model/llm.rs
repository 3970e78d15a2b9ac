//! The language model: where it is, how it is spoken to, and what it is asked for in each role.

use domain::intent::{Bias, Seconding};
use secrecy::SecretString;
use url::Url;

/// The language model.
#[derive(Debug, Clone)]
pub struct LlmSettings {
    /// An OpenAI-compatible endpoint, ending in `/v1/`.
    pub base_url: Url,
    /// Its key; a local server needs none.
    pub api_key: Option<SecretString>,
    /// The router's model.
    pub router: ModelSettings,
    /// How that one leans, with the prompt in force.
    pub router_bias: Bias,
    /// How far a second opinion is trusted beside it.
    pub seconding: Seconding,
    /// The wording's model.
    pub wording: ModelSettings,
    /// How many calls may run at once.
    pub max_concurrent: usize,
    /// How it is spoken to.
    pub protocol: LlmProtocol,
    /// How many calls share a connection, where a connection can be shared.
    pub calls_per_connection: usize,
}

/// How the model's endpoint is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmProtocol {
    /// Over `https` what both can, HTTP/2 rather than HTTP/1.1; over `http` HTTP/1.1.
    Negotiated,
    /// HTTP/2 from the first byte.
    Http2,
}

/// One role's model.
#[derive(Debug, Clone)]
pub struct ModelSettings {
    /// The name the endpoint knows it by.
    pub model: String,
    /// The most tokens of an answer.
    pub max_tokens: u32,
    /// 0 is the most predictable.
    pub temperature: f32,
    /// Whether to ask for log probabilities.
    pub logprobs: bool,
    /// How it is told the answer's shape.
    pub schema: SchemaMode,
}

/// How a model is told the answer's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaMode {
    /// `response_format: json_schema`, strict.
    Strict,
    /// `response_format: json_object`, the schema in the prompt.
    JsonObject,
}
