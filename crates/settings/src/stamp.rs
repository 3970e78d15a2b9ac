//! How files look from outside: enough to see that one was changed, without reading it.
//!
//! Why files are looked at again and again, instead of waiting for the system to tell: inotify tells nothing of what
//! another machine wrote to a shared disk, and little of a directory that Docker Desktop passes in; a `ConfigMap` and most
//! editors put a new file into the place of the old one, after which a watched file never changes again. A look at a
//! file costs a microsecond.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// How each file looks; `None`: it cannot be looked at.
pub(crate) type Stamps = BTreeMap<PathBuf, Option<Stamp>>;

/// What changes with a file. The time of the last change of state is among it: unlike that of the content, nobody can
/// set it back, as `cp -p` and `git checkout` of an older file would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// How all of these look now.
pub(crate) fn stamps(files: &BTreeSet<PathBuf>) -> Stamps {
    files.iter().map(|path| (path.clone(), stamp(path))).collect()
}

/// Of what a link leads to.
fn stamp(path: &Path) -> Option<Stamp> {
    let seen = std::fs::metadata(path).ok()?;
    Some(Stamp {
        device: seen.dev(),
        inode: seen.ino(),
        bytes: seen.size(),
        modified: (seen.mtime(), seen.mtime_nsec()),
        changed: (seen.ctime(), seen.ctime_nsec()),
    })
}
