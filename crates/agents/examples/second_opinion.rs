//! What the second opinion is worth by itself: `cargo run --release -p agents --example second_opinion`.
//!
//! It learns from `prompts/examples`, as in a worker, and is judged by the labelled messages of `prompts/evals`, none of
//! which is among the examples. The last lines tell how sure it must be to stand in for a model (`stand_in`, `unasked` in
//! `[llm.router.second_opinion]`). `-- some.jsonl` judges it by other files of that form.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::intent::Intent;
use domain::proportion::Proportion;
use opinion::{Example, Opinion, SecondOpinion};
use serde_json::{Value, json};

/// The most errors that would be allowed among what it answers alone.
const MOST_ERRORS: f64 = 0.05;

/// A labelled message, and what is thought of it.
struct Judged {
    intent: Intent,
    second: Option<Intent>,
    /// What is to be done: `answer`, `escalate`, `either`.
    expect: String,
    opinion: Opinion,
}

fn main() -> Result<(), Box<dyn Error>> {
    let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
    let mut examples = Vec::new();
    for file in jsonl(&prompts.join("examples"))? {
        let read = opinion::read(&std::fs::read_to_string(&file)?);
        examples.extend(read.map_err(|misfits| format!("{}: {misfits:?}", file.display()))?);
    }
    let begun = Instant::now();
    let second = SecondOpinion::learn(&examples);
    let took = begun.elapsed();
    let mut files: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files = jsonl(&prompts.join("evals"))?;
    }
    let mut judged = Vec::new();
    for file in &files {
        for line in std::fs::read_to_string(file)?.lines() {
            judged.extend(judge(&second, &serde_json::from_str(line)?)?);
        }
    }
    tell(&judged, examples.len(), took);
    Ok(())
}

fn jsonl(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ext| ext == "jsonl"));
    files.sort();
    Ok(files)
}

/// A line of an evaluation file; a line without an intent (a haggle) is none of ours.
fn judge(second: &SecondOpinion, line: &Value) -> Result<Option<Judged>, Box<dyn Error>> {
    if line["intent"].is_null() {
        return Ok(None);
    }
    let before = if line["before"].is_null() { json!([]) } else { line["before"].clone() };
    let asked: Example = serde_json::from_value(json!({
        "text": line["text"], "before": before, "listing": line["listing"]["title"], "intent": line["intent"],
        "second_intent": line["second_intent"],
    }))?;
    let opinion = second.of(asked.shown());
    let expect = line["expect"].as_str().unwrap_or_default().to_owned();
    Ok(Some(Judged { intent: asked.intent, second: asked.second_intent, expect, opinion }))
}

impl Judged {
    fn said(&self) -> (Intent, f64) {
        let both = Intent::ALL.into_iter().zip(self.opinion.intents);
        both.max_by(|(_, one), (_, other)| one.total_cmp(other)).unwrap_or((Intent::Other, 0.0))
    }

    /// Of two questions either may be named, as with the model.
    fn is_right(&self) -> bool {
        let (said, _) = self.said();
        said == self.intent || Some(said) == self.second
    }

    /// How sure it is that this is one plain question, and which.
    fn alone(&self) -> f64 {
        self.said().1 * (1.0 - self.opinion.call)
    }
}

fn tell(judged: &[Judged], examples: usize, took: Duration) {
    println!("learned from {examples} examples in {} ms; {} messages", took.as_millis(), judged.len());
    println!("the intent is right: {}", told(judged.iter().map(Judged::is_right)));
    for intent in Intent::ALL {
        let of = judged.iter().filter(|judged| judged.intent == intent);
        println!("  of {:<18}: {}", intent.name(), told(of.map(Judged::is_right)));
    }
    let mut order: Vec<&Judged> = judged.iter().filter(|judged| judged.said().0 != Intent::Complaint).collect();
    order.sort_by(|one, other| other.alone().total_cmp(&one.alone()));
    let wrong = |judged: &Judged| !judged.is_right() || judged.expect == "escalate" || judged.second.is_some();
    println!("in the model's place; what is a human's, or asks two things, is an error too");
    for percent in [5, 10, 20, 30, 50] {
        let surest = &order[..judged.len() * percent / 100];
        let from = surest.last().map_or(1.0, |judged| judged.alone());
        println!(
            "  the surest {percent:>3} %, from {from:.3}: wrong {}",
            told(surest.iter().map(|judged| wrong(judged)))
        );
    }
    let mut seen = Proportion::default();
    let mut most = (0, 1.0);
    for (number, judged) in (1..).zip(&order) {
        seen.count(wrong(judged));
        if seen.wilson().high <= MOST_ERRORS {
            most = (number, judged.alone());
        }
    }
    println!(
        "  within {:.0} % of errors for sure: {} of {}, from {:.3}",
        MOST_ERRORS * 100.0,
        most.0,
        judged.len(),
        most.1
    );
}

fn told(hits: impl Iterator<Item = bool>) -> String {
    let mut seen = Proportion::default();
    hits.for_each(|hit| seen.count(hit));
    let (share, bounds) = (seen.share().unwrap_or_default() * 100.0, seen.wilson());
    format!("{share:.1} % ({:.1}–{:.1}), {} of {}", bounds.low * 100.0, bounds.high * 100.0, seen.hits, seen.of)
}
