//! How far a run is: shown on a terminal, and noted in a file so that it can go on after it was stopped.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use eval::cases::Case;
use eval::observation::Observation;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// A bar on standard error; where that is no terminal, nothing.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn over(name: &str, all: usize, known: usize) -> Self {
        let bar = ProgressBar::new(all as u64).with_position(known as u64).with_message(name.to_owned());
        let style = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len}  {elapsed}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.reset_eta();
        Self(bar)
    }

    pub(super) fn one_more(&self) {
        self.0.inc(1);
    }

    pub(super) fn done(&self) {
        self.0.finish_and_clear();
    }
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
struct Note {
    suite: String,
    model: String,
    /// The prompt it was seen with.
    prompt: String,
    /// The message it was seen of.
    text: String,
    seen: Observation,
}

/// What was seen, in a file, if there is one.
pub(super) struct Notes<'a> {
    suite: &'a str,
    model: String,
    known: Vec<Note>,
    file: Option<File>,
}

impl<'a> Notes<'a> {
    /// Opens the file, which need not be there yet.
    pub(super) fn open(path: Option<&Path>, suite: &'a str, model: &str) -> anyhow::Result<Self> {
        let mut notes = Self { suite, model: model.to_owned(), known: Vec::new(), file: None };
        let Some(path) = path else { return Ok(notes) };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        let mut whole = text.len() as u64;
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in (1..).zip(&lines) {
            match serde_json::from_str::<Note>(line) {
                Ok(note) => notes.known.push(note),
                // A run that was killed leaves half a line behind.
                Err(_) if number == lines.len() && !text.ends_with('\n') => whole -= line.len() as u64,
                Err(error) => {
                    let what = format!("{}:{number} is no note of a run: {error}", path.display());
                    return Err(Failure::new(what, "name another file for --resume, or begin anew without it").into());
                }
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.with_context(|| format!("opening {}", path.display()))?;
        file.set_len(whole)?;
        notes.file = Some(file);
        Ok(notes)
    }

    /// What was seen of `cases` in the same suite, with the same model and prompt.
    pub(super) fn known(&self, prompt: &str, cases: &[Case]) -> Vec<Observation> {
        let prompt = hash(prompt);
        let fits = |note: &&Note, case: &Case| {
            note.seen.id == case.id
                && note.text == hash(&case.text)
                && note.prompt == prompt
                && note.suite == self.suite
                && note.model == self.model
        };
        cases.iter().filter_map(|case| Some(self.known.iter().find(|note| fits(note, case))?.seen.clone())).collect()
    }

    /// Notes what was seen. A message that the model failed on is tried again next time.
    pub(super) fn keep(&mut self, prompt: &str, seen: &Observation, text: &str) -> anyhow::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| seen.failed.is_none()) else { return Ok(()) };
        let note = Note {
            suite: self.suite.to_owned(),
            model: self.model.clone(),
            prompt: hash(prompt),
            text: hash(text),
            seen: seen.clone(),
        };
        file.write_all(format!("{}\n", serde_json::to_string(&note)?).as_bytes()).context("noting what was seen")
    }
}

/// Short enough for a line; the same in every run.
fn hash(text: &str) -> String {
    eval::tape::digest(&[text])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(text: &str) -> Vec<Case> {
        let line = format!("{{\"id\":\"a\",\"text\":\"{text}\",\"intent\":\"other\"}}");
        eval::cases::read("f", &line, &eval::cases::IntentMap::default()).unwrap()
    }

    fn seen(failed: Option<&str>) -> Observation {
        serde_json::from_value(serde_json::json!({
            "id": "a", "read": null, "failed": failed, "rule": null, "ending": "answered", "called": null, "said": null,
            "verdicts": [], "took_ms": 7, "usage": {}
        }))
        .unwrap()
    }

    #[test]
    fn a_run_goes_on_where_it_was_stopped_but_not_with_another_model_prompt_or_text() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("half.jsonl");
        let mut notes = Notes::open(Some(&path), "router", "m").unwrap();
        notes.keep("p", &seen(None), "есть?").unwrap();
        drop(notes);
        // Killed in the middle of a line.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"suite\":\"rou").unwrap();
        let notes = Notes::open(Some(&path), "router", "m").unwrap();
        assert_eq!(notes.known("p", &cases("есть?")), [seen(None)]);
        assert_eq!(notes.known("q", &cases("есть?")), []);
        assert_eq!(notes.known("p", &cases("нет?")), []);
        assert_eq!(Notes::open(Some(&path), "smoke", "m").unwrap().known("p", &cases("есть?")), []);
        assert_eq!(Notes::open(Some(&path), "router", "n").unwrap().known("p", &cases("есть?")), []);
    }

    #[test]
    fn what_failed_is_tried_again_and_a_strange_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("half.jsonl");
        let mut notes = Notes::open(Some(&path), "router", "m").unwrap();
        notes.keep("p", &seen(Some("no connection")), "есть?").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
        std::fs::write(&path, "# Notes\n").unwrap();
        let told = Notes::open(Some(&path), "router", "m").err().unwrap().to_string();
        assert!(told.contains("half.jsonl:1") && told.contains("hint: name another file"), "{told}");
    }
}
