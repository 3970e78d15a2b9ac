//! One of our programs as a process: started, killed, frozen, told to go home, like an operator or a bad day does.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

/// Between two looks at a process that is to end.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// A program that runs, or could. Dropping it kills the process.
#[derive(Debug)]
pub struct Program {
    binary: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    child: Option<Child>,
    frozen: bool,
}

impl Program {
    /// A program that does not run yet. What it writes is appended to `log`.
    pub fn new(binary: &Path, arguments: Vec<String>, log: PathBuf) -> Self {
        Self { binary: binary.to_owned(), arguments, log, child: None, frozen: false }
    }

    /// Starts it. The environment stays outside: its settings stand in a file.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn start(&mut self) -> anyhow::Result<()> {
        self.kill();
        let log = OpenOptions::new().create(true).append(true).open(&self.log).context("opening a program's log")?;
        let mut command = Command::new(&self.binary);
        command.args(&self.arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().with_context(|| format!("starting {}", self.binary.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Whether the process is there, frozen or not.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Whether it is there and stands still by our order.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// How it ended; `None` while it runs, or if it was never started.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.as_mut()?.try_wait().ok().flatten()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.frozen = false;
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; then there is nothing to kill.
            child.kill().ok();
            child.wait().ok();
        }
    }

    /// SIGSTOP.
    pub fn freeze(&mut self) {
        self.frozen = self.signal("-STOP");
    }

    /// SIGCONT.
    pub fn thaw(&mut self) {
        self.signal("-CONT");
        self.frozen = false;
    }

    /// SIGTERM.
    pub fn end(&mut self) {
        self.signal("-TERM");
    }

    /// SIGHUP.
    pub fn hang_up(&mut self) {
        self.signal("-HUP");
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When it still runs after `patience`.
    pub async fn wait(&mut self, patience: Duration) -> anyhow::Result<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            anyhow::ensure!(Instant::now() < deadline, "{} still runs after {patience:?}", self.binary.display());
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits until every thread of it has been stopped, by whomever.
    ///
    /// # Errors
    /// When it still moves after `patience`.
    pub async fn stands_still(&self, patience: Duration) -> anyhow::Result<()> {
        let id = self.child.as_ref().context("it does not run")?.id();
        let deadline = Instant::now() + patience;
        // The state is the first letter behind the name, which stands in brackets and may hold anything.
        let state = || std::fs::read_to_string(format!("/proc/{id}/stat")).context("looking at a process");
        while !state()?.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T')) {
            anyhow::ensure!(Instant::now() < deadline, "{} does not stand still", self.binary.display());
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    fn signal(&mut self, signal: &str) -> bool {
        if !self.runs() {
            return false;
        }
        let Some(child) = &self.child else { return false };
        Command::new("kill").args([signal, &child.id().to_string()]).status().is_ok_and(|status| status.success())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
