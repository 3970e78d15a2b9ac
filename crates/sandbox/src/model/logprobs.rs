//! The answer as tokens with their probabilities.
//!
//! The tokens are cut crudely: words and what stands between them. What matters is that the intent's name is one
//! token, and that its probability is the rules' confidence, shared out over the intents as they took the message.

use serde_json::{Value, json};

use super::routing::Routed;
use super::sense::Intent;

/// `choices[0].logprobs`: tokens that make up `content` when put together, each with its likeliest alternatives.
pub(super) fn of(content: &str, routed: Option<&Routed>, top: usize) -> Value {
    let tokens = cut(content);
    let intent =
        tokens.windows(3).position(|three| three[0] == "intent" && three[1].starts_with("\":")).map(|at| at + 2);
    let token = |(at, token): (usize, &&str)| match routed.filter(|_| Some(at) == intent) {
        Some(routed) => shares(token, routed, top),
        None => entry(token, 0.0, &[(*token, 0.0)], top),
    };
    json!({"content": tokens.iter().enumerate().map(token).collect::<Vec<_>>(), "refusal": null})
}

/// The chosen name with the confidence; the rival with most of the rest; the others with what is left.
fn shares(token: &str, routed: &Routed, top: usize) -> Value {
    let rest = 1.0 - routed.confidence;
    let rival = routed.rival.filter(|rival| *rival != routed.intent);
    let others = Intent::ALL.into_iter().filter(|intent| *intent != routed.intent && Some(*intent) != rival);
    let count = others.clone().count();
    let for_rival = if rival.is_some() { rest * 0.7 } else { 0.0 };
    let each = (rest - for_rival) / count as f64;
    let mut all: Vec<(&str, f64)> = vec![(token, routed.confidence)];
    all.extend(rival.map(|rival| (rival.name(), for_rival)));
    all.extend(others.map(|intent| (intent.name(), each)));
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let logs: Vec<(&str, f64)> = all.into_iter().map(|(name, share)| (name, log(share))).collect();
    entry(token, log(routed.confidence), &logs, top)
}

/// As endpoints write it: never minus infinity.
fn log(share: f64) -> f64 {
    share.max(1e-9).ln()
}

fn entry(token: &str, logprob: f64, alternatives: &[(&str, f64)], top: usize) -> Value {
    let one = |(token, logprob): &(&str, f64)| json!({"token": token, "logprob": logprob, "bytes": token.as_bytes()});
    let top: Vec<Value> = alternatives.iter().take(top).map(one).collect();
    json!({"token": token, "logprob": logprob, "bytes": token.as_bytes(), "top_logprobs": top})
}

/// Words, and what stands between them.
fn cut(content: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut inside = None;
    for (at, c) in content.char_indices() {
        let word = c.is_alphanumeric() || c == '_';
        if inside.is_some_and(|inside| inside != word) {
            tokens.push(&content[start..at]);
            start = at;
        }
        inside = Some(word);
    }
    if start < content.len() {
        tokens.push(&content[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::of;
    use crate::model::routing::route;

    #[test]
    fn the_intents_token_carries_the_confidence_and_the_tokens_make_up_the_content() {
        let routed = route("Красная сумка есть в наличии?", &[]);
        let content =
            json!({"product_name": "intent: сумка", "intent": routed.intent.name(), "confidence": 0.9}).to_string();
        let logprobs = of(&content, Some(&routed), 5);
        let tokens = logprobs["content"].as_array().unwrap();
        assert_eq!(tokens.iter().filter_map(|token| token["token"].as_str()).collect::<String>(), content);
        let intent: Vec<&Value> = tokens.iter().filter(|token| token["token"] == "stock_inquiry").collect();
        let [intent] = intent.as_slice() else { panic!("{tokens:?}") };
        assert!((intent["logprob"].as_f64().unwrap().exp() - routed.confidence).abs() < 1e-9);
        let top = intent["top_logprobs"].as_array().unwrap();
        let mass: f64 = top.iter().filter_map(|one| one["logprob"].as_f64()).map(f64::exp).sum();
        assert_eq!(top.len(), 5);
        assert!((mass - 1.0).abs() < 1e-6, "{mass}");
    }
}
