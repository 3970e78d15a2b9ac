//! The client against a fake endpoint over HTTP: good days, bad days, and none of them asked for twice.

use std::time::{Duration, Instant};

use llm::{ChatModel, ChatRequest, Endpoint, LlmProtocol, LlmSettings, ModelError, ModelSettings, Schema, SchemaMode};
use sandbox::model::{Fault, Job, Model, ModelConfig, Order};
use serde_json::json;

fn settings(base_url: &str, schema: SchemaMode) -> LlmSettings {
    let model =
        ModelSettings { model: "sandbox-rules".into(), max_tokens: 300, temperature: 0.0, logprobs: true, schema };
    LlmSettings {
        base_url: base_url.parse().expect("the sandbox tells its URL"),
        api_key: None,
        router: model.clone(),
        router_bias: Default::default(),
        seconding: Default::default(),
        wording: model,
        max_concurrent: 4,
        protocol: LlmProtocol::Negotiated,
        calls_per_connection: 100,
    }
}

fn routing(buyer: &str, within: Duration) -> ChatRequest {
    ChatRequest {
        system: "Classify.".into(),
        user: format!("<history>\n</history>\n<listing></listing>\n<buyer>{buyer}</buyer>"),
        schema: Schema {
            name: "routing",
            schema: json!({
                "type": "object",
                "properties": {
                    "intent": {
                        "type": "string",
                        "enum": ["stock_inquiry", "delivery_question", "price_negotiation", "complaint", "other"],
                    },
                    "confidence": { "type": "number" },
                },
                "required": ["intent", "confidence"],
                "additionalProperties": false,
            }),
        },
        within,
    }
}

const PLENTY: Duration = Duration::from_secs(20);

#[tokio::test]
async fn an_answer_comes_with_its_json_its_usage_and_its_probabilities_in_either_mode() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    for schema in [SchemaMode::Strict, SchemaMode::JsonObject] {
        let settings = settings(sandbox.base_url(), schema);
        let model = Endpoint::new(&settings).unwrap().model(&settings.router);
        let answer = model.chat(routing("Красная сумка есть в наличии?", PLENTY)).await.unwrap();
        assert_eq!(answer.json["intent"], "stock_inquiry", "{schema:?}");
        assert_eq!(answer.usage.calls, 1);
        assert!(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
        let tokens: String = answer.tokens.unwrap().iter().map(|token| token.token.as_str()).collect();
        assert_eq!(tokens, answer.text);
    }
}

#[tokio::test]
async fn every_bad_day_has_its_error_and_is_asked_about_once() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    let settings = settings(sandbox.base_url(), SchemaMode::Strict);
    let model = Endpoint::new(&settings).unwrap().model(&settings.router);
    for (fault, expected) in [
        (Fault::TooManyRequests { retry_after_s: Some(7) }, "retry after 7 s"),
        (Fault::TooManyRequests { retry_after_s: None }, "retry"),
        (Fault::ServerError, "retry"),
        (Fault::Cut, "retry"),
        (Fault::BrokenJson, "fail"),
        (Fault::Empty, "fail"),
    ] {
        let before = sandbox.seen().total();
        sandbox.order(Order::from(fault.clone()));
        let error = model.chat(routing("Есть?", PLENTY)).await.unwrap_err();
        let told = match &error {
            ModelError::Retry { after: Some(after), .. } => format!("retry after {} s", after.as_secs()),
            other => other.name().to_owned(),
        };
        assert_eq!(told, expected, "{fault:?}: {error}");
        assert_eq!(sandbox.seen().total(), before + 1, "{fault:?} was asked about again");
    }
    assert!(model.chat(routing("Есть?", PLENTY)).await.is_ok(), "and a good day follows");
}

#[tokio::test]
async fn talk_around_the_json_is_passed_over() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    let settings = settings(sandbox.base_url(), SchemaMode::Strict);
    let model = Endpoint::new(&settings).unwrap().model(&settings.router);
    sandbox.order(Order::from(Fault::Chatty));
    let answer = model.chat(routing("Когда вы работаете?", PLENTY)).await.unwrap();
    assert_eq!(answer.json["intent"], "other");
}

#[tokio::test]
async fn a_late_answer_is_not_waited_for() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    let settings = settings(sandbox.base_url(), SchemaMode::Strict);
    let model = Endpoint::new(&settings).unwrap().model(&settings.router);
    sandbox.set_latency(Job::Routing, PLENTY);
    let within = Duration::from_millis(100);
    let asked = Instant::now();
    assert_eq!(model.chat(routing("Есть?", within)).await.unwrap_err(), ModelError::Late { within });
    assert!(asked.elapsed() < PLENTY / 2, "{:?}", asked.elapsed());
}

#[tokio::test]
async fn an_endpoint_that_is_down_may_be_up_again() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    let settings = settings(sandbox.base_url(), SchemaMode::Strict);
    let model = Endpoint::new(&settings).unwrap().model(&settings.router);
    sandbox.down();
    let error = model.chat(routing("Есть?", PLENTY)).await.unwrap_err();
    assert_eq!(error.name(), "retry", "{error}");
    sandbox.up().await.unwrap();
    assert!(model.chat(routing("Есть?", PLENTY)).await.is_ok());
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_address_are_told_apart_from_a_bad_day() {
    let sandbox =
        Model::start(ModelConfig { api_key: Some("the-key".into()), ..ModelConfig::default() }).await.unwrap();
    for (base_url, hint) in
        [(sandbox.base_url().to_owned(), "llm.api_key"), (format!("{}v2/", sandbox.root_url()), "llm.base_url")]
    {
        let mut settings = settings(&base_url, SchemaMode::Strict);
        settings.api_key = Some("another".into());
        let model = Endpoint::new(&settings).unwrap().model(&settings.router);
        let error = model.chat(routing("Есть?", PLENTY)).await.unwrap_err();
        assert!(matches!(&error, ModelError::Fail { why } if why.contains(hint)), "{error}");
    }
}

#[tokio::test]
async fn a_call_without_a_free_place_waits_within_its_deadline() {
    let sandbox = Model::start(ModelConfig::default()).await.unwrap();
    sandbox.set_latency(Job::Routing, PLENTY);
    let settings = LlmSettings { max_concurrent: 1, ..settings(sandbox.base_url(), SchemaMode::Strict) };
    let endpoint = Endpoint::new(&settings).unwrap();
    let (first, second) = (endpoint.model(&settings.router), endpoint.model(&settings.wording));
    let refused = tokio::select! {
        biased;
        served = first.chat(routing("Есть?", PLENTY)) => panic!("{served:?} came early"),
        refused = second.chat(routing("Есть?", Duration::from_millis(100))) => refused,
    };
    assert_eq!(refused.unwrap_err().name(), "late");
    assert!(sandbox.seen().total() <= 1, "the second never left");
}
