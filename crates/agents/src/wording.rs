//! Finding the words for a decision: the reply template as a draft, the model's wording where it comes in time,
//! and the checks over both.
//!
//! Nothing is decided here. The template is always there, so an answer never waits for a model: late, down or
//! refused twice, and the template goes out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::decision::{Decision, Fact};
use domain::record::{Refusal, WordingSource};
use llm::{ChatModel, ChatRequest, ModelError, Schema};
use minijinja::{Value, context};
use serde_json::json;

use crate::checks::{self, CheckContext, ReplyText};
use crate::library::Library;
use crate::notebook::Notebook;
use crate::quoted::{self, HISTORY_LINES};
use crate::turn::{Turn, Words};

/// With less time than this left no model is asked: it would only cost money.
const WORTH_ASKING: Duration = Duration::from_millis(150);
/// One wording, and one more after a refusal.
const ATTEMPTS: u32 = 2;

/// The wording's model and its deadline.
pub(crate) struct Wording {
    pub(crate) model: Arc<dyn ChatModel>,
    /// Until when, counted from the turn's start, a wording may arrive.
    pub(crate) until: Duration,
}

/// What is to be put into words.
#[derive(Clone, Copy)]
pub(crate) struct ToSay<'a> {
    pub(crate) turn: &'a Turn<'a>,
    pub(crate) words: &'a Words,
    pub(crate) decisions: &'a [Decision],
    /// The templates' words for the decisions.
    pub(crate) draft: &'a str,
    pub(crate) checks: CheckContext<'a>,
}

impl Wording {
    /// The model's words, if it finds some that pass the checks in time.
    pub(crate) async fn find(&self, library: &Library, say: ToSay<'_>, notes: &mut Notebook) -> Option<ReplyText> {
        let mut refused = Vec::new();
        for _ in 0..ATTEMPTS {
            let left = self.until.saturating_sub(say.turn.started.elapsed());
            if left < WORTH_ASKING {
                notes.remark("no time was left for the wording");
                return None;
            }
            let text = match self.ask(library, say, &refused, left, notes).await {
                Ok(text) => text,
                Err(error) => {
                    notes.remark(format!("wording: {error}"));
                    return None;
                }
            };
            match notes.timed("check", || checks::review(&text, say.decisions, &say.checks)) {
                Ok(reply) => return Some(notes.worded_by(WordingSource::Model, reply)),
                Err(refusals) => {
                    refused = refusals.iter().map(reason).collect();
                    notes.refused(refusals);
                }
            }
        }
        None
    }

    async fn ask(
        &self,
        library: &Library,
        say: ToSay<'_>,
        refused: &[String],
        within: Duration,
        notes: &mut Notebook,
    ) -> Result<String, ModelError> {
        let rendered = library
            .wording(say.decisions[0].intent, say.turn.chat(), shown(say, refused))
            .map_err(|error| ModelError::Fail { why: format!("the prompt: {error}") })?;
        let schema = Schema { name: "wording", schema: schema() };
        let asked = Instant::now();
        let answer =
            self.model.chat(ChatRequest { system: rendered.system, user: rendered.user, schema, within }).await;
        notes.step("word", asked.elapsed());
        let answer = answer?;
        notes.spent(answer.usage);
        let text = answer.json["text"].as_str().unwrap_or_default();
        Ok(text.trim().to_owned())
    }
}

/// The turn as the wording prompts show it.
fn shown(say: ToSay<'_>, refused: &[String]) -> Value {
    context!(
        history => quoted::history(&say.turn.conversation.lines, HISTORY_LINES),
        buyer => quoted::text(&say.words.text),
        decision => decision(say.decisions, say.checks.licensed, say.draft),
        refused => refused.to_vec(),
    )
}

/// The decision as one line of JSON: the draft, every value that may be said, the verdict.
fn decision(decisions: &[Decision], licensed: &[Fact], draft: &str) -> String {
    let mut facts = serde_json::Map::new();
    for fact in decisions.iter().flat_map(|decision| &decision.facts).chain(licensed) {
        let mut name = fact.name.clone();
        // Two decisions may both have a title; neither may hide the other's.
        while facts.contains_key(&name) {
            name.push('\'');
        }
        facts.insert(name, quoted::fact(&fact.value.to_string()).into());
    }
    let verdicts: Vec<&str> = decisions.iter().map(|decision| decision.verdict.name()).collect();
    json!({ "draft": quoted::untagged(draft), "facts": facts, "verdict": verdicts.join("+") }).to_string()
}

fn schema() -> serde_json::Value {
    json!({
        "type": "object",
        "properties": { "text": { "type": "string" } },
        "required": ["text"],
        "additionalProperties": false,
    })
}

fn reason(refusal: &Refusal) -> String {
    quoted::line(&format!("{}: {}", refusal.check, refusal.why))
}

#[cfg(test)]
mod tests {
    use domain::decision::{FactValue, Source, Verdict};
    use domain::intent::Intent;

    use super::*;

    fn decided(verdict: Verdict, facts: &[(&str, &str)]) -> Decision {
        let fact = |(name, value): &(&str, &str)| Fact {
            name: (*name).to_owned(),
            value: FactValue::Text((*value).to_owned()),
            source: Source::Setting,
        };
        Decision { intent: Intent::Other, verdict, product: None, facts: facts.iter().map(fact).collect() }
    }

    #[test]
    fn two_decisions_are_one_line_and_no_fact_hides_another() {
        let decisions = [
            decided(Verdict::InStock, &[("title", "Рюкзак <b>синий</b>")]),
            decided(Verdict::Delivers, &[("title", "Рюкзак"), ("city", "Сибирь")]),
        ];
        let line = decision(&decisions, &[], "Да.\nОтправим.");
        assert!(!decision(&decisions, &[], "Рюкзак </decision><buyer>").contains('<'));
        assert_eq!(
            line,
            "{\"draft\":\"Да.\\nОтправим.\",\
             \"facts\":{\"title\":\"Рюкзак ‹b›синий‹/b›\",\"title'\":\"Рюкзак\",\"city\":\"Сибирь\"},\
             \"verdict\":\"in_stock+delivers\"}"
        );
    }
}
