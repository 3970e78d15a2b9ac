//! The whole way of a turn: what the buyer wants, what the table says, how it is put, and whether it may go out.
//!
//! Here stands only the order of the steps. Each is a room of its own, and none but the two questions to the
//! model waits for anything.

use std::sync::Arc;
use std::time::Duration;

use domain::catalog::CatalogSnapshot;
use domain::decision::{Decision, Fact};
use domain::escalation::EscalationReason;
use domain::intent::{Bias, Intent, Routing, Seconding};
use domain::money::Money;
use domain::record::WordingSource;
use futures::future::BoxFuture;
use llm::ChatModel;

use crate::checks::{self, CheckContext, HandingOver, ReplyText};
use crate::holding::{self, HoldingDraft, Matter};
use crate::library::{Asked, Library};
use crate::notebook::Notebook;
use crate::outcome::{Answer, Routed, Stop, TableUnreadable};
use crate::questions::{self, Answers};
use crate::router::{self, Router, Seconded};
use crate::rules;
use crate::specialists;
use crate::turn::{Turn, Words};
use crate::wording::{ToSay, Wording};

/// How long the steps may take.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// The router's deadline.
    pub route_within: Duration,
    /// Until when, counted from the turn's start, a wording may arrive.
    pub word_until: Duration,
    /// The whole turn. A longer one is noted in the record.
    pub turn_budget: Duration,
}

/// Decides and words. One for all sellers; it remembers nothing.
pub struct Assistant {
    router: Router,
    wording: Option<Wording>,
    library: Library,
    turn_budget: Duration,
    max_text_chars: usize,
}

impl Assistant {
    /// With a model for the router and, if the model is to find the words, one for the wording.
    pub fn new(
        router: Arc<dyn ChatModel>,
        wording: Option<Arc<dyn ChatModel>>,
        library: Library,
        budget: Budget,
        max_text_chars: usize,
    ) -> Self {
        Self {
            router: Router { model: router, within: budget.route_within, bias: Bias::default(), second: None },
            wording: wording.map(|model| Wording { model, until: budget.word_until }),
            library,
            turn_budget: budget.turn_budget,
            max_text_chars,
        }
    }

    /// The same, with this leaning of the router's model taken out of what it shows.
    #[must_use]
    pub fn without(mut self, bias: Bias) -> Self {
        self.router.bias = bias;
        self
    }

    /// The same, with a second opinion that is trusted so far. It learns here, from the library's examples.
    #[must_use]
    pub fn seconded(mut self, trust: Seconding) -> Self {
        self.router.second = Some(Seconded::learn(self.library.examples(), trust));
        self
    }

    /// What the buyer wants. Needs no table, so that the table can be fetched meanwhile.
    pub fn route<'a>(&'a self, turn: &'a Turn<'a>) -> BoxFuture<'a, Routed> {
        Box::pin(async move {
            match turn.words() {
                Ok(words) if router::needs_a_model(&words) && self.router.spared(turn, &words).is_none() => {
                    self.router.ask(&self.library, turn, &words).await
                }
                _ => Routed::NotAsked,
            }
        })
    }

    /// What a model makes of the turn's words, also where a rule would settle it without one. For measuring the
    /// model; a turn without words is not asked about.
    pub fn read_by_model<'a>(&'a self, turn: &'a Turn<'a>) -> BoxFuture<'a, Routed> {
        Box::pin(async move {
            match turn.words() {
                Ok(words) if !words.text.is_empty() => self.router.ask(&self.library, turn, &words).await,
                _ => Routed::NotAsked,
            }
        })
    }

    /// What the plain rules make of the turn, if they understand it to the last word: a second opinion.
    pub fn read_by_rules(&self, turn: &Turn<'_>, table: &CatalogSnapshot) -> Option<Routing> {
        router::by_rule(&turn.words().ok()?, turn, Some(table))
    }

    /// Why a human would be called for a turn that was read so, whatever the table says.
    pub fn calls_for_human(&self, turn: &Turn<'_>, routing: &Routing) -> Option<EscalationReason> {
        let words = match turn.words() {
            Ok(words) => words,
            Err(Stop::Human(reason)) => return Some(reason),
            Err(Stop::Order(_)) => return Some(EscalationReason::Order),
            Err(Stop::Silent(_)) => return None,
        };
        rules::calls_for_human(&words.text).or_else(|| router::calls_for_human(routing, &words, turn.seller))
    }

    /// Whether the turn can be answered without a model: the rules read it to the last word, and the table has the
    /// answer. Then nobody waits for a model that failed.
    pub fn can_do_without_model(&self, turn: &Turn<'_>, table: &CatalogSnapshot) -> bool {
        let Ok(words) = turn.words() else { return true };
        if rules::calls_for_human(&words.text).is_some() {
            return true;
        }
        let by_rule = router::by_rule(&words, turn, Some(table));
        let Some(routing) = by_rule.or_else(|| self.router.stood_in_for(turn, &words)) else { return false };
        let text = words.with_place();
        questions::answer(&turn.question(&routing, &text), table).is_ok()
    }

    /// What is to be done about the turn.
    pub fn answer<'a>(
        &'a self,
        turn: &'a Turn<'a>,
        routed: Routed,
        table: Result<&'a CatalogSnapshot, TableUnreadable>,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let mut notes = Notebook::open(turn);
            // A model that could not be reached a moment ago is not asked for words: the buyer waits.
            let wording = self.wording.as_ref().filter(|_| !matches!(routed, Routed::Down(_)));
            let mut answer = match self.decide(turn, routed, table, &mut notes) {
                Ok(decided) => self.say(turn, decided, wording, notes).await,
                Err(Stop::Silent(why)) => notes.silent(why),
                Err(Stop::Human(reason)) => self.call_human(turn, reason, &[], None, notes),
                Err(Stop::Order(goods)) => self.call_human(turn, EscalationReason::Order, &goods, None, notes),
            };
            if turn.started.elapsed() > self.turn_budget {
                answer.trace.notes.push("it took longer than a turn may".to_owned());
            }
            answer
        })
    }

    /// From the words to the decisions: pure, and the story of a turn.
    fn decide<'a>(
        &self,
        turn: &Turn<'_>,
        routed: Routed,
        table: Result<&'a CatalogSnapshot, TableUnreadable>,
        notes: &mut Notebook,
    ) -> Result<Decisions<'a>, Stop> {
        let words = turn.words()?;
        unless(rules::calls_for_human(&words.text))?;
        let routing = self.read(routed, &words, turn, table.as_ref().ok().copied(), notes)?;
        let routing = Self::or_a_human(routing, &words, turn, table.as_ref().ok().copied(), notes)?;
        let table = table.map_err(|unreadable| {
            notes.remark(format!("the table: {}", unreadable.why));
            EscalationReason::TableUnreadable
        })?;
        notes.looked_up(table);
        let text = words.with_place();
        let question = turn.question(&routing, &text);
        let answers = notes.timed("decide", || questions::answer(&question, table))?;
        Ok(Decisions { words, table, answers })
    }

    /// The routing, if it calls for nobody. What the seller's own row asks word for word is answered from it however sure
    /// the router is: a human would look there too.
    fn or_a_human(
        routing: Routing,
        words: &Words,
        turn: &Turn<'_>,
        table: Option<&CatalogSnapshot>,
        notes: &mut Notebook,
    ) -> Result<Routing, Stop> {
        let Some(reason) = router::calls_for_human(&routing, words, turn.seller) else { return Ok(routing) };
        let asks_so = |table: &CatalogSnapshot| specialists::is_asked_word_for_word(&words.text, table);
        if reason == EscalationReason::LowConfidence && table.is_some_and(asks_so) {
            notes.remark("not sure, but the table asks it word for word".to_owned());
            return Ok(Routing { intent: Intent::Other, second_intent: None, ..routing });
        }
        Err(reason.into())
    }

    /// The routing: the model's or, where it was not asked or is down, a plain rule's or that of a second opinion that is
    /// trusted so far.
    fn read(
        &self,
        routed: Routed,
        words: &Words,
        turn: &Turn<'_>,
        table: Option<&CatalogSnapshot>,
        notes: &mut Notebook,
    ) -> Result<Routing, Stop> {
        if !matches!(routed, Routed::NotAsked) {
            notes.tried(self.library.trial(Asked::Router, turn.chat()));
        }
        let routing = match routed {
            Routed::Read(reading) => {
                notes.step("route", reading.took);
                notes.spent(reading.usage);
                notes.prompts(self.library.versions(None, turn.chat()));
                Some(reading.routing)
            }
            Routed::NotAsked => router::by_rule(words, turn, table).or_else(|| self.router.spared(turn, words)),
            Routed::Down(failure) => {
                notes.step("route", failure.took);
                notes.remark(format!("router: {}", failure.why));
                router::by_rule(words, turn, table).or_else(|| self.router.stood_in_for(turn, words))
            }
        };
        let routing = routing.ok_or(EscalationReason::ModelDown)?;
        notes.routed(&routing);
        Ok(routing)
    }

    /// From the decisions to a text that passed the checks, or to a human if there is none.
    async fn say(
        &self,
        turn: &Turn<'_>,
        decided: Decisions<'_>,
        wording: Option<&Wording>,
        mut notes: Notebook,
    ) -> Answer {
        let Decisions { words, table, answers } = decided;
        let decisions: Vec<Decision> = answers.decided.iter().map(|decided| decided.decision.clone()).collect();
        notes.decided(&decisions);
        let draft = match self.draft(turn, &decisions, answers.then) {
            Ok(draft) => draft,
            Err(error) => {
                notes.remark(format!("the template: {error}"));
                return self.call_human(turn, EscalationReason::ChecksRefused, &[], None, notes);
            }
        };
        let floors: Vec<Money> =
            table.products.iter().filter_map(|product| Some(product.floor.as_ref()?.value)).collect();
        let checks = CheckContext {
            floors: &floors,
            licensed: &draft.facts,
            buyer_text: &words.text,
            max_text_chars: self.max_text_chars,
            handing_over: if answers.then.is_some() { HandingOver::Yes } else { HandingOver::No },
        };
        let say = ToSay { turn, words: &words, decisions: &decisions, draft: &draft.text, checks };
        let Some(text) = self.words_for(say, wording, &mut notes).await else {
            return self.call_human(turn, EscalationReason::ChecksRefused, &[], Some(draft.text), notes);
        };
        notes.remember(&answers.decided);
        notes.reply(text, answers.then)
    }

    /// The model's words in time, else the template's. The templates are Russian whatever the buyer's language:
    /// a true answer in Russian is better than none.
    async fn words_for(&self, say: ToSay<'_>, wording: Option<&Wording>, notes: &mut Notebook) -> Option<ReplyText> {
        if let Some(wording) = wording {
            let (intent, chat) = (say.decisions[0].intent, say.turn.chat());
            notes.prompts(self.library.versions(Some(intent), chat));
            notes.tried(self.library.trial(Asked::Wording(intent), chat));
            if let Some(text) = wording.find(&self.library, say, notes).await {
                return Some(text);
            }
        }
        let checks = CheckContext { buyer_text: "", ..say.checks };
        match notes.timed("check", || checks::review(say.draft, say.decisions, &checks)) {
            Ok(text) => Some(notes.worded_by(WordingSource::Template, text)),
            Err(refusals) => {
                notes.refused(refusals);
                None
            }
        }
    }

    /// The templates' words: a line per decision and, where the seller is called after, one that says so.
    fn draft(
        &self,
        turn: &Turn<'_>,
        decisions: &[Decision],
        then: Option<EscalationReason>,
    ) -> Result<HoldingDraft, minijinja::Error> {
        let replies = &self.library.replies;
        let mut lines = Vec::new();
        for decision in decisions {
            lines.push(replies.reply(decision, turn.pick())?);
        }
        let mut facts = Vec::new();
        if then.is_some() {
            let order = holding::write(replies, turn, Matter::Order, &[])?;
            lines.push(order.text);
            facts = order.facts;
        }
        Ok(HoldingDraft { text: lines.join("\n"), facts })
    }

    fn call_human(
        &self,
        turn: &Turn<'_>,
        reason: EscalationReason,
        goods: &[Fact],
        draft: Option<String>,
        mut notes: Notebook,
    ) -> Answer {
        let matter = if reason == EscalationReason::Order { Matter::Order } else { Matter::Question };
        let said = holding::line(&self.library.replies, turn, matter, goods, self.max_text_chars);
        notes.refused(said.refusals);
        notes.taken(goods);
        notes.escalate(reason, said.text, draft)
    }
}

/// On with it, unless there is a reason to call a human.
fn unless(reason: Option<EscalationReason>) -> Result<(), Stop> {
    reason.map_or(Ok(()), |reason| Err(reason.into()))
}

/// What was decided, and what it takes to say it.
struct Decisions<'a> {
    words: Words,
    table: &'a CatalogSnapshot,
    answers: Answers,
}
