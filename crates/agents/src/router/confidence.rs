//! How sure a model is, read from the probabilities of its tokens.
//!
//! What a model says of its own certainty is of little worth (a small one says 1.0 to everything). What it
//! nearly said instead is worth more: at the token where the intents part, the probability of everything that
//! leads to the chosen one is how sure it is of it.

use domain::intent::Intent;
use llm::TokenProb;

/// The probability mass of what was chosen, or `None` where the tokens do not show it. Of two questions in one
/// message either may be named first, so both count.
pub(super) fn of_intents(tokens: &[TokenProb], chosen: Intent, second: Option<Intent>) -> Option<f64> {
    let (token, lead) = parting_token(tokens)?;
    let leads = |text: &str| [Some(chosen), second].into_iter().flatten().any(|intent| leads_to(text, lead, intent));
    let mut mass: f64 = token.top.iter().filter(|(text, _)| leads(text)).map(|(_, logprob)| logprob.exp()).sum();
    // The chosen token need not be among the likeliest when the schema forbade those.
    if !token.top.iter().any(|(text, _)| *text == token.token) {
        mass += token.logprob.exp();
    }
    Some(mass.min(1.0))
}

/// By how much the mass of what was chosen exceeds that of the likeliest other intent.
pub(super) fn margin(tokens: &[TokenProb], chosen: Intent, second: Option<Intent>) -> Option<f64> {
    let mass = of_intents(tokens, chosen, second)?;
    let (token, lead) = parting_token(tokens)?;
    let others = Intent::ALL.into_iter().filter(|intent| *intent != chosen && Some(*intent) != second);
    let of_other = |intent| {
        let leading = token.top.iter().filter(|(text, _)| leads_to(text, lead, intent));
        leading.map(|(_, logprob)| logprob.exp()).sum::<f64>()
    };
    Some(mass - others.map(of_other).fold(0.0, f64::max))
}

/// The token with the first letter of the intent's name (no two names begin alike), and what stands in that
/// token before the letter: a quote, a space, or nothing.
fn parting_token(tokens: &[TokenProb]) -> Option<(&TokenProb, &str)> {
    let mut written = String::new();
    for token in tokens {
        let before = written.len();
        written.push_str(&token.token);
        if let Some(start) = value_start(&written).filter(|start| *start < written.len()) {
            return Some((token, token.token.get(..start.checked_sub(before)?)?));
        }
    }
    None
}

/// Where the value of `"intent"` begins in the JSON written so far.
fn value_start(written: &str) -> Option<usize> {
    const KEY: &str = "\"intent\"";
    let after_key = written.find(KEY)? + KEY.len();
    let quote = written[after_key..].find('"')?;
    Some(after_key + quote + 1)
}

/// Whether a token that could have stood here, in the place of one that began with `lead`, begins `chosen`.
fn leads_to(alternative: &str, lead: &str, chosen: Intent) -> bool {
    let Some(rest) = alternative.trim_start().strip_prefix(lead.trim_start()) else { return false };
    let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    !name.is_empty() && chosen.name().starts_with(&name)
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
            let mass = of_intents(&tokens, chosen, None).unwrap();
            assert!((mass - expected).abs() < 1e-9, "{what}: {mass}");
        }
    }

    #[test]
    fn of_two_questions_either_may_come_first() {
        let tokens = [token("{\"intent\":\"", &[]), token("stock", &[("stock", 0.5), ("del", 0.3), ("other", 0.2)])];
        let mass = of_intents(&tokens, Intent::StockInquiry, Some(Intent::DeliveryQuestion)).unwrap();
        assert!((mass - 0.8).abs() < 1e-9, "{mass}");
        let margin = margin(&tokens, Intent::StockInquiry, Some(Intent::DeliveryQuestion)).unwrap();
        assert!((margin - 0.6).abs() < 1e-9, "0.8 for either of the two, 0.2 for the next: {margin}");
    }

    #[test]
    fn tokens_that_show_no_intent_tell_nothing() {
        for tokens in [vec![], vec![token("{", &[])], vec![token("{\"confidence\":1,\"intent\":\"", &[])]] {
            assert_eq!(of_intents(&tokens, Intent::Other, None), None);
        }
    }
}
