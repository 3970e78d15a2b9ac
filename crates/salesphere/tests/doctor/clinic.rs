//! A whole system, and what the doctor says of it.

use std::process::{Command, Stdio};
use std::sync::Arc;

use domain::clock::{SharedClock, SystemClock};
use salesphere::doctor::{self, Finding, Report};
use salesphere::system::{System, SystemOptions};
use settings::Settings;

use crate::printed::Printed;

/// Nothing here is late because other tests keep the machine busy.
pub(crate) const PATIENT: &str = "worker.route_within = \"20s\"\nworker.word_until = \"25s\"\nworker.turn_budget = \"30s\"\n\
                                  doctor.slow_disk = \"20s\"\navito.call_timeout = \"10s\"\nsheets.timeout = \"10s\"\n";

pub(crate) struct Clinic {
    pub(crate) system: System,
}

impl Clinic {
    pub(crate) async fn open() -> Self {
        Self::open_with(SystemOptions::default()).await
    }

    pub(crate) async fn open_with(options: SystemOptions) -> Self {
        let operator = format!("{PATIENT}{}", options.operator);
        let system = System::start(SystemOptions { operator, ..options }).await.unwrap();
        // A worker is on the books from its first heartbeat on.
        let beaten = async {
            while !system.queue.status().await.unwrap().iter().any(|shard| !shard.leases.is_empty()) {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), beaten).await.expect("a worker that lives");
        Self { system }
    }

    /// Settings to be changed.
    pub(crate) fn settings(&self) -> Settings {
        (*self.system.settings).clone()
    }

    /// The whole page.
    pub(crate) async fn page(&self) -> String {
        doctor::page(&self.report(&self.system.settings).await)
    }

    pub(crate) async fn report(&self, settings: &Settings) -> Report {
        doctor::examine(settings, Arc::new(SystemClock)).await
    }

    /// Only what is not as it should be.
    pub(crate) async fn complaints(&self) -> String {
        self.complaints_with(&self.system.settings).await
    }

    pub(crate) async fn complaints_with(&self, settings: &Settings) -> String {
        self.complaints_at(settings, Arc::new(SystemClock)).await
    }

    pub(crate) async fn complaints_at(&self, settings: &Settings, clock: SharedClock) -> String {
        let mut report = doctor::examine(settings, clock).await;
        for part in &mut report.parts {
            part.checks.retain(|check| matches!(check.finding, Finding::Failed { .. } | Finding::Warning { .. }));
        }
        report.parts.retain(|part| !part.checks.is_empty());
        doctor::page(&report)
    }
}

/// What differs from run to run, and means nothing.
pub(crate) fn told(name: &str, page: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
    settings.add_filter(r"/tmp/salesphere-redis-\w+", "[directory]");
    settings.add_filter(r"\d+ ms", "[n] ms");
    settings.add_filter(r"[\d.]+ (?:B|KB|MB|GB) (used|of|free)", "[size] $1");
    settings.add_filter(r"of [\d.]+ (?:B|KB|MB|GB), \d+ %", "of [size], [n] %");
    settings.add_filter(r"version \d+\.\d+\.\d+", "version [version]");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, page));
}

/// The operator types `salesphere --config <the system's file>` and this, and sits at no terminal.
pub(crate) async fn types(clinic: &Clinic, arguments: &[&str]) -> Printed {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salesphere"));
    command.arg("--config").arg(&clinic.system.config).args(arguments).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Printed { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
