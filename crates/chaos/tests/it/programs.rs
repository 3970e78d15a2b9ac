//! The programs under test: built once, by the cargo that built the tests. Cargo itself builds only the programs of
//! the tests' own crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The directory of `gateway`, `worker` and `sabotaged-worker`.
pub(crate) fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = DIRECTORY.get_or_init(|| {
        let mut programs = build(&["--bin", "sabotaged-worker", "--features", "worker/sabotage"])?;
        programs.extend(build(&["--bin", "gateway", "--bin", "worker"])?);
        Ok(set_aside(&programs))
    });
    built.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

/// What cargo tells a test of its own crate. A build script that asks for these (ring's does) would run anew, and
/// everything above it be compiled anew, whenever a test is what starts cargo.
const OF_THIS_CRATE: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// Builds programs of the workspace. A release would refuse to be sabotaged, so never in that profile.
fn build(what: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--message-format", "json-render-diagnostics"]).args(what);
    for variable in OF_THIS_CRATE {
        cargo.env_remove(variable);
    }
    let built = cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).output().unwrap();
    if !built.status.success() {
        return Err(format!("cargo build {what:?}:\n{}", String::from_utf8_lossy(&built.stderr)));
    }
    let told = String::from_utf8(built.stdout).unwrap();
    let executables = told.lines().filter_map(|line| {
        let artifact: Value = serde_json::from_str(line).unwrap();
        artifact["executable"].as_str().map(PathBuf::from)
    });
    Ok(executables.collect())
}

/// The programs are started again and again; a build that goes on meanwhile must not exchange them.
fn set_aside(programs: &[PathBuf]) -> PathBuf {
    let aside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    fs::create_dir_all(&aside).unwrap();
    for program in programs {
        let copy = aside.join(program.file_name().unwrap());
        // Not over the old one, which may still run.
        fs::remove_file(&copy).ok();
        fs::hard_link(program, copy).unwrap();
    }
    aside
}
