//! What it was measured on, and what else ran there: figures without that are none.

use std::fs;
use std::process::Command;

use domain::clock::{Clock, SystemClock};
use serde::Serialize;

/// The machine as it stood when the measuring began.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    /// When, in UTC.
    pub(crate) at: String,
    /// The processor's name.
    pub(crate) processor: String,
    /// How many it has.
    pub(crate) cores: usize,
    /// The kernel's version.
    pub(crate) kernel: String,
    /// The server's version.
    pub(crate) redis: String,
    /// How many processes wanted to run in the last minute, before we began.
    pub(crate) load: String,
}

/// Looks.
pub(crate) fn look() -> Machine {
    let cpuinfo = read("/proc/cpuinfo");
    let processor = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let redis = Command::new("redis-server").arg("--version").output();
    let redis = redis.map(|said| String::from_utf8_lossy(&said.stdout).into_owned()).unwrap_or_default();
    Machine {
        at: format!("{:.0}", SystemClock.now()),
        processor: processor.map_or("unknown", |(_, name)| name).to_owned(),
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
        redis: redis.split_whitespace().find_map(|word| word.strip_prefix("v=")).unwrap_or("unknown").to_owned(),
        load: read("/proc/loadavg").split_whitespace().next().unwrap_or("unknown").to_owned(),
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
