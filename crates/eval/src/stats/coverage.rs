//! Risk against coverage: how many of the answers are wrong if only the surest are given.

use serde::{Deserialize, Serialize};

use super::reliability::Sure;

/// One point of the curve: with the threshold at `confidence`, so many are answered and so many of those wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The least confidence that is still answered.
    pub confidence: f64,
    /// The share that is answered.
    pub coverage: f64,
    /// The share of wrong ones among these.
    pub risk: f64,
}

/// The curve, from the surest answers to all of them: one point for each confidence that occurs, since no threshold
/// parts equals.
pub fn curve(answers: &[Sure]) -> Vec<Point> {
    let mut points = Vec::new();
    let (mut given, mut wrong) = (0, 0);
    for equals in groups(answers) {
        given += equals.count;
        wrong += equals.wrong;
        points.push(Point {
            confidence: equals.confidence,
            coverage: given as f64 / answers.len() as f64,
            risk: wrong as f64 / given as f64,
        });
    }
    points
}

/// The area under the curve, answer by answer; 0 is perfect. Equals come in an order nobody knows, so each carries
/// its group's mean. `None` of nothing.
pub fn aurc(answers: &[Sure]) -> Option<f64> {
    let (mut given, mut wrong, mut area) = (0.0, 0.0, 0.0);
    for equals in groups(answers) {
        let each = equals.wrong as f64 / equals.count as f64;
        for _ in 0..equals.count {
            given += 1.0;
            wrong += each;
            area += wrong / given;
        }
    }
    (!answers.is_empty()).then(|| area / given)
}

/// The smallest area that so many wrong answers leave: all of them less sure than every right one.
pub fn best_aurc(answers: &[Sure]) -> Option<f64> {
    let ideal: Vec<Sure> =
        answers.iter().map(|sure| Sure { confidence: if sure.right { 1.0 } else { 0.0 }, ..*sure }).collect();
    aurc(&ideal)
}

struct Equals {
    confidence: f64,
    count: usize,
    wrong: usize,
}

/// Answers of the same confidence, the surest first.
fn groups(answers: &[Sure]) -> Vec<Equals> {
    let mut sorted = answers.to_vec();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let equals = |group: &[Sure]| Equals {
        confidence: group[0].confidence,
        count: group.len(),
        wrong: group.iter().filter(|sure| !sure.right).count(),
    };
    sorted.chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq()).map(equals).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sure(confidence: f64, right: bool) -> Sure {
        Sure { confidence, right }
    }

    #[test]
    fn the_curve_and_its_area_have_their_known_values() {
        let answers = [sure(0.9, true), sure(0.8, false), sure(0.7, true), sure(0.6, true)];
        let risks: Vec<f64> = curve(&answers).iter().map(|point| point.risk).collect();
        assert_eq!(risks, [0.0, 0.5, 1.0 / 3.0, 0.25]);
        assert!((aurc(&answers).unwrap() - (0.0 + 0.5 + 1.0 / 3.0 + 0.25) / 4.0).abs() < 1e-12);
        assert!((best_aurc(&answers).unwrap() - 0.25 / 4.0).abs() < 1e-12, "the wrong one last");
        assert_eq!((aurc(&[]), curve(&[]).len()), (None, 0));
    }

    #[test]
    fn equals_share_their_errors() {
        // A model that says 1.0 to everything: its curve is one point, its area its share of errors.
        let answers = [sure(1.0, true), sure(1.0, false), sure(1.0, true), sure(1.0, true)];
        assert_eq!(curve(&answers), [Point { confidence: 1.0, coverage: 1.0, risk: 0.25 }]);
        assert!((aurc(&answers).unwrap() - 0.25).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn the_curve_ends_with_all_and_no_order_is_better_than_the_best(
            answers in proptest::collection::vec((0_u8..=20, any::<bool>()), 1..80)
        ) {
            let answers: Vec<Sure> =
                answers.into_iter().map(|(c, right)| sure(f64::from(c) / 20.0, right)).collect();
            let last = *curve(&answers).last().unwrap();
            let wrong = answers.iter().filter(|sure| !sure.right).count() as f64 / answers.len() as f64;
            prop_assert!((last.coverage - 1.0).abs() < 1e-12 && (last.risk - wrong).abs() < 1e-12);
            prop_assert!(aurc(&answers).unwrap() + 1e-12 >= best_aurc(&answers).unwrap());
        }
    }
}
