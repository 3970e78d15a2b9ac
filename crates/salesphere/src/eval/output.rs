//! The files a run leaves behind.

use std::path::Path;

use crate::failure::Failure;

/// Writes one, and says so.
pub(super) fn file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::new(format!("writing {}: {error}", path.display()), "name a file in a directory that is there")
    })?;
    eprintln!("written: {}", path.display());
    Ok(())
}
