//! An answer and its reasons, as a person reads them.

use std::fmt::Write as _;

use agents::{Outcome, checks};
use domain::decision::{Decision, Source};
use domain::intent::{ConfidenceSource, Routing};
use domain::message::Side;
use domain::record::{Trace, WordingSource};

use super::answer::{Asked, Chat};
use super::shop::Shop;
use crate::plain::printable;

/// Everything about one turn.
pub(super) fn to_a_person(shop: &Shop, chat: &Chat<'_>, asked: &Asked) -> String {
    let mut page = Page::default();
    let seller = shop.seller();
    let local = chat.now.to_zoned_datetime(seller.time_zone.clone());
    let open = if seller.is_open(chat.now) { "open" } else { "closed" };
    page.row("shop", &format!("{} ({}), {}, {open}", seller.name, seller.id, local.strftime("%a %H:%M")));
    page.row("model", &shop.model());
    if let Some(listing) = &chat.listing {
        page.row("listing", &listing.title);
    }
    earlier(&mut page, chat, asked);
    page.row("buyer", &asked.question.join("\n"));
    page.gap();

    let trace = &asked.answer.trace;
    match &trace.routing {
        Some(routing) => page.row("intent", &intents(routing)),
        None => page.row("intent", "not needed, or not read: see below"),
    }
    for decided in &trace.decisions {
        decision(&mut page, decided);
    }
    words(&mut page, trace);
    page.gap();
    ending(&mut page, &asked.answer.outcome);
    for note in &trace.notes {
        page.row("note", note);
    }
    page.row("time", &times(asked));
    page.row("", "nothing was sent");
    page.0
}

/// The lines before the question, ours as well.
fn earlier(page: &mut Page, chat: &Chat<'_>, asked: &Asked) {
    let lines = &chat.memory().lines;
    let now = asked.question.len() + usize::from(!matches!(asked.answer.outcome, Outcome::Silent(_)));
    for line in &lines[..lines.len().saturating_sub(now)] {
        let who = if line.side == Side::Buyer { "· buyer" } else { "· we" };
        page.row(who, &line.text);
    }
}

fn intents(routing: &Routing) -> String {
    let from = match routing.confidence_from {
        ConfidenceSource::Logprobs => "measured",
        ConfidenceSource::Stated => "as the model says",
        ConfidenceSource::Rule => "by a rule",
        ConfidenceSource::Opinion => "by the second opinion",
    };
    let mut told = format!("{} {:.2} ({from})", routing.intent.name(), routing.confidence);
    if let Some(call) = routing.call {
        let _never_fails = write!(told, ", a human needed {call:.2}");
    }
    if let Some(second) = routing.second_intent {
        let _never_fails = write!(told, " and {}", second.name());
    }
    let entities = &routing.entities;
    for (what, value) in [
        ("product", entities.product_name.clone()),
        ("place", entities.location.clone()),
        ("offer", entities.desired_price.map(|price| price.to_string())),
        ("quantity", entities.quantity.map(|count| count.to_string())),
    ] {
        if let Some(value) = value {
            let _never_fails = write!(told, ", {what} «{value}»");
        }
    }
    let flags = &routing.flags;
    for (flag, holds) in [
        ("wants a human", flags.wants_human),
        ("takes it", flags.ready_to_buy),
        ("unclear reference", flags.unclear_reference),
        ("too complex", flags.too_complex),
    ] {
        if holds {
            let _never_fails = write!(told, ", {flag}");
        }
    }
    told
}

fn decision(page: &mut Page, decision: &Decision) {
    let about = decision.product.as_ref().map(|sku| format!("  {sku}")).unwrap_or_default();
    page.row("decision", &format!("{}{about}", decision.verdict.name()));
    let width = decision.facts.iter().map(|fact| fact.value.to_string().chars().count()).max().unwrap_or(0).min(40);
    for fact in &decision.facts {
        let value = fact.value.to_string();
        page.row("", &format!("{:<12} {value:<width$}  {}", fact.name, source(&fact.source)));
    }
}

/// The cells of a fact, or where else it comes from.
fn source(source: &Source) -> String {
    match source {
        Source::Cell(cell) => cell.to_string(),
        Source::Computed(cells) => {
            let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
            format!("made of {}", cells.join(", "))
        }
        Source::Buyer => "as the buyer said, and known to us".to_owned(),
        Source::Setting => "set in the seller's file".to_owned(),
    }
}

/// What the checks refused, and that the rest passed them all.
fn words(page: &mut Page, trace: &Trace) {
    let mut texts: Vec<&str> = Vec::new();
    for refusal in &trace.refusals {
        if !texts.contains(&refusal.text.as_str()) {
            texts.push(&refusal.text);
        }
    }
    for text in texts {
        page.row("refused", text);
        for refusal in trace.refusals.iter().filter(|refusal| refusal.text == *text) {
            page.row("", &format!("✗ {}: {}", refusal.check, refusal.why));
        }
    }
    let passed: Vec<String> = checks::names().map(|name| format!("{name} ✓")).collect();
    page.row("checks", &passed.join("  "));
}

fn ending(page: &mut Page, outcome: &Outcome) {
    match outcome {
        Outcome::Reply { text, then } => {
            page.row("reply", text.as_str());
            if let Some(reason) = then {
                page.row("then", &format!("the seller gets a card: {}", reason.name()));
            }
        }
        Outcome::Escalate { reason, holding, draft } => {
            page.row("reply", holding.as_str());
            page.row("then", &format!("the seller gets a card: {}", reason.name()));
            if let Some(draft) = draft {
                page.row("draft", &format!("{draft}  (for the seller only)"));
            }
        }
        Outcome::Silent(reason) => page.row("reply", &format!("none: {}", reason.name())),
    }
}

fn times(asked: &Asked) -> String {
    let trace = &asked.answer.trace;
    let mut steps = vec![format!("table {} ms", asked.table.as_millis())];
    steps.extend(trace.steps_ms.iter().map(|(step, ms)| format!("{step} {ms} ms")));
    let worded = match trace.wording {
        Some(WordingSource::Model) => ", worded by the model",
        Some(WordingSource::Template) => ", worded by the template",
        None => "",
    };
    format!("{}; in all {} ms{worded}", steps.join(", "), asked.total.as_millis())
}

/// Lines with a word in front.
#[derive(Default)]
struct Page(String);

impl Page {
    fn row(&mut self, what: &str, text: &str) {
        for (number, line) in text.lines().enumerate() {
            let what = if number == 0 { what } else { "" };
            let _never_fails = writeln!(self.0, "{what:<10} {}", printable(line.trim_end()));
        }
    }

    fn gap(&mut self) {
        self.0.push('\n');
    }
}
