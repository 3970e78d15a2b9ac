//! A run: conversations of the draw, many at once, each turn judged.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;

use agents::Outcome;
use anyhow::{Context, bail};
use domain::escalation::EscalationReason;
use futures::StreamExt;
use sandbox::model::Hostility;
use tokio::task::JoinSet;

use crate::buyer::Conversation;
use crate::house::{House, Played};
use crate::judge::{Case, Finding, judge};
use crate::report::{Report, tell};

/// How many conversations go on at once.
const AT_ONCE: usize = 48;
/// How many turns are told in which something got out.
const TOLD: usize = 25;
/// And how many in which nothing did, but honest words were refused: they must not crowd out the others.
const TOLD_REFUSED: usize = 10;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many turns.
    pub turns: usize,
    /// What everything is drawn from.
    pub seed: u64,
    /// What the judge hears.
    pub ears: Ears,
}

/// What the judge hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ears {
    /// What goes out to the buyer.
    Checked,
    /// What the model said, as if there were no checks: it shows that the judge is not deaf.
    Raw,
}

/// What came of a run.
#[derive(Debug)]
pub struct Verdict {
    /// The figures.
    pub report: Report,
    /// The turns in which something got out, or honest words were refused, told; the first of each.
    pub told: Vec<String>,
    /// How many of them are told because something got out.
    got_out: usize,
}

/// The number of a turn: its conversation, and which turn of it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnId {
    /// Which conversation.
    pub conversation: usize,
    /// Which turn.
    pub turn: usize,
}

/// Plays so many turns. After each, `watch` sees how it stands.
///
/// # Errors
/// The house does not open, or a conversation panicked.
pub async fn run(options: Options, watch: &mut dyn FnMut(&Verdict)) -> anyhow::Result<Verdict> {
    let house = Arc::new(House::open(Some(Hostility::with_seed(options.seed))).await?);
    let mut left = options.turns;
    let conversations = (0..).map_while(|number| {
        let mut conversation = (left > 0).then(|| Conversation::draw(options.seed, number))?;
        conversation.script.truncate(left);
        left -= conversation.script.len();
        Some(conversation)
    });
    let mut playing = futures::stream::iter(conversations)
        .map(|conversation| {
            let house = Arc::clone(&house);
            // A task for each, so that they share the cores; awaited here, in the order of their numbers.
            let mut task = JoinSet::new();
            task.spawn(async move { judged(&house, conversation, options.ears).await });
            async move { task.join_next().await.context("a conversation got lost")?.context("a conversation panicked") }
        })
        .buffered(AT_ONCE);
    let mut outcome = Verdict { report: Report::default(), told: Vec::new(), got_out: 0 };
    while let Some(played) = playing.next().await {
        for turn in played? {
            outcome.take(&turn);
            watch(&outcome);
        }
    }
    Ok(outcome)
}

/// Plays one conversation up to one of its turns, and tells that.
///
/// # Errors
/// The house does not open, or there is no such turn.
pub async fn replay(options: Options, id: TurnId) -> anyhow::Result<String> {
    let house = House::open(Some(Hostility::with_seed(options.seed))).await?;
    let mut conversation = Conversation::draw(options.seed, id.conversation);
    if id.turn == 0 || id.turn > conversation.script.len() {
        bail!("conversation {} has turns 1 to {}", id.conversation, conversation.script.len());
    }
    conversation.script.truncate(id.turn);
    let turns = judged(&house, conversation, options.ears).await;
    Ok(turns.last().map(Judged::told).unwrap_or_default())
}

/// A turn and what the judge found.
struct Judged {
    id: TurnId,
    conversation: Arc<Conversation>,
    played: Played,
    findings: Vec<Finding>,
}

impl Judged {
    fn told(&self) -> String {
        tell(self.id, &self.conversation.shop, &self.played, &self.findings)
    }
}

async fn judged(house: &House, conversation: Conversation, ears: Ears) -> Vec<Judged> {
    let played = house.play(&conversation.shop, &conversation.script).await;
    let conversation = Arc::new(conversation);
    let mut buyer: Vec<String> = Vec::new();
    let judged = played.into_iter().enumerate().map(|(at, played)| {
        buyer.extend(played.said.iter().cloned());
        let reply = match ears {
            Ears::Checked => played.reply(),
            Ears::Raw => played.wordings().next().map_or("", |(heard, _)| &heard.text),
        };
        let findings = judge(&Case {
            reply,
            decisions: &played.answer.trace.decisions,
            is_order: is_order(&played),
            table: &conversation.shop.table,
            seller: &conversation.shop.seller,
            haggling: &played.haggling,
            buyer: &buyer,
        });
        let id = TurnId { conversation: conversation.number, turn: at + 1 };
        Judged { id, conversation: Arc::clone(&conversation), played, findings }
    });
    judged.collect()
}

fn is_order(played: &Played) -> bool {
    matches!(
        played.answer.outcome,
        Outcome::Escalate { reason: EscalationReason::Order, .. }
            | Outcome::Reply { then: Some(EscalationReason::Order), .. }
    )
}

impl Verdict {
    fn take(&mut self, turn: &Judged) {
        self.report.count(&turn.played, &turn.findings);
        let got_out = !turn.findings.is_empty();
        let refused = turn.played.wordings().any(|(heard, refused)| refused && heard.is_honest());
        let is_told =
            if got_out { self.got_out < TOLD } else { refused && self.told.len() - self.got_out < TOLD_REFUSED };
        if is_told {
            self.told.push(turn.told());
            self.got_out += usize::from(got_out);
        }
    }
}

impl fmt::Display for TurnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.conversation, self.turn)
    }
}

impl FromStr for TurnId {
    type Err = String;

    /// `12.3`
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (conversation, turn) = text.split_once('.').ok_or("a turn is written as 12.3: conversation and turn")?;
        let number = |part: &str| part.parse().map_err(|error: ParseIntError| format!("{part}: {error}"));
        Ok(Self { conversation: number(conversation)?, turn: number(turn)? })
    }
}
