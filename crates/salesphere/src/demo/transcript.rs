//! The conversation on the operator's screen, as it happens: who said what, what was decided, on which cells.

use std::fmt::Write as _;
use std::io::IsTerminal;

use domain::decision::{Decision, Source};
use domain::record::{DecisionRecord, Ending, SilentReason};

/// Prints to standard output; in colour if somebody watches.
pub struct Transcript {
    colour: bool,
}

/// How a piece of a line looks on a terminal.
#[derive(Clone, Copy)]
enum Look {
    Title = 1,
    Dim = 2,
    Reply = 32,
    Card = 33,
    Wrong = 31,
}

impl Transcript {
    /// A transcript for whoever reads standard output.
    pub fn on_standard_output() -> Self {
        Self { colour: std::io::stdout().is_terminal() }
    }

    /// A new scene begins.
    pub fn scene(&self, title: &str, buyer: &str, listing: &str, clock: &str) {
        let head = self.paint(Look::Title, title);
        let place = self.paint(Look::Dim, &format!("{buyer}, {listing}, {clock}"));
        println!("\n{head}  {place}");
    }

    /// Somebody says something.
    pub fn says(&self, who: &str, text: &str) {
        self.line(who, text, None);
    }

    /// What came of it.
    pub fn ended(&self, record: &DecisionRecord, cards: &[String]) {
        for text in &record.said {
            self.line("SaleSphere", text, Some(Look::Reply));
        }
        if let Ending::Silent(reason) = record.ending {
            self.line("", &format!("(silence: {})", silence(reason)), Some(Look::Dim));
        }
        for card in cards {
            for (number, line) in card.lines().filter(|line| !line.trim().is_empty()).enumerate() {
                self.line(if number == 0 { "Telegram" } else { "" }, line, Some(Look::Card));
            }
        }
        self.line("", &trace(record), Some(Look::Dim));
    }

    /// A remark of the demo itself.
    pub fn remark(&self, text: &str) {
        self.line("", text, Some(Look::Dim));
    }

    /// Something is not as it must be.
    pub fn wrong(&self, text: &str) {
        self.line("✗", text, Some(Look::Wrong));
    }

    fn line(&self, who: &str, text: &str, look: Option<Look>) {
        for (number, part) in text.lines().enumerate() {
            let who = if number == 0 { who } else { "" };
            let part = look.map_or_else(|| part.to_owned(), |look| self.paint(look, part));
            println!("  {who:<11} {part}");
        }
    }

    fn paint(&self, look: Look, text: &str) -> String {
        if self.colour { format!("\u{1b}[{}m{text}\u{1b}[0m", look as u8) } else { text.to_owned() }
    }
}

/// The decision in one line: what was read, what was decided, from which cells, how long it took.
fn trace(record: &DecisionRecord) -> String {
    let mut parts = Vec::new();
    if let Some(routing) = &record.trace.routing {
        let second = routing.second_intent.map_or(String::new(), |second| format!("+{}", second.name()));
        parts.push(format!("{}{second} {:.2}", routing.intent.name(), routing.confidence));
    }
    if let Ending::Escalated(reason) | Ending::RepliedAndEscalated(reason) = record.ending {
        parts.push(format!("handed over: {}", reason.name()));
    }
    parts.extend(record.trace.decisions.iter().map(decision));
    parts.push(format!("{} ms", record.total_ms));
    parts.join(" · ")
}

fn decision(decision: &Decision) -> String {
    let mut line = decision.verdict.name().to_owned();
    for fact in &decision.facts {
        // Writing to a String cannot fail.
        let _ = write!(line, ", {} «{}» {}", fact.name, fact.value, source(&fact.source));
    }
    line
}

/// Where a fact comes from, for people.
pub(super) fn source(source: &Source) -> String {
    match source {
        Source::Cell(cell) => cell.to_string(),
        Source::Computed(cells) => {
            let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
            format!("from {}", cells.join(", "))
        }
        Source::Buyer => "said by the buyer".to_owned(),
        Source::Setting => "setting".to_owned(),
    }
}

fn silence(reason: SilentReason) -> &'static str {
    match reason {
        SilentReason::Echo => "our own message came back",
        SilentReason::SellerSpeaks => "the seller is speaking in this chat",
        SilentReason::HandedOver => "the seller was called and has this chat",
        SilentReason::Deleted => "the buyer took it back",
        SilentReason::Paused => "the seller wants silence for a while",
        SilentReason::AtTheDesk => "done at the seller's desk",
        SilentReason::Withdrawn => "the seller took his answer back",
        SilentReason::Refused => "Avito refused the seller's answer",
        SilentReason::NothingAsked => "nothing was asked",
        SilentReason::LooksOn => "it only looks on",
    }
}
