//! How sure a model is, read from the probabilities of its tokens.
//!
//! What a model says of its own certainty is of little worth (a small one says 1.0 to everything). What it
//! nearly said instead is worth more: at the token where the possible values part, the probability of everything
//! that leads to the chosen one is how sure it is of it.

use domain::intent::{Bias, Flag, Intent};
use llm::TokenProb;

use super::schema::{FLAG_KEY, INTENT_KEY};

/// How likely each intent is, in the order of [`Intent::ALL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Masses(pub(super) [f64; Intent::ALL.len()]);

impl Masses {
    /// The probability mass of each, or `None` where the tokens do not show it.
    pub(super) fn of(tokens: &[TokenProb]) -> Option<Self> {
        let parting = Parting::of(tokens, INTENT_KEY)?;
        Some(Self(Intent::ALL.map(|intent| parting.mass(&[intent.name()]))))
    }

    /// The same without the model's leaning.
    pub(super) fn without(self, bias: &Bias) -> Self {
        let mut straight = self.0;
        for (mass, intent) in straight.iter_mut().zip(Intent::ALL) {
            *mass *= (-bias.of(intent)).exp();
        }
        // What led to no intent keeps its share.
        let (before, after) = (self.0.iter().sum::<f64>(), straight.iter().sum::<f64>());
        if after > 0.0 {
            straight.iter_mut().for_each(|mass| *mass *= before / after);
        }
        Self(straight)
    }

    pub(super) fn mass(&self, intent: Intent) -> f64 {
        Intent::ALL.iter().zip(self.0).find_map(|(known, mass)| (*known == intent).then_some(mass)).unwrap_or(0.0)
    }

    pub(super) fn likeliest(&self) -> Intent {
        let both = Intent::ALL.into_iter().zip(self.0);
        both.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(Intent::Other, |(intent, _)| intent)
    }

    /// How sure it is of what was chosen. Of two questions in one message either may be named first, so both count.
    pub(super) fn sure(&self, chosen: Intent, second: Option<Intent>) -> f64 {
        let second = second.filter(|second| *second != chosen).map_or(0.0, |second| self.mass(second));
        (self.mass(chosen) + second).min(1.0)
    }

    /// By how much that exceeds the mass of the likeliest other intent.
    pub(super) fn margin(&self, chosen: Intent, second: Option<Intent>) -> f64 {
        let others = Intent::ALL.into_iter().filter(|intent| *intent != chosen && Some(*intent) != second);
        self.sure(chosen, second) - others.map(|intent| self.mass(intent)).fold(0.0, f64::max)
    }
}

/// How likely a human must see the message for another reason than the `flag` that was chosen, which is acted upon: it
/// is a complaint, or another flag would be right.
pub(super) fn of_a_call(tokens: &[TokenProb], masses: &Masses, flag: Flag) -> Option<f64> {
    let settled = Parting::of(tokens, FLAG_KEY)?.mass(&[Flag::None.name(), flag.name()]);
    Some(1.0 - (1.0 - masses.mass(Intent::Complaint)) * settled)
}

/// The token with the first letter of a field's value. No two values of such a field begin alike.
struct Parting<'a> {
    token: &'a TokenProb,
    /// What stands in the token before that letter: a quote, a space, or nothing.
    lead: &'a str,
}

impl<'a> Parting<'a> {
    fn of(tokens: &'a [TokenProb], key: &str) -> Option<Self> {
        let mut written = String::new();
        for token in tokens {
            let before = written.len();
            written.push_str(&token.token);
            if let Some(start) = value_start(&written, key).filter(|start| *start < written.len()) {
                return Some(Self { token, lead: token.token.get(..start.checked_sub(before)?)? });
            }
        }
        None
    }

    /// The mass of everything that leads to one of `names`.
    fn mass(&self, names: &[&str]) -> f64 {
        let TokenProb { token, logprob, top } = self.token;
        // The chosen token need not be among the likeliest when the schema forbade those.
        let own = (!top.iter().any(|(text, _)| text == token)).then_some((token.as_str(), *logprob));
        let all = top.iter().map(|(text, logprob)| (text.as_str(), *logprob)).chain(own);
        let leads = |text: &str| names.iter().any(|name| leads_to(text, self.lead, name));
        all.filter(|(text, _)| leads(text)).map(|(_, logprob)| logprob.exp()).sum::<f64>().min(1.0)
    }
}

/// Where the value of the field `key` begins in the JSON written so far.
fn value_start(written: &str, key: &str) -> Option<usize> {
    let after_key = written.find(&format!("\"{key}\""))? + key.len() + 2;
    let quote = written[after_key..].find('"')?;
    Some(after_key + quote + 1)
}

/// Whether a token that could have stood here, in the place of one that began with `lead`, begins `name`.
fn leads_to(alternative: &str, lead: &str, name: &str) -> bool {
    let Some(rest) = alternative.trim_start().strip_prefix(lead.trim_start()) else { return false };
    let beginning: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    !beginning.is_empty() && name.starts_with(&beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, top: &[(&str, f64)]) -> TokenProb {
        let top: Vec<(String, f64)> = top.iter().map(|(text, p)| ((*text).to_owned(), p.ln())).collect();
        let own = top.iter().find(|(other, _)| other == text).map_or(0.5_f64.ln(), |(_, logprob)| *logprob);
        TokenProb { token: text.to_owned(), logprob: own, top }
    }

    #[test]
    fn the_mass_of_everything_that_leads_to_the_intent_counts() {
        for (what, tokens, chosen, expected) in [
            (
                "the name in one token of its own",
                vec![
                    token("{\"", &[]),
                    token("intent", &[]),
                    token("\":\"", &[]),
                    token("stock", &[("stock", 0.7), ("st", 0.1), ("delivery", 0.15), ("s", 0.02)]),
                    token("_inquiry", &[("_inquiry", 1.0)]),
                ],
                Intent::StockInquiry,
                0.82,
            ),
            (
                "the quote belongs to the name's token",
                vec![
                    token("{\"intent\":", &[]),
                    token(" \"del", &[(" \"del", 0.6), ("\"delivery", 0.1), (" \"other", 0.3), (" ", 0.0001)]),
                    token("ivery_question\"", &[]),
                ],
                Intent::DeliveryQuestion,
                0.7,
            ),
            (
                "the whole value and more in one token",
                vec![token("{\"intent\":\"other\",", &[("{\"intent\":\"other\",", 0.9), ("{\"intent\":\"st", 0.1)])],
                Intent::Other,
                0.9,
            ),
            (
                "a chosen token outside the likeliest: its own probability, here one half, is added",
                vec![token("{\"intent\":\"", &[]), token("c", &[("x", 0.4), ("complaint", 0.05)])],
                Intent::Complaint,
                0.55,
            ),
        ] {
            let mass = Masses::of(&tokens).unwrap().sure(chosen, None);
            assert!((mass - expected).abs() < 1e-9, "{what}: {mass}");
        }
    }

    #[test]
    fn of_two_questions_either_may_come_first() {
        let tokens = [token("{\"intent\":\"", &[]), token("stock", &[("stock", 0.5), ("del", 0.3), ("other", 0.2)])];
        let masses = Masses::of(&tokens).unwrap();
        let mass = masses.sure(Intent::StockInquiry, Some(Intent::DeliveryQuestion));
        assert!((mass - 0.8).abs() < 1e-9, "{mass}");
        let margin = masses.margin(Intent::StockInquiry, Some(Intent::DeliveryQuestion));
        assert!((margin - 0.6).abs() < 1e-9, "0.8 for either of the two, 0.2 for the next: {margin}");
    }

    #[test]
    fn a_leaning_is_taken_out_and_the_whole_stays_the_same() {
        let tokens = [token("{\"intent\":\"", &[]), token("del", &[("del", 0.5), ("stock", 0.25), ("x", 0.2)])];
        let masses = Masses::of(&tokens).unwrap();
        assert_eq!(masses.without(&Bias::default()), masses);
        assert_eq!(masses.likeliest(), Intent::DeliveryQuestion);
        let four_times = Bias([(Intent::DeliveryQuestion, 4.0_f64.ln())].into());
        let straight = masses.without(&four_times);
        assert_eq!(straight.likeliest(), Intent::StockInquiry);
        assert!((straight.mass(Intent::StockInquiry) - 0.5).abs() < 1e-9, "{straight:?}");
        assert!((straight.0.iter().sum::<f64>() - 0.75).abs() < 1e-9, "{straight:?}");
    }

    #[test]
    fn a_call_is_a_complaint_or_another_flag_than_the_one_acted_upon() {
        let intent = token("other", &[("other", 0.7), ("comp", 0.2), ("stock", 0.1)]);
        let flag = |text: &str, top: &[(&str, f64)]| {
            [token("{\"intent\":\"", &[]), intent.clone(), token("\",\"flag\":\"", &[]), token(text, top)]
        };
        for (tokens, chosen, expected) in [
            (flag("none", &[("none", 0.5), ("w", 0.5)]), Flag::None, 1.0 - 0.8 * 0.5),
            (flag("ready", &[("none", 0.25), ("ready", 0.55), ("w", 0.2)]), Flag::ReadyToBuy, 1.0 - 0.8 * 0.8),
            (flag("none", &[("w", 0.6)]), Flag::None, 1.0 - 0.8 * 0.5),
        ] {
            let masses = Masses::of(&tokens).unwrap();
            let call = of_a_call(&tokens, &masses, chosen).unwrap();
            assert!((call - expected).abs() < 1e-9, "{call} instead of {expected}");
            assert_eq!(of_a_call(&tokens[..3], &masses, chosen), None, "without the flag's token");
        }
    }

    #[test]
    fn tokens_that_show_no_intent_tell_nothing() {
        for tokens in [vec![], vec![token("{", &[])], vec![token("{\"confidence\":1,\"intent\":\"", &[])]] {
            assert_eq!(Masses::of(&tokens), None);
        }
    }
}
