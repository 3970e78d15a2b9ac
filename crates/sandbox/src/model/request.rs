//! A chat completion as it is asked for: the messages, the schema, the wish for probabilities.

use serde::Deserialize;
use serde_json::Value;

use super::prompt;
use super::world::Job;

/// The request's body; what is not here is ignored, as a temperature is by rules.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    #[serde(default)]
    pub(super) model: String,
    pub(super) messages: Vec<Message>,
    #[serde(default)]
    response_format: Value,
    #[serde(default)]
    logprobs: Option<bool>,
    #[serde(default)]
    top_logprobs: Option<usize>,
    #[serde(default)]
    stream: Option<bool>,
}

/// One message.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    role: String,
    #[serde(default)]
    content: Value,
}

impl Message {
    /// The text, also where it came in parts.
    fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
            _ => String::new(),
        }
    }
}

impl Request {
    /// Reads a body, or says what is wrong with it.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let request: Self =
            serde_json::from_slice(body).map_err(|error| format!("could not parse the body: {error}"))?;
        if request.messages.is_empty() {
            return Err("[] is too short - 'messages'".to_owned());
        }
        if request.stream == Some(true) {
            return Err("this model does not stream".to_owned());
        }
        if request.top_logprobs.is_some_and(|top| top > 20) {
            return Err("'top_logprobs' must be at most 20".to_owned());
        }
        Ok(request)
    }

    /// The last message of the user.
    pub(super) fn user(&self) -> String {
        self.messages.iter().rev().find(|message| message.role == "user").map(Message::text).unwrap_or_default()
    }

    /// Everything else, one under the other.
    pub(super) fn before(&self) -> String {
        let last = self.messages.iter().rposition(|message| message.role == "user");
        let others = self.messages.iter().enumerate().filter(|(at, _)| Some(*at) != last);
        others.map(|(_, message)| message.text()).collect::<Vec<_>>().join("\n")
    }

    /// What it asks for: by the schema's name; where there is only `json_object`, by what stands in the prompt.
    pub(super) fn job(&self) -> Job {
        let format = self.response_format["type"].as_str();
        match self.response_format["json_schema"]["name"].as_str() {
            Some("routing") => Job::Routing,
            Some("wording") => Job::Wording,
            None if format == Some("json_object") => {
                let user = self.user();
                let has = |name: &str| prompt::section(&user, name).is_some();
                match () {
                    () if has("decision") => Job::Wording,
                    () if has("buyer") => Job::Routing,
                    () => Job::Plain,
                }
            }
            _ => Job::Plain,
        }
    }

    /// Whether the answer's shape is given as a schema.
    pub(super) fn has_schema(&self) -> bool {
        self.response_format["type"] == "json_schema"
    }

    pub(super) fn schema(&self) -> &Value {
        &self.response_format["json_schema"]["schema"]
    }

    /// How many alternatives to each token are wanted; `None` where no probabilities are.
    pub(super) fn alternatives(&self) -> Option<usize> {
        (self.logprobs == Some(true)).then(|| self.top_logprobs.unwrap_or(0))
    }

    pub(super) fn chars(&self) -> usize {
        self.messages.iter().map(|message| message.text().chars().count()).sum()
    }
}
