//! A run: every message on every prompt, with the progress shown and what was seen noted.

use std::path::PathBuf;

use domain::seller::Thresholds;
use eval::cases::Case;
use eval::observation::Observation;
use eval::run::Way;
use eval::sets;

use super::Suite;
use super::progress::{Notes, Progress};
use super::rig::{Fitted, Rig};
use super::source::Source;
use crate::failure::Failure;

/// The prompt in force, by its name in reports.
const OURS: &str = "router.md";
/// The prompt without examples.
const PLAIN: &str = "plain";

/// How messages are run.
pub(super) struct Runs<'a> {
    /// The suite's name.
    pub(super) suite: &'static str,
    /// How far they go.
    pub(super) way: Way,
    /// Against which prompt.
    pub(super) against: Option<&'a str>,
    /// Whether the model words the replies.
    pub(super) wording: bool,
}

/// What was run.
pub(super) struct Run {
    /// The messages.
    pub(super) cases: Vec<Case>,
    /// What was seen, by prompt, the one in force first.
    pub(super) variants: Vec<(String, Vec<Observation>)>,
    /// The model.
    pub(super) model: String,
    /// When.
    pub(super) at: jiff::Timestamp,
}

/// Runs the messages of a suite.
pub(super) async fn all(
    config: Option<PathBuf>,
    source: &Source,
    suite: Suite,
    runs: &Runs<'_>,
) -> anyhow::Result<Run> {
    Ok(with_thresholds(config, source, suite, runs).await?.0)
}

/// The same, with the thresholds that were in force.
pub(super) async fn with_thresholds(
    config: Option<PathBuf>,
    source: &Source,
    suite: Suite,
    runs: &Runs<'_>,
) -> anyhow::Result<(Run, Thresholds, String)> {
    let cases = source.cases(suite)?;
    let mut rig = Rig::open(config, source).await?;
    eprintln!("{}: {} messages, {}", runs.suite, cases.len(), rig.told());
    let prompts = prompts(runs.against)?;
    let mut notes = Notes::open(source.resume.as_deref(), runs.suite, rig.model())?;
    let mut variants = Vec::new();
    for (name, router) in prompts {
        let library = rig.library(router.as_deref())?;
        let prompt = library.router_prompt().to_owned();
        // The prompt that ours is held against is held alone: nothing was measured for it.
        let fitted = if router.is_none() { rig.fitted() } else { Fitted::default() };
        let bench = rig.bench(library, fitted, runs.way, runs.wording)?;
        let mut seen = notes.known(&prompt, &cases);
        let left: Vec<&Case> = cases.iter().filter(|case| seen.iter().all(|known| known.id != case.id)).collect();
        let progress = Progress::over(&name, cases.len(), seen.len());
        let mut kept = Ok(());
        bench
            .observe(&left, source.concurrency, |observation| {
                progress.one_more();
                if kept.is_ok() {
                    let text = cases.iter().find(|case| case.id == observation.id).map_or("", |case| &case.text);
                    kept = notes.keep(&prompt, &observation, text);
                }
                seen.push(observation);
            })
            .await;
        progress.done();
        kept?;
        variants.push((name, seen));
    }
    rig.must_be_whole()?;
    let run = Run { cases, variants, model: rig.model().to_owned(), at: rig.now() };
    Ok((run, rig.seller.profile.thresholds.clone(), rig.seller.profile.id.to_string()))
}

/// The prompts of a run: their names and, but for the one in force, their texts.
fn prompts(against: Option<&str>) -> anyhow::Result<Vec<(String, Option<String>)>> {
    let mut prompts = vec![(OURS.to_owned(), None)];
    match against {
        None => {}
        Some(PLAIN) => prompts.push((PLAIN.to_owned(), Some(sets::PLAIN_ROUTER.to_owned()))),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Failure::new(
                    format!("reading {path}: {error}"),
                    "--against plain, or a file laid out like prompts/router.md",
                )
            })?;
            prompts.push((path.to_owned(), Some(text)));
        }
    }
    Ok(prompts)
}
