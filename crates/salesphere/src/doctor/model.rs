//! The model: whether it reads a buyer, keeps the answer's shape, tells probabilities, and is quick enough; and
//! whether it words.
//!
//! A model that fails is asked again with less: one that answers without a schema, or without probabilities, is
//! mended by a setting.

use std::time::Duration;

use agents::{Reading, Routed};
use domain::intent::ConfidenceSource;
use llm::{ChatModel, ChatRequest, Endpoint, Schema, SchemaMode};
use serde_json::json;
use settings::Settings;

use super::check::{Attempt, Check};
use super::prompts;
use crate::question::{QUESTION, ask};

/// The most questions that one examination asks, one after the other.
pub(super) const QUESTIONS: u32 = 4;

/// What is tried once the model reads.
const REST: [&str; 3] = ["schema", "logprobs", "latency"];

pub(super) async fn examine(settings: &Settings) -> Vec<Check> {
    let (mut checks, word) = tokio::join!(read(settings), word(settings));
    checks.push(word);
    checks
}

async fn read(settings: &Settings) -> Vec<Check> {
    if prompts::read(settings).is_err() {
        return vec![Check::not_tried("reads", "it has no prompt to read by, see below")];
    }
    match one(settings).await {
        Ok(first) => {
            // A server that has read its instructions once has them from then on: the second answer is a turn's.
            let second = one(settings).await;
            let (model, url) = (&settings.llm.router.model, &settings.llm.base_url);
            let found = format!("{model} at {url} reads «{QUESTION}» as {}", first.routing.intent.name());
            let schema = match settings.llm.router.schema {
                SchemaMode::Strict => "kept, and enforced by the endpoint (strict)",
                SchemaMode::JsonObject => "kept; it is told in the prompt (json_object)",
            };
            let took = second.map_or(first.took, |second| second.took);
            let logprobs = logprobs(settings, &first).await;
            vec![Check::fine("reads", found), Check::fine("schema", schema), logprobs, latency(settings, took)]
        }
        Err(failure) => fails(settings, &failure).await,
    }
}

/// Why there is no reading.
struct Failure {
    why: String,
    /// Whether the same question may be read the next time: then less would be of no help.
    may_pass: bool,
}

/// One reading.
async fn one(settings: &Settings) -> Result<Reading, Failure> {
    let failure = |why: String, may_pass| Err(Failure { why, may_pass });
    match ask(settings, settings.doctor.within).await {
        Ok(Routed::Read(reading)) => Ok(reading),
        Ok(Routed::Down(down)) => failure(down.why, down.may_pass),
        Ok(Routed::NotAsked) => failure("the question did not need a model".to_owned(), true),
        Err(error) => failure(format!("{error:#}"), true),
    }
}

/// Finds out what a model that fails would do without.
async fn fails(settings: &Settings, failure: &Failure) -> Vec<Check> {
    let (router, why) = (&settings.llm.router, &failure.why);
    let mut less = settings.clone();
    if router.logprobs && !failure.may_pass {
        less.llm.router.logprobs = false;
        if one(&less).await.is_ok() {
            let attempt = asked(settings, "the likeliest tokens beside the answer (llm.router.logprobs = true)");
            let fix =
                "set llm.router.logprobs = false; confidence is then what the model says of itself, which is too much";
            let failed = Check::failed("logprobs", &attempt.as_ref(), why.as_str(), fix);
            return vec![failed, Check::not_tried("reads", "it reads once the probabilities are not asked for")];
        }
    }
    if router.schema == SchemaMode::Strict && !failure.may_pass {
        less.llm.router.schema = SchemaMode::JsonObject;
        if one(&less).await.is_ok() {
            let attempt = asked(settings, "an answer in the schema (llm.router.schema = \"strict\")");
            let fix = "set llm.router.schema = \"json_object\", and llm.wording.schema too";
            let failed = Check::failed("schema", &attempt.as_ref(), why.as_str(), fix);
            return vec![failed, Check::not_tried("reads", "it reads once the schema stands in the prompt")];
        }
    }
    let attempt = asked(settings, &format!("what a buyer wants, within {} ms", settings.doctor.within.as_millis()));
    let fix = format!(
        "see that {} answers, and that llm.base_url, llm.api_key and llm.router.model ({:?}) are right; meanwhile plain \
         rules answer what they understand, and a human the rest",
        settings.llm.base_url, router.model
    );
    let failed = Check::failed("reads", &attempt.as_ref(), why.as_str(), fix);
    [failed].into_iter().chain(REST.map(|name| Check::not_tried(name, "the model does not read"))).collect()
}

async fn logprobs(settings: &Settings, reading: &Reading) -> Check {
    let measured = |reading: &Reading| reading.routing.confidence_from == ConfidenceSource::Logprobs;
    match (settings.llm.router.logprobs, measured(reading)) {
        (true, true) => Check::fine("logprobs", "given: confidence is measured"),
        (true, false) => Check::warning(
            "logprobs",
            "asked for and not given: nothing tells how sure the model is, so a human gets every message it reads",
            "use an endpoint that gives them, or set llm.router.logprobs = false and raise the sellers' thresholds",
        ),
        (false, _) => {
            let mut more = settings.clone();
            more.llm.router.logprobs = true;
            match one(&more).await {
                Ok(reading) if measured(&reading) => Check::warning(
                    "logprobs",
                    "given, but not asked for: confidence could be measured",
                    "set llm.router.logprobs = true",
                ),
                _ => Check::fine("logprobs", "not asked for, and not given: confidence is what the model says"),
            }
        }
    }
}

fn latency(settings: &Settings, took: Duration) -> Check {
    let allowed = settings.worker.route_within;
    let found = format!("{} ms of the {} ms it has", took.as_millis(), allowed.as_millis());
    if took <= allowed {
        return Check::fine("latency", found);
    }
    let attempt = Attempt { tried: "took the time of a second question", expected: "less than worker.route_within" };
    let fix = "use a quicker model or machine, or give turns more time: worker.route_within, word_until, turn_budget";
    Check::failed("latency", &attempt, found, fix)
}

/// A sentence, as a decision is worded.
async fn word(settings: &Settings) -> Check {
    if !settings.answers.model_wording {
        return Check::fine("words", "not asked to: the reply templates speak (answers.model_wording = false)");
    }
    let wording = &settings.llm.wording;
    let schema = json!({
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
        "additionalProperties": false,
    });
    let request = ChatRequest {
        system: "Say the draft to the buyer, in his language, in one short sentence.".to_owned(),
        user: "<buyer>Есть в наличии?</buyer>\n<decision>{\"draft\":\"Да, есть.\"}</decision>".to_owned(),
        schema: Schema { name: "wording", schema },
        within: settings.doctor.within,
    };
    let said = match Endpoint::new(&settings.llm) {
        Ok(endpoint) => endpoint.model(wording).chat(request).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let why = match said {
        Ok(answer) if answer.json["text"].as_str().is_some_and(|text| !text.trim().is_empty()) => {
            return Check::fine("words", format!("{} words a decision", wording.model));
        }
        Ok(_) => "its answer has no text in it".to_owned(),
        Err(why) => why,
    };
    let tried = format!("asked {} at {} to word a decision", wording.model, settings.llm.base_url);
    let attempt = Attempt { tried: &tried, expected: "one sentence, in the schema" };
    let fix = "see llm.wording.model and llm.wording.schema; meanwhile the reply templates speak, or set \
               answers.model_wording = false";
    Check::failed("words", &attempt, why, fix)
}

/// What the router was asked for.
struct Asked {
    tried: String,
    expected: String,
}

impl Asked {
    fn as_ref(&self) -> Attempt<'_> {
        Attempt { tried: &self.tried, expected: &self.expected }
    }
}

fn asked(settings: &Settings, expected: &str) -> Asked {
    let tried = format!("asked {} at {} what a buyer wants", settings.llm.router.model, settings.llm.base_url);
    Asked { tried, expected: expected.to_owned() }
}
