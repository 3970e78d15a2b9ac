//! What is wrong with a configuration: each problem with its place, its key and its fix.
//!
//! Not here: finding problems ([`crate::reader`], [`crate::rules`], [`crate::sellers`]).

use std::fmt;

/// Where a setting stands, or would have to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In `config/default.toml`, which is built into the programs.
    Default,
    /// In a file of the operator.
    File {
        /// Its path as it was given, or the name of a text given in the process.
        name: String,
        /// The line, counted from 1; `None` where the key is missing.
        line: Option<usize>,
    },
    /// In an environment variable.
    Env {
        /// Its name.
        variable: String,
    },
}

impl Place {
    pub(crate) fn file(name: &str) -> Self {
        Self::File { name: name.to_owned(), line: None }
    }

    /// Of two places for the same setting the one of higher rank counts.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Env { .. } => 2,
        }
    }
}

impl fmt::Display for Place {
    /// `default`, `config/production.toml:12`, `SALESPHERE__QUEUE__LEASE`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line: Some(line) } => write!(f, "{name}:{line}"),
            Self::File { name, line: None } => f.write_str(name),
            Self::Env { variable } => f.write_str(variable),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where to put it right.
    pub place: Place,
    /// Which setting, as in the file: `queue.lease`. Empty where a whole file is meant.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, key, what, fix } = self;
        write!(f, "{place}: ")?;
        if !key.is_empty() {
            write!(f, "{key} ")?;
        }
        write!(f, "{what}\n  hint: {fix}")
    }
}

/// Everything that is wrong, file by file, then the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct SettingsErrors(Vec<Problem>);

impl SettingsErrors {
    /// Sorted, and each problem once: a wrong default would otherwise be told for every seller.
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort();
        problems.dedup();
        Self(problems)
    }

    /// The problems, at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

fn listed(problems: &[Problem]) -> String {
    let head = match problems.len() {
        1 => "the configuration has a problem:".to_owned(),
        n => format!("the configuration has {n} problems:"),
    };
    problems.iter().fold(head, |text, problem| format!("{text}\n{problem}"))
}

/// A value that does not fit its setting, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) what: String,
    pub(crate) fix: String,
}

impl Misfit {
    pub(crate) fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fix: fix.into() }
    }
}
