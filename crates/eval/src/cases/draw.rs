//! Which messages make up a sample: a hash of the id decides, so that it is the same one always and everywhere.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Case, Expect};

/// The messages in an order from which every stretch is a fair sample: in each, intents and what a human must see have
/// their shares of the whole. Prompts are tuned on one stretch and judged on another.
pub fn drawn(cases: Vec<Case>) -> Vec<Case> {
    let hash = |case: &Case| Sha256::digest(case.id.as_bytes()).to_vec();
    let mut kinds: BTreeMap<_, Vec<Case>> = BTreeMap::new();
    for case in cases {
        kinds.entry((case.intent, case.expect == Expect::Escalate)).or_default().push(case);
    }
    let mut placed = Vec::new();
    for mut kind in kinds.into_values() {
        kind.sort_by_cached_key(hash);
        let count = kind.len() as f64;
        // Evenly spread from the first to the last, however many there are.
        placed.extend(kind.into_iter().enumerate().map(|(number, case)| ((number as f64 + 0.5) / count, case)));
    }
    placed.sort_by(|(one, a), (other, b)| one.total_cmp(other).then_with(|| hash(a).cmp(&hash(b))));
    placed.into_iter().map(|(_, case)| case).collect()
}

#[cfg(test)]
mod tests {
    use domain::intent::Intent;

    use super::*;
    use crate::report::sample;

    fn many() -> Vec<Case> {
        let case = |number: usize| {
            let intent = Intent::ALL[number % Intent::ALL.len()];
            Case { id: format!("{}-{number}", intent.name()), ..sample::case(intent) }
        };
        (0..500).map(case).collect()
    }

    #[test]
    fn every_stretch_has_the_intents_in_their_shares_and_no_message_of_another() {
        let drawn = drawn(many());
        for stretch in drawn.chunks(50) {
            for intent in Intent::ALL {
                let count = stretch.iter().filter(|case| case.intent == intent).count();
                assert!((9..=11).contains(&count), "{count} of {intent:?}");
            }
        }
        let ids: std::collections::BTreeSet<&str> = drawn.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids.len(), 500);
    }

    #[test]
    fn the_order_of_the_file_changes_nothing() {
        let mut turned = many();
        turned.reverse();
        assert_eq!(drawn(turned), drawn(many()));
        assert_ne!(drawn(many()), many());
    }
}
