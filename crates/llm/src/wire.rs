//! The chat completion as it travels: only the fields we use, and every one of them tolerant.
//!
//! The strict types of `async-openai` refuse what compatible providers really send (an unknown
//! `finish_reason`, a `null` where OpenAI has none), so the request and the answer have ours.

use std::sync::{Mutex, PoisonError};

use domain::record::Usage;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use settings::model::{ModelSettings, SchemaMode};

use crate::error::ModelError;
use crate::{ChatAnswer, ChatRequest, TokenProb};

/// How many alternatives of a token we ask for: as many as there are intents, and some providers allow no more.
const TOP_LOGPROBS: u8 = 5;

/// The request's body.
pub(crate) fn body(model: &ModelSettings, request: &ChatRequest) -> Value {
    let system = match model.schema {
        SchemaMode::Strict => request.system.clone(),
        SchemaMode::JsonObject => {
            format!("{}\n\nAnswer with one JSON object of this JSON schema:\n{}", request.system, request.schema.schema)
        }
    };
    let format = match model.schema {
        SchemaMode::Strict => json!({
            "type": "json_schema",
            "json_schema": { "name": request.schema.name, "strict": true, "schema": request.schema.schema },
        }),
        SchemaMode::JsonObject => json!({ "type": "json_object" }),
    };
    let mut body = json!({
        "model": model.model,
        "messages": [
            { "role": "system", "content": system },
            { "role": "user", "content": request.user },
        ],
        "response_format": format,
        "temperature": model.temperature,
        "max_tokens": model.max_tokens,
        "stream": false,
    });
    if model.logprobs {
        body["logprobs"] = true.into();
        body["top_logprobs"] = TOP_LOGPROBS.into();
    }
    body
}

/// A body that leaves our memory when it is written out. `async-openai` keeps what it was given until the answer is
/// there, and the bytes besides: with hundreds of calls under way that is all the memory a worker has.
pub(crate) struct Once(Mutex<Option<Value>>);

impl Once {
    pub(crate) fn new(body: Value) -> Self {
        Self(Mutex::new(Some(body)))
    }
}

impl Serialize for Once {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        body.ok_or_else(|| S::Error::custom("the body was written out before"))?.serialize(serializer)
    }
}

/// The answer's body.
#[derive(Debug, Deserialize)]
pub(crate) struct Completion {
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<UsageBlock>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    message: Said,
    #[serde(default)]
    finish_reason: Option<String>,
    #[serde(default)]
    logprobs: Option<Logprobs>,
}

#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Logprobs {
    #[serde(default)]
    content: Option<Vec<Token>>,
}

#[derive(Debug, Deserialize)]
struct Token {
    token: String,
    logprob: f64,
    #[serde(default)]
    top_logprobs: Vec<Alternative>,
}

#[derive(Debug, Deserialize)]
struct Alternative {
    token: String,
    logprob: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UsageBlock {
    prompt_tokens: u64,
    completion_tokens: u64,
    prompt_tokens_details: Option<PromptTokens>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PromptTokens {
    cached_tokens: Option<u64>,
}

impl Completion {
    /// What the completion cost, whether or not it is an answer.
    pub(crate) fn usage(&self) -> Usage {
        let Some(used) = &self.usage else { return Usage { calls: 1, ..Usage::default() } };
        Usage {
            calls: 1,
            prompt_tokens: used.prompt_tokens,
            cached_tokens: used.prompt_tokens_details.as_ref().and_then(|d| d.cached_tokens).unwrap_or(0),
            completion_tokens: used.completion_tokens,
        }
    }

    /// The answer in it, or why it has none.
    pub(crate) fn into_answer(self, asked: &str) -> Result<ChatAnswer, ModelError> {
        let usage = self.usage();
        let choice = self.choices.into_iter().next().ok_or_else(|| ModelError::fail("it has no choices"))?;
        if let Some(refusal) = choice.message.refusal.filter(|text| !text.is_empty()) {
            return Err(ModelError::fail(format!("the model refused: {refusal}")));
        }
        if choice.finish_reason.as_deref() == Some("length") {
            return Err(ModelError::fail("it was cut at max_tokens; raise that setting"));
        }
        let text = choice.message.content.unwrap_or_default();
        let json = object(&text)?;
        let tokens = choice.logprobs.and_then(|logprobs| logprobs.content).filter(|tokens| !tokens.is_empty());
        Ok(ChatAnswer {
            json,
            text,
            usage,
            tokens: tokens.map(|tokens| tokens.into_iter().map(TokenProb::from).collect()),
            model: self.model.unwrap_or_else(|| asked.to_owned()),
        })
    }
}

impl From<Token> for TokenProb {
    fn from(token: Token) -> Self {
        let top = token.top_logprobs.into_iter().map(|other| (other.token, other.logprob)).collect();
        Self { token: token.token, logprob: token.logprob, top }
    }
}

/// The JSON object in `text`. Models in `json_object` mode like to fence it, and to talk around it.
fn object(text: &str) -> Result<Value, ModelError> {
    let bare = text.trim();
    if bare.is_empty() {
        return Err(ModelError::fail("it is empty"));
    }
    let within = bare.find('{').zip(bare.rfind('}')).and_then(|(first, last)| bare.get(first..=last));
    match serde_json::from_str(within.unwrap_or(bare)) {
        Ok(Value::Object(fields)) => Ok(Value::Object(fields)),
        Ok(_) => Err(ModelError::fail("it is JSON, but not an object")),
        Err(error) => Err(ModelError::fail(format!("it is not JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Schema;

    fn model(schema: SchemaMode) -> ModelSettings {
        ModelSettings { model: "small".into(), max_tokens: 100, temperature: 0.0, logprobs: true, schema }
    }

    fn request() -> ChatRequest {
        ChatRequest {
            system: "Be brief.".into(),
            user: "Hi".into(),
            schema: Schema { name: "greeting", schema: json!({ "type": "object" }) },
            within: Duration::from_secs(1),
        }
    }

    fn answer(completion: Value) -> Result<ChatAnswer, ModelError> {
        serde_json::from_value::<Completion>(completion).expect("tolerant").into_answer("asked")
    }

    #[test]
    fn a_strict_request_carries_the_schema_and_a_loose_one_says_it() {
        let strict = body(&model(SchemaMode::Strict), &request());
        assert_eq!(strict["response_format"]["json_schema"]["strict"], true);
        assert_eq!(strict["messages"][0]["content"], "Be brief.");
        assert_eq!(strict["top_logprobs"], 5);
        let loose = body(&model(SchemaMode::JsonObject), &request());
        assert_eq!(loose["response_format"], json!({ "type": "json_object" }));
        assert!(loose["messages"][0]["content"].as_str().unwrap().contains(r#"{"type":"object"}"#));
    }

    #[test]
    fn what_compatible_providers_really_send_is_understood() {
        let answer = answer(json!({
            "id": 7, "object": "whatever", "service_tier": "on_demand", "system_fingerprint": null,
            "choices": [{
                "finish_reason": "insufficient_system_resource",
                "message": { "content": "Sure:\n```json\n{\"a\": 1}\n```", "refusal": null, "tool_calls": null },
                "logprobs": { "content": [
                    { "token": "{", "logprob": -0.1, "bytes": [123], "top_logprobs": [{ "token": "{", "logprob": -0.1 }] }
                ] },
            }],
            "usage": { "prompt_tokens": 30, "completion_tokens": 4, "total_tokens": 34,
                       "prompt_tokens_details": { "cached_tokens": 20, "audio_tokens": null } },
        }))
        .unwrap();
        assert_eq!(answer.json, json!({ "a": 1 }));
        assert_eq!(answer.model, "asked");
        assert_eq!(answer.usage, Usage { calls: 1, prompt_tokens: 30, cached_tokens: 20, completion_tokens: 4 });
        assert_eq!(answer.tokens.unwrap()[0].top, [("{".to_owned(), -0.1)]);
    }

    #[test]
    fn an_answer_that_is_none_fails_and_says_why() {
        for (completion, why) in [
            (json!({ "choices": [] }), "no choices"),
            (json!({ "choices": [{ "message": { "content": null } }] }), "empty"),
            (json!({ "choices": [{ "message": { "content": "  " } }] }), "empty"),
            (json!({ "choices": [{ "message": { "content": "Sure!" } }] }), "not JSON"),
            (json!({ "choices": [{ "message": { "content": "[1]" } }] }), "not an object"),
            (json!({ "choices": [{ "message": { "content": "{\"a\":" }, "finish_reason": "length" }] }), "max_tokens"),
            (json!({ "choices": [{ "message": { "refusal": "I can't" } }] }), "refused"),
        ] {
            match answer(completion) {
                Err(ModelError::Fail { why: said }) => assert!(said.contains(why), "{said}"),
                other => panic!("{why}: {other:?}"),
            }
        }
    }
}
