//! Reads typed values out of the merged layers, and keeps the books: what was asked for, what was wrong,
//! what is in force.
//!
//! A wrong value yields a stand-in, so that the reading goes on and all problems are found in one pass. A
//! stand-in never leaves this crate: with one problem in the books nothing is handed out. Not here: which
//! keys there are ([`crate::sections`], [`crate::sellers`]), and what kinds of values ([`crate::values`]).

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::explain::Explained;
use crate::layers::{Entries, Entry};
use crate::near::{Near, nearest};
use crate::problem::{Misfit, Place, Problem};

/// What was found over all files.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) problems: Vec<Problem>,
    pub(crate) explained: Vec<Explained>,
    /// The files that hold secrets, whether or not they could be read.
    pub(crate) files: BTreeSet<PathBuf>,
}

/// Where the settings of one reader belong.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// The file that a missing key would have to be added to.
    pub(crate) file: String,
    /// Set before the keys where they are explained: `sellers.demo.`
    pub(crate) prefix: String,
    /// What else to do about a missing key, given the key.
    pub(crate) or_else: fn(&str) -> String,
}

/// Reads the settings of one scope.
pub(crate) struct Reader<'a> {
    entries: Entries,
    scope: Scope,
    asked: BTreeSet<String>,
    wrong: BTreeSet<String>,
    pub(crate) book: &'a mut Book,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(entries: Entries, scope: Scope, book: &'a mut Book) -> Self {
        Self { entries, scope, asked: BTreeSet::new(), wrong: BTreeSet::new(), book }
    }

    /// A value that may be missing.
    pub(crate) fn optional<T: Tell>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&Entry) -> Result<T, Misfit>,
    ) -> Option<T> {
        self.asked.insert(key.to_owned());
        let Some(entry) = self.entries.get(key).cloned() else {
            self.explain(key, &NotSet, Place::Default);
            return None;
        };
        match parse(&entry) {
            Ok(value) => {
                self.explain(key, &value, entry.place);
                Some(value)
            }
            Err(misfit) => {
                self.object(key, misfit);
                None
            }
        }
    }

    /// A value that must be there.
    pub(crate) fn required<T: Tell>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&Entry) -> Result<T, Misfit>,
    ) -> Option<T> {
        if self.entries.contains_key(key) {
            return self.optional(key, parse);
        }
        self.asked.insert(key.to_owned());
        self.object(key, Misfit::new("is missing", self.fix_of_missing(key)));
        None
    }

    /// What to do about a missing key.
    pub(crate) fn fix_of_missing(&self, key: &str) -> String {
        (self.scope.or_else)(key)
    }

    /// Whether `key` has a value of its own.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Marks `key` as known without reading it.
    pub(crate) fn know(&mut self, key: &str) {
        self.asked.insert(key.to_owned());
    }

    /// Whether something was wrong with `key`.
    pub(crate) fn is_wrong(&self, key: &str) -> bool {
        self.wrong.contains(key)
    }

    /// Notes a problem with `key`, where it stands or would have to.
    pub(crate) fn object(&mut self, key: &str, misfit: Misfit) {
        self.wrong.insert(key.to_owned());
        // A section that was overwritten by a value is one problem, not one for each key it should hold.
        if !self.entries.contains_key(key) && above(key).any(|section| self.entries.contains_key(section)) {
            return;
        }
        let (key, place) = match self.entries.get(key) {
            Some(entry) if entry.place != Place::Default => (entry.key.clone(), entry.place.clone()),
            // A default is not put right where it stands, but overruled in the operator's file.
            _ => (key.to_owned(), Place::file(&self.scope.file)),
        };
        self.book.problems.push(Problem { place, key, what: misfit.what, fix: misfit.fix });
    }

    /// Notes what is in force.
    fn explain(&mut self, key: &str, value: &impl Tell, from: Place) {
        let key = format!("{}{key}", self.scope.prefix);
        self.book.explained.push(Explained { key, value: value.tell(), from, secret: value.secret() });
    }

    /// Ends the reading: every key that nobody asked for is a problem. Returns the keys that were asked for.
    pub(crate) fn finish(self) -> BTreeSet<String> {
        let unknown = self.entries.iter().filter(|(key, _)| !self.asked.contains(*key));
        for (key, entry) in unknown {
            let (what, fix) = match nearest(key, &self.asked) {
                Near::Section => ("is a section, not a value".to_owned(), format!("set what you want below [{key}]")),
                Near::Key(known) => ("is unknown".to_owned(), format!("did you mean {known}?")),
                Near::Nothing => ("is unknown".to_owned(), "remove it; config/default.toml lists every key".to_owned()),
            };
            let problem = Problem { place: entry.place.clone(), key: entry.key.clone(), what, fix };
            self.book.problems.push(problem);
        }
        self.asked
    }
}

/// How a value is told to the operator.
pub(crate) trait Tell {
    fn tell(&self) -> String;

    /// What is not told.
    fn secret(&self) -> Option<SecretString> {
        None
    }
}

/// What is told where there is no value.
struct NotSet;

impl Tell for NotSet {
    fn tell(&self) -> String {
        "not set".to_owned()
    }
}

/// A value told as it was written.
pub(crate) struct Verbatim<T>(pub(crate) T, pub(crate) String);

impl<T> Tell for Verbatim<T> {
    fn tell(&self) -> String {
        self.1.clone()
    }
}

impl<T: Display> Tell for T {
    fn tell(&self) -> String {
        self.to_string()
    }
}

/// The sections a key stands in, from the outermost: `a`, `a.b` of `a.b.c`.
fn above(key: &str) -> impl Iterator<Item = &str> {
    key.match_indices('.').map(|(at, _)| &key[..at])
}
