//! Where the messages and the answers come from: what `eval` and `calibrate` have in common.

use std::path::PathBuf;

use anyhow::Context;
use domain::ids::SellerId;
use eval::cases::{self, Case, IntentMap};
use eval::sets;
use eval::tape::Mode;

use super::Suite;
use crate::failure::Failure;

/// The messages, the model and its answers.
#[derive(clap::Args)]
pub(super) struct Source {
    /// Messages of somebody else, one JSON object a line: `text` and `intent` suffice.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// What their intents are called here: theirs=ours, several parted by commas.
    #[arg(long, value_name = "THEIRS=OURS", requires = "file")]
    map: Option<String>,
    /// Play recorded answers; no model is asked.
    #[arg(long)]
    pub(super) recorded: bool,
    /// Keep the model's answers, so that they can be played later. What is there already is not asked again.
    #[arg(long, conflicts_with = "recorded")]
    record: bool,
    /// Where recorded answers are: one file a model.
    #[arg(long, value_name = "DIRECTORY", default_value = "prompts/evals/recorded")]
    pub(super) recordings: PathBuf,
    /// How many messages are tried at once.
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    pub(super) concurrency: usize,
    /// Note what was seen in this file, and go on from what is in it.
    #[arg(long, value_name = "FILE")]
    pub(super) resume: Option<PathBuf>,
    /// The model, by the name its endpoint knows; without it that of the settings.
    #[arg(long, value_name = "NAME")]
    pub(super) model: Option<String>,
    /// Whose thresholds hold, by the name of the seller's file; without it the first of the settings, or the demo's.
    #[arg(long, value_name = "NAME")]
    pub(super) seller: Option<SellerId>,
    /// How many seconds the model may take for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(super) within: u64,
    /// Only so many messages, the first of them.
    #[arg(long, value_name = "NUMBER", conflicts_with = "sample")]
    first: Option<usize>,
    /// Only so many messages, drawn by a hash of their ids: the same ones always, and of each intent, and of what a human
    /// must see, as large a share as there is in all.
    #[arg(long, value_name = "NUMBER")]
    sample: Option<usize>,
    /// Draw on after so many: messages that a sample of that size has not.
    #[arg(long, value_name = "NUMBER", requires = "sample", default_value_t = 0)]
    after: usize,
}

impl Source {
    /// What is done with a tape, if anything is.
    pub(super) fn tape(&self) -> Option<Mode> {
        match (self.recorded, self.record) {
            (true, _) => Some(Mode::Play),
            (_, true) => Some(Mode::Record),
            _ => None,
        }
    }

    /// The file that is read instead of ours, and its text.
    pub(super) fn own_file(&self) -> anyhow::Result<Option<(String, String)>> {
        let Some(path) = &self.file else { return Ok(None) };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::new(format!("reading {name}: {error}"), "name a file of messages"))?;
        Ok(Some((name, text)))
    }

    /// The messages of a suite.
    pub(super) fn cases(&self, suite: Suite) -> anyhow::Result<Vec<Case>> {
        let mut cases = match self.own_file()? {
            Some((name, text)) => {
                let map = IntentMap::parse(self.map.as_deref().unwrap_or_default()).map_err(|what| {
                    Failure::new(format!("--map: {what}"), "as in --map warranty=other,size=stock_inquiry")
                })?;
                cases::read(&name, &text, &map)?
            }
            None => match suite {
                Suite::Smoke => sets::smoke(),
                Suite::Router | Suite::Decision => sets::messages(),
                Suite::Injections | Suite::Haggling => sets::injections(),
            }
            .context("reading the messages built into this program")?,
        };
        if let Some(first) = self.first {
            cases.truncate(first);
        }
        if suite.way() == eval::run::Way::Router {
            cases = cases.into_iter().map(Case::for_router).collect();
        }
        if let Some(sample) = self.sample {
            cases = cases::drawn(cases).into_iter().skip(self.after).take(sample).collect();
        }
        Ok(cases)
    }
}
