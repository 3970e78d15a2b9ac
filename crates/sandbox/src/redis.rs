//! A real `redis-server` for a test or a demo: its own directory, its own port, and it loses nothing it
//! acknowledged. It can be killed, restarted on what it wrote, and frozen. [`SentinelSet`] and [`Cluster`] are several
//! of them.
//!
//! Not a fake: none of the embeddable imitations knows BLMOVE and Lua.

mod cluster;
mod sentinel;
mod talk;

use std::fmt;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use cluster::Cluster;
pub use sentinel::SentinelSet;

/// How long a server may take to answer. An empty one needs 20 ms; a busy two-core machine, or a long log
/// to replay, needs patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks at a starting server.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// How often another port is tried: between asking the system for a free one and using it, somebody else
/// may take it.
const PORTS_TO_TRY: usize = 5;

/// Every write is on the disk before it is acknowledged, and nothing is ever evicted: the only way this
/// project runs Redis.
const DURABLE: [&str; 8] =
    ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"];

/// What a server reads first, if it is in its directory. Only sentinels need one: they write into it.
const CONFIG_FILE: &str = "sentinel.conf";

/// A running (or just killed) Redis on loopback. Dropping it kills the server and removes its directory.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    options: Vec<String>,
    child: Option<Child>,
    directory: TempDir,
}

impl RedisServer {
    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// When it cannot be started; [`launch`](Self::launch) returns the reason instead.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Like [`start`](Self::start), with options that come after ours and so override them:
    /// `["--appendonly", "no"]` shows what would happen without the log.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with(options: &[&str]) -> Self {
        Self::launch(options).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Starts a server with further options and waits until it answers.
    ///
    /// # Errors
    /// When the program is missing, or ends before it answers.
    pub fn launch(options: &[&str]) -> Result<Self, StartError> {
        Self::launch_under(&std::env::temp_dir(), options)
    }

    /// The same with its files in a new directory under `parent`: in memory, say, where only a killed process is to
    /// be survived, and others keep the disk busy.
    ///
    /// # Errors
    /// As [`launch`](Self::launch).
    pub fn launch_under(parent: &Path, options: &[&str]) -> Result<Self, StartError> {
        let directory = tempfile::Builder::new().prefix("salesphere-redis-").tempdir_in(parent);
        let directory = directory.map_err(StartError::Io)?;
        let options = DURABLE.iter().chain(options).map(|&option| option.to_owned()).collect();
        Self::launch_in(directory, options)
    }

    fn launch_in(directory: TempDir, options: Vec<String>) -> Result<Self, StartError> {
        let mut last = StartError::NoPort;
        for _ in 0..PORTS_TO_TRY {
            let port = free_port().map_err(StartError::Io)?;
            match spawn(port, &options, directory.path()) {
                Ok(child) => return Ok(Self { port, options, child: Some(child), directory }),
                Err(StartError::Ended { log }) if log.contains("Address already in use") => {
                    last = StartError::Ended { log };
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Where it is: `redis://127.0.0.1:<port>/0`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the append-only log lies.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// SIGKILL, as a power cut would: no goodbye, no last flush.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; then there is nothing to kill.
            child.kill().ok();
            child.wait().ok();
        }
    }

    /// Starts it again on the same port and directory, killing it first if it runs.
    ///
    /// # Panics
    /// When it does not come back.
    pub fn restart(&mut self) {
        self.kill();
        let child = spawn(self.port, &self.options, self.directory.path());
        self.child = Some(child.unwrap_or_else(|error| panic!("{error}")));
    }

    /// Freezes it: connections stay open and nothing is answered, until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen server run on. What was sent meanwhile is executed now.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let Some(child) = &self.child else { return };
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {signal} did not reach redis-server");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Why there is no server.
#[derive(Debug)]
pub enum StartError {
    /// The program is not installed.
    Missing,
    /// The program ended, or did not answer in time.
    Ended {
        /// What it wrote.
        log: String,
    },
    /// No free port was found.
    NoPort,
    /// The directory or the process could not be made.
    Io(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "redis-server is not on the PATH; install it: apt-get install redis-server"),
            Self::Ended { log } => write!(f, "redis-server did not come up; it wrote:\n{log}"),
            Self::NoPort => write!(f, "cannot find a free port on 127.0.0.1 for redis-server"),
            Self::Io(error) => write!(f, "cannot start redis-server: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

fn spawn(port: u16, options: &[String], directory: &Path) -> Result<Child, StartError> {
    let log = directory.join("redis.log");
    let file = directory.join(CONFIG_FILE);
    let mut child = Command::new("redis-server")
        .args(file.exists().then_some(file))
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .arg("--dir")
        .arg(directory)
        .arg("--logfile")
        .arg(&log)
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StartError::Missing,
            _ => StartError::Io(error),
        })?;
    if wait_until_it_answers(&mut child, port) {
        return Ok(child);
    }
    child.kill().ok();
    child.wait().ok();
    Err(StartError::Ended { log: std::fs::read_to_string(log).unwrap_or_default() })
}

fn wait_until_it_answers(child: &mut Child, port: u16) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline && matches!(child.try_wait(), Ok(None)) {
        if answers(port, child.id()).unwrap_or(false) {
            return true;
        }
        sleep(LOOK_AGAIN);
    }
    false
}

/// Whether a server on `port` has loaded its data (it says -LOADING before) and is the one we started: a
/// stranger that took the port would answer a PING as well.
fn answers(port: u16, pid: u32) -> io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\nINFO server\r\nQUIT\r\n")?;
    let mut lines = BufReader::new(stream).lines();
    if lines.next().transpose()?.as_deref() != Some("+PONG") {
        return Ok(false);
    }
    let ours = format!("process_id:{pid}");
    Ok(lines.map_while(Result::ok).any(|line| line.trim_end() == ours))
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &RedisServer, command: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        stream.write_all(command.as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).map_or_else(|error| error.kind().to_string(), |_| answer)
    }

    #[test]
    fn what_was_acknowledged_survives_a_kill() {
        let mut server = RedisServer::start();
        assert_eq!(ask(&server, "SET key value\r\n"), "+OK\r\n");
        server.restart();
        assert_eq!(ask(&server, "STRLEN key\r\n"), ":5\r\n");
    }

    #[test]
    fn a_frozen_server_answers_once_it_is_resumed() {
        let server = RedisServer::start();
        server.pause();
        assert_ne!(ask(&server, "PING\r\n"), "+PONG\r\n");
        server.resume();
        assert_eq!(ask(&server, "PING\r\n"), "+PONG\r\n");
    }

    #[test]
    fn its_directory_goes_with_it() {
        let server = RedisServer::start();
        let directory = server.directory().to_owned();
        drop(server);
        assert!(!directory.exists());
    }
}
