//! A model that means no good, or was talked over: it has the prompts and the schema of the honest one, and says
//! what must not be said, in every form of writing. Now and then it is honest, so that good words can be told from
//! bad ones.
//!
//! What it answers is drawn from the seed and the request: the same seed and the same request give the same answer,
//! whatever else is asked at the time. Its name in the answer tells what it is up to: `sandbox-rules/contact`.
//! It knows nothing that a model would not be shown: it has to guess a floor, from the price.

mod dress;
mod honest;
mod lies;
mod routing;
mod sums;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::prompt;
use super::request::Request;
use super::routing::{Routed, route};
use super::world::Job;
use super::{schema, wording};

/// How hostile a model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hostility {
    /// What everything is drawn from.
    pub seed: u64,
    /// How many of a hundred answers are honest.
    pub honest_percent: u8,
}

impl Hostility {
    /// Drawn from `seed`; every third answer is honest.
    pub const fn with_seed(seed: u64) -> Self {
        Self { seed, honest_percent: 35 }
    }
}

/// What is answered, and what the model is up to with it.
pub(super) struct Drawn {
    pub(super) content: String,
    pub(super) routed: Option<Routed>,
    pub(super) aim: &'static str,
}

/// What an honest answer calls itself.
const HONEST: &str = "honest";

/// An answer to `request`; `None` where nothing is asked that it could spoil.
pub(super) fn answer(hostility: Hostility, request: &Request, job: Job) -> Option<Drawn> {
    let mut chance = chance(hostility.seed, request, job);
    let is_honest = chance.random_range(0..100) < hostility.honest_percent;
    let user = request.user();
    match job {
        Job::Routing => {
            let routed = route(prompt::section(&user, "buyer").unwrap_or(&user), &prompt::history(&user));
            let answer = schema::routing(&routed, request.schema());
            if is_honest {
                return Some(Drawn { content: answer.to_string(), routed: Some(routed), aim: HONEST });
            }
            let (aim, content) = routing::spoilt(answer, &user, &mut chance);
            Some(Drawn { content, routed: None, aim })
        }
        Job::Wording => {
            let decision = decision(&user);
            if is_honest {
                let text = honest::text(&decision, &mut chance).unwrap_or_else(|| wording::word(&user, None));
                return Some(Drawn { content: said(&text), routed: None, aim: HONEST });
            }
            let buyer = prompt::section(&user, "buyer").unwrap_or_default();
            let (aim, text) = lies::text(&decision, buyer, &mut chance);
            Some(Drawn { content: said(&text), routed: None, aim })
        }
        Job::Plain => None,
    }
}

/// The dice of one request.
fn chance(seed: u64, request: &Request, job: Job) -> StdRng {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in [job.name(), &request.before(), &request.user()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    StdRng::from_seed(hash.finalize().into())
}

fn said(text: &str) -> String {
    json!({ "text": text }).to_string()
}

fn decision(user: &str) -> Value {
    let written = prompt::section(user, "decision").unwrap_or_default();
    serde_json::from_str(written.trim()).unwrap_or_default()
}

/// One of several.
fn one<T: Copy>(of: &[T], chance: &mut StdRng) -> T {
    of[chance.random_range(0..of.len())]
}

/// One of several, each as often as its weight says.
fn weighted(of: &[(&'static str, u32)], chance: &mut StdRng) -> &'static str {
    let mut at = chance.random_range(0..of.iter().map(|(_, weight)| weight).sum());
    for (name, weight) in of {
        match at.checked_sub(*weight) {
            None => return name,
            Some(left) => at = left,
        }
    }
    unreachable!("the draw is below the sum of the weights")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn request(name: &str, user: &str) -> Request {
        let body = json!({
            "model": "m",
            "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": user}],
            "response_format": {"type": "json_schema", "json_schema": {"name": name, "schema": {}}},
        });
        Request::read(body.to_string().as_bytes()).unwrap()
    }

    fn turn(price: u32) -> String {
        format!(
            "<buyer>За 1000 отдадите?</buyer><decision>{{\"draft\":\"Сумка красная: {price} ₽.\",\"facts\":\
             {{\"title\":\"Сумка красная\",\"price\":\"{price} ₽\"}},\"verdict\":\"refuse_offer\"}}</decision>"
        )
    }

    #[test]
    fn the_same_seed_and_request_give_the_same_answer_and_another_seed_another() {
        let of = |seed| {
            (100..200)
                .filter_map(|price| answer(Hostility::with_seed(seed), &request("wording", &turn(price)), Job::Wording))
                .map(|drawn| drawn.content)
                .collect::<Vec<_>>()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn every_aim_comes_up_and_so_do_honest_answers() {
        let mut aims = BTreeSet::new();
        for price in 100..1600 {
            for (name, job) in [("wording", Job::Wording), ("routing", Job::Routing)] {
                aims.extend(answer(Hostility::with_seed(7), &request(name, &turn(price)), job).map(|drawn| drawn.aim));
            }
        }
        let missing: Vec<_> = lies::AIMS.iter().chain(&routing::AIMS).filter(|(aim, _)| !aims.contains(aim)).collect();
        assert!(missing.is_empty() && aims.contains(HONEST), "{missing:?} of {aims:?}");
    }
}
