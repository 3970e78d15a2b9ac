//! What every measure is given: how long to measure, where the programs are, whom to tell how far it is.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, ensure};

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Enough for figures worth keeping.
    Full,
    /// Enough to see that it works.
    Quick,
}

/// What every measure is given.
pub(crate) struct Context {
    pub(crate) scale: Scale,
    programs: PathBuf,
    began: Instant,
}

impl Context {
    /// Looks for the programs beside this one.
    pub(crate) fn new(scale: Scale) -> anyhow::Result<Self> {
        let own = std::env::current_exe().context("finding out where this program is")?;
        let programs = own.parent().map(PathBuf::from).unwrap_or_default();
        if cfg!(debug_assertions) {
            eprintln!("bench: this is a debug build; its figures mean nothing (make bench builds with --release)");
        }
        Ok(Self { scale, programs, began: Instant::now() })
    }

    /// One or the other.
    pub(crate) fn pick<T>(&self, full: T, quick: T) -> T {
        match self.scale {
            Scale::Full => full,
            Scale::Quick => quick,
        }
    }

    /// One of our programs.
    ///
    /// # Errors
    /// When it was not built.
    pub(crate) fn program(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.programs.join(name);
        ensure!(path.is_file(), "there is no {}: run `make bench`, or build it with the same profile", path.display());
        Ok(path)
    }

    /// Tells how far it is.
    pub(crate) fn say(&self, measure: &str, what: &str) {
        eprintln!("[{:>5.1} s] {measure}: {what}", self.began.elapsed().as_secs_f64());
    }
}
