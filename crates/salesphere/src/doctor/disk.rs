//! The spool's disk: room for what waits while Redis is away, and a write that reaches it.
//!
//! A write is tried with a file of our own, which the gateway takes for none of its messages and which is gone
//! afterwards. A disk that hangs cannot be interrupted, so it is asked on a thread that nobody waits for at the end.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use settings::Settings;
use tokio::sync::oneshot;

use super::check::{Attempt, Check};
use crate::plain::bytes;

/// What is written: a page, as much as one webhook takes.
const PAGE: [u8; 4096] = [0; 4096];

/// What the disk is like.
struct Disk {
    free: u64,
    /// How long a page took to reach it.
    write: io::Result<Duration>,
}

pub(super) async fn examine(settings: &Settings) -> Vec<Check> {
    let directory = settings.gateway.spool_dir.clone();
    let (told, asked) = oneshot::channel();
    let place = directory.clone();
    let thread = std::thread::Builder::new().name("disk".to_owned()).spawn(move || {
        // Whoever asked may have lost patience.
        let _nobody_waits = told.send(look(&place));
    });
    let looked = match thread {
        Ok(_) => asked.await.unwrap_or_else(|_| Err(io::Error::other("looking at it broke off"))),
        Err(error) => Err(error),
    };
    match looked {
        Ok(disk) => vec![room(&disk, &directory, settings), write(&disk, &directory, settings)],
        Err(error) if error.kind() == io::ErrorKind::NotFound => vec![Check::warning(
            "spool",
            format!("{} is not on this machine", directory.display()),
            "run the doctor where the gateway runs; the gateway makes the directory when it starts",
        )],
        Err(error) => {
            let tried = format!("looked at gateway.spool_dir = {}", directory.display());
            let attempt = Attempt { tried: &tried, expected: "a directory that this user may use" };
            vec![Check::failed("spool", &attempt, error.to_string(), "correct gateway.spool_dir, or who owns it")]
        }
    }
}

fn look(directory: &Path) -> io::Result<Disk> {
    let disk = rustix::fs::statvfs(directory)?;
    Ok(Disk { free: disk.f_bavail.saturating_mul(disk.f_frsize), write: try_write(directory) })
}

fn try_write(directory: &Path) -> io::Result<Duration> {
    let path: PathBuf = directory.join(format!(".doctor-{}", std::process::id()));
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(&path)?;
    let begun = Instant::now();
    let written = file.write_all(&PAGE).and_then(|()| file.sync_all());
    let took = begun.elapsed();
    std::fs::remove_file(&path)?;
    written.map(|()| took)
}

fn room(disk: &Disk, directory: &Path, settings: &Settings) -> Check {
    let wanted = settings.gateway.spool_max_bytes;
    let found = format!("{} free in {}", bytes(disk.free), directory.display());
    if disk.free >= wanted {
        return Check::fine("room", found);
    }
    let found = format!("{found}; gateway.spool_max_bytes is {}", bytes(wanted));
    Check::warning("room", found, "make room, or lower gateway.spool_max_bytes: a full disk refuses webhooks")
}

fn write(disk: &Disk, directory: &Path, settings: &Settings) -> Check {
    match &disk.write {
        Ok(took) if *took <= settings.doctor.slow_disk => {
            Check::fine("write", format!("on the disk after {} ms", took.as_millis()))
        }
        Ok(took) => Check::warning(
            "write",
            format!("on the disk after {} ms, more than doctor.slow_disk", took.as_millis()),
            "put the spool on a quicker disk: each webhook waits for one write while Redis is away",
        ),
        Err(error) => {
            let tried = format!("wrote a page into {} and had it synced", directory.display());
            let attempt = Attempt { tried: &tried, expected: "the page is on the disk: webhooks wait there" };
            let fix = "let the gateway's user write there, make room, or see to the disk";
            Check::failed("write", &attempt, error.to_string(), fix)
        }
    }
}
