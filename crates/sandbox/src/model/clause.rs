//! A message cut into its questions.
//!
//! «Есть синий рюкзак и отправите в Сибирь?» asks two things. A question begins at the end of a sentence, at an
//! «и» or a comma, or at a verb of its own («отправите», «отдадите»); what means nothing by itself belongs to the
//! question beside it.

use std::cmp::Ordering;

use super::cue::Hit;
use super::sense::{Intent, Sense};
use super::text::Word;

/// Below this a phrase does not make a question by itself.
const LEAST: f32 = 1.5;

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What it asks, by its weightiest phrase.
    pub(super) sense: Sense,
    pub(super) weight: f32,
    /// The weight of what else it could ask.
    pub(super) rival: f32,
}

/// Words at which a question may begin.
const CONJUNCTIONS: [&str; 8] = ["и", "а", "но", "плюс", "также", "еще", "and", "also"];

/// The questions of a message, in order; without those that mean nothing by themselves.
pub(super) fn split(words: &[Word], hits: &[Hit], leads_away: impl Fn(usize) -> bool) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for (start, end) in pieces(words, hits) {
        let inside: Vec<&Hit> = hits.iter().filter(|hit| hit.start() >= start && hit.start() < end).collect();
        let Some(clause) = weigh(start, end, &inside, (start..end).any(&leads_away)) else {
            // Means nothing by itself: belongs to the question before, or to the next one.
            match clauses.last_mut() {
                Some(last) => last.end = end,
                None => clauses.push(Clause { start, end, sense: Sense::HowMuch, weight: 0.0, rival: 0.0 }),
            }
            continue;
        };
        match clauses.last_mut() {
            Some(last) if last.weight == 0.0 => *last = Clause { start: last.start, ..clause },
            _ => clauses.push(clause),
        }
    }
    clauses.retain(|clause| clause.weight >= LEAST);
    clauses
}

/// What a piece asks. A verb of taking or calling is a sign, not a question; a place to go to asks for delivery.
fn weigh(start: usize, end: usize, hits: &[&Hit], leads_away: bool) -> Option<Clause> {
    let questions = || hits.iter().filter(|hit| !hit.sense.is_sign() && hit.weight >= LEAST);
    let rank = |hit: &&&Hit| (!hit.sense.is_courtesy(), hit.weight);
    let best = questions()
        .max_by(|a, b| rank(a).partial_cmp(&rank(b)).unwrap_or(Ordering::Equal).then(b.start().cmp(&a.start())));
    let (sense, weight) = match best {
        Some(best) if leads_away && best.sense.is_courtesy() => (Sense::Delivery, 2.2),
        Some(best) => (best.sense, best.weight),
        None if leads_away => (Sense::Delivery, 2.2),
        None => return None,
    };
    let others = questions().filter(|hit| hit.sense.intent() != sense.intent() && !hit.sense.is_courtesy());
    let rival = others.map(|hit| hit.weight).fold(0.0, f32::max);
    let support = questions().filter(|hit| hit.sense.intent() == sense.intent()).count();
    let weight = weight + if support > 1 { 0.5 } else { 0.0 };
    Some(Clause { start, end, sense, weight, rival })
}

/// Where a question may begin, but never inside a phrase.
fn pieces(words: &[Word], hits: &[Hit]) -> Vec<(usize, usize)> {
    let inside = |at: usize| hits.iter().any(|hit| hit.start() < at && at < hit.end());
    let begins = |at: usize| {
        let before = &words[at - 1];
        let opens = || hits.iter().any(|hit| hit.start() == at && hit.sense.opens());
        let after_other = |at: usize| asked_before(words, hits, at);
        before.gap.ends_sentence()
            || before.gap == super::text::Gap::Comma
            || CONJUNCTIONS.contains(&words[at].plain.as_str())
            || (opens() && after_other(at))
    };
    let mut starts: Vec<usize> = vec![0];
    starts.extend((1..words.len()).filter(|at| !inside(*at) && begins(*at)));
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    starts.iter().copied().zip(ends).filter(|(start, end)| start < end).collect()
}

/// Whether something else was asked in this sentence already: «есть рюкзак отправите в Омск».
fn asked_before(words: &[Word], hits: &[Hit], at: usize) -> bool {
    let sentence = words[..at].iter().rposition(|word| word.gap.ends_sentence()).map_or(0, |last| last + 1);
    let opener = hits.iter().find(|hit| hit.start() == at).map(|hit| hit.sense.intent());
    hits.iter().any(|hit| {
        hit.start() >= sentence
            && hit.end() <= at
            && hit.weight >= 2.0
            && matches!(hit.sense.intent(), Intent::Stock | Intent::Price | Intent::Delivery)
            && Some(hit.sense.intent()) != opener
    })
}
