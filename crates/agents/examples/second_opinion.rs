//! Whether a small classifier of our own earns a place beside the model: `cargo run --release -p agents --example
//! second_opinion`. It is measured here and used nowhere; `docs/benchmarks.md` has the figures and what follows.
//!
//! Character n-grams of one to five, hashed, and a softmax regression over them, learned from the labelled messages of
//! `prompts/evals`. Every message is judged by a classifier that has not seen it: ten parts by the hash of the id, each
//! judged by what was learned from the other nine. `-- some.jsonl` takes other files of that form.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::intent::Intent;
use domain::proportion::Proportion;
use serde_json::Value;

/// How many weights there are for each answer.
const BUCKETS: usize = 1 << 16;
/// The longest n-gram.
const LONGEST: usize = 5;
/// How many times the messages are gone through, and how far a step goes.
const ROUNDS: usize = 6;
const STEP: f32 = 0.7;
/// In so many parts the messages are divided.
const PARTS: u32 = 10;
/// The most errors that would be allowed among what it answers alone.
const MOST_ERRORS: f64 = 0.05;

/// A labelled message.
struct Example {
    id: String,
    features: Vec<(usize, f32)>,
    intent: usize,
    second: Option<usize>,
    /// A human must have it.
    escalate: bool,
}

/// What the classifier says of a message.
struct Opinion {
    intent: usize,
    probability: f32,
    /// How likely it is a human's.
    escalate: f32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        let evals = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts/evals");
        files = std::fs::read_dir(evals)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|path| path.extension().is_some_and(|ext| ext == "jsonl"));
        files.sort();
    }
    let mut examples = Vec::new();
    for file in &files {
        for line in std::fs::read_to_string(file)?.lines() {
            examples.extend(example(&serde_json::from_str(line)?));
        }
    }
    let (opinions, took) = out_of_fold(&examples);
    tell(&examples, &opinions, took);
    Ok(())
}

/// A line of an evaluation file; a line without an intent (a haggle) is none of ours.
fn example(line: &Value) -> Option<Example> {
    let intent = |value: &Value| Intent::ALL.iter().position(|intent| Some(intent.name()) == value.as_str());
    let before = line["before"].as_array().into_iter().flatten().rev().find_map(|turn| turn["buyer"].as_str());
    Some(Example {
        id: line["id"].as_str()?.to_owned(),
        features: features(line["text"].as_str()?, before),
        intent: intent(&line["intent"])?,
        second: intent(&line["second_intent"]),
        escalate: line["expect"] == "escalate",
    })
}

/// The n-grams of a message and, the shorter it is the weightier, of the buyer's last one before it.
fn features(text: &str, before: Option<&str>) -> Vec<(usize, f32)> {
    let mut features = grams(text, 1, 1.0);
    if let Some(before) = before {
        let weight = 0.7 * (12.0 / text.chars().count().max(1) as f32).min(1.0);
        features.extend(grams(before, 2, weight));
    }
    features.sort_by_key(|(bucket, _)| *bucket);
    features
}

fn grams(text: &str, salt: u32, length: f32) -> Vec<(usize, f32)> {
    let mut folded = String::from(" ");
    for c in text.to_lowercase().chars() {
        match c {
            c if c.is_whitespace() && folded.ends_with(' ') => {}
            c if c.is_whitespace() => folded.push(' '),
            'ё' => folded.push('е'),
            c if c.is_numeric() => folded.push('0'),
            c => folded.push(c),
        }
    }
    folded.push(' ');
    let ends: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
    let mut counts: HashMap<usize, f32> = HashMap::new();
    for n in 1..=LONGEST {
        for gram in ends.windows(n + 1) {
            *counts.entry(bucket(&folded[gram[0]..gram[n]], salt * 10 + n as u32)).or_default() += 1.0;
        }
    }
    let weighed: Vec<(usize, f32)> = counts.into_iter().map(|(bucket, count)| (bucket, 1.0 + count.ln())).collect();
    let norm = weighed.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    weighed.into_iter().map(|(bucket, weight)| (bucket, weight * length / norm)).collect()
}

/// FNV-1a, its upper half folded into the lower.
fn bucket(text: &str, salt: u32) -> usize {
    let hash =
        text.bytes().fold(0x811c_9dc5 ^ salt, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as usize % BUCKETS
}

/// A softmax regression over hashed features.
struct Softmax<const ANSWERS: usize> {
    weights: Vec<[f32; ANSWERS]>,
    bias: [f32; ANSWERS],
}

impl<const ANSWERS: usize> Softmax<ANSWERS> {
    /// Learns from `examples`, whose answers `label` tells, by `AdaGrad`: each weight has a step of its own, smaller the
    /// more it has moved.
    fn learn(examples: &[&Example], label: impl Fn(&Example) -> usize) -> Self {
        let mut model = Self { weights: vec![[0.0; ANSWERS]; BUCKETS], bias: [0.0; ANSWERS] };
        let mut moved: Vec<[f32; ANSWERS]> = std::iter::repeat_n([1e-3; ANSWERS], BUCKETS).collect();
        let mut bias_moved = [1e-3_f32; ANSWERS];
        let mut order: Vec<&&Example> = examples.iter().collect();
        for round in 0..ROUNDS {
            order.sort_by_key(|example| bucket(&example.id, 100 + round as u32));
            for example in &order {
                let said = model.says(&example.features);
                for answer in 0..ANSWERS {
                    let off = said[answer] - f32::from(u8::from(answer == label(example)));
                    bias_moved[answer] += off * off;
                    model.bias[answer] -= STEP * off / bias_moved[answer].sqrt();
                    for &(bucket, value) in &example.features {
                        let slope = off * value;
                        moved[bucket][answer] += slope * slope;
                        model.weights[bucket][answer] -= STEP * slope / moved[bucket][answer].sqrt();
                    }
                }
            }
        }
        model
    }

    /// The probability of each answer.
    fn says(&self, features: &[(usize, f32)]) -> [f32; ANSWERS] {
        let mut sums = self.bias;
        for &(bucket, value) in features {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[bucket]) {
                *sum += weight * value;
            }
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        let all: f32 = sums.iter().map(|sum| (sum - most).exp()).sum();
        sums.map(|sum| (sum - most).exp() / all)
    }
}

/// What is said of each example by a classifier that has not seen it, and how long learning took in the middle.
fn out_of_fold(examples: &[Example]) -> (Vec<Opinion>, Duration) {
    let part = |example: &Example| bucket(&example.id, 7) as u32 % PARTS;
    let mut opinions: Vec<Option<Opinion>> = examples.iter().map(|_| None).collect();
    let mut took = Duration::ZERO;
    for left_out in 0..PARTS {
        let seen: Vec<&Example> = examples.iter().filter(|example| part(example) != left_out).collect();
        let begun = Instant::now();
        let intents = Softmax::<{ Intent::ALL.len() }>::learn(&seen, |example| example.intent);
        let humans = Softmax::<2>::learn(&seen, |example| usize::from(example.escalate));
        took += begun.elapsed() / PARTS;
        for (example, opinion) in examples.iter().zip(&mut opinions).filter(|(example, _)| part(example) == left_out) {
            let said = intents.says(&example.features);
            let best = (0..said.len()).max_by(|one, other| said[*one].total_cmp(&said[*other])).unwrap_or_default();
            let escalate = humans.says(&example.features)[1];
            *opinion = Some(Opinion { intent: best, probability: said[best], escalate });
        }
    }
    (opinions.into_iter().flatten().collect(), took)
}

fn tell(examples: &[Example], opinions: &[Opinion], took: Duration) {
    let judged: Vec<(&Example, &Opinion)> = examples.iter().zip(opinions).collect();
    // Of two questions either may be named, as with the model.
    let right = |(example, opinion): (&Example, &Opinion)| {
        opinion.intent == example.intent || Some(opinion.intent) == example.second
    };
    println!("{} messages, learned from nine tenths of them in {} ms", examples.len(), took.as_millis());
    println!("the intent is right: {}", told(judged.iter().map(|&pair| right(pair))));
    for (number, intent) in Intent::ALL.iter().enumerate() {
        let of = judged.iter().filter(|(example, _)| example.intent == number);
        println!("  of {:<18}: {}", intent.name(), told(of.map(|&pair| right(pair))));
    }
    curve("alone, only the intent counts", &judged, |opinion| opinion.probability, |pair| !right(pair));
    let alone = |opinion: &Opinion| opinion.probability * (1.0 - opinion.escalate);
    curve("in the model's place: what is a human's, or asks two things, is an error too", &judged, alone, |pair| {
        !right(pair) || pair.0.escalate || pair.0.second.is_some()
    });
}

/// The errors among the surest so many percent, and the most that can be answered within [`MOST_ERRORS`], by the upper
/// bound of Wilson's interval.
fn curve(
    what: &str,
    judged: &[(&Example, &Opinion)],
    sure: impl Fn(&Opinion) -> f32,
    wrong: impl Fn((&Example, &Opinion)) -> bool,
) {
    let mut order = judged.to_vec();
    order.sort_by(|(_, one), (_, other)| sure(other).total_cmp(&sure(one)));
    println!("{what}");
    for percent in [5, 10, 20, 30, 50, 75, 100] {
        let surest = &order[..order.len() * percent / 100];
        println!("  the surest {percent:>3} %: wrong {}", told(surest.iter().map(|&pair| wrong(pair))));
    }
    let mut seen = Proportion::default();
    let mut most = 0;
    for (number, &pair) in order.iter().enumerate() {
        seen.count(wrong(pair));
        if seen.wilson().high <= MOST_ERRORS {
            most = number + 1;
        }
    }
    println!("  within {:.0} % of errors for sure: {most} of {}", MOST_ERRORS * 100.0, order.len());
}

fn told(hits: impl Iterator<Item = bool>) -> String {
    let mut seen = Proportion::default();
    hits.for_each(|hit| seen.count(hit));
    let (share, bounds) = (seen.share().unwrap_or_default() * 100.0, seen.wilson());
    format!("{share:.1} % ({:.1}–{:.1}), {} of {}", bounds.low * 100.0, bounds.high * 100.0, seen.hits, seen.of)
}
