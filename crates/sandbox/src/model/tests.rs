//! The fake model against the shapes of the OpenAI API, over plain HTTP.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};

use super::{Fault, Job, Model, ModelConfig, Order};
use crate::http::client;

/// A running fake, and a program that asks it.
struct Program {
    model: Model,
    http: Client,
}

impl Program {
    async fn new() -> Self {
        Self { model: Model::start(ModelConfig::default()).await.unwrap(), http: client().unwrap() }
    }

    async fn post(&self, body: &Value) -> reqwest::Result<reqwest::Response> {
        self.http.post(format!("{}chat/completions", self.model.base_url())).json(body).send().await
    }

    async fn ask(&self, body: &Value) -> Value {
        let answer = self.post(body).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}

fn routing(buyer: &str) -> Value {
    let user = format!("<history>\nпокупатель: Красная сумка есть?\n</history>\n<buyer>{buyer}</buyer>");
    request(
        "routing",
        &user,
        &json!({"type": "object", "properties": {
            "intent": {"type": "string"}, "second_intent": {"type": ["string", "null"]}, "named": {"type": "array"},
            "confidence": {"type": "number"},
        }}),
    )
}

fn wording() -> Value {
    let user = "<buyer>Привет, есть?</buyer>\n<decision>{\"draft\": \"Да, есть.\"}</decision>";
    request("wording", user, &json!({"type": "object", "properties": {"text": {"type": "string"}}}))
}

fn request(name: &str, user: &str, schema: &Value) -> Value {
    json!({
        "model": "any",
        "messages": [
            {"role": "system", "content": "Examples: <buyer>Верните деньги</buyer>"},
            {"role": "user", "content": user},
        ],
        "temperature": 0,
        "max_completion_tokens": 300,
        "response_format": {"type": "json_schema", "json_schema": {"name": name, "strict": true, "schema": schema}},
    })
}

fn content(answer: &Value) -> Value {
    serde_json::from_str(answer["choices"][0]["message"]["content"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_routing_has_the_schemas_fields_and_reads_only_the_turn() {
    let program = Program::new().await;
    let answer = program.ask(&routing("А синяя? И в Омск отправите?")).await;
    assert_eq!(answer["object"], "chat.completion");
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");
    assert_eq!(answer["choices"][0]["logprobs"], Value::Null);
    let usage = &answer["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64(),
        Some(usage["prompt_tokens"].as_u64().unwrap() + usage["completion_tokens"].as_u64().unwrap())
    );
    let content = content(&answer);
    let fields: Vec<&String> = content.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["intent", "second_intent", "named", "confidence"]);
    assert!(content["named"].as_array().unwrap().contains(&json!({"location": "Омск"})), "{content}");
    let seen = program.model.seen();
    assert_eq!((seen.routing, seen.total(), seen.refused), (1, 1, 0));
    assert!(seen.calls[0].user.contains("А синяя?"));
    assert_eq!(seen.calls[0].answer.as_deref(), answer["choices"][0]["message"]["content"].as_str());
}

#[tokio::test]
async fn the_intents_token_tells_the_confidence() {
    let program = Program::new().await;
    let mut body = routing("Сколько стоит?");
    (body["logprobs"], body["top_logprobs"]) = (json!(true), json!(5));
    let answer = program.ask(&body).await;
    let tokens = answer["choices"][0]["logprobs"]["content"].as_array().unwrap();
    let text: String = tokens.iter().filter_map(|token| token["token"].as_str()).collect();
    assert_eq!(Some(text.as_str()), answer["choices"][0]["message"]["content"].as_str());
    let token = tokens.iter().find(|token| token["token"] == "price_negotiation").unwrap();
    let stated = content(&answer)["confidence"].as_f64().unwrap();
    assert!((token["logprob"].as_f64().unwrap().exp() - stated).abs() < 0.01);
    assert_eq!(token["top_logprobs"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn the_job_is_known_by_the_schema_or_by_the_prompt() {
    let program = Program::new().await;
    assert_eq!(content(&program.ask(&wording()).await), json!({"text": "Здравствуйте! Да, есть."}));
    for mut body in [wording(), routing("Есть?")] {
        body["response_format"] = json!({"type": "json_object"});
        assert!(content(&program.ask(&body).await).is_object());
    }
    let mut parts = routing("Есть?");
    parts["messages"][1]["content"] = json!([{"type": "text", "text": "<buyer>Есть?</buyer>"}]);
    assert_eq!(content(&program.ask(&parts).await)["intent"], "stock_inquiry");
    let mut other = wording();
    other["response_format"]["json_schema"]["name"] = json!("poem");
    let plain = program.ask(&other).await;
    assert!(plain["choices"][0]["message"]["content"].as_str().unwrap().starts_with("Я учебная модель"));
    let seen = program.model.seen();
    assert_eq!((seen.routing, seen.wording, seen.plain), (2, 2, 1));
}

#[tokio::test]
async fn faults_are_played_as_ordered_on_their_job() {
    let program = Program::new().await;
    for (fault, status, says) in [
        (Fault::TooManyRequests { retry_after_s: Some(4) }, Some(429), "rate_limit_exceeded"),
        (Fault::ServerError, Some(500), "server_error"),
        (Fault::BrokenJson, Some(200), "{\\\"intent\\\":\\\"stock_inquiry"),
        (Fault::Empty, Some(200), "\"content\":\"\""),
        (Fault::WrongSchema, Some(200), "category"),
        (Fault::Chatty, Some(200), "```json"),
        (Fault::Slow { ms: 1 }, Some(200), "stock_inquiry"),
        (Fault::Cut, None, ""),
    ] {
        program.model.order(Order::from(fault.clone()).on("routing"));
        program.ask(&wording()).await;
        let answer = program.post(&routing("Есть?")).await.ok();
        assert_eq!(answer.as_ref().map(|answer| answer.status().as_u16()), status, "{fault:?}");
        if let Some(answer) = answer {
            let waits = answer.headers().get("retry-after").cloned();
            assert_eq!(waits.is_some(), matches!(fault, Fault::TooManyRequests { .. }));
            let text = answer.text().await.unwrap();
            assert!(text.contains(says), "{fault:?}: {text}");
        }
    }
    assert_eq!(program.model.seen().refused, 2);
}

#[tokio::test]
async fn each_job_takes_its_time() {
    let program = Program::new().await;
    program.model.set_latency(Job::Wording, Duration::from_millis(60));
    let started = Instant::now();
    program.ask(&wording()).await;
    assert!(started.elapsed() >= Duration::from_millis(60));
    assert_eq!(program.model.seen().wording, 1);
}

#[tokio::test]
async fn a_bad_request_and_a_bad_key_are_refused_in_the_apis_shape() {
    let config = ModelConfig { api_key: Some("secret".to_owned()), ..ModelConfig::default() };
    let program = Program { model: Model::start(config).await.unwrap(), http: client().unwrap() };
    let url = format!("{}chat/completions", program.model.base_url());
    let streamed = json!({"messages": [{"role": "user", "content": "x"}], "stream": true});
    for (key, body, status) in [
        ("other", routing("Есть?"), 401),
        ("secret", json!({"messages": []}), 400),
        ("secret", json!({"model": "x"}), 400),
        ("secret", streamed, 400),
        ("secret", routing("Есть?"), 200),
    ] {
        let answer = program.http.post(&url).bearer_auth(key).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{body}");
        if status != 200 {
            let body: Value = answer.json().await.unwrap();
            assert!(body["error"]["message"].is_string() && body["error"]["type"].is_string(), "{body}");
        }
    }
    let models = program.http.get(format!("{}models", program.model.base_url())).bearer_auth("secret");
    let list: Value = models.send().await.unwrap().json().await.unwrap();
    assert_eq!(list["data"][0]["id"], "sandbox-rules");
}

#[tokio::test]
async fn another_process_reads_and_orders_over_http() {
    let program = Program::new().await;
    let at = |path: &str| format!("{}sandbox/{path}", program.model.root_url());
    let post = async |path: &str, body: Value| {
        program.http.post(at(path)).body(body.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("latency", json!({"ms": 5, "job": "routing"})).await, 200);
    assert_eq!(post("fault", json!({"kind": "too_many_requests", "on": "wording"})).await, 200);
    assert_eq!(post("fault", json!({"kind": "nonsense"})).await, 400);
    program.ask(&routing("Есть?")).await;
    let state: Value = program.http.get(at("state")).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["latency_ms"], json!({"routing": 5, "wording": 0}));
    assert_eq!((&state["seen"]["routing"], &state["orders"][0]["kind"]), (&json!(1), &json!("too_many_requests")));
    program.model.down();
    program.model.up().await.unwrap();
    assert_eq!(program.model.seen().routing, 1, "it comes back with what it knew");
}

#[tokio::test]
async fn a_server_can_do_without_schemas_and_without_probabilities() {
    let program = Program::new().await;
    let mut asks = routing("Есть?");
    asks["logprobs"] = json!(true);
    let mut loose = asks.clone();
    loose["response_format"] = json!({"type": "json_object"});
    let mut silent = asks.clone();
    silent["logprobs"] = json!(false);
    for (fault, body, status) in [
        (Fault::NoSchemas, &asks, 400),
        (Fault::NoSchemas, &loose, 200),
        (Fault::LogprobsRefused, &asks, 400),
        (Fault::LogprobsRefused, &silent, 200),
    ] {
        program.model.order(fault.clone());
        assert_eq!(program.post(body).await.unwrap().status(), status, "{fault:?} {body}");
    }
    program.model.order(Fault::NoLogprobs);
    assert_eq!(program.ask(&asks).await["choices"][0]["logprobs"], Value::Null);
}
