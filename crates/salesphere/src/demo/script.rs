//! The demo's script as data: `script.toml`, parsed and checked.

use std::fmt;

use anyhow::{Context, ensure};
use domain::record::{DecisionRecord, Ending};
use serde::Deserialize;

/// The whole script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Cells of the seller's table that are to read otherwise than in the demo's, before the first scene.
    #[serde(default, rename = "cell")]
    pub cells: Vec<SheetCell>,
    /// What is merged, hidden and noted in the seller's table.
    #[serde(default, rename = "arrange")]
    pub arranged: Vec<Arranged>,
    /// The scenes, in order.
    #[serde(rename = "scene")]
    pub scenes: Vec<Scene>,
}

/// One cell of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetCell {
    /// On which tab.
    pub tab: String,
    /// Where on it: `B2`.
    pub at: String,
    /// What stands there.
    pub text: String,
}

/// What is merged, hidden and noted on one tab, by the sandbox's own words.
#[derive(Debug, Deserialize)]
pub struct Arranged {
    /// On which tab.
    pub tab: String,
    /// What.
    #[serde(flatten)]
    pub order: sandbox::google::Arrange,
}

/// One buyer's conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// What it shows, in Russian.
    pub title: String,
    /// Whose chat it plays in, by name.
    pub buyer: String,
    /// What the seller's clock shows, where it matters: `03:00`.
    pub at: Option<String>,
    /// What happens.
    #[serde(rename = "act")]
    pub acts: Vec<Act>,
}

/// One thing that happens, and what must come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The buyer writes.
    pub write: Option<String>,
    /// The buyer writes several messages within a second.
    #[serde(default)]
    pub burst: Vec<String>,
    /// The buyer sends something without words.
    pub attach: Option<Attachment>,
    /// The buyer sends a point on the map, by its address.
    pub place: Option<String>,
    /// The seller types in the chat himself.
    pub seller: Option<String>,
    /// Somebody who does not know the secret posts a webhook.
    pub forge: Option<String>,
    /// The webhook is delivered twice.
    #[serde(default)]
    pub twice: bool,
    /// What must come of it.
    pub expect: Expected,
    /// The intent that must be read.
    pub intent: Option<String>,
    /// Why it must end as it does.
    pub reason: Option<String>,
    /// Pieces the reply must contain.
    #[serde(default)]
    pub says: Vec<String>,
    /// Pieces it must not contain.
    #[serde(default)]
    pub never: Vec<String>,
}

/// A message without words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// A photo.
    Image,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// A file.
    File,
    /// A call that nobody took.
    MissedCall,
    /// A message taken back.
    Deleted,
}

/// How an act must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A reply to the buyer.
    Reply,
    /// A holding line and a card.
    Card,
    /// A reply, and a card with the order.
    Order,
    /// Nothing is said.
    Silence,
    /// The webhook is not accepted.
    Refused,
}

impl Script {
    /// The script built into the program.
    ///
    /// # Errors
    /// When it cannot be read; a test keeps that from happening.
    pub fn embedded() -> anyhow::Result<Self> {
        Self::parse(include_str!("script.toml"))
    }

    /// A script from text like that of `script.toml`.
    ///
    /// # Errors
    /// When it cannot be read, or an act does nothing or two things.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let script: Self = toml::from_str(text).context("reading a script")?;
        for act in script.scenes.iter().flat_map(|scene| &scene.acts) {
            let ways = [
                act.write.is_some(),
                !act.burst.is_empty(),
                act.attach.is_some(),
                act.place.is_some(),
                act.seller.is_some(),
                act.forge.is_some(),
            ];
            ensure!(
                ways.iter().filter(|&&way| way).count() == 1,
                "an act is one of write, burst, attach, place, seller, forge: {act:?}"
            );
        }
        Ok(script)
    }
}

/// Something that is not as the script says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// It ended in another way.
    Differs(String),
    /// Something came about that must not, whatever a model says.
    Broken(String),
}

impl Complaint {
    /// The same, with the scene it belongs to.
    pub(super) fn within(self, scene: &str) -> Self {
        match self {
            Self::Differs(what) => Self::Differs(format!("{scene}: {what}")),
            Self::Broken(what) => Self::Broken(format!("{scene}: {what}")),
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs(what) | Self::Broken(what) => f.write_str(what),
        }
    }
}

impl Act {
    /// What is wrong with how it ended; nothing, if all is as it must be.
    pub fn complaints(&self, record: &DecisionRecord) -> Vec<Complaint> {
        let said = plain(&record.said.join("\n"));
        let never = self.never.iter().filter(|piece| said.contains(&plain(piece)));
        let never = never.map(|piece| Complaint::Broken(format!("the reply must not contain «{piece}»")));
        self.differences(record, &said).into_iter().map(Complaint::Differs).chain(never).collect()
    }

    fn differences(&self, record: &DecisionRecord, said: &str) -> Vec<String> {
        let mut differences = Vec::new();
        let mut demand = |holds: bool, what: String| {
            if !holds {
                differences.push(what);
            }
        };
        let (ended, why) = match record.ending {
            Ending::Replied | Ending::Answered => (Expected::Reply, None),
            Ending::RepliedAndEscalated(reason) => (Expected::Order, Some(reason.name())),
            Ending::Escalated(reason) => (Expected::Card, Some(reason.name())),
            Ending::Silent(reason) => (Expected::Silence, Some(reason.name())),
        };
        demand(
            ended == self.expect,
            format!("expected {:?}, it ended as {ended:?} {}", self.expect, why.unwrap_or("")),
        );
        if let Some(reason) = &self.reason {
            demand(why == Some(reason), format!("expected the reason {reason}, it was {}", why.unwrap_or("none")));
        }
        if let Some(intent) = &self.intent {
            let read = record.trace.routing.as_ref().map_or("none", |routing| routing.intent.name());
            demand(read == intent, format!("expected the intent {intent}, it was {read}"));
        }
        for piece in &self.says {
            demand(said.contains(&plain(piece)), format!("the reply must contain «{piece}»"));
        }
        differences
    }
}

/// Lower case and plain spaces, so that a template may begin a sentence with what another puts in its middle.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_reads_and_shows_every_ending() {
        let script = Script::embedded().unwrap();
        for ending in [Expected::Reply, Expected::Card, Expected::Silence, Expected::Refused] {
            let shown = script.scenes.iter().flat_map(|scene| &scene.acts).any(|act| act.expect == ending);
            assert!(shown, "nothing in the script ends as {ending:?}");
        }
    }
}
