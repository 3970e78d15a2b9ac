//! One of our programs, running: started, waited for, looked at, killed.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::wire;

/// How long a program may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the kernel counts a process's time in: 1/100 s on every Linux of today.
const TICK: Duration = Duration::from_millis(10);

/// A running program. Dropped, it is killed.
pub(crate) struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts a program that knows of its environment only what is given; what it logs goes to a file in
    /// `directory`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(
        path: &Path,
        arguments: &[String],
        environment: &[(String, String)],
        directory: &Path,
    ) -> anyhow::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut logs = tempfile::Builder::new();
        let (file, log) = logs.prefix(&name).suffix(".log").tempfile_in(directory)?.keep()?;
        let child = Command::new(path)
            .args(arguments)
            .env_clear()
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {}", path.display()))?;
        Ok(Self { name, child, log })
    }

    /// Waits until it answers 200 at `path`.
    ///
    /// # Errors
    /// When it ends, or does not answer in time; with the end of its log.
    pub(crate) fn wait_for(&mut self, address: SocketAddr, path: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline && self.child.try_wait()?.is_none() {
            if matches!(wire::get(address, path), Ok(200)) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let end: Vec<&str> = log.lines().rev().take(10).collect();
        bail!(
            "{} did not come up; its log ends with:\n{}",
            self.name,
            end.into_iter().rev().collect::<Vec<_>>().join("\n")
        )
    }

    /// Processor time used so far, its own and the kernel's on its behalf.
    ///
    /// # Errors
    /// When it is gone.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        cpu_of(&self.child.id().to_string())
    }

    /// Memory in RAM, now and at the most, in MB of a million bytes.
    ///
    /// # Errors
    /// When it is gone.
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mb = |field: &str| kilobytes(&status, field).map(|kb| kb as f64 * 1024.0 / 1e6);
        Ok(Memory {
            now_mb: mb("VmRSS:").context("no VmRSS in /proc")?,
            peak_mb: mb("VmHWM:").context("no VmHWM in /proc")?,
        })
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// When the system does not tell.
    pub(crate) fn runs(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// SIGKILL: no goodbye. Returns when that happened.
    ///
    /// # Errors
    /// When the system does not let us.
    pub(crate) fn kill(&mut self) -> io::Result<Instant> {
        let killed = Instant::now();
        self.child.kill()?;
        self.child.wait()?;
        Ok(killed)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        self.kill().ok();
    }
}

/// Processor time this process used so far: the sandbox and the driver.
///
/// # Errors
/// When the system does not tell.
pub(crate) fn own_cpu() -> anyhow::Result<Duration> {
    cpu_of("self")
}

fn cpu_of(process: &str) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let ticks = ticks(&stat).with_context(|| format!("reading /proc/{process}/stat"))?;
    Ok(TICK * u32::try_from(ticks)?)
}

/// Memory in RAM.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) now_mb: f64,
    /// At the most, ever.
    pub(crate) peak_mb: f64,
}

/// An address that is free at the moment.
///
/// # Errors
/// When there is none.
pub(crate) fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// The 14th and the 15th field, counted from behind the name, which may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

fn kilobytes(status: &str, field: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(field)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_found_behind_any_name() {
        let stat = "4711 (a (strange) name) S 1 4711 4711 0 -1 4194560 900 0 0 0 37 5 0 0 20 0 4 0 100 9000 250";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("4711 (cut"), None);
    }

    #[test]
    fn the_memory_is_found_by_its_name() {
        let status = "Name:\tx\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n";
        assert_eq!((kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:")), (Some(1024), Some(2048)));
        assert_eq!(kilobytes(status, "VmSwap:"), None);
    }
}
