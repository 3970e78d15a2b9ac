//! One process for a directory.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::SpoolError;

/// Held as long as this lives; the system lets it go with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the directory, or tells that somebody else has it.
    pub(crate) fn take(directory: &Path) -> Result<Self, SpoolError> {
        let unusable =
            |source| SpoolError::Unusable { doing: "take the lock", directory: directory.to_owned(), source };
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(directory.join("lock")).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(SpoolError::Taken { directory: directory.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}
