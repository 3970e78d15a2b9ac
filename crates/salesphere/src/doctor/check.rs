//! What an examination found: one line each, and of a failure all that somebody needs who was woken by it.
//!
//! Not here: how it is written down for people (`page`).

use std::time::Duration;

use serde::Serialize;
use settings::SellerSettings;

/// Everything that was tried.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether nothing failed.
    pub well: bool,
    /// How many checks failed.
    pub failed: usize,
    /// How many gave reason to a warning.
    pub warnings: usize,
    /// Part by part.
    pub parts: Vec<Part>,
}

/// The checks of one thing, or of one seller.
#[derive(Debug, Serialize)]
pub struct Part {
    /// What.
    pub name: String,
    /// Whose, by the seller's short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// In the order in which they are told.
    pub checks: Vec<Check>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What: a word or two.
    pub name: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub finding: Finding,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Finding {
    /// As it should be.
    Fine {
        /// How it is.
        found: String,
    },
    /// It works, and somebody should know.
    Warning {
        /// How it is.
        found: String,
        /// What to do about it.
        fix: String,
    },
    /// It does not work.
    Failed {
        /// How it is.
        found: String,
        /// What was tried, on what.
        tried: String,
        /// What should have come of it.
        expected: String,
        /// What to do about it.
        fix: String,
    },
    /// It could not be tried.
    NotTried {
        /// Why not.
        because: String,
    },
}

/// What a failure is told with, beside what was found.
pub(crate) struct Attempt<'a> {
    pub(crate) tried: &'a str,
    pub(crate) expected: &'a str,
}

impl Report {
    pub(crate) fn of(parts: Vec<Part>) -> Self {
        let count = |wanted: fn(&Finding) -> bool| {
            parts.iter().flat_map(|part| &part.checks).filter(|check| wanted(&check.finding)).count()
        };
        let failed = count(|finding| matches!(finding, Finding::Failed { .. }));
        let warnings = count(|finding| matches!(finding, Finding::Warning { .. }));
        Self { well: failed == 0, failed, warnings, parts }
    }
}

impl Part {
    pub(crate) fn new(name: &str, checks: Vec<Check>) -> Self {
        Self { name: name.to_owned(), seller: None, checks }
    }

    pub(crate) fn of_seller(seller: &SellerSettings, checks: Vec<Check>) -> Self {
        let id = seller.profile.id.as_str();
        Self { name: format!("Seller {id} ({})", seller.profile.name), seller: Some(id.to_owned()), checks }
    }
}

impl Check {
    pub(crate) fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, finding: Finding::Fine { found: found.into() } }
    }

    pub(crate) fn warning(name: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, finding: Finding::Warning { found: found.into(), fix: fix.into() } }
    }

    pub(crate) fn failed(
        name: &'static str,
        attempt: &Attempt<'_>,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let Attempt { tried, expected } = attempt;
        let (tried, expected) = ((*tried).to_owned(), (*expected).to_owned());
        Self { name, finding: Finding::Failed { found: found.into(), tried, expected, fix: fix.into() } }
    }

    pub(crate) fn not_tried(name: &'static str, because: impl Into<String>) -> Self {
        Self { name, finding: Finding::NotTried { because: because.into() } }
    }

    /// The whole examination did not end in time.
    pub(crate) fn silent(within: Duration) -> Self {
        let attempt = Attempt { tried: "all of this part", expected: "an answer, good or bad" };
        let found = format!("nothing came within {} ms", within.as_millis());
        Self::failed("answer", &attempt, found, "see what keeps it; a slow one gets more time by doctor.within")
    }

    /// Whether it failed.
    pub fn is_failed(&self) -> bool {
        matches!(self.finding, Finding::Failed { .. })
    }
}
