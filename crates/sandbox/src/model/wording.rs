//! The wording job: the draft, said with a greeting where one is due.
//!
//! An honest model of little talent: it adds a word of welcome and leaves the rest as it is.

use serde_json::Value;

use super::cue;
use super::prompt;
use super::sense::Sense;
use super::text;

/// Avito takes no longer message.
const LONGEST: usize = 1000;

/// The text of the decision in the prompt, or nothing if there is no decision to be read. The buyer's words that
/// begin as `repeats` has it are said again after it.
pub(super) fn word(user: &str, repeats: Option<&str>) -> String {
    let decision = prompt::section(user, "decision").unwrap_or_default();
    let decision: Value = serde_json::from_str(decision.trim()).unwrap_or_default();
    let draft = decision["draft"].as_str().unwrap_or_default().trim();
    if draft.is_empty() {
        return String::new();
    }
    let opening = opening(user, draft);
    let again = repeats.map(|beginning| again(user, beginning)).unwrap_or_default();
    let worded = format!("{opening}{draft}{again}");
    if worded.chars().count() > LONGEST { draft.to_owned() } else { worded }
}

/// In the order in which the buyer said them.
fn again(user: &str, beginning: &str) -> String {
    let buyer = prompt::section(user, "buyer").unwrap_or_default();
    let words = buyer.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(beginning));
    let words: Vec<&str> = words.collect();
    if words.is_empty() { String::new() } else { format!(" {}.", words.join(", ")) }
}

/// A greeting answers a greeting, once.
fn opening(user: &str, draft: &str) -> &'static str {
    let buyer = prompt::section(user, "buyer").unwrap_or_default();
    let first = prompt::history(user).is_empty();
    if !first || !greets(buyer) || greets(draft) {
        return "";
    }
    let russian = draft.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я'));
    if russian { "Здравствуйте! " } else { "Hello! " }
}

fn greets(text: &str) -> bool {
    cue::find(&text::words(text)).iter().any(|hit| hit.sense == Sense::Greeting)
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn the_draft_is_said_and_a_greeting_answered_once() {
        let decision = r#"<decision>{"draft":"Да, сумка есть.","facts":{}}</decision>"#;
        for (before, expected) in [
            ("<history>\n</history>\n<buyer>Здравствуйте, есть?</buyer>", "Здравствуйте! Да, сумка есть."),
            ("<history>\n</history>\n<buyer>Есть?</buyer>", "Да, сумка есть."),
            ("<history>\nпокупатель: Привет\n</history>\n<buyer>Привет, есть?</buyer>", "Да, сумка есть."),
        ] {
            assert_eq!(word(&format!("{before}\n{decision}"), None), expected, "{before}");
        }
        let english = r#"<buyer>Hi! Is it there?</buyer><decision>{"draft":"Yes, it is."}</decision>"#;
        assert_eq!(word(english, None), "Hello! Yes, it is.");
        let greeting = r#"<buyer>Привет</buyer><decision>{"draft":"Добрый день! Чем помочь?"}</decision>"#;
        assert_eq!(word(greeting, None), "Добрый день! Чем помочь?");
    }

    #[test]
    fn a_marked_word_of_the_buyer_is_said_again() {
        let turn = "<history>\nпокупатель: Жыбо, есть?\n</history>\n<buyer>Жывэ, есть?\nА синяя? Жыгу</buyer>\n\
                    <decision>{\"draft\":\"Да.\"}</decision>";
        assert_eq!(word(turn, Some("Жы")), "Да. Жывэ, Жыгу.");
        assert_eq!(word(turn, Some("Щя")), "Да.");
    }

    #[test]
    fn what_is_no_decision_gives_no_text() {
        for user in ["", "<decision>", "<decision>{}</decision>", "<decision>да</decision>", "draft"] {
            assert_eq!(word(user, None), "", "{user}");
        }
    }
}
