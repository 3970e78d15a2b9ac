//! The settings of a running program, kept as they are on the disk: looked at now and then, read again when
//! something changed, and taken over as far as that goes without a restart.
//!
//! A file that is wrong changes nothing: a seller's goes on as it was, and so does everything where the fault is not
//! a seller's alone. It is told at once, and the gauge `settings_invalid` stands at 1 until it is put right. Not here:
//! what may be taken over ([`crate::renew`]), and taking it over (the programs do).

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::load::Reading;
use crate::model::Settings;
use crate::problem::{Place, Problem, SettingsErrors};
use crate::renew::{Renewal, renew};
use crate::source::{LoadOptions, Text};
use crate::stamp::{Stamps, stamps};

/// Keeps the settings of one program.
#[derive(Debug)]
pub struct Keeper {
    options: LoadOptions,
    in_force: Arc<Settings>,
    /// The files and directories that the settings depend on.
    files: BTreeSet<PathBuf>,
    /// How they looked when they were last read.
    read: Stamps,
    /// How they looked a round ago, where that was neither as now nor as when they were read.
    unsettled: Option<Stamps>,
    /// The sellers' texts in force, by their files' names.
    sellers: BTreeMap<String, Text>,
    /// What was told of last: problems, and keys that wait for a restart.
    told: Told,
}

#[derive(Debug, Default)]
struct Told {
    problems: Vec<Problem>,
    after_restart: BTreeSet<String>,
    /// Whether a program could not use what it was given.
    refused: bool,
}

/// Why the files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// It is time.
    Round,
    /// Somebody said so. Then they are read whatever they look like.
    Asked,
}

impl Keeper {
    /// Loads the settings a program starts with.
    ///
    /// # Errors
    /// As [`crate::load`].
    pub fn load(options: LoadOptions) -> Result<(Arc<Settings>, Self), SettingsErrors> {
        let reading = Reading::of(options.clone());
        let in_force = Arc::new(reading.settings?);
        let keeper = Self {
            options,
            in_force: Arc::clone(&in_force),
            files: reading.files,
            // Of no file it is known how it looked when it was read just now; so all are read once more.
            read: Stamps::new(),
            unsettled: None,
            sellers: by_name(reading.texts.sellers),
            told: Told::default(),
        };
        Ok((in_force, keeper))
    }

    /// How often it is time to look; zero: never.
    pub fn every(&self) -> Duration {
        self.in_force.reload.every
    }

    /// Looks at the files. Where something is to be taken over, it is returned, and the caller says whether it could:
    /// [`Keeper::took`] or [`Keeper::refused`]. Blocks on the disk.
    pub fn look(&mut self, occasion: Occasion) -> Option<Renewal> {
        let renewal = if self.is_due(occasion) { self.read(occasion) } else { None };
        self.show();
        renewal
    }

    /// What [`Keeper::look`] returned is in force from now on.
    pub fn took(&mut self, renewal: &Renewal) {
        self.in_force = Arc::clone(&renewal.settings);
        self.told.refused = false;
        self.show();
        renewal.tell();
    }

    /// What [`Keeper::look`] returned cannot be used, for this reason. The settings stay as they were.
    pub fn refused(&mut self, why: &str) {
        self.told.refused = true;
        self.show();
        tracing::error!(
            why,
            hint = "put it right and save the file, or send SIGHUP",
            "the settings on the disk cannot be used; those before stay in force"
        );
    }

    /// A file that is being written is left alone until it looks the same in two rounds.
    fn is_due(&mut self, occasion: Occasion) -> bool {
        let now = stamps(&self.files);
        let settled = now == self.read || self.unsettled.as_ref() == Some(&now);
        if occasion == Occasion::Round && (!settled || now == self.read) {
            self.unsettled = (!settled).then_some(now);
            return false;
        }
        // What somebody had read a moment after he wrote it may be written again in the same moment, and then look the
        // same: so it is read once more when it has come to rest.
        self.read = if occasion == Occasion::Asked { Stamps::new() } else { now };
        self.unsettled = None;
        true
    }

    fn read(&mut self, occasion: Occasion) -> Option<Renewal> {
        let reading = Reading::of(self.options.clone());
        self.files.clone_from(&reading.files);
        let (settings, problems) = self.sift(reading);
        self.tell_of(problems);
        let renewal = renew(&self.in_force, settings?, occasion);
        self.tell_of_a_restart(&renewal);
        if renewal.at_once.is_empty() && !self.told.refused && occasion == Occasion::Round {
            return None;
        }
        Some(renewal)
    }

    /// What can be used, and what is wrong. Where only sellers' files are, each of them is taken as it was.
    fn sift(&mut self, reading: Reading) -> (Option<Settings>, Vec<Problem>) {
        let Reading { settings, texts, .. } = reading;
        let problems = match settings {
            Ok(settings) => {
                self.sellers = by_name(texts.sellers);
                return (Some(settings), Vec::new());
            }
            Err(errors) => errors.problems().to_vec(),
        };
        let blamed: Option<BTreeSet<&str>> = problems
            .iter()
            .map(|problem| match &problem.place {
                Place::File { name, .. } if texts.of_sellers.contains(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let Some(blamed) = blamed else { return (None, problems) };
        let mut sellers = by_name(texts.sellers.clone());
        for name in blamed {
            match self.sellers.get(name) {
                Some(before) => sellers.insert(name.to_owned(), before.clone()),
                None => sellers.remove(name),
            };
        }
        let mut texts = texts;
        texts.sellers = sellers.values().cloned().collect();
        let Ok(settings) = Reading::of_texts(texts, Vec::new()).settings else { return (None, problems) };
        self.sellers = sellers;
        (Some(settings), problems)
    }

    /// Each problem once, for as long as it lasts.
    fn tell_of(&mut self, problems: Vec<Problem>) {
        let before = std::mem::replace(&mut self.told.problems, problems);
        for problem in self.told.problems.iter().filter(|problem| !before.contains(problem)) {
            let Problem { place, key, what, fix } = problem;
            let named = if key.is_empty() { String::new() } else { format!("{key} ") };
            tracing::error!(
                settings.place = %place, settings.key = key, hint = fix,
                "settings that are wrong are not in force, those before stay: {place}: {named}{what}"
            );
        }
        if self.told.problems.is_empty() && !before.is_empty() {
            tracing::info!("nothing is wrong with the settings on the disk any more");
        }
    }

    fn tell_of_a_restart(&mut self, renewal: &Renewal) {
        let keys = &renewal.after_restart;
        if *keys != self.told.after_restart && !keys.is_empty() {
            tracing::warn!(
                settings.keys = listed(keys),
                "these settings were changed, and a change of them needs a restart"
            );
        }
        self.told.after_restart.clone_from(keys);
    }

    fn show(&self) {
        let invalid = self.told.refused || !self.told.problems.is_empty();
        metrics::gauge!("settings_invalid").set(f64::from(u8::from(invalid)));
        metrics::gauge!("settings_after_restart").set(self.told.after_restart.len() as f64);
    }
}

fn by_name(sellers: Vec<Text>) -> BTreeMap<String, Text> {
    sellers.into_iter().map(|text| (text.name.clone(), text)).collect()
}

/// Keys in one line.
pub(crate) fn listed(keys: &BTreeSet<String>) -> String {
    keys.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
