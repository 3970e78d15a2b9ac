//! What can keep a spool from being opened. What can go wrong with one message is [`Refused`].
//!
//! [`Refused`]: super::commit::Refused

use std::io;
use std::path::PathBuf;

/// Why there is no spool.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Two processes in one directory would replay each other's messages and remove each other's files.
    #[error(
        "another process uses the spool in {}: give each gateway a gateway.spool_dir of its own",
        directory.display()
    )]
    Taken {
        /// `gateway.spool_dir`.
        directory: PathBuf,
    },
    /// The directory cannot be used.
    #[error(
        "could not {doing} in {}: let gateway.spool_dir name a directory that this process may write to",
        directory.display()
    )]
    Unusable {
        /// What was attempted.
        doing: &'static str,
        /// `gateway.spool_dir`.
        directory: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system gave us no thread; trying again is of no use.
    #[error("could not start the spool's thread")]
    NoThread(#[source] io::Error),
}
