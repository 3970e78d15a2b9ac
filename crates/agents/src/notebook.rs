//! What is noted while a turn is thought about: the memory as it will be, and the trace for the record.
//!
//! It only collects. It decides nothing, and it is the only thing the thinking changes.

use std::time::{Duration, Instant};

use domain::catalog::CatalogSnapshot;
use domain::conversation::{Conversation, Line};
use domain::decision::{Decision, Fact};
use domain::escalation::EscalationReason;
use domain::intent::Routing;
use domain::message::Side;
use domain::record::{Refusal, SilentReason, Trace, Trial, Usage, WordingSource};
use metrics::{counter, histogram};

use crate::checks::ReplyText;
use crate::finding::Decided;
use crate::outcome::{Answer, Outcome};
use crate::turn::Turn;

/// The notes of one turn.
pub(crate) struct Notebook {
    memory: Conversation,
    trace: Trace,
    now_ms: i64,
}

impl Notebook {
    /// Opens the notes of `turn`: the buyer's lines are remembered whatever comes of them.
    pub(crate) fn open(turn: &Turn<'_>) -> Self {
        let now_ms = turn.now.as_millisecond();
        let mut memory = turn.conversation.clone();
        turn.lines().for_each(|line| memory.push_line(line));
        memory.updated_ms = now_ms;
        let trace = Trace { grounds: Some(Box::new(turn.grounds())), ..Trace::default() };
        Self { memory, trace, now_ms }
    }

    pub(crate) fn routed(&mut self, routing: &Routing) {
        counter!("agents_routed_total", "intent" => routing.intent.name()).increment(1);
        self.memory.last_intent = Some(routing.intent);
        self.trace.routing = Some(routing.clone());
    }

    pub(crate) fn looked_up(&mut self, snapshot: &CatalogSnapshot) {
        self.trace.snapshot_age_ms = Some(self.now_ms - snapshot.read_at_ms);
        self.trace.table = Some(snapshot.version.clone());
    }

    pub(crate) fn decided(&mut self, decisions: &[Decision]) {
        for decision in decisions {
            counter!("agents_decisions_total", "verdict" => decision.verdict.name()).increment(1);
        }
        self.trace.decisions = decisions.to_vec();
    }

    /// The buyer takes it.
    pub(crate) fn taken(&mut self, goods: &[Fact]) {
        self.trace.taken = goods.to_vec();
    }

    /// Remembers what an answer changes, once it is sure to be said.
    pub(crate) fn remember(&mut self, decided: &[Decided]) {
        decided.iter().for_each(|decided| decided.remember.apply(&mut self.memory));
    }

    pub(crate) fn refused(&mut self, refusals: Vec<Refusal>) {
        for refusal in &refusals {
            counter!("agents_refusals_total", "check" => refusal.check.clone()).increment(1);
        }
        self.trace.refusals.extend(refusals);
    }

    pub(crate) fn worded_by(&mut self, source: WordingSource, text: ReplyText) -> ReplyText {
        self.trace.wording = Some(source);
        text
    }

    pub(crate) fn spent(&mut self, usage: Usage) {
        self.trace.usage = self.trace.usage.plus(usage);
    }

    pub(crate) fn prompts(&mut self, versions: Vec<(String, String)>) {
        self.trace.prompts = versions;
    }

    /// A prompt under trial was asked for, whatever comes of it: a variant that makes the model late is worse for it.
    pub(crate) fn tried(&mut self, trial: Option<Trial>) {
        self.trace.trials.extend(trial);
    }

    /// Something went wrong and was got over.
    pub(crate) fn remark(&mut self, note: impl Into<String>) {
        self.trace.notes.push(note.into());
    }

    /// Adds to a step's time.
    pub(crate) fn step(&mut self, name: &'static str, took: Duration) {
        histogram!("agents_step_seconds", "step" => name).record(took.as_secs_f64());
        let ms = took.as_millis() as i64;
        match self.trace.steps_ms.iter_mut().find(|(known, _)| known == name) {
            Some((_, total)) => *total += ms,
            None => self.trace.steps_ms.push((name.to_owned(), ms)),
        }
    }

    /// Does a step and adds to its time.
    pub(crate) fn timed<T>(&mut self, name: &'static str, step: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = step();
        self.step(name, begun.elapsed());
        done
    }

    /// Closes the notes with an answer.
    pub(crate) fn reply(mut self, text: ReplyText, then: Option<EscalationReason>) -> Answer {
        self.say(&text);
        self.close(Outcome::Reply { text, then })
    }

    /// Closes the notes with a call for a human.
    pub(crate) fn escalate(mut self, reason: EscalationReason, holding: ReplyText, draft: Option<String>) -> Answer {
        self.say(&holding);
        self.close(Outcome::Escalate { reason, holding, draft })
    }

    /// Closes the notes with nothing said.
    pub(crate) fn silent(self, why: SilentReason) -> Answer {
        self.close(Outcome::Silent(why))
    }

    fn say(&mut self, text: &ReplyText) {
        self.memory.push_line(Line { side: Side::Account, text: text.as_str().to_owned(), at_ms: self.now_ms });
    }

    fn close(self, outcome: Outcome) -> Answer {
        Answer { outcome, memory: self.memory, trace: self.trace }
    }
}
